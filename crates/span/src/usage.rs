//! The tokens that a model call used.

/// The tokens that a model call used; `None` where nobody said.
///
/// `input` includes what was read from and written to a cache, and `output` includes reasoning, as
/// `gen_ai.usage.input_tokens` and `gen_ai.usage.output_tokens` of OpenTelemetry do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Usage {
    /// Tokens in the prompt, cached ones included.
    pub input_tokens: Option<u64>,
    /// Tokens in the answer, reasoning included.
    pub output_tokens: Option<u64>,
    /// The total as the client stated it; see [`total`](Self::total) for the sum.
    pub total_tokens: Option<u64>,
    /// Input tokens that were read from a cache.
    pub cache_read_tokens: Option<u64>,
    /// Input tokens that were written to a cache.
    pub cache_write_tokens: Option<u64>,
    /// Output tokens spent on reasoning.
    pub reasoning_tokens: Option<u64>,
}

impl Usage {
    /// The largest count that is believed; a bigger one is a mistake of the sender and is dropped (TraceRoot's bound).
    pub const COUNT_MAX: u64 = 1_000_000_000;

    /// Whether nobody said anything.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The stated total, else input and output together, else `None`.
    pub fn total(&self) -> Option<u64> {
        self.total_tokens.or_else(|| match (self.input_tokens, self.output_tokens) {
            (None, None) => None,
            (input, output) => Some(input.unwrap_or(0) + output.unwrap_or(0)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn total_is_the_stated_one_else_the_sum() {
        let usage = Usage { input_tokens: Some(3), output_tokens: Some(4), ..Usage::default() };
        assert_eq!(usage.total(), Some(7));
        assert_eq!(Usage { total_tokens: Some(9), ..usage }.total(), Some(9));
        assert_eq!(Usage::default().total(), None);
    }
}
