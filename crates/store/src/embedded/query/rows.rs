//! The spans of one trace as rows of columns, without their payloads.

use std::sync::Arc;

use foldhash::HashSet;
use tantivy::DocAddress;
use tracewood_span::Usage;

use crate::embedded::partition::columns::{Columns, value};
use crate::embedded::partition::key::TraceKey;
use crate::embedded::partition::snapshot::Snapshot;
use crate::{Error, Stored};

/// A span of a trace, as far as a list needs it.
#[derive(Debug, Clone)]
pub(super) struct Row {
    snapshot: Arc<Snapshot>,
    address: DocAddress,
    pub(super) started_at: u64,
    pub(super) span_id: u64,
    pub(super) parent_id: Option<u64>,
    pub(super) is_entry: bool,
    is_ended: bool,
}

impl Row {
    pub(super) fn columns(&self) -> Result<&Columns, Error> {
        self.snapshot.columns(self.address.segment_ord)
    }

    pub(super) fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    pub(super) fn segment(&self) -> u32 {
        self.address.segment_ord
    }

    pub(super) fn doc(&self) -> u32 {
        self.address.doc_id
    }

    /// The whole span.
    pub(super) fn stored(&self) -> Result<Stored, Error> {
        self.snapshot.stored(self.address)
    }

    pub(super) fn usage(&self) -> Result<Usage, Error> {
        let columns = self.columns()?;
        let count = |column: &Option<_>| value(column.as_ref(), self.doc());
        Ok(Usage {
            input_tokens: count(&columns.input_tokens),
            output_tokens: count(&columns.output_tokens),
            total_tokens: count(&columns.total_tokens),
            cache_read_tokens: count(&columns.cache_read_tokens),
            cache_write_tokens: count(&columns.cache_write_tokens),
            reasoning_tokens: count(&columns.reasoning_tokens),
        })
    }
}

/// The spans of a trace, by start, then by id, each once.
pub(super) fn of_trace(snapshots: &[Arc<Snapshot>], key: &TraceKey) -> Result<Vec<Row>, Error> {
    let mut rows: Vec<Row> = Vec::new();
    let mut n_partitions = 0;
    for snapshot in snapshots {
        let n_before = rows.len();
        for address in snapshot.spans_of(key)? {
            rows.push(row(snapshot, address)?);
        }
        n_partitions += usize::from(rows.len() > n_before);
    }
    if n_partitions > 1 {
        // A span is in two partitions while its end, which lies on another day, takes the place of its beginning.
        rows.sort_by_key(|row| (row.span_id, !row.is_ended));
        rows.dedup_by_key(|row| row.span_id);
    }
    rows.sort_unstable_by_key(|row| (row.started_at, row.span_id));
    Ok(rows)
}

/// The row that stands for the trace: the first root; else the first span whose parent is not there; else, where
/// parents go in a circle, the first that was indexed without one; else the first.
pub(super) fn entry(rows: &[Row]) -> Option<&Row> {
    if let Some(root) = rows.iter().find(|row| row.parent_id.is_none()) {
        return Some(root);
    }
    let ids: HashSet<u64> = rows.iter().map(|row| row.span_id).collect();
    let is_orphan = |row: &&Row| {
        row.is_entry && row.parent_id.is_some_and(|parent| parent == row.span_id || !ids.contains(&parent))
    };
    rows.iter().find(is_orphan).or_else(|| rows.iter().find(|row| row.is_entry)).or_else(|| rows.first())
}

fn row(snapshot: &Arc<Snapshot>, address: DocAddress) -> Result<Row, Error> {
    let columns = snapshot.columns(address.segment_ord)?;
    let doc = address.doc_id;
    Ok(Row {
        snapshot: Arc::clone(snapshot),
        address,
        started_at: columns.started_at(doc),
        span_id: columns.span_id.first(doc).unwrap_or(0),
        parent_id: value(columns.parent_id.as_ref(), doc),
        is_entry: columns.entry.first(doc).unwrap_or(false),
        is_ended: !columns.pending.first(doc).unwrap_or(false),
    })
}
