//! The keys of OpenTelemetry's GenAI conventions: as they are, and as they were.

use tracewood_span::Kind;
use tracewood_span::keys::{genai as key, otel};

use super::kind::Words;
use super::rule::{Clock, Count, Field, Rule, Text};

/// The keys of the conventions as of August 2026.
pub(super) const CURRENT: &[Rule] = &[
    (key::OPERATION_NAME, Field::Kind(&OPERATIONS)),
    ("mcp.method.name", Field::Kind(&MCP_METHODS)),
    ("gen_ai.input.messages", Field::InputMessages),
    ("gen_ai.tool.call.arguments", Field::Input),
    ("gen_ai.retrieval.query.text", Field::Input),
    ("gen_ai.memory.query.text", Field::Input),
    ("gen_ai.system_instructions", Field::SystemInstructions),
    ("gen_ai.system_instructions", Field::Input),
    ("gen_ai.output.messages", Field::Output),
    ("gen_ai.tool.call.result", Field::Output),
    ("gen_ai.retrieval.documents", Field::Output),
    ("gen_ai.memory.records", Field::Output),
    (key::REQUEST_MODEL, Field::Text(Text::ModelRequested)),
    (key::RESPONSE_MODEL, Field::Text(Text::ModelResponded)),
    (key::PROVIDER_NAME, Field::Text(Text::Provider)),
    ("gen_ai.request.*", Field::ParameterEntry),
    (key::USAGE_INPUT_TOKENS, Field::Count(Count::Input)),
    (key::USAGE_OUTPUT_TOKENS, Field::Count(Count::Output)),
    (key::USAGE_CACHE_READ, Field::Count(Count::CacheRead)),
    (key::USAGE_CACHE_WRITE, Field::Count(Count::CacheWrite)),
    (key::USAGE_REASONING, Field::Count(Count::Reasoning)),
    (key::RESPONSE_TIME_TO_FIRST_CHUNK, Field::FirstToken(Clock::Seconds)),
    ("gen_ai.response.finish_reasons", Field::FinishReasons),
    ("gen_ai.conversation.id", Field::Text(Text::Session)),
    ("error.type", Field::ErrorMark),
    (otel::ENVIRONMENT, Field::Text(Text::Environment)),
    (otel::VCS_REPOSITORY, Field::Text(Text::GitRepo)),
    (otel::VCS_REVISION, Field::Text(Text::GitRef)),
    (otel::CODE_FILE, Field::Text(Text::SourceFile)),
    (otel::CODE_LINE, Field::SourceLine),
    (otel::CODE_FUNCTION, Field::Text(Text::SourceFunction)),
    ("gen_ai.prompt.name", Field::Text(Text::Prompt)),
    ("gen_ai.prompt.version", Field::Text(Text::PromptVersion)),
    ("gen_ai.tool.name", Field::Text(Text::Tool)),
    ("gen_ai.tool.call.id", Field::Text(Text::ToolCallId)),
    ("gen_ai.tool.definitions", Field::Tools),
    ("gen_ai.agent.name", Field::Text(Text::Agent)),
    ("gen_ai.workflow.name", Field::Text(Text::Workflow)),
    (key::REQUEST_MODEL, Field::Hint(Kind::Llm)),
    (key::RESPONSE_MODEL, Field::Hint(Kind::Llm)),
    (key::PROVIDER_NAME, Field::Hint(Kind::Llm)),
    ("gen_ai.input.messages", Field::Hint(Kind::Llm)),
    ("gen_ai.output.messages", Field::Hint(Kind::Llm)),
    ("gen_ai.embeddings.dimension.count", Field::Hint(Kind::Embedding)),
    ("gen_ai.tool.name", Field::Hint(Kind::Tool)),
    ("gen_ai.tool.call.id", Field::Hint(Kind::Tool)),
    ("gen_ai.tool.call.arguments", Field::Hint(Kind::Tool)),
    ("gen_ai.retrieval.documents", Field::Hint(Kind::Retrieval)),
    ("gen_ai.agent.name", Field::Hint(Kind::Agent)),
];

/// Keys that were renamed, and are sent by older emitters for years to come.
pub(super) const LEGACY: &[Rule] = &[
    ("gen_ai.prompt", Field::Input),
    ("gen_ai.prompt.*", Field::InputPart),
    ("gen_ai.completion", Field::Output),
    ("gen_ai.completion.*", Field::OutputPart),
    ("gen_ai.system", Field::Text(Text::Provider)),
    ("gen_ai.usage.prompt_tokens", Field::Count(Count::Input)),
    ("gen_ai.usage.completion_tokens", Field::Count(Count::Output)),
    ("gen_ai.usage.cache_read_input_tokens", Field::Count(Count::CacheRead)),
    ("gen_ai.usage.cache_creation.input_tokens", Field::Count(Count::CacheWrite)),
    ("gen_ai.usage.cache_creation_input_tokens", Field::Count(Count::CacheWrite)),
    ("gen_ai.usage.cost", Field::Cost),
    ("enduser.id", Field::Text(Text::User)),
    ("deployment.environment", Field::Text(Text::Environment)),
    ("code.filepath", Field::Text(Text::SourceFile)),
    ("code.lineno", Field::SourceLine),
    ("code.function", Field::Text(Text::SourceFunction)),
    ("gen_ai.system", Field::Hint(Kind::Llm)),
    ("gen_ai.prompt.*", Field::Hint(Kind::Llm)),
    ("gen_ai.completion.*", Field::Hint(Kind::Llm)),
];

static OPERATIONS: Words = Words {
    known: &[
        ("chat", Kind::Llm),
        ("generate_content", Kind::Llm),
        ("text_completion", Kind::Completion),
        ("embeddings", Kind::Embedding),
        ("invoke_agent", Kind::Agent),
        ("create_agent", Kind::Agent),
        ("plan", Kind::Agent),
        ("execute_tool", Kind::Tool),
        ("retrieval", Kind::Retrieval),
        ("search_memory", Kind::Retrieval),
        ("rerank", Kind::Rerank),
        ("invoke_workflow", Kind::Workflow),
        // The step of an agent in the AI SDK of Vercel.
        ("agent_step", Kind::Node),
        ("*_memory", Kind::Memory),
        ("*_memory_store", Kind::Memory),
    ],
    otherwise: Some(Kind::Custom),
};

static MCP_METHODS: Words = Words { known: &[("tools/call", Kind::Tool)], otherwise: Some(Kind::Custom) };
