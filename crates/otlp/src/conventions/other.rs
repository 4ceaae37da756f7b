//! Keys of Logfire, Pydantic AI, MCP, Google ADK, Genkit, `MLflow`, Sentry and Anthropic's client, which only fill what
//! the others leave open.

use tracewood_span::Kind;

use super::kind::Words;
use super::rule::{Count, Field, Rule, Text};

pub(super) const RULES: &[Rule] = &[
    ("genkit:metadata:subtype", Field::Kind(&GENKIT_SUBTYPES)),
    ("request_data", Field::Input),
    ("tool_arguments", Field::Input),
    ("pydantic_ai.all_messages", Field::Input),
    ("mcp.request.argument", Field::Input),
    ("gcp.vertex.agent.llm_request", Field::Input),
    ("genkit:input", Field::Input),
    ("mlflow.spanInputs", Field::Input),
    ("response_data", Field::Output),
    ("tool_response", Field::Output),
    ("mcp.response.value", Field::Output),
    ("gcp.vertex.agent.llm_response", Field::Output),
    ("genkit:output", Field::Output),
    ("mlflow.spanOutputs", Field::Output),
    ("model", Field::Text(Text::ModelRequested)),
    ("server.address", Field::Host),
    ("model_config", Field::Parameters),
    ("gen_ai.usage.details.cache_read_tokens", Field::Count(Count::CacheRead)),
    ("gen_ai.usage.input_tokens.cached", Field::Count(Count::CacheRead)),
    ("gen_ai.usage.details.cache_write_tokens", Field::Count(Count::CacheWrite)),
    ("gen_ai.usage.input_tokens.cache_write", Field::Count(Count::CacheWrite)),
    ("gen_ai.usage.details.reasoning_tokens", Field::Count(Count::Reasoning)),
    ("anthropic.message.stop_reason", Field::FinishReasons),
    ("mcp.session.id", Field::Text(Text::Session)),
    ("session.user_id", Field::Text(Text::User)),
    ("logfire.tags", Field::Tags),
    ("logfire.level_num", Field::SeverityNumber),
    ("logfire.msg", Field::Text(Text::Title)),
    ("logfire.msg_template", Field::Text(Text::Title)),
    ("agent_name", Field::Text(Text::Agent)),
    ("agent_name", Field::Hint(Kind::Agent)),
    ("tool_arguments", Field::Hint(Kind::Tool)),
];

static GENKIT_SUBTYPES: Words = Words {
    known: &[
        ("model", Kind::Llm),
        ("embedder", Kind::Embedding),
        ("flow", Kind::Workflow),
        ("tool", Kind::Tool),
        ("retriever", Kind::Retrieval),
        ("reranker", Kind::Rerank),
        ("evaluator", Kind::Evaluator),
        ("prompt", Kind::Prompt),
        ("agent", Kind::Agent),
    ],
    otherwise: None,
};
