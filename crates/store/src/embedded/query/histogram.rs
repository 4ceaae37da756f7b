//! How many traces began when, and how many of them failed: the thin chart above a list.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use super::plan::plan;
use super::{matches, range, scan};
use crate::embedded::partition::columns::value;
use crate::embedded::partition::snapshot::Snapshot;
use crate::filter::{Check, Expr, Field, Filter, Pattern, Test};
use crate::{Error, Histogram, HistogramQuery, HistogramStep};

const COUNT: &str = "count traces";
const SECOND: u64 = 1_000_000_000;
/// Lengths of steps that people read easily, in seconds; beyond them whole days.
const STEPS_SECONDS: [u64; 17] =
    [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200];
const DAY_SECONDS: u64 = 86_400;
/// How many steps an answer has at the most: more than a screen has columns of points.
const N_STEPS_MAX: usize = 2_000;

/// The traces of a range of time, by step.
pub(in crate::embedded) fn histogram(snapshots: &[Arc<Snapshot>], query: &HistogramQuery) -> Result<Histogram, Error> {
    let started = range(COUNT, query.started_at_or_after_unix_nanos, query.started_before_unix_nanos)?;
    let begins = begins(snapshots, query, &started)?;
    let first = query.started_at_or_after_unix_nanos.or_else(|| begins.values().map(|begin| begin.at).min());
    let last = query.started_before_unix_nanos.map(|end| end.saturating_sub(1));
    let last = last.or_else(|| begins.values().map(|begin| begin.at).max());
    let (Some(first), Some(last)) = (first, last) else { return Ok(Histogram::default()) };
    let last = last.max(first);
    let step_nanos = step_nanos(last - first, query.n_steps_max.clamp(1, N_STEPS_MAX));
    let begin = first / step_nanos;
    let step =
        |number: u64| HistogramStep { begins_at_unix_nanos: (begin + number) * step_nanos, ..HistogramStep::default() };
    let mut steps: Vec<HistogramStep> = (0..=last / step_nanos - begin).map(step).collect();
    let failed = Filter::from(Expr::Test(Test {
        field: Field::Status,
        check: Check::Text(vec![Pattern::exact(tracewood_span::Status::Error.as_str())]),
    }));
    let failed = matches::all(snapshots, &query.project, &failed, &(0..u64::MAX))?;
    for (trace, begin_of_trace) in &begins {
        let place = (begin_of_trace.at / step_nanos).saturating_sub(begin);
        if let Some(step) = steps.get_mut(place as usize) {
            step.n_traces += 1;
            step.n_failed_traces += u64::from(failed.contains(trace));
        }
    }
    Ok(Histogram { step_nanos, steps })
}

/// A length that people read easily, and that cuts a time into at most so many steps, counted from the epoch.
fn step_nanos(nanos: u64, n_steps_max: usize) -> u64 {
    let n_steps = |seconds: u64| (nanos / (seconds * SECOND)).saturating_add(2);
    let fits = |seconds: &u64| n_steps(*seconds) <= (n_steps_max as u64).max(2);
    let seconds = STEPS_SECONDS.into_iter().find(fits).unwrap_or_else(|| {
        let n_days = nanos / (DAY_SECONDS * SECOND) / (n_steps_max as u64).saturating_sub(1).max(1) + 1;
        n_days * DAY_SECONDS
    });
    seconds * SECOND
}

/// When a trace began, by the span that stands for it.
struct Begin {
    at: u64,
    is_root: bool,
}

/// The traces that match and began in a range of time.
fn begins(
    snapshots: &[Arc<Snapshot>],
    query: &HistogramQuery,
    started: &Range<u64>,
) -> Result<HashMap<u128, Begin>, Error> {
    let matching: Option<HashSet<u128>> = if query.filter.is_everything() {
        None
    } else {
        Some(matches::all(snapshots, &query.project, &query.filter, &(0..u64::MAX))?)
    };
    let mut begins: HashMap<u128, Begin> = HashMap::new();
    for snapshot in snapshots {
        let is_in = snapshot.started_range()?.is_some_and(|(first, last)| first < started.end && last >= started.start);
        if !is_in {
            continue;
        }
        let plan = plan(snapshot, &query.project, &Filter::everything(), Some(snapshot.fields().entry))?;
        scan::each_segment(snapshot, plan.as_ref(), |mut found| {
            found.retain_started(started);
            for doc in &found.docs {
                let trace = found.columns.trace(*doc);
                if matching.as_ref().is_some_and(|matching| !matching.contains(&trace)) {
                    continue;
                }
                let is_root = value(found.columns.parent_id.as_ref(), *doc).is_none();
                let begin = Begin { at: found.columns.started_at(*doc), is_root };
                // A root stands for its trace; of several spans that may, the earliest does.
                let is_better = |other: &Begin| (!begin.is_root, begin.at) < (!other.is_root, other.at);
                if begins.get(&trace).is_none_or(is_better) {
                    begins.insert(trace, begin);
                }
            }
            Ok(())
        })?;
    }
    Ok(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_no_more_than_asked_for() {
        for (seconds, n_steps_max, expected) in [
            (0, 60, 1),
            (58, 60, 1),
            (60, 60, 2),
            (3_600, 60, 120),
            (86_400, 60, 1_800),
            (7 * 86_400, 60, 10_800),
            (365 * 86_400, 60, 7 * 86_400),
            (3_600, 1, 3_600 + 3_600),
        ] {
            let step = step_nanos(seconds * SECOND, n_steps_max);
            assert_eq!(step, expected * SECOND, "{seconds} s in {n_steps_max}");
        }
    }
}
