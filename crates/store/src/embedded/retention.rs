//! Decides what of a partition is past its time. Pure: the days, the rules and the moment are given.

use std::time::Duration;

use super::day::Day;
use crate::Retention;

/// What becomes of a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// All of it stays.
    Keep,
    /// These projects go.
    Thin(Vec<String>),
    /// Nothing stays.
    Drop,
}

/// How long a project's spans are kept; `None` for ever.
fn keep(project: &str, rules: &[Retention]) -> Option<Duration> {
    let of = |wanted: Option<&str>| rules.iter().find(|rule| rule.project.as_deref() == wanted).map(|rule| rule.keep);
    of(Some(project)).or_else(|| of(None))
}

/// Whether anything of a day can be past its time, before anybody asks which projects it has.
pub(super) fn may_concern(day: Day, rules: &[Retention], now_unix_nanos: u64) -> bool {
    rules.iter().any(|rule| is_past(day, rule.keep, now_unix_nanos))
}

/// What becomes of a day with spans of these projects.
pub(super) fn decide(day: Day, projects: &[String], rules: &[Retention], now_unix_nanos: u64) -> Fate {
    let is_gone = |project: &&String| keep(project, rules).is_some_and(|keep| is_past(day, keep, now_unix_nanos));
    let gone: Vec<String> = projects.iter().filter(is_gone).cloned().collect();
    if gone.is_empty() && !projects.is_empty() {
        Fate::Keep
    } else if gone.len() == projects.len() {
        Fate::Drop
    } else {
        Fate::Thin(gone)
    }
}

fn is_past(day: Day, keep: Duration, now_unix_nanos: u64) -> bool {
    u128::from(day.end_unix_nanos()) + keep.as_nanos() <= u128::from(now_unix_nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400 * 1_000_000_000;

    #[test]
    fn day_goes_when_all_its_projects_are_past_their_time() {
        let days = |n: u64| Duration::from_secs(n * 86_400);
        let rules = [
            Retention { project: Some("short".into()), keep: days(2) },
            Retention { project: Some("long".into()), keep: days(10) },
        ];
        let day = Day::of_unix_nanos(100 * DAY);
        let fate = |projects: &[&str], now| {
            let projects: Vec<String> = projects.iter().map(|project| (*project).to_owned()).collect();
            decide(day, &projects, &rules, now)
        };
        assert_eq!(fate(&["short"], 103 * DAY - 1), Fate::Keep);
        assert_eq!(fate(&["short"], 103 * DAY), Fate::Drop);
        assert_eq!(fate(&["long", "short"], 103 * DAY), Fate::Thin(vec!["short".into()]));
        assert_eq!(fate(&["long", "short"], 111 * DAY), Fate::Drop);
        assert_eq!(fate(&["long", "other"], 111 * DAY), Fate::Thin(vec!["long".into()]));
        assert_eq!(fate(&["other"], u64::MAX), Fate::Keep);
        assert_eq!(fate(&[], 103 * DAY), Fate::Drop, "nothing is left of it");
        let all = [Retention { project: None, keep: days(1) }];
        assert_eq!(decide(day, &["other".into()], &all, 102 * DAY), Fate::Drop);
        assert!(may_concern(day, &rules, 103 * DAY) && !may_concern(day, &rules, 103 * DAY - 1));
    }
}
