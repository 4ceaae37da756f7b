//! The keys of OpenInference (Arize), which also `using_attributes` of TraceRoot writes.

use tracewood_span::Kind;
use tracewood_span::keys::openinference as key;

use super::kind::Words;
use super::rule::{Count, Field, Level, Rule, Text};

pub(super) const RULES: &[Rule] = &[
    ("openinference.span.kind", Field::Kind(&KINDS)),
    // Messages say what a model was told in the same form whatever it was called with; the whole call is the rest.
    ("llm.input_messages.*", Field::InputPart),
    ("input.value", Field::Input),
    ("tool.parameters", Field::Input),
    ("reranker.input_documents.*", Field::InputPart),
    ("llm.output_messages.*", Field::OutputPart),
    ("output.value", Field::Output),
    ("retrieval.documents.*", Field::OutputPart),
    ("reranker.output_documents.*", Field::OutputPart),
    ("llm.request.model_name", Field::Text(Text::ModelRequested)),
    ("llm.model_name", Field::Text(Text::ModelRequested)),
    ("embedding.model_name", Field::Text(Text::ModelRequested)),
    ("reranker.model_name", Field::Text(Text::ModelRequested)),
    ("llm.response.model_name", Field::Text(Text::ModelResponded)),
    // Most instrumentations write it before the call, and over it once somebody has answered.
    ("llm.model_name", Field::Text(Text::ModelResponded)),
    ("llm.provider", Field::Text(Text::Provider)),
    ("llm.system", Field::Text(Text::Provider)),
    ("llm.invocation_parameters", Field::Parameters),
    ("embedding.invocation_parameters", Field::Parameters),
    ("llm.token_count.prompt", Field::Count(Count::Input)),
    ("llm.token_count.completion", Field::Count(Count::Output)),
    ("llm.token_count.total", Field::Count(Count::Total)),
    ("llm.token_count.prompt_details.cache_read", Field::Count(Count::CacheRead)),
    ("llm.token_count.prompt_details.cache_input", Field::Count(Count::CacheRead)),
    ("llm.token_count.prompt_details.cache_write", Field::Count(Count::CacheWrite)),
    // TraceRoot's wrapper of the Claude agent SDK.
    ("llm.token_count.prompt_details.cache_creation", Field::Count(Count::CacheWrite)),
    ("llm.token_count.completion_details.reasoning", Field::Count(Count::Reasoning)),
    (key::COST_TOTAL, Field::Cost),
    ("llm.cost.prompt", Field::CostPart),
    ("llm.cost.completion", Field::CostPart),
    ("llm.finish_reason", Field::FinishReasons),
    (key::SESSION_ID, Field::Text(Text::Session)),
    (key::USER_ID, Field::Text(Text::User)),
    (key::TAGS, Field::Tags),
    (key::METADATA, Field::Metadata(Level::Span)),
    ("prompt.id", Field::Text(Text::Prompt)),
    ("llm.prompt_template.version", Field::Text(Text::PromptVersion)),
    ("tool.name", Field::Text(Text::Tool)),
    ("tool.id", Field::Text(Text::ToolCallId)),
    ("tool_call.id", Field::Text(Text::ToolCallId)),
    ("llm.tools.*", Field::ToolsPart),
    ("agent.name", Field::Text(Text::Agent)),
    ("embedding.model_name", Field::Hint(Kind::Embedding)),
    ("reranker.model_name", Field::Hint(Kind::Rerank)),
    ("reranker.output_documents.*", Field::Hint(Kind::Rerank)),
    ("llm.request.model_name", Field::Hint(Kind::Llm)),
    ("llm.model_name", Field::Hint(Kind::Llm)),
    ("llm.response.model_name", Field::Hint(Kind::Llm)),
    ("llm.input_messages.*", Field::Hint(Kind::Llm)),
    ("llm.output_messages.*", Field::Hint(Kind::Llm)),
    ("retrieval.documents.*", Field::Hint(Kind::Retrieval)),
    ("tool.name", Field::Hint(Kind::Tool)),
    ("tool.parameters", Field::Hint(Kind::Tool)),
    ("agent.name", Field::Hint(Kind::Agent)),
    ("graph.node.id", Field::Hint(Kind::Node)),
];

static KINDS: Words = Words {
    known: &[
        ("LLM", Kind::Llm),
        ("CHAIN", Kind::Chain),
        ("AGENT", Kind::Agent),
        ("TOOL", Kind::Tool),
        ("EMBEDDING", Kind::Embedding),
        ("RETRIEVER", Kind::Retrieval),
        ("RERANKER", Kind::Rerank),
        ("GUARDRAIL", Kind::Guardrail),
        ("EVALUATOR", Kind::Evaluator),
        ("PROMPT", Kind::Prompt),
    ],
    otherwise: Some(Kind::Custom),
};
