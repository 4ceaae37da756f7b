//! Numbers of tokens and sums of money that come as objects.

use tracewood_span::{Attributes, Usage, Value};

use super::find::dollars;
use super::rule::Count;
use crate::json_text;

/// The words that objects have for numbers of tokens: TraceRoot's, Langfuse's, OpenAI's, Anthropic's and Vercel's.
const WORDS: &[(&str, Count)] = &[
    ("input_tokens", Count::Input),
    ("input", Count::Input),
    ("prompt_tokens", Count::Input),
    ("inputTokens", Count::Input),
    ("promptTokens", Count::Input),
    ("output_tokens", Count::Output),
    ("output", Count::Output),
    ("completion_tokens", Count::Output),
    ("outputTokens", Count::Output),
    ("completionTokens", Count::Output),
    ("total_tokens", Count::Total),
    ("total", Count::Total),
    ("totalTokens", Count::Total),
    ("cache_read_tokens", Count::CacheRead),
    ("input_cached_tokens", Count::CacheRead),
    ("input_cache_read", Count::CacheRead),
    ("cache_read_input_tokens", Count::CacheRead),
    ("cached_tokens", Count::CacheRead),
    ("cachedInputTokens", Count::CacheRead),
    ("cache_write_tokens", Count::CacheWrite),
    ("input_cache_creation", Count::CacheWrite),
    ("input_cache_write", Count::CacheWrite),
    ("cache_creation_input_tokens", Count::CacheWrite),
    ("reasoning_tokens", Count::Reasoning),
    ("output_reasoning_tokens", Count::Reasoning),
    ("output_reasoning", Count::Reasoning),
    ("reasoningTokens", Count::Reasoning),
];

/// Objects within the object that hold details, in OpenAI's words.
const DETAILS: [&str; 4] =
    ["prompt_tokens_details", "completion_tokens_details", "input_tokens_details", "output_tokens_details"];

/// Tokens that TraceRoot counts apart from `cache_write_tokens`, since they stay in the cache for longer.
const CACHE_WRITE_1H: &str = "cache_write_1h_tokens";

/// A number of tokens that makes sense.
pub(super) fn count(value: &Value) -> Option<u64> {
    value.as_i64().and_then(|number| u64::try_from(number).ok()).filter(|number| *number <= Usage::COUNT_MAX)
}

/// Calls `with` for each number of tokens in an object, the most trusted word for each first.
pub(super) fn counts(value: &Value, mut with: impl FnMut(Count, &Value)) {
    let parsed;
    let Some(entries) = (match value {
        Value::Map(entries) => Some(entries),
        Value::String(text) => {
            parsed = json_text::parse_object(text);
            parsed.as_ref()
        }
        _ => None,
    }) else {
        return;
    };
    let long_lived = entries.iter().find(|(name, _)| name == CACHE_WRITE_1H).and_then(|(_, value)| count(value));
    for (word, which) in WORDS {
        for (_, value) in entries.iter().filter(|(name, _)| name == word) {
            match (which, long_lived, count(value)) {
                (Count::CacheWrite, Some(more), Some(tokens)) => with(*which, &Value::Int((tokens + more) as i64)),
                _ => with(*which, value),
            }
        }
    }
    if let Some(more) = long_lived {
        with(Count::CacheWrite, &Value::Int(more as i64));
    }
    for details in entries.iter().filter(|(name, _)| DETAILS.contains(&name.as_str())) {
        if let Value::Map(details) = &details.1 {
            detailed(details, &mut with);
        }
    }
}

fn detailed(details: &Attributes, with: &mut impl FnMut(Count, &Value)) {
    for (name, value) in details {
        match name.as_str() {
            "cached_tokens" => with(Count::CacheRead, value),
            "reasoning_tokens" => with(Count::Reasoning, value),
            _ => {}
        }
    }
}

/// The `total` of an object of costs, else the sum of its parts.
pub(super) fn total_cost(value: &Value) -> Option<f64> {
    let entries = match value {
        Value::Map(entries) => entries.clone(),
        Value::String(text) => json_text::parse_object(text)?,
        _ => return None,
    };
    let total = entries.iter().find(|(name, _)| name == "total").and_then(|(_, value)| dollars(value));
    total.or_else(|| entries.iter().filter_map(|(_, value)| dollars(value)).reduce(|sum, cost| sum + cost))
}
