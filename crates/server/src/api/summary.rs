//! Spans and groups of them in one line each.

use tracewood_span::{Span, Usage};
use tracewood_store as store;

use super::model;
use super::model::SpanSummary;
use super::value::moment;

/// Characters of a text in a summary; enough for a line of a list.
const TEXT_CHARS_MAX: usize = 200;
/// Tags in a summary, likewise.
const TAGS_MAX: usize = 16;

/// A span without what went in and out.
pub(crate) fn span_summary(span: &Span) -> SpanSummary {
    let text = |text: &String| text.chars().take(TEXT_CHARS_MAX).collect::<String>();
    SpanSummary {
        trace_id: span.trace_id.to_string(),
        span_id: span.span_id.to_string(),
        parent_span_id: span.parent_span_id.map(|id| id.to_string()),
        name: text(&span.name),
        kind: span.kind.to_string(),
        status: span.status.to_string(),
        started_at: moment(span.started_at_unix_nanos),
        duration_nanos: span.duration_nanos(),
        pending: span.ended_at_unix_nanos.is_none(),
        model: span.model().map(|model| text(&model.to_owned())),
        total_tokens: span.usage.total(),
        cost_usd: span.cost_usd,
        session_id: span.session_id.as_ref().map(text),
        user_id: span.user_id.as_ref().map(text),
        environment: span.environment.as_ref().map(text),
        tags: span.tags.iter().take(TAGS_MAX).map(text).collect(),
    }
}

/// A trace without payloads.
pub(super) fn tree(tree: &store::Tree, scores: &[store::Score]) -> model::Tree {
    let first_unix_nanos = tree.spans.iter().map(|span| span.started_at_unix_nanos).min().unwrap_or(0);
    let spans = tree.spans.iter().map(|span| model::TreeSpan {
        span_id: span.span_id.to_string(),
        parent_span_id: span.parent_span_id.map(|id| id.to_string()),
        name: span.name.clone(),
        kind: span.kind.to_string(),
        kind_original: span.kind_text.clone(),
        status: span.status.to_string(),
        started_at: moment(span.started_at_unix_nanos),
        offset_nanos: span.started_at_unix_nanos.saturating_sub(first_unix_nanos),
        duration_nanos: span.duration_nanos,
        pending: span.duration_nanos.is_none(),
        model: span.model.clone(),
        usage: usage(&span.usage),
        cost_usd: span.cost_usd,
        time_to_first_token_nanos: span.time_to_first_token_nanos,
    });
    let scores = scores.iter().map(Into::into).collect();
    model::Tree { trace: (&tree.summary).into(), spans: spans.collect(), scores }
}

/// Tokens as they were counted.
pub(super) fn usage(usage: &Usage) -> model::Usage {
    model::Usage {
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        total_tokens: usage.total(),
        cache_read_tokens: usage.cache_read_tokens,
        cache_write_tokens: usage.cache_write_tokens,
        reasoning_tokens: usage.reasoning_tokens,
    }
}

/// Sessions or users.
pub(super) fn groups(page: store::GroupPage) -> model::GroupList {
    model::GroupList { groups: page.groups.into_iter().map(group).collect(), next_cursor: page.next_cursor }
}

/// A session or user.
pub(super) fn group(group: store::Group) -> model::Group {
    model::Group {
        id: group.id,
        trace_count: group.n_traces,
        span_count: group.n_spans,
        error_count: group.n_errors,
        total_tokens: group.total_tokens,
        cost_usd: group.cost_usd,
        first_started_at: moment(group.first_started_at_unix_nanos),
        last_started_at: moment(group.last_started_at_unix_nanos),
    }
}

/// Numbers of many spans.
pub(super) fn metrics(metrics: store::Metrics) -> model::Metrics {
    let quantiles = |of: store::Quantiles| model::Quantiles { p50: of.p50, p90: of.p90, p95: of.p95, p99: of.p99 };
    let rows = metrics.rows.into_iter().map(|row| model::MetricsRow {
        step_at: row.step_at_unix_nanos.map(moment),
        group: row.group,
        span_count: row.n_spans,
        error_count: row.n_errors,
        input_tokens: row.input_tokens,
        output_tokens: row.output_tokens,
        total_tokens: row.total_tokens,
        cost_usd: row.cost_usd,
        duration_nanos: row.duration_nanos.map(quantiles),
        time_to_first_token_nanos: row.time_to_first_token_nanos.map(quantiles),
    });
    model::Metrics { rows: rows.collect() }
}
