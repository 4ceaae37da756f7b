//! A trace in one line.

use tantivy::columnar::StrColumn;
use tracewood_span::{Status, Usage};

use super::preview::preview;
use super::rows::{Row, texts};
use crate::embedded::partition::columns::{Columns, value};
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
struct Totals {
    n_errors: u64,
    usage: Usage,
    cost_usd: Option<f64>,
    models: Vec<String>,
    tags: Vec<String>,
    user: Option<String>,
    session: Option<String>,
    environment: Option<String>,
}

impl Totals {
    fn add(&mut self, row: &Row) -> Result<(), Error> {
        let columns = row.columns()?;
        let is_error = texts(row, |columns| columns.status.as_ref())?.any(|status| status == Status::Error.as_str());
        self.n_errors += u64::from(is_error);
        if value(Some(&columns.model_call), row.doc()) == Some(true) {
            self.usage = sum(self.usage, row.usage()?);
            if let Some(cost) = value(columns.cost.as_ref(), row.doc()) {
                *self.cost_usd.get_or_insert(0.0) += cost;
            }
            add_new(&mut self.models, texts(row, |columns| columns.model.as_ref())?);
        }
        add_new(&mut self.tags, texts(row, |columns| columns.tags.as_ref())?);
        first(&mut self.user, row, |columns| columns.user.as_ref())?;
        first(&mut self.session, row, |columns| columns.session.as_ref())?;
        first(&mut self.environment, row, |columns| columns.environment.as_ref())
    }
}

fn first(found: &mut Option<String>, row: &Row, column: impl Fn(&Columns) -> Option<&StrColumn>) -> Result<(), Error> {
    if found.is_none() {
        *found = texts(row, column)?.next();
    }
    Ok(())
}

fn add_new(list: &mut Vec<String>, texts: impl Iterator<Item = String>) {
    for text in texts {
        if !list.contains(&text) {
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
