//! What sort of work a span stands for.

use std::fmt;

/// What sort of work a span stands for, after every dialect's own word was translated.
///
/// The words follow OpenInference's span kinds and OpenTelemetry's `gen_ai.operation.name`, widened to what
/// TraceRoot and MutagenT tell apart. The word that a client sent stays in [`Span::kind_text`](crate::Span::kind_text).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Kind {
    /// A chat with a model.
    Llm,
    /// A plain text completion by a model.
    Completion,
    /// Texts turned into vectors.
    Embedding,
    /// An agent's run, or one of its turns.
    Agent,
    /// A tool called by an agent or a model.
    Tool,
    /// Documents looked up.
    Retrieval,
    /// Documents put in order.
    Rerank,
    /// A step that glues others together.
    Chain,
    /// A whole workflow or graph.
    Workflow,
    /// A node, edge or middleware of a graph.
    Node,
    /// A check on what goes in or comes out.
    Guardrail,
    /// A judgement on a result: an evaluation or a scorer.
    Evaluator,
    /// Memory read or written.
    Memory,
    /// A prompt being put together.
    Prompt,
    /// Anything else.
    #[default]
    Custom,
}

impl Kind {
    /// Every kind, in the order in which they are documented.
    pub const ALL: [Self; 15] = [
        Self::Llm,
        Self::Completion,
        Self::Embedding,
        Self::Agent,
        Self::Tool,
        Self::Retrieval,
        Self::Rerank,
        Self::Chain,
        Self::Workflow,
        Self::Node,
        Self::Guardrail,
        Self::Evaluator,
        Self::Memory,
        Self::Prompt,
        Self::Custom,
    ];

    /// The word that stands for the kind in the API, the store and the page.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Llm => "llm",
            Self::Completion => "completion",
            Self::Embedding => "embedding",
            Self::Agent => "agent",
            Self::Tool => "tool",
            Self::Retrieval => "retrieval",
            Self::Rerank => "rerank",
            Self::Chain => "chain",
            Self::Workflow => "workflow",
            Self::Node => "node",
            Self::Guardrail => "guardrail",
            Self::Evaluator => "evaluator",
            Self::Memory => "memory",
            Self::Prompt => "prompt",
            Self::Custom => "custom",
        }
    }

    /// The kind that a word of [`as_str`](Self::as_str) stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether the span is one call to a model, whose tokens and cost count.
    ///
    /// Agents, chains and workflows often repeat the sum of the calls below them; counting those again would double
    /// every total.
    pub const fn is_model_call(self) -> bool {
        matches!(self, Self::Llm | Self::Completion | Self::Embedding | Self::Rerank)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_word() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_word(kind.as_str()), Some(kind));
        }
        assert_eq!(Kind::from_word("LLM"), None);
    }
}
