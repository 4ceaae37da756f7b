//! Spans to and from the messages that stand for them.

use std::sync::Arc;

use tracewood_span::{
    Content, Event, Kind, Link, Resource, Scope, SourceLocation, Span, SpanId, Status, TraceId, Usage,
};

use super::message::{self, OneContent, Record};
use super::value::{attributes_from, attributes_to, value_from, value_to};
use crate::Stored;

pub(super) fn resource_to(resource: &Resource) -> message::Resource {
    message::Resource { attributes: attributes_to(resource.attributes.clone()) }
}

pub(super) fn scope_to(scope: &Scope) -> message::Scope {
    message::Scope {
        name: scope.name.clone(),
        version: scope.version.clone(),
        attributes: attributes_to(scope.attributes.clone()),
    }
}

pub(super) fn resources_from(resources: Vec<message::Resource>) -> Option<Vec<Arc<Resource>>> {
    resources.into_iter().map(|r| Some(Arc::new(Resource { attributes: attributes_from(r.attributes)? }))).collect()
}

pub(super) fn scopes_from(scopes: Vec<message::Scope>) -> Option<Vec<Arc<Scope>>> {
    scopes
        .into_iter()
        .map(|s| Some(Arc::new(Scope { name: s.name, version: s.version, attributes: attributes_from(s.attributes)? })))
        .collect()
}

pub(super) fn record_to(stored: Stored, resource: u32, scope: u32) -> Record {
    let Stored { project, received_at_unix_nanos, price_version, span } = stored;
    Record {
        project,
        received_at_unix_nanos,
        price_version,
        trace_id: span.trace_id.as_bytes().to_vec(),
        span_id: span.span_id.as_bytes().to_vec(),
        parent_span_id: span.parent_span_id.map(|id| id.as_bytes().to_vec()).unwrap_or_default(),
        is_parent_remote: span.is_parent_remote,
        trace_id_text: span.trace_id_text,
        span_id_text: span.span_id_text,
        name: span.name,
        started_at_unix_nanos: span.started_at_unix_nanos,
        ended_at_unix_nanos: span.ended_at_unix_nanos,
        status: span.status.code(),
        status_message: span.status_message,
        otel_kind: span.otel_kind,
        trace_state: span.trace_state,
        attributes: attributes_to(span.attributes),
        events: span.events.into_iter().map(event_to).collect(),
        links: span.links.into_iter().map(link_to).collect(),
        n_dropped_by_client: span.n_dropped_by_client,
        resource,
        scope,
        kind: span.kind.as_str().to_owned(),
        kind_text: span.kind_text,
        input: span.input.map(content_to),
        output: span.output.map(content_to),
        model_requested: span.model_requested,
        model_responded: span.model_responded,
        provider: span.provider,
        model_parameters: attributes_to(span.model_parameters),
        finish_reasons: span.finish_reasons,
        usage: (!span.usage.is_empty()).then(|| usage_to(span.usage)),
        cost_usd: span.cost_usd,
        time_to_first_token_nanos: span.time_to_first_token_nanos,
        session_id: span.session_id,
        user_id: span.user_id,
        tags: span.tags,
        environment: span.environment,
        metadata: attributes_to(span.metadata),
        git_repo: span.git_repo,
        git_ref: span.git_ref,
        source: span.source.map(|s| message::Source { file: s.file, line: s.line, function: s.function }),
    }
}

