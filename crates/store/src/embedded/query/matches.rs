//! Which traces match a filter: those of which one span passes the whole of it.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use tantivy::{DocId, TERMINATED};

use super::plan::plan;
use super::rows::Row;
use super::scan;
use crate::embedded::day::Day;
use crate::embedded::partition::columns::value;
use crate::embedded::partition::snapshot::Snapshot;
use crate::filter::Filter;
use crate::{Error, Order};

/// Up to so many spans that pass, their traces are gathered before a list is walked down; with more, it is likely that
/// some are met soon.
const FEW_SPANS: usize = 20_000;

/// The traces that match, if few spans pass.
pub(super) fn few(snapshots: &[Arc<Snapshot>], project: &str, filter: &Filter) -> Result<Option<HashSet<u128>>, Error> {
    let mut traces = HashSet::new();
    let mut n_left = FEW_SPANS;
    for snapshot in snapshots {
        let query = plan(snapshot, project, filter, None)?;
        for segment in 0..snapshot.searcher().segment_readers().len() as u32 {
            // One more than there may be shows that there are too many, and nothing more is looked at.
            let docs = scan::docs(snapshot, query.as_ref(), segment, 0..TERMINATED, n_left + 1)?;
            if docs.len() > n_left {
                return Ok(None);
            }
            n_left -= docs.len();
            if !docs.is_empty() {
                traces.extend(scan::Traces::of(snapshot, segment, &docs)?.ids);
            }
        }
    }
    Ok(Some(traces))
}

/// The traces that match with a span that began in a range of time.
pub(super) fn all(
    snapshots: &[Arc<Snapshot>],
    project: &str,
    filter: &Filter,
    started: &Range<u64>,
) -> Result<HashSet<u128>, Error> {
    let mut traces = HashSet::new();
    for snapshot in snapshots {
        let query = plan(snapshot, project, filter, None)?;
        scan::each_segment(snapshot, query.as_ref(), |mut found| {
            found.retain_started(started);
            traces.extend(found.traces()?.ids);
            Ok(())
        })?;
    }
    Ok(traces)
}

/// The ranks of traces in an order that is a sum over their model calls.
pub(super) fn ranks(snapshots: &[Arc<Snapshot>], project: &str, order: Order) -> Result<HashMap<u128, u64>, Error> {
    let mut sums: HashMap<u128, f64> = HashMap::new();
    if !matches!(order, Order::Costliest | Order::MostTokens) {
        return Ok(HashMap::new());
    }
    for snapshot in snapshots {
        let query = plan(snapshot, project, &Filter::everything(), Some(snapshot.fields().model_call))?;
        scan::each_segment(snapshot, query.as_ref(), |found| {
            let columns = found.columns;
            let traces = found.traces()?;
            let mut here = vec![0.0; traces.ids.len()];
            for (doc, place) in found.docs.iter().zip(&traces.places) {
                let number = match order {
                    Order::Costliest => value(columns.cost.as_ref(), *doc),
                    _ => value(columns.total_tokens.as_ref(), *doc).map(|tokens| tokens as f64),
                };
                if let (Some(number), Some(sum)) = (number, here.get_mut(*place as usize)) {
                    *sum += number;
                }
            }
            for (trace, sum) in traces.ids.into_iter().zip(here) {
                *sums.entry(trace).or_default() += sum;
            }
            Ok(())
        })?;
    }
    // The bits of numbers that are not negative are in the order of the numbers.
    Ok(sums.into_iter().map(|(trace, sum)| (trace, sum.max(0.0).to_bits())).collect())
}

/// Neighbours in a segment that are looked at together: spans of traces that follow each other in a list lie side by side.
const WINDOW_SPANS: DocId = 1 << 14;

/// Tells of spans whether they pass, one window of a segment at a time as they are met.
pub(super) struct Matcher<'a> {
    project: &'a str,
    filter: &'a Filter,
    /// Those that pass, by partition, segment and window.
    passing: HashMap<(Day, u32, u32), Vec<DocId>>,
}

impl<'a> Matcher<'a> {
    pub(super) fn new(project: &'a str, filter: &'a Filter) -> Self {
        Self { project, filter, passing: HashMap::new() }
    }

    /// Whether one of the spans passes.
    pub(super) fn matches(&mut self, rows: &[Row]) -> Result<bool, Error> {
        for row in rows {
            let snapshot = row.snapshot();
            let window = row.doc() / WINDOW_SPANS;
            let docs = match self.passing.entry((snapshot.day(), row.segment(), window)) {
                Entry::Occupied(entry) => entry.into_mut(),
                Entry::Vacant(entry) => {
                    let query = plan(snapshot, self.project, self.filter, None)?;
                    let begin = window * WINDOW_SPANS;
                    let range = begin..begin.saturating_add(WINDOW_SPANS);
                    entry.insert(scan::docs(snapshot, query.as_ref(), row.segment(), range, usize::MAX)?)
                }
            };
            if docs.binary_search(&row.doc()).is_ok() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
