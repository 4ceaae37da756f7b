//! What the attributes of an instrumentation mean, for a wire whose fields nobody works out on the other side.

use std::sync::Arc;

use tracewood_otlp::conventions;
use tracewood_span::{Kind, Resource, Span};

use crate::record::Entry;

/// The canonical fields of a span that an instrumentation made; `None` for one of our own API, which says them outright.
pub(crate) fn understood(entry: &Entry<'_>) -> Option<Span> {
    if !entry.site().config().is_instrumented {
        return None;
    }
    let mut span = Span::new(entry.trace_id, entry.span_id, entry.name(), entry.started_at_unix_nanos);
    span.ended_at_unix_nanos = Some(entry.ended_at_unix_nanos);
    span.status = entry.status;
    span.resource = Arc::new(Resource::default());
    if let Some(extra) = entry.extra() {
        span.attributes.clone_from(&extra.attributes);
        span.events.clone_from(&extra.events);
    }
    conventions::normalise(&mut span);
    Some(span)
}

/// MutagenT's word for a kind.
pub(crate) fn mutagent_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Llm => "llm.chat",
        Kind::Completion => "llm.completion",
        Kind::Embedding => "llm.embedding",
        Kind::Evaluator | Kind::Memory | Kind::Prompt | Kind::Custom => "custom",
        Kind::Agent
        | Kind::Tool
        | Kind::Retrieval
        | Kind::Rerank
        | Kind::Chain
        | Kind::Workflow
        | Kind::Node
        | Kind::Guardrail => kind.as_str(),
    }
}
