//! Words for kinds, and what the shape of a span says of its kind where no word does.

use tracewood_span::Kind;

/// The words that one key has for kinds.
#[derive(Debug)]
pub(super) struct Words {
    /// Words, in any case, and their kinds; `*` at the start stands for anything.
    pub(super) known: &'static [(&'static str, Kind)],
    /// The kind of every other word; `None` if such words say nothing of a kind.
    pub(super) otherwise: Option<Kind>,
}

impl Words {
    /// The kind that a word stands for.
    pub(super) fn kind(&self, word: &str) -> Option<Kind> {
        // Vercel appends the name of the user's function.
        let word = word.split(' ').next().filter(|word| !word.is_empty())?;
        let known = self.known.iter().find(|(pattern, _)| match pattern.strip_prefix('*') {
            Some(end) => ends_with_ignore_case(word, end),
            None => pattern.eq_ignore_ascii_case(word),
        });
        known.map(|(_, kind)| *kind).or(self.otherwise)
    }
}

fn ends_with_ignore_case(word: &str, end: &str) -> bool {
    let (word, end) = (word.as_bytes(), end.as_bytes());
    word.len() >= end.len() && word[word.len() - end.len()..].eq_ignore_ascii_case(end)
}

/// The words of the three SDKs whose users name kinds themselves: our own, TraceRoot's and MutagenT's.
pub(super) static OWN: Words = Words {
    known: &[
        ("span", Kind::Custom),
        ("llm", Kind::Llm),
        ("agent", Kind::Agent),
        ("tool", Kind::Tool),
        ("llm.chat", Kind::Llm),
        ("llm.completion", Kind::Completion),
        ("llm.embedding", Kind::Embedding),
        ("chain", Kind::Chain),
        ("task", Kind::Chain),
        ("graph", Kind::Workflow),
        ("workflow", Kind::Workflow),
        ("node", Kind::Node),
        ("edge", Kind::Node),
        ("middleware", Kind::Node),
        ("retrieval", Kind::Retrieval),
        ("rerank", Kind::Rerank),
        ("guardrail", Kind::Guardrail),
        ("evaluation", Kind::Evaluator),
        ("scorer", Kind::Evaluator),
        ("evaluator", Kind::Evaluator),
        ("completion", Kind::Completion),
        ("embedding", Kind::Embedding),
        ("memory", Kind::Memory),
        ("prompt", Kind::Prompt),
    ],
    otherwise: Some(Kind::Custom),
};

/// Kinds that the shape of a span speaks for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hints(u32);

impl Hints {
    /// The order in which hints are believed: a span with a model and a tool is a model call that was offered tools.
    const ORDER: [Kind; 7] =
        [Kind::Embedding, Kind::Rerank, Kind::Llm, Kind::Tool, Kind::Retrieval, Kind::Agent, Kind::Node];

    pub(super) fn add(&mut self, kind: Kind) {
        self.0 |= 1 << kind as u32;
    }

    pub(super) fn has(self, kind: Kind) -> bool {
        self.0 & 1 << kind as u32 != 0
    }

    /// The kind that the hints speak for.
    pub(super) fn kind(self) -> Kind {
        Self::ORDER.into_iter().find(|kind| self.has(*kind)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_match_in_any_case_and_by_their_end() {
        let words = Words { known: &[("LLM", Kind::Llm), ("*.doStream", Kind::Llm)], otherwise: Some(Kind::Custom) };
        assert_eq!(words.kind("llm"), Some(Kind::Llm));
        assert_eq!(words.kind("ai.streamText.dostream"), Some(Kind::Llm));
        assert_eq!(words.kind("é"), Some(Kind::Custom));
        assert_eq!(words.kind(""), None);
    }
}
