//! A trace with all its spans but without their payloads, from columns alone.

use std::collections::HashMap;
use std::sync::Arc;

use tantivy::columnar::StrColumn;
use tracewood_span::{Kind, SpanId, Status, TraceId};

use super::rows::{self, Row};
use super::summary;
use crate::embedded::partition::columns::value;
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
    let mut words = Words::default();
    let lines = rows.iter().map(|row| line(row, &mut words)).filter_map(Result::transpose);
    Ok(Some(Tree { summary, spans: lines.collect::<Result<_, _>>()? }))
}

/// `None` for an id of zeros, which no decoder lets through.
fn line(row: &Row, words: &mut Words) -> Result<Option<SpanLine>, Error> {
    let Some(span_id) = SpanId::new(row.span_id.to_be_bytes()) else { return Ok(None) };
    let columns = row.columns()?;
    let kind = words.first(row, Word::Kind, columns.kind.as_ref());
    let status = words.first(row, Word::Status, columns.status.as_ref());
    Ok(Some(SpanLine {
        span_id,
        parent_span_id: row.parent_id.and_then(|parent| SpanId::new(parent.to_be_bytes())),
        name: words.first(row, Word::Name, columns.name.as_ref()).unwrap_or_default(),
        kind: kind.and_then(|word| Kind::from_word(&word)).unwrap_or_default(),
        kind_text: words.first(row, Word::KindText, columns.kind_text.as_ref()).unwrap_or_default(),
        status: status.and_then(|word| Status::from_word(&word)).unwrap_or_default(),
        started_at_unix_nanos: row.started_at,
        duration_nanos: value(columns.duration.as_ref(), row.doc()),
        model: words.first(row, Word::Model, columns.model.as_ref()),
        usage: row.usage()?,
        cost_usd: value(columns.cost.as_ref(), row.doc()),
        time_to_first_token_nanos: value(columns.time_to_first_token.as_ref(), row.doc()),
    }))
}

/// A column of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Word {
    Name,
    Kind,
    KindText,
    Status,
    Model,
}

/// Texts that were looked up already, by their place in the dictionary of a segment.
///
/// A trace of 50 000 spans says the same few names over and over, and each look into a dictionary unpacks a block of it.
#[derive(Default)]
struct Words(HashMap<(*const Snapshot, u32, Word, u64), Option<String>>);

impl Words {
    /// The first text that a column has for a row.
    fn first(&mut self, row: &Row, word: Word, column: Option<&StrColumn>) -> Option<String> {
        let column = column?;
        let ord = column.term_ords(row.doc()).next()?;
        let look_up = || {
            let mut text = String::new();
            column.ord_to_str(ord, &mut text).ok()?.then_some(text)
        };
        let key = (Arc::as_ptr(row.snapshot()), row.segment(), word, ord);
        self.0.entry(key).or_insert_with(look_up).clone()
    }
}