pub(super) fn record_from(record: Record, resources: &[Arc<Resource>], scopes: &[Arc<Scope>]) -> Option<Stored> {
    let parent_span_id = match record.parent_span_id.as_slice() {
        [] => None,
        bytes => Some(SpanId::from_slice(bytes).ok()?),
    };
    let span = Span {
        trace_id: TraceId::from_slice(&record.trace_id).ok()?,
        span_id: SpanId::from_slice(&record.span_id).ok()?,
        parent_span_id,
        is_parent_remote: record.is_parent_remote,
        trace_id_text: record.trace_id_text,
        span_id_text: record.span_id_text,
        name: record.name,
        started_at_unix_nanos: record.started_at_unix_nanos,
        ended_at_unix_nanos: record.ended_at_unix_nanos,
        status: Status::from_code(record.status),
        status_message: record.status_message,
        otel_kind: record.otel_kind,
        trace_state: record.trace_state,
        attributes: attributes_from(record.attributes)?,
        events: record.events.into_iter().map(event_from).collect::<Option<_>>()?,
        links: record.links.into_iter().map(link_from).collect::<Option<_>>()?,
        n_dropped_by_client: record.n_dropped_by_client,
        resource: Arc::clone(resources.get(record.resource as usize)?),
        scope: Arc::clone(scopes.get(record.scope as usize)?),
        kind: Kind::from_word(&record.kind).unwrap_or_default(),
        kind_text: record.kind_text,
        input: record.input.map(content_from).transpose_flat()?,
        output: record.output.map(content_from).transpose_flat()?,
        model_requested: record.model_requested,
        model_responded: record.model_responded,
        provider: record.provider,
        model_parameters: attributes_from(record.model_parameters)?,
        finish_reasons: record.finish_reasons,
        usage: record.usage.map(usage_from).unwrap_or_default(),
        cost_usd: record.cost_usd,
        time_to_first_token_nanos: record.time_to_first_token_nanos,
        session_id: record.session_id,
        user_id: record.user_id,
        tags: record.tags,
        environment: record.environment,
        metadata: attributes_from(record.metadata)?,
        git_repo: record.git_repo,
        git_ref: record.git_ref,
        source: record.source.map(|s| SourceLocation { file: s.file, line: s.line, function: s.function }),
    };
    Some(Stored {
        project: record.project,
        received_at_unix_nanos: record.received_at_unix_nanos,
        price_version: record.price_version,
        span,
    })
}

/// Nothing is fine, something broken is not: the outer `None` says broken, the inner one that there was nothing.
trait TransposeFlat<T> {
    #[expect(clippy::option_option, reason = "the two mean different things, and `?` takes the outer one away at once")]
    fn transpose_flat(self) -> Option<Option<T>>;
}

impl<T> TransposeFlat<T> for Option<Option<T>> {
    fn transpose_flat(self) -> Option<Option<T>> {
        match self {
            None => Some(None),
            Some(found) => found.map(Some),
        }
    }
}

fn event_to(event: Event) -> message::Event {
    message::Event { name: event.name, at_unix_nanos: event.at_unix_nanos, attributes: attributes_to(event.attributes) }
}

fn event_from(event: message::Event) -> Option<Event> {
    let attributes = attributes_from(event.attributes)?;
    Some(Event { name: event.name, at_unix_nanos: event.at_unix_nanos, attributes })
}

fn link_to(link: Link) -> message::Link {
    message::Link {
        trace_id: link.trace_id.as_bytes().to_vec(),
        span_id: link.span_id.as_bytes().to_vec(),
        attributes: attributes_to(link.attributes),
    }
}

fn link_from(link: message::Link) -> Option<Link> {
    Some(Link {
        trace_id: TraceId::from_slice(&link.trace_id).ok()?,
        span_id: SpanId::from_slice(&link.span_id).ok()?,
        attributes: attributes_from(link.attributes)?,
    })
}

fn content_to(content: Content) -> message::Content {
    let content = match content {
        Content::Attribute(index) => OneContent::Attribute(index),
        Content::Value(value) => OneContent::Value(value_to(value)),
    };
    message::Content { content: Some(content) }
}

fn content_from(content: message::Content) -> Option<Content> {
    match content.content? {
        OneContent::Attribute(index) => Some(Content::Attribute(index)),
        OneContent::Value(value) => value_from(value).map(Content::Value),
    }
}

fn usage_to(usage: Usage) -> message::Usage {
    message::Usage {
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        total_tokens: usage.total_tokens,
        cache_read_tokens: usage.cache_read_tokens,
        cache_write_tokens: usage.cache_write_tokens,
        reasoning_tokens: usage.reasoning_tokens,
    }
}

fn usage_from(usage: message::Usage) -> Usage {
    Usage {
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        total_tokens: usage.total_tokens,
        cache_read_tokens: usage.cache_read_tokens,
        cache_write_tokens: usage.cache_write_tokens,
        reasoning_tokens: usage.reasoning_tokens,
    }
}
