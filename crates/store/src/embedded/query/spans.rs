//! Spans that pass a filter: pages of them, an export of all, and one by its id.

use std::collections::HashMap;
use std::sync::Arc;

use tracewood_span::{SpanId, TraceId};

use super::cursor::Seal;
use super::entries::{Entries, Wanted};
use super::rows;
use super::{PAGE_MAX, range};
use crate::embedded::partition::key::{TraceKey, span_number};
use crate::embedded::partition::snapshot::Snapshot;
use crate::{Error, Order, SpanHit, SpanPage, SpanQuery, Stored};

const LIST: &str = "list spans";

/// One page of spans, newest first.
pub(in crate::embedded) fn spans(snapshots: &[Arc<Snapshot>], query: &SpanQuery) -> Result<SpanPage, Error> {
    let limit = query.limit.clamp(1, PAGE_MAX);
    let mut export = Export::new(snapshots, query)?;
    let mut spans = export.by_ref().take(limit).collect::<Result<Vec<_>, _>>()?;
    spans.shrink_to_fit();
    let is_more = spans.len() == limit && export.entries.next()?.is_some();
    let next_cursor = spans.last().filter(|_| is_more).map(|hit| hit.cursor.clone());
    Ok(SpanPage { spans, next_cursor })
}

/// One span of a trace.
pub(in crate::embedded) fn span(
    snapshots: &[Arc<Snapshot>],
    project: &str,
    trace_id: TraceId,
    span_id: SpanId,
) -> Result<Option<Stored>, Error> {
    let rows = rows::of_trace(snapshots, &TraceKey::new(project, trace_id))?;
    let wanted = span_number(span_id);
    rows.iter().find(|row| row.span_id == wanted).map(rows::Row::stored).transpose()
}

/// All spans that pass, newest first, as the partitions looked when it began.
pub(in crate::embedded) struct Export {
    entries: Entries,
    seal: Seal,
    is_over: bool,
}

impl Export {
    pub(in crate::embedded) fn new(snapshots: &[Arc<Snapshot>], query: &SpanQuery) -> Result<Self, Error> {
        let started = range(LIST, query.started_at_or_after_unix_nanos, query.started_before_unix_nanos)?;
        let seal = Seal::new(LIST, &query.project, &query.filter.to_string());
        let before = query.cursor.as_deref().map(|cursor| seal.decode(cursor)).transpose()?;
        let wanted = Wanted {
            project: query.project.clone(),
            filter: query.filter.clone(),
            is_entries: false,
            started,
            order: Order::Newest,
            traces: None,
            ranks: Arc::new(HashMap::new()),
        };
        Ok(Self { entries: Entries::new(snapshots, wanted, before)?, seal, is_over: false })
    }

    fn hit(&mut self) -> Result<Option<SpanHit>, Error> {
        let Some(hit) = self.entries.next()? else { return Ok(None) };
        let stored = hit.snapshot.stored(hit.address)?;
        Ok(Some(SpanHit { stored, cursor: self.seal.encode(hit.key) }))
    }
}

impl Iterator for Export {
    type Item = Result<SpanHit, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let hit = self.hit().transpose();
        // Behind an error nothing is certain; the cursor of the last span tells where to go on.
        self.is_over = !matches!(hit, Some(Ok(_)));
        hit
    }
}
