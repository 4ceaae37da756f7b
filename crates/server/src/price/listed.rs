//! Prices of the list, looked up once for calls of the same model: finding a model goes through patterns of thousands.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};
use std::time::{Duration, UNIX_EPOCH};

use genai_prices::{Calculator, PriceRequest, UsageKey};
use tracewood_span::{Span, Usage};

use super::{Tokens, UnitPrices};

/// Tokens that are asked about to learn the price of one.
const PROBE_TOKENS: u64 = 1_000;
/// A prompt so long that every tier of prices lies below it.
const LONG_TOKENS: u64 = 100_000_000;
/// Prices have fewer digits behind the point than this.
const UNIT_PARTS: f64 = 1e6;
/// Some models cost less at night; the hours of the list begin at such moments.
const SLOT_NANOS: u64 = 15 * 60 * 1_000_000_000;
/// Models and moments that are remembered, some hundred bytes each.
const KNOWN_MAX: usize = 4_096;

/// Reading the list takes tens of milliseconds, so that it waits for the first span that needs it.
static CALCULATOR: LazyLock<&'static Calculator> = LazyLock::new(Calculator::bundled);
static KNOWN: LazyLock<RwLock<HashMap<String, Known>>> = LazyLock::new(RwLock::default);

/// What is known of a model at a moment.
#[derive(Debug, Clone, Copy)]
enum Known {
    /// The list does not know it.
    Nothing,
    /// Each token costs the same, however many there are.
    Flat(UnitPrices),
    /// A long prompt costs more for each token, or a call costs something by itself: the list is asked about each.
    PerCall,
}

/// What a call costs by the list.
pub(super) fn cost_usd(span: &Span) -> Option<f64> {
    let tokens = Tokens::of(&span.usage)?;
    match known(span) {
        Known::Nothing => None,
        Known::Flat(prices) => Some(prices.cost_usd(tokens)),
        Known::PerCall => asked(span, &span.usage),
    }
}

/// What a million tokens of a call cost by the list: what a few tokens more would have cost.
pub(super) fn units(span: &Span) -> Option<UnitPrices> {
    units_at(span, &span.usage)
}

fn known(span: &Span) -> Known {
    let mut key = (span.started_at_unix_nanos / SLOT_NANOS).to_string();
    for name in [&span.provider, &span.model_responded, &span.model_requested] {
        key.push('\0');
        key.push_str(name.as_deref().unwrap_or("\0"));
    }
    if let Some(known) = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return *known;
    }
    let short = Usage { input_tokens: Some(0), output_tokens: Some(0), ..Usage::default() };
    let long = Usage { input_tokens: Some(LONG_TOKENS), ..short };
    let is_free = asked(span, &short).is_some_and(|usd| usd.abs() < 1e-12);
    let found = match (units_at(span, &short), units_at(span, &long)) {
        (None, None) if asked(span, &span.usage).is_none() => Known::Nothing,
        (Some(short), Some(long)) if is_free && short.is_near(&long) => Known::Flat(short),
        _ => Known::PerCall,
    };
    let mut all = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if all.len() >= KNOWN_MAX {
        all.clear();
    }
    all.insert(key, found);
    found
}

fn units_at(span: &Span, usage: &Usage) -> Option<UnitPrices> {
    let cost = asked(span, usage)?;
    let more = |count: Option<u64>| Some(count.unwrap_or_default() + PROBE_TOKENS);
    let unit = |usage: &Usage| {
        let usd = (asked(span, usage)? - cost) * 1e6 / PROBE_TOKENS as f64;
        Some((usd * UNIT_PARTS).round() / UNIT_PARTS)
    };
    let input = Usage { input_tokens: more(usage.input_tokens), ..*usage };
    Some(UnitPrices {
        input_usd_per_million: unit(&input)?,
        output_usd_per_million: unit(&Usage { output_tokens: more(usage.output_tokens), ..*usage })?,
        cache_read_usd_per_million: unit(&Usage { cache_read_tokens: more(usage.cache_read_tokens), ..input }),
        cache_write_usd_per_million: unit(&Usage { cache_write_tokens: more(usage.cache_write_tokens), ..input }),
    })
}

impl UnitPrices {
    fn is_near(&self, other: &Self) -> bool {
        let near = |one: f64, other: f64| (one - other).abs() * UNIT_PARTS < 1.5;
        let both = |one: Option<f64>, other: Option<f64>| match (one, other) {
            (Some(one), Some(other)) => near(one, other),
            (one, other) => one == other,
        };
        near(self.input_usd_per_million, other.input_usd_per_million)
            && near(self.output_usd_per_million, other.output_usd_per_million)
            && both(self.cache_read_usd_per_million, other.cache_read_usd_per_million)
            && both(self.cache_write_usd_per_million, other.cache_write_usd_per_million)
    }
}

/// What the list says that a call costs, had it used so much.
fn asked(span: &Span, counts: &Usage) -> Option<f64> {
    let usage = usage(counts, Tokens::of(counts)?);
    let at = UNIX_EPOCH.checked_add(Duration::from_nanos(span.started_at_unix_nanos))?;
    // The model that answered is the more exact name, but a gateway may give it one that no list knows.
    [&span.model_responded, &span.model_requested].into_iter().flatten().find_map(|model| {
        let mut request = PriceRequest::new(model, &usage).with_timestamp(at);
        if let Some(provider) = &span.provider {
            request = request.with_provider_id(list_name(provider));
        }
        CALCULATOR.calculate(&request).ok().map(|price| price.total_price)
    })
}

/// The tokens in the words of the list, which like ours counts cached tokens into the input.
fn usage(counts: &Usage, tokens: Tokens) -> genai_prices::Usage {
    let input = counts.input_tokens.map(|_| tokens.uncached + tokens.cache_read + tokens.cache_write);
    let mut usage = genai_prices::Usage::new();
    for (key, n_tokens) in [
        (UsageKey::INPUT_TOKENS, input),
        (UsageKey::OUTPUT_TOKENS, counts.output_tokens),
        (UsageKey::CACHE_READ_TOKENS, counts.cache_read_tokens),
        (UsageKey::CACHE_WRITE_TOKENS, counts.cache_write_tokens),
    ] {
        if let Some(n_tokens) = n_tokens {
            usage.insert(key, n_tokens as f64);
        }
    }
    usage
}

/// OpenTelemetry's word for a provider in the words of the price list, where the list does not know it as an alias.
pub(super) fn list_name(provider: &str) -> &str {
    match provider {
        "aws.bedrock" => "aws",
        "azure.ai.openai" | "azure.ai.inference" => "azure",
        "gcp.gemini" | "gcp.gen_ai" | "gcp.vertex_ai" => "google",
        "mistral_ai" => "mistral",
        "x_ai" => "x-ai",
        "moonshot_ai" => "moonshotai",
        other => other,
    }
}
