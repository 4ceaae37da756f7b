//! Prices of the user's own: for models that no list knows, and for discounts.

use jiff::Timestamp;
use tracewood_span::Span;
use tracewood_store::Price;

use super::{Tokens, UnitPrices, list_name};

/// What a model costs, from a moment on.
#[derive(Debug, Clone, PartialEq)]
pub struct Override {
    /// The model's name in any case; `*` stands for any number of characters.
    pub model: String,
    /// Only calls to this provider, in the words of OpenTelemetry or of the price list; `None` for all.
    pub provider: Option<String>,
    /// From when on, in nanoseconds since the Unix epoch.
    pub from_unix_nanos: u64,
    /// US dollars for a million input tokens.
    pub input_usd_per_million: f64,
    /// US dollars for a million output tokens.
    pub output_usd_per_million: f64,
    /// US dollars for a million input tokens that were read from a cache; `None` for the price of the others.
    pub cache_read_usd_per_million: Option<f64>,
    /// US dollars for a million input tokens that were written to a cache; likewise.
    pub cache_write_usd_per_million: Option<f64>,
    pub(super) version: String,
}

impl Override {
    /// A price of nothing for a model, from a moment on.
    pub fn new(model: impl Into<String>, from_unix_nanos: u64) -> Self {
        let model = model.into();
        let day = Timestamp::from_nanosecond(i128::from(from_unix_nanos)).unwrap_or_default();
        let version = format!("own {model} from {}", day.strftime("%Y-%m-%d"));
        Self {
            model,
            provider: None,
            from_unix_nanos,
            input_usd_per_million: 0.0,
            output_usd_per_million: 0.0,
            cache_read_usd_per_million: None,
            cache_write_usd_per_million: None,
            version,
        }
    }

    /// What is kept with the spans that it priced.
    pub(super) fn version(&self) -> &str {
        &self.version
    }

    pub(super) fn cost_usd(&self, tokens: Tokens) -> f64 {
        self.units().cost_usd(tokens)
    }

    pub(super) fn units(&self) -> UnitPrices {
        let input = self.input_usd_per_million;
        UnitPrices {
            input_usd_per_million: input,
            output_usd_per_million: self.output_usd_per_million,
            cache_read_usd_per_million: Some(self.cache_read_usd_per_million.unwrap_or(input)),
            cache_write_usd_per_million: Some(self.cache_write_usd_per_million.unwrap_or(input)),
        }
    }

    fn fits(&self, span: &Span) -> bool {
        let is_provider = match (&self.provider, &span.provider) {
            (None, _) => true,
            (Some(wanted), Some(provider)) => list_name(wanted) == list_name(provider),
            (Some(_), None) => false,
        };
        let models = [&span.model_responded, &span.model_requested];
        is_provider
            && self.from_unix_nanos <= span.started_at_unix_nanos
            && models.into_iter().flatten().any(|model| matches(&self.model, model))
    }
}

impl From<Price> for Override {
    fn from(price: Price) -> Self {
        Self {
            provider: price.provider,
            input_usd_per_million: price.input_usd_per_million,
            output_usd_per_million: price.output_usd_per_million,
            cache_read_usd_per_million: price.cache_read_usd_per_million,
            cache_write_usd_per_million: price.cache_write_usd_per_million,
            ..Self::new(price.model, price.from_unix_nanos)
        }
    }
}

/// The price that counts for a call.
pub(super) fn find<'a>(own: &'a [Override], span: &Span) -> Option<&'a Override> {
    own.iter().filter(|price| price.fits(span)).max_by_key(|price| price.from_unix_nanos)
}

/// Whether a text is what a pattern with `*` describes.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut left) = text.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    // What follows the last star must be the end.
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        match left.find(piece) {
            Some(at) => left = &left[at + piece.len()..],
            None => return false,
        }
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn star_stands_for_any_characters() {
        for (pattern, text, is_match) in [
            ("gpt-4o", "GPT-4o", true),
            ("gpt-4o", "gpt-4o-mini", false),
            ("gpt-*", "gpt-4o-mini", true),
            ("*", "", true),
            ("*mini", "gpt-4o-mini", true),
            ("*mini", "gpt-4o-mini-2", false),
            ("a*b*c", "a--b--c", true),
            ("a*b*c", "a--c", false),
            ("ab*ba", "aba", false),
            ("a**c", "abc", true),
        ] {
            assert_eq!(matches(pattern, text), is_match, "{pattern} {text}");
        }
    }
}
