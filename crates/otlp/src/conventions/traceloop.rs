//! The keys of OpenLLMetry (Traceloop), beside the GenAI keys that it shares.

use tracewood_span::Kind;

use super::kind::Words;
use super::rule::{Count, Field, Level, Rule, Text};

pub(super) const RULES: &[Rule] = &[
    ("traceloop.span.kind", Field::Kind(&KINDS)),
    ("llm.request.type", Field::Kind(&REQUEST_TYPES)),
    ("traceloop.entity.input", Field::Input),
    ("traceloop.entity.output", Field::Output),
    ("llm.top_k", Field::Parameter("top_k")),
    ("llm.frequency_penalty", Field::Parameter("frequency_penalty")),
    ("llm.presence_penalty", Field::Parameter("presence_penalty")),
    ("llm.chat.stop_sequences", Field::Parameter("stop_sequences")),
    ("gen_ai.usage.total_tokens", Field::Count(Count::Total)),
    ("llm.usage.total_tokens", Field::Count(Count::Total)),
    ("gen_ai.usage.reasoning_tokens", Field::Count(Count::Reasoning)),
    ("llm.usage.reasoning_tokens", Field::Count(Count::Reasoning)),
    ("gen_ai.response.finish_reason", Field::FinishReasons),
    ("traceloop.association.properties.session_id", Field::Text(Text::Session)),
    ("gen_ai.user", Field::Text(Text::User)),
    ("llm.user", Field::Text(Text::User)),
    ("traceloop.association.properties.user_id", Field::Text(Text::User)),
    ("traceloop.association.properties.*", Field::MetadataEntry(Level::Span)),
    ("traceloop.entity.name", Field::Text(Text::Title)),
    ("traceloop.workflow.name", Field::Text(Text::Workflow)),
    ("traceloop.prompt.key", Field::Text(Text::Prompt)),
    ("traceloop.prompt.version", Field::Text(Text::PromptVersion)),
    ("llm.request.functions.*", Field::ToolsPart),
    ("db.system", Field::Database),
    ("db.system.name", Field::Database),
];

static KINDS: Words = Words {
    known: &[("workflow", Kind::Workflow), ("task", Kind::Chain), ("agent", Kind::Agent), ("tool", Kind::Tool)],
    otherwise: Some(Kind::Custom),
};

static REQUEST_TYPES: Words = Words {
    known: &[
        ("chat", Kind::Llm),
        ("completion", Kind::Completion),
        ("embedding", Kind::Embedding),
        ("rerank", Kind::Rerank),
    ],
    otherwise: None,
};
