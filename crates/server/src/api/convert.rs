//! What the store gives, in the shapes of the API.

use tracewood_span::{Names, SourceLocation, Span};
use tracewood_store::Stored;

use super::model;
use super::summary::usage;
use super::value::{content, moment, object};
use crate::price::UnitPrices;

impl From<&tracewood_store::TraceSummary> for model::TraceSummary {
    fn from(trace: &tracewood_store::TraceSummary) -> Self {
        Self {
            trace_id: trace.trace_id.to_string(),
            trace_id_original: trace.trace_id_text.clone(),
            entry_span_id: trace.entry_span_id.to_string(),
            name: trace.name.clone(),
            kind: trace.kind.to_string(),
            status: trace.status.to_string(),
            started_at: moment(trace.started_at_unix_nanos),
            duration_nanos: trace.duration_nanos,
            root_missing: trace.is_root_missing,
            input_preview: trace.input_preview.clone(),
            output_preview: trace.output_preview.clone(),
            span_count: trace.n_spans,
            error_count: trace.n_errors,
            input_tokens: trace.usage.input_tokens,
            output_tokens: trace.usage.output_tokens,
            total_tokens: trace.usage.total(),
            cost_usd: trace.cost_usd,
            models: trace.models.clone(),
            user_id: trace.user_id.clone(),
            session_id: trace.session_id.clone(),
            environment: trace.environment.clone(),
            tags: trace.tags.clone(),
        }
    }
}

/// A trace with its spans.
pub(crate) fn trace(trace: &tracewood_store::Trace, scores: &[tracewood_store::Score]) -> model::Trace {
    let first_unix_nanos = trace.spans.iter().map(|stored| stored.span.started_at_unix_nanos).min().unwrap_or(0);
    model::Trace {
        trace: (&trace.summary).into(),
        spans: trace.spans.iter().map(|stored| span(stored, first_unix_nanos)).collect(),
        scores: scores.iter().map(Into::into).collect(),
    }
}

/// A span whole, placed in a trace that began at a moment.
pub(crate) fn span(stored: &Stored, first_unix_nanos: u64) -> model::Span {
    let span = &stored.span;
    let has_git = span.git_repo.is_some() || span.git_ref.is_some();
    model::Span {
        trace_id: span.trace_id.to_string(),
        span_id: span.span_id.to_string(),
        span_id_original: span.span_id_text.clone(),
        parent_span_id: span.parent_span_id.map(|id| id.to_string()),
        parent_remote: span.is_parent_remote,
        name: span.name.clone(),
        kind: span.kind.to_string(),
        kind_original: span.kind_text.clone(),
        otel_kind: otel_kind(span.otel_kind).to_owned(),
        status: span.status.to_string(),
        status_message: span.status_message.clone(),
        started_at: moment(span.started_at_unix_nanos),
        ended_at: span.ended_at_unix_nanos.map(moment),
        offset_nanos: span.started_at_unix_nanos.saturating_sub(first_unix_nanos),
        duration_nanos: span.duration_nanos(),
        pending: span.ended_at_unix_nanos.is_none(),
        input: span.input_value().map(content),
        output: span.output_value().map(content),
        model: span.model().map(str::to_owned),
        model_requested: span.model_requested.clone(),
        provider: span.provider.clone(),
        model_parameters: object(&span.model_parameters),
        finish_reasons: span.finish_reasons.clone(),
        usage: usage(&span.usage),
        cost_usd: span.cost_usd,
        time_to_first_token_nanos: span.time_to_first_token_nanos,
        session_id: span.session_id.clone(),
        user_id: span.user_id.clone(),
        tags: span.tags.clone(),
        environment: span.environment.clone(),
        metadata: object(&span.metadata),
        git: has_git.then(|| model::Git { repo: span.git_repo.clone(), reference: span.git_ref.clone() }),
        source: span.source.as_ref().map(source),
        names: names(&span.names),
        attributes: object(&span.attributes),
        events: events(span),
        links: links(span),
        resource: object(&span.resource.attributes),
        scope: model::Scope {
            name: span.scope.name.clone(),
            version: span.scope.version.clone(),
            attributes: object(&span.scope.attributes),
            schema_url: span.scope.schema_url.clone(),
        },
        trace_state: span.trace_state.clone(),
        dropped_count: span.n_dropped_by_client,
        price_version: stored.price_version.clone(),
    }
}

pub(super) fn unit_prices(prices: UnitPrices) -> model::UnitPrices {
    model::UnitPrices {
        input_usd_per_million: prices.input_usd_per_million,
        output_usd_per_million: prices.output_usd_per_million,
        cache_read_usd_per_million: prices.cache_read_usd_per_million,
        cache_write_usd_per_million: prices.cache_write_usd_per_million,
    }
}

/// The word for a number of OTLP's `SpanKind`.
fn otel_kind(number: i32) -> &'static str {
    match number {
        1 => "internal",
        2 => "server",
        3 => "client",
        4 => "producer",
        5 => "consumer",
        _ => "unspecified",
    }
}

fn names(names: &Names) -> model::Names {
    let names = names.clone();
    model::Names {
        title: names.title,
        trace: names.trace,
        prompt: names.prompt,
        prompt_version: names.prompt_version,
        tool: names.tool,
        tool_call_id: names.tool_call_id,
        tools_offered: names.tools_offered,
        agent: names.agent,
        workflow: names.workflow,
        release: names.release,
        service: names.service,
    }
}

fn source(source: &SourceLocation) -> model::Source {
    model::Source { file: source.file.clone(), line: source.line, function: source.function.clone() }
}

fn events(span: &Span) -> Vec<model::Event> {
    span.events
        .iter()
        .map(|event| model::Event {
            name: event.name.clone(),
            at: moment(event.at_unix_nanos),
            attributes: object(&event.attributes),
            dropped_count: event.n_dropped_attributes,
        })
        .collect()
}

fn links(span: &Span) -> Vec<model::Link> {
    span.links
        .iter()
        .map(|link| model::Link {
            trace_id: link.trace_id.map(|id| id.to_string()),
            span_id: link.span_id.map(|id| id.to_string()),
            trace_state: link.trace_state.clone(),
            attributes: object(&link.attributes),
            dropped_count: link.n_dropped_attributes,
        })
        .collect()
}
