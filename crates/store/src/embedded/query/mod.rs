//! Answers questions from what the partitions looked like after their last commits.

mod cursor;
mod entries;
mod preview;
mod rows;
mod summary;

use std::collections::HashMap;
use std::sync::Arc;

use tracewood_span::TraceId;

use super::partition::key::TraceKey;
use super::partition::snapshot::Snapshot;
use crate::{Error, ErrorKind, Trace, TracePage, TraceQuery, TraceSummary};
use entries::{Entries, EntryKey};
use rows::Row;

/// How many traces a page has at the most, whatever is asked for.
const PAGE_MAX: usize = 1_000;

/// One page of traces, newest first.
///
/// A trace may have several spans that could stand for it: those that came before their parents. Each is met on the
/// way down, and the trace is listed at the one that stands for it now, so that it is listed once.
pub(super) fn traces(snapshots: &[Arc<Snapshot>], query: &TraceQuery) -> Result<TracePage, Error> {
    let from = query.started_at_or_after_unix_nanos.unwrap_or(0);
    let to = query.started_before_unix_nanos.unwrap_or(u64::MAX);
    if from > to {
        let context = "the range of time ends before it begins; swap its ends";
        return Err(Error::new(ErrorKind::Query, "list traces", context));
    }
    let before = query.cursor.as_deref().map(|cursor| cursor::decode(&query.project, cursor)).transpose()?;
    let limit = query.limit.clamp(1, PAGE_MAX);
    let mut entries = Entries::new(snapshots, &query.project, from..to, before)?;
    let mut others = HashMap::new();
    let mut page = TracePage { traces: Vec::new(), next_cursor: None };
    let mut last = None;
    while let Some(key) = entries.next()? {
        let Some(summary) = summary_at(snapshots, &query.project, key, &mut others)? else { continue };
        if page.traces.len() == limit {
            page.next_cursor = last.map(|last| cursor::encode(&query.project, last));
            break;
        }
        page.traces.push(summary);
        last = Some(key);
    }
    Ok(page)
}

/// One trace with all its spans.
pub(super) fn trace(snapshots: &[Arc<Snapshot>], project: &str, trace_id: TraceId) -> Result<Option<Trace>, Error> {
    let rows = rows::of_trace(snapshots, &TraceKey::new(project, trace_id))?;
    let Some(entry) = rows::entry(&rows) else { return Ok(None) };
    let summary = summary::summary(&rows, &entry.stored()?)?;
    let spans = rows.iter().map(Row::stored).collect::<Result<_, _>>()?;
    Ok(Some(Trace { summary, spans }))
}

/// The trace that an entry stands for; `None` if another one stands for it. `others` remembers which one that is, for
/// traces whose spans came all before their parents.
fn summary_at(
    snapshots: &[Arc<Snapshot>],
    project: &str,
    key: EntryKey,
    others: &mut HashMap<u128, u64>,
) -> Result<Option<TraceSummary>, Error> {
    if others.get(&key.trace).is_some_and(|span_id| *span_id != key.span_id) {
        return Ok(None);
    }
    let Some(trace_id) = TraceId::new(key.trace.to_be_bytes()) else { return Ok(None) };
    let rows = rows::of_trace(snapshots, &TraceKey::new(project, trace_id))?;
    let Some(entry) = rows::entry(&rows) else { return Ok(None) };
    if entry.span_id != key.span_id || entry.started_at != key.started_at {
        others.insert(key.trace, entry.span_id);
        return Ok(None);
    }
    summary::summary(&rows, &entry.stored()?).map(Some)
}
