//! The keys of the older tracer of Vercel's AI SDK; the newer one writes GenAI keys.

use tracewood_span::Kind;

use super::kind::Words;
use super::rule::{Clock, Count, Field, Level, Rule, Text};

pub(super) const RULES: &[Rule] = &[
    ("ai.operationId", Field::Kind(&OPERATION_IDS)),
    ("operation.name", Field::Kind(&OPERATION_NAMES)),
    ("ai.prompt.messages", Field::Input),
    ("ai.prompt", Field::Input),
    ("ai.toolCall.args", Field::Input),
    ("ai.value", Field::Input),
    ("ai.values", Field::Input),
    ("ai.documents", Field::Input),
    ("ai.response.text", Field::OutputSide("text")),
    ("ai.response.object", Field::OutputSide("object")),
    ("ai.response.toolCalls", Field::OutputSide("tool_calls")),
    ("ai.response.reasoning", Field::OutputSide("reasoning")),
    ("ai.toolCall.result", Field::Output),
    ("ai.ranking", Field::Output),
    ("ai.embedding", Field::Output),
    ("ai.embeddings", Field::Output),
    ("ai.model.id", Field::Text(Text::ModelRequested)),
    ("ai.response.model", Field::Text(Text::ModelResponded)),
    ("ai.model.provider", Field::Text(Text::Provider)),
    ("ai.settings.*", Field::ParameterEntry),
    ("ai.usage.inputTokens", Field::Count(Count::Input)),
    ("ai.usage.promptTokens", Field::Count(Count::Input)),
    ("ai.usage.tokens", Field::Count(Count::Input)),
    ("ai.usage.outputTokens", Field::Count(Count::Output)),
    ("ai.usage.completionTokens", Field::Count(Count::Output)),
    ("ai.usage.totalTokens", Field::Count(Count::Total)),
    ("ai.usage.cachedInputTokens", Field::Count(Count::CacheRead)),
    ("ai.usage.inputTokenDetails.cacheReadTokens", Field::Count(Count::CacheRead)),
    ("ai.usage.inputTokenDetails.cacheWriteTokens", Field::Count(Count::CacheWrite)),
    ("ai.usage.outputTokenDetails.reasoningTokens", Field::Count(Count::Reasoning)),
    ("ai.usage.reasoningTokens", Field::Count(Count::Reasoning)),
    ("ai.response.finishReason", Field::FinishReasons),
    ("ai.response.msToFirstChunk", Field::FirstToken(Clock::Millis)),
    ("ai.stream.msToFirstChunk", Field::FirstToken(Clock::Millis)),
    ("ai.telemetry.metadata.sessionId", Field::Text(Text::Session)),
    ("ai.telemetry.metadata.userId", Field::Text(Text::User)),
    ("ai.telemetry.metadata.tags", Field::Tags),
    ("ai.telemetry.metadata.*", Field::MetadataEntry(Level::Span)),
    ("resource.name", Field::Text(Text::Title)),
    ("ai.telemetry.functionId", Field::Text(Text::Title)),
    ("ai.toolCall.name", Field::Text(Text::Tool)),
    ("ai.toolCall.id", Field::Text(Text::ToolCallId)),
    ("ai.prompt.tools", Field::Tools),
    ("ai.model.id", Field::Hint(Kind::Llm)),
    ("ai.toolCall.name", Field::Hint(Kind::Tool)),
];

static OPERATION_IDS: Words = Words { known: OPERATIONS, otherwise: Some(Kind::Custom) };

/// The id with the name of the user's function behind it; other systems have this key too, with other words.
static OPERATION_NAMES: Words = Words { known: OPERATIONS, otherwise: None };

const OPERATIONS: &[(&str, Kind)] = &[
    ("*.doGenerate", Kind::Llm),
    ("*.doStream", Kind::Llm),
    ("*.doEmbed", Kind::Embedding),
    ("ai.toolCall", Kind::Tool),
    ("ai.rerank", Kind::Rerank),
    ("*.doRerank", Kind::Rerank),
    ("ai.generateText", Kind::Chain),
    ("ai.streamText", Kind::Chain),
    ("ai.generateObject", Kind::Chain),
    ("ai.streamObject", Kind::Chain),
    ("ai.embed", Kind::Chain),
    ("ai.embedMany", Kind::Chain),
];
