//! The keys of Langfuse's SDKs.

use tracewood_span::Kind;

use super::kind::Words;
use super::rule::{Clock, Field, Level, Rule, Text};

pub(super) const RULES: &[Rule] = &[
    ("langfuse.observation.type", Field::Kind(&TYPES)),
    ("langfuse.observation.input", Field::Input),
    ("langfuse.observation.output", Field::Output),
    ("langfuse.trace.input", Field::Input),
    ("langfuse.trace.output", Field::Output),
    ("langfuse.observation.model.name", Field::Text(Text::ModelRequested)),
    ("langfuse.observation.model.parameters", Field::Parameters),
    ("langfuse.observation.usage_details", Field::Counts),
    ("langfuse.observation.cost_details", Field::Costs),
    ("langfuse.observation.completion_start_time", Field::FirstToken(Clock::Moment)),
    ("langfuse.observation.level", Field::Severity),
    ("langfuse.observation.status_message", Field::Text(Text::StatusMessage)),
    ("langfuse.session.id", Field::Text(Text::Session)),
    ("langfuse.user.id", Field::Text(Text::User)),
    ("langfuse.trace.tags", Field::Tags),
    ("langfuse.tags", Field::Tags),
    ("langfuse.environment", Field::Text(Text::Environment)),
    ("langfuse.observation.metadata", Field::Metadata(Level::Span)),
    ("langfuse.observation.metadata.*", Field::MetadataEntry(Level::Span)),
    ("langfuse.trace.metadata", Field::Metadata(Level::Trace)),
    ("langfuse.trace.metadata.*", Field::MetadataEntry(Level::Trace)),
    ("langfuse.trace.name", Field::Text(Text::TraceName)),
    ("langfuse.observation.prompt.name", Field::Text(Text::Prompt)),
    ("langfuse.observation.prompt.version", Field::Text(Text::PromptVersion)),
    ("langfuse.release", Field::Text(Text::Release)),
    ("langfuse.version", Field::Text(Text::Release)),
    ("langfuse.observation.model.name", Field::Hint(Kind::Llm)),
];

static TYPES: Words = Words {
    known: &[
        ("generation", Kind::Llm),
        ("embedding", Kind::Embedding),
        ("agent", Kind::Agent),
        ("tool", Kind::Tool),
        ("retriever", Kind::Retrieval),
        ("chain", Kind::Chain),
        ("guardrail", Kind::Guardrail),
        ("evaluator", Kind::Evaluator),
    ],
    otherwise: Some(Kind::Custom),
};
