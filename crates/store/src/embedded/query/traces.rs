//! Lists of traces, and one trace with all its spans.

use std::collections::HashMap;
use std::sync::Arc;

use tracewood_span::TraceId;

use super::cursor::Seal;
use super::entries::{Entries, EntryKey, Wanted};
use super::matches::{self, Matcher};
use super::rows::{self, Row};
use super::{PAGE_MAX, range, summary};
use crate::embedded::partition::key::TraceKey;
use crate::embedded::partition::snapshot::Snapshot;
use crate::filter::Filter;
use crate::{Error, Order, Trace, TracePage, TraceQuery, TraceSummary};

const LIST: &str = "list traces";
/// How many entries are looked at for each trace of a page before the filter is asked for all the traces that match.
const LOOKS_PER_TRACE: usize = 4;
const LOOKS_MIN: usize = 64;

/// One page of traces.
///
/// A trace may have several spans that could stand for it: those that came before their parents. Each is met on the
/// way down, and the trace is listed at the one that stands for it now, so that it is listed once.
pub(in crate::embedded) fn traces(snapshots: &[Arc<Snapshot>], query: &TraceQuery) -> Result<TracePage, Error> {
    let started = range(LIST, query.started_at_or_after_unix_nanos, query.started_before_unix_nanos)?;
    let seal = Seal::new(LIST, &query.project, &format!("{:?} {}", query.order, query.filter));
    let mut before = query.cursor.as_deref().map(|cursor| seal.decode(cursor)).transpose()?;
    let limit = query.limit.clamp(1, PAGE_MAX);
    let all = || matches::all(snapshots, &query.project, &query.filter, &(0..u64::MAX)).map(Arc::new);
    let mut traces = match (query.filter.is_everything(), query.order) {
        (true, _) => None,
        (false, Order::Newest) => matches::few(snapshots, &query.project, &query.filter)?.map(Arc::new),
        (false, _) => Some(all()?),
    };
    let ranks = Arc::new(matches::ranks(snapshots, &query.project, query.order)?);
    let mut walk = Walk {
        snapshots,
        project: &query.project,
        others: HashMap::new(),
        matcher: Matcher::new(&query.project, &query.filter),
    };
    let mut page = TracePage { traces: Vec::new(), next_cursor: None };
    let mut last = None;
    loop {
        let wanted = Wanted {
            project: query.project.clone(),
            filter: Filter::everything(),
            is_entries: true,
            started: started.clone(),
            order: query.order,
            traces: traces.clone(),
            ranks: Arc::clone(&ranks),
        };
        let mut entries = Entries::new(snapshots, wanted, before)?;
        let is_matched = traces.is_some() || query.filter.is_everything();
        let mut n_looks = (!is_matched).then_some(limit * LOOKS_PER_TRACE + LOOKS_MIN);
        loop {
            let Some(hit) = entries.next()? else { return Ok(page) };
            if n_looks == Some(0) {
                break;
            }
            n_looks = n_looks.map(|n| n - 1);
            before = Some(hit.key);
            let Some(summary) = walk.summary_at(hit.key, !is_matched)? else { continue };
            if page.traces.len() == limit {
                page.next_cursor = last.map(|last| seal.encode(last));
                return Ok(page);
            }
            page.traces.push(summary);
            last = Some(hit.key);
        }
        // What matches is rarer here than it looked; asking for all of it at once is quicker than walking on.
        traces = Some(all()?);
    }
}

/// One trace with all its spans.
pub(in crate::embedded) fn trace(
    snapshots: &[Arc<Snapshot>],
    project: &str,
    trace_id: TraceId,
) -> Result<Option<Trace>, Error> {
    let rows = rows::of_trace(snapshots, &TraceKey::new(project, trace_id))?;
    let Some(entry) = rows::entry(&rows) else { return Ok(None) };
    let summary = summary::summary(&rows, &entry.stored()?)?;
    let spans = rows.iter().map(Row::stored).collect::<Result<_, _>>()?;
    Ok(Some(Trace { summary, spans }))
}

struct Walk<'a> {
    snapshots: &'a [Arc<Snapshot>],
    project: &'a str,
    /// Which span stands for a trace, for traces whose spans came all before their parents.
    others: HashMap<u128, u64>,
    matcher: Matcher<'a>,
}

impl Walk<'_> {
    /// The trace that an entry stands for; `None` if another one stands for it, or if it does not match.
    fn summary_at(&mut self, key: EntryKey, is_to_be_matched: bool) -> Result<Option<TraceSummary>, Error> {
        if self.others.get(&key.trace).is_some_and(|span_id| *span_id != key.span_id) {
            return Ok(None);
        }
        let Some(trace_id) = TraceId::new(key.trace.to_be_bytes()) else { return Ok(None) };
        let rows = rows::of_trace(self.snapshots, &TraceKey::new(self.project, trace_id))?;
        let Some(entry) = rows::entry(&rows) else { return Ok(None) };
        if entry.span_id != key.span_id || entry.started_at != key.started_at {
            self.others.insert(key.trace, entry.span_id);
            return Ok(None);
        }
        if is_to_be_matched && !self.matcher.matches(&rows)? {
            return Ok(None);
        }
        summary::summary(&rows, &entry.stored()?).map(Some)
    }
}
