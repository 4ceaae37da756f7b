//! A trace with all its spans but without their payloads, from columns alone.

use std::sync::Arc;

use tantivy::columnar::StrColumn;
use tracewood_span::{Kind, SpanId, Status, TraceId};

use super::rows::{self, Row, texts};
use super::summary;
use crate::embedded::partition::columns::{Columns, value};
use crate::embedded::partition::key::TraceKey;
use crate::embedded::partition::snapshot::Snapshot;
use crate::{Error, SpanLine, Tree};

/// One trace without payloads.
pub(in crate::embedded) fn tree(
    snapshots: &[Arc<Snapshot>],
    project: &str,
    trace_id: TraceId,
) -> Result<Option<Tree>, Error> {
    let rows = rows::of_trace(snapshots, &TraceKey::new(project, trace_id))?;
    let Some(entry) = rows::entry(&rows) else { return Ok(None) };
    let summary = summary::summary(&rows, &entry.stored()?)?;
    let lines = rows.iter().map(line).filter_map(Result::transpose);
    Ok(Some(Tree { summary, spans: lines.collect::<Result<_, _>>()? }))
}

/// `None` for an id of zeros, which no decoder lets through.
fn line(row: &Row) -> Result<Option<SpanLine>, Error> {
    let Some(span_id) = SpanId::new(row.span_id.to_be_bytes()) else { return Ok(None) };
    let columns = row.columns()?;
    let text = |column: fn(&Columns) -> Option<&StrColumn>| texts(row, column).map(|mut texts| texts.next());
    let kind = text(|columns| columns.kind.as_ref())?;
    let status = text(|columns| columns.status.as_ref())?;
    Ok(Some(SpanLine {
        span_id,
        parent_span_id: row.parent_id.and_then(|parent| SpanId::new(parent.to_be_bytes())),
        name: text(|columns| columns.name.as_ref())?.unwrap_or_default(),
        kind: kind.and_then(|word| Kind::from_word(&word)).unwrap_or_default(),
        kind_text: text(|columns| columns.kind_text.as_ref())?.unwrap_or_default(),
        status: status.and_then(|word| Status::from_word(&word)).unwrap_or_default(),
        started_at_unix_nanos: row.started_at,
        duration_nanos: value(columns.duration.as_ref(), row.doc()),
        model: text(|columns| columns.model.as_ref())?,
        usage: row.usage()?,
        cost_usd: value(columns.cost.as_ref(), row.doc()),
        time_to_first_token_nanos: value(columns.time_to_first_token.as_ref(), row.doc()),
    }))
}
