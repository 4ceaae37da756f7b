//! A trace in one line.

use std::sync::Arc;

use foldhash::{HashSet, HashSetExt as _};
use tantivy::columnar::StrColumn;
use tracewood_span::{Status, Usage};

use super::preview::preview;
use super::rows::Row;
use crate::embedded::partition::columns::{Columns, texts, value};
use crate::embedded::partition::snapshot::Snapshot;
use crate::{Error, Stored, TraceSummary};

/// Sums up the rows of a trace, of which `entry` stands for it.
pub(super) fn summary(rows: &[Row], entry: &Stored) -> Result<TraceSummary, Error> {
    let span = &entry.span;
    let mut totals = Totals::default();
    for row in rows {
        totals.add(row)?;
    }
    Ok(TraceSummary {
        trace_id: span.trace_id,
        trace_id_text: span.trace_id_text.clone(),
        entry_span_id: span.span_id,
        name: span.name.clone(),
        kind: span.kind,
        status: span.status,
        started_at_unix_nanos: span.started_at_unix_nanos,
        duration_nanos: span.duration_nanos(),
        is_root_missing: span.parent_span_id.is_some(),
        input_preview: span.input_value().map(preview).unwrap_or_default(),
        output_preview: span.output_value().map(preview).unwrap_or_default(),
        n_spans: rows.len() as u64,
        n_errors: totals.n_errors,
        usage: totals.usage,
        cost_usd: totals.cost_usd,
        models: totals.models,
        user_id: span.user_id.clone().or(totals.user),
        session_id: span.session_id.clone().or(totals.session),
        environment: span.environment.clone().or(totals.environment),
        tags: totals.tags,
    })
}

#[derive(Default)]
struct Totals<'a> {
    /// What was met in each segment.
    met: Vec<Met<'a>>,
    n_errors: u64,
    usage: Usage,
    cost_usd: Option<f64>,
    models: Vec<String>,
    tags: Vec<String>,
    user: Option<String>,
    session: Option<String>,
    environment: Option<String>,
}

/// The words of a segment that were met already, by their numbers: a trace of thousands of spans has few words, and
/// looking up a word takes longer than all else of a row.
struct Met<'a> {
    snapshot: &'a Arc<Snapshot>,
    segment: u32,
    /// The number of the word for a failed span.
    error: Option<u64>,
    models: HashSet<u64>,
    tags: HashSet<u64>,
}

impl<'a> Met<'a> {
    fn new(row: &'a Row, columns: &Columns) -> Self {
        let word = Status::Error.as_str().as_bytes();
        let error = columns.status.as_ref().and_then(|column| column.dictionary().term_ord(word).ok().flatten());
        let (snapshot, segment) = (row.snapshot(), row.segment());
        Self { snapshot, segment, error, models: HashSet::new(), tags: HashSet::new() }
    }

    fn is_of(&self, row: &Row) -> bool {
        self.segment == row.segment() && Arc::ptr_eq(self.snapshot, row.snapshot())
    }
}

impl<'a> Totals<'a> {
    fn add(&mut self, row: &'a Row) -> Result<(), Error> {
        let columns = row.columns()?;
        let place = self.met.iter().position(|met| met.is_of(row)).unwrap_or(self.met.len());
        if place == self.met.len() {
            self.met.push(Met::new(row, columns));
        }
        let Some(met) = self.met.get_mut(place) else { return Ok(()) };
        let status = columns.status.as_ref().and_then(|column| column.term_ords(row.doc()).next());
        self.n_errors += u64::from(met.error.is_some() && status == met.error);
        if value(Some(&columns.model_call), row.doc()) == Some(true) {
            self.usage = sum(self.usage, row.usage()?);
            if let Some(cost) = value(columns.cost.as_ref(), row.doc()) {
                *self.cost_usd.get_or_insert(0.0) += cost;
            }
            add_new(&mut self.models, &mut met.models, columns.model.as_ref(), row);
        }
        add_new(&mut self.tags, &mut met.tags, columns.tags.as_ref(), row);
        first(&mut self.user, columns.user.as_ref(), row);
        first(&mut self.session, columns.session.as_ref(), row);
        first(&mut self.environment, columns.environment.as_ref(), row);
        Ok(())
    }
}

fn first(found: &mut Option<String>, column: Option<&StrColumn>, row: &Row) {
    if found.is_none() {
        *found = texts(column, row.doc()).next();
    }
}

/// Adds the words of a row that were not met before.
fn add_new(list: &mut Vec<String>, met: &mut HashSet<u64>, column: Option<&StrColumn>, row: &Row) {
    let Some(column) = column else { return };
    for number in column.term_ords(row.doc()) {
        let mut text = String::new();
        let is_new = met.insert(number) && column.ord_to_str(number, &mut text).is_ok_and(|is_there| is_there);
        if is_new && !list.contains(&text) {
            list.push(text);
        }
    }
}

fn sum(one: Usage, other: Usage) -> Usage {
    let add = |one: Option<u64>, other: Option<u64>| match (one, other) {
        (None, None) => None,
        (one, other) => Some(one.unwrap_or(0).saturating_add(other.unwrap_or(0))),
    };
    Usage {
        input_tokens: add(one.input_tokens, other.input_tokens),
        output_tokens: add(one.output_tokens, other.output_tokens),
        total_tokens: add(one.total_tokens, other.total_tokens),
        cache_read_tokens: add(one.cache_read_tokens, other.cache_read_tokens),
        cache_write_tokens: add(one.cache_write_tokens, other.cache_write_tokens),
        reasoning_tokens: add(one.reasoning_tokens, other.reasoning_tokens),
    }
}
