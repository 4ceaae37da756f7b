//! The values that spans have in a field, with counts: what a filter is completed with.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use super::plan::plan;
use super::said::{self, Budget};
use super::{PAGE_MAX, range, scan};
use crate::embedded::partition::snapshot::Snapshot;
use crate::{Error, ErrorKind, ValueCount, Values, ValuesQuery};

const LIST: &str = "list values";
/// How many values are told apart; of more, those that come later in the index are left out, and the answer says so.
const VALUES_MAX: usize = 1_000_000;

/// The values of a field, the most frequent first.
pub(in crate::embedded) fn values(snapshots: &[Arc<Snapshot>], query: &ValuesQuery) -> Result<Values, Error> {
    let started = range(LIST, query.started_at_or_after_unix_nanos, query.started_before_unix_nanos)?;
    if !query.field.is_listed() {
        let context = format!("the values of '{}' are not kept as a whole and cannot be listed", query.field);
        return Err(Error::new(ErrorKind::Query, LIST, context));
    }
    let prefix = query.prefix.to_lowercase();
    let mut budget = Budget::default();
    let mut counts: HashMap<String, u64> = HashMap::new();
    let mut is_complete = true;
    for snapshot in snapshots {
        let is_in = snapshot.started_range()?.is_some_and(|(first, last)| first < started.end && last >= started.start);
        if !is_in {
            continue;
        }
        let plan = plan(snapshot, &query.project, &query.filter, None)?;
        scan::each_segment(snapshot, plan.as_ref(), |mut found| {
            found.retain_started(&started);
            for (value, n_spans) in said::counts(&found, &query.field, &mut budget)? {
                if !starts_with(&value, &prefix) {
                    continue;
                }
                if counts.len() >= VALUES_MAX && !counts.contains_key(&value) {
                    is_complete = false;
                    continue;
                }
                *counts.entry(value).or_default() += n_spans;
            }
            Ok(())
        })?;
    }
    Ok(ranked(query, counts, is_complete && !budget.is_used_up()))
}

/// The most frequent of some values that begin as was asked for.
pub(in crate::embedded) fn ranked(query: &ValuesQuery, counts: HashMap<String, u64>, is_complete: bool) -> Values {
    let prefix = query.prefix.to_lowercase();
    let counts = counts.into_iter().map(|(value, n_spans)| ValueCount { value, n_spans });
    let mut values: Vec<ValueCount> =
        counts.filter(|count| count.n_spans > 0 && starts_with(&count.value, &prefix)).collect();
    values.sort_unstable_by(|a, b| (Reverse(a.n_spans), &a.value).cmp(&(Reverse(b.n_spans), &b.value)));
    let limit = query.limit.clamp(1, PAGE_MAX);
    let is_complete = is_complete && values.len() <= limit;
    values.truncate(limit);
    Values { values, is_complete }
}

fn starts_with(value: &str, prefix_in_small_letters: &str) -> bool {
    let mut letters = value.chars().flat_map(char::to_lowercase);
    prefix_in_small_letters.chars().all(|letter| letters.next() == Some(letter))
}
