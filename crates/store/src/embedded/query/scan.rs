//! All spans of a partition that answer a question, segment by segment, and which trace each belongs to.

use std::ops::Range;
use std::sync::Arc;

use tantivy::query::{EnableScoring, Query};
use tantivy::{DocAddress, DocId, DocSet, TERMINATED};
use tracewood_span::Status;

use crate::Error;
use crate::embedded::partition::columns::Columns;
use crate::embedded::partition::key::trace_number;
use crate::embedded::partition::snapshot::Snapshot;

/// The spans of one segment that answer a question, in the order of the segment.
pub(super) struct Found<'a> {
    pub(super) snapshot: &'a Arc<Snapshot>,
    pub(super) segment: u32,
    pub(super) columns: &'a Columns,
    pub(super) docs: Vec<DocId>,
}

/// Goes through the segments of a partition that have spans which answer a question.
pub(super) fn each_segment(
    snapshot: &Arc<Snapshot>,
    query: &dyn Query,
    mut visit: impl FnMut(Found<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut segments = 0..snapshot.searcher().segment_readers().len() as u32;
    segments.try_for_each(|number| segment(snapshot, query, number, &mut visit))
}

/// Looks into one segment.
pub(super) fn segment(
    snapshot: &Arc<Snapshot>,
    query: &dyn Query,
    segment: u32,
    visit: impl FnOnce(Found<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let docs = docs(snapshot, query, segment, 0..TERMINATED, usize::MAX)?;
    if docs.is_empty() {
        return Ok(());
    }
    visit(Found { snapshot, segment, columns: snapshot.columns(segment)?, docs })
}

/// The documents of a part of a segment that answer a question, in order; the first ones where there are more than `n_max`.
pub(super) fn docs(
    snapshot: &Snapshot,
    query: &dyn Query,
    segment: u32,
    range: Range<DocId>,
    n_max: usize,
) -> Result<Vec<DocId>, Error> {
    let searcher = snapshot.searcher();
    let Some(reader) = searcher.segment_readers().get(segment as usize) else { return Ok(Vec::new()) };
    let weight = query.weight(EnableScoring::disabled_from_searcher(searcher)).map_err(|e| snapshot.fail(e))?;
    let mut scorer = weight.scorer(reader, 1.0).map_err(|e| snapshot.fail(e))?;
    let mut found = Vec::new();
    let mut doc = scorer.doc();
    if doc < range.start {
        doc = scorer.seek(range.start);
    }
    while doc < range.end && found.len() < n_max {
        if !reader.is_deleted(doc) {
            found.push(doc);
        }
        doc = scorer.advance();
    }
    Ok(found)
}

impl Found<'_> {
    /// Keeps the spans that began in a range of time.
    pub(super) fn retain_started(&mut self, range: &Range<u64>) {
        if *range != (0..u64::MAX) {
            self.docs.retain(|doc| range.contains(&self.columns.started_at(*doc)));
        }
    }

    /// How the segment numbers the status of a failure, if it has one.
    pub(super) fn error_ord(&self) -> Result<Option<u64>, Error> {
        let Some(column) = &self.columns.status else { return Ok(None) };
        let ord = column.dictionary().term_ord(Status::Error.as_str());
        ord.map_err(|e| self.snapshot.fail(e.into()))
    }

    /// Whether a span failed.
    pub(super) fn is_error(&self, error_ord: Option<u64>, doc: DocId) -> bool {
        error_ord.is_some() && self.columns.status.as_ref().and_then(|column| column.ords().first(doc)) == error_ord
    }

    /// The trace of each span.
    pub(super) fn traces(&self) -> Result<Traces, Error> {
        Traces::of(self.snapshot, self.segment, &self.docs)
    }
}

/// Which traces some spans of a segment belong to.
pub(super) struct Traces {
    /// For each span, the place of its trace in `ids`.
    pub(super) places: Vec<u32>,
    /// The traces, each once.
    pub(super) ids: Vec<u128>,
}

impl Traces {
    pub(super) fn of(snapshot: &Snapshot, segment: u32, docs: &[DocId]) -> Result<Self, Error> {
        let columns = snapshot.columns(segment)?;
        let Some(column) = &columns.trace_key else { return Self::of_records(snapshot, segment, docs) };
        let ords: Vec<u64> = docs.iter().map(|doc| column.ords().first(*doc).unwrap_or(0)).collect();
        let mut wanted = ords.clone();
        wanted.sort_unstable();
        wanted.dedup();
        let mut ids = Vec::with_capacity(wanted.len());
        column
            .dictionary()
            .sorted_ords_to_term_cb(&wanted, |key| {
                ids.push(u128::from_be_bytes(key.last_chunk::<16>().copied().unwrap_or_default()));
            })
            .map_err(|e| snapshot.fail(e.into()))?;
        // The ords lie close together, so that a table from ord to place is small.
        let first = wanted.first().copied().unwrap_or(0);
        let mut table = vec![0_u32; wanted.last().map_or(0, |last| (last - first + 1) as usize)];
        for (place, ord) in (0_u32..).zip(&wanted) {
            if let Some(entry) = table.get_mut((ord - first) as usize) {
                *entry = place;
            }
        }
        let place = |ord: &u64| table.get((ord - first) as usize).copied().unwrap_or(0);
        Ok(Self { places: ords.iter().map(place).collect(), ids })
    }

    /// In a partition from before there was the column: the span itself knows.
    fn of_records(snapshot: &Snapshot, segment: u32, docs: &[DocId]) -> Result<Self, Error> {
        let trace = |doc: &DocId| {
            let stored = snapshot.stored(DocAddress::new(segment, *doc))?;
            Ok(trace_number(stored.span.trace_id))
        };
        let traces = docs.iter().map(trace).collect::<Result<Vec<_>, Error>>()?;
        let mut ids = traces.clone();
        ids.sort_unstable();
        ids.dedup();
        let place = |trace: &u128| ids.binary_search(trace).unwrap_or(0) as u32;
        Ok(Self { places: traces.iter().map(place).collect(), ids })
    }

    /// The trace of each span.
    pub(super) fn each(&self) -> impl Iterator<Item = u128> + '_ {
        self.places.iter().map(|place| self.ids.get(*place as usize).copied().unwrap_or(0))
    }
}
