//! What a model call cost, where its client did not say so.

mod own;

use std::sync::LazyLock;
use std::time::{Duration, UNIX_EPOCH};

use genai_prices::{Calculator, PriceRequest, Usage, UsageKey};
use tracewood_span::Span;
use tracewood_span::Usage as Counts;

pub use own::Override;

/// The price list in use, kept with every span that it priced so that the span can be priced again.
pub(crate) const VERSION: &str = "genai-prices 0.2.1";

/// Reading the list takes tens of milliseconds, so that it waits for the first span that needs it.
static CALCULATOR: LazyLock<&'static Calculator> = LazyLock::new(Calculator::bundled);

/// What model calls cost: the user's own prices before those of the list.
#[derive(Debug, Clone, Default)]
pub struct Prices {
    /// Those of one project, which count before the others.
    of_project: Vec<Override>,
    own: Vec<Override>,
}

impl Prices {
    /// The list, with prices of the user's own before it; where several fit, the one that came into force last counts,
    /// and of those that did so together the last one here.
    pub fn new(own: Vec<Override>) -> Self {
        Self { of_project: Vec::new(), own }
    }

    /// The same with the prices of a project before them.
    pub(crate) fn with_project(&self, of_project: Vec<Override>) -> Self {
        Self { of_project, own: self.own.clone() }
    }

    /// The user's own prices for all projects.
    pub(crate) fn own(&self) -> &[Override] {
        &self.own
    }

    /// Fills in the cost of a model call and returns the version of the prices, which is empty where nothing was done.
    ///
    /// A client's own figure stands. Spans that are no model calls are left alone, since agents and chains often repeat
    /// the usage of the calls below them.
    pub(crate) fn fill(&self, span: &mut Span) -> &str {
        if span.cost_usd.is_some() || !span.kind.is_model_call() {
            return "";
        }
        let Some(tokens) = Tokens::of(&span.usage) else { return "" };
        let (cost, version) = match own::find(&self.of_project, span).or_else(|| own::find(&self.own, span)) {
            Some(own) => (Some(own.cost_usd(tokens)), own.version()),
            None => (listed_cost_usd(span, &span.usage), VERSION),
        };
        span.cost_usd = cost;
        if cost.is_some() { version } else { "" }
    }

    /// What the tokens of a span cost that was priced by these prices; `None` where it was priced by others, or not at all.
    pub(crate) fn units(&self, span: &Span, price_version: &str) -> Option<UnitPrices> {
        if let Some(own) = own::find(&self.of_project, span).or_else(|| own::find(&self.own, span)) {
            return (own.version() == price_version).then(|| own.units());
        }
        if price_version != VERSION {
            return None;
        }
        let (usage, cost) = (span.usage, listed_cost_usd(span, &span.usage)?);
        // Prices may grow with the length of the prompt, so that what counts is what a few tokens more would have cost.
        let more = |count: Option<u64>| Some(count.unwrap_or_default() + PROBE_TOKENS);
        let unit = |usage: &Counts| {
            let usd = (listed_cost_usd(span, usage)? - cost) * 1e6 / PROBE_TOKENS as f64;
            Some((usd * UNIT_PARTS).round() / UNIT_PARTS)
        };
        let input = Counts { input_tokens: more(usage.input_tokens), ..usage };
        Some(UnitPrices {
            input_usd_per_million: unit(&input)?,
            output_usd_per_million: unit(&Counts { output_tokens: more(usage.output_tokens), ..usage })?,
            cache_read_usd_per_million: unit(&Counts { cache_read_tokens: more(usage.cache_read_tokens), ..input }),
            cache_write_usd_per_million: unit(&Counts { cache_write_tokens: more(usage.cache_write_tokens), ..input }),
        })
    }
}

/// Tokens that are asked about to learn the price of one.
const PROBE_TOKENS: u64 = 1_000;
/// Prices have fewer digits behind the point than this.
const UNIT_PARTS: f64 = 1e6;

/// What a million tokens of each sort cost, in US dollars.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct UnitPrices {
    /// Tokens of the prompt that no cache had to do with.
    pub(crate) input_usd_per_million: f64,
    /// Tokens of the answer.
    pub(crate) output_usd_per_million: f64,
    /// Tokens of the prompt that were read from a cache; `None` where the list has no price for them.
    pub(crate) cache_read_usd_per_million: Option<f64>,
    /// Tokens of the prompt that were written to a cache, likewise.
    pub(crate) cache_write_usd_per_million: Option<f64>,
}

/// The tokens of a call, each counted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tokens {
    /// Input tokens that no cache had to do with.
    uncached: u64,
    cache_read: u64,
    cache_write: u64,
    output: u64,
}

impl Tokens {
    /// `None` where nobody said how many went in or came out.
    ///
    /// Input counts cached tokens in. A client that leaves them out against the convention shows more cached tokens than
    /// input; then nothing is left of the input, and the cached tokens count all the same.
    fn of(usage: &Counts) -> Option<Self> {
        if usage.input_tokens.is_none() && usage.output_tokens.is_none() {
            return None;
        }
        let [input, output, cache_read, cache_write] =
            [usage.input_tokens, usage.output_tokens, usage.cache_read_tokens, usage.cache_write_tokens]
                .map(Option::unwrap_or_default);
        let uncached = input.saturating_sub(cache_read).saturating_sub(cache_write);
        Some(Self { uncached, cache_read, cache_write, output })
    }
}

/// What a span costs by the list, had it used so much.
fn listed_cost_usd(span: &Span, counts: &Counts) -> Option<f64> {
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
fn usage(counts: &Counts, tokens: Tokens) -> Usage {
    let input = counts.input_tokens.map(|_| tokens.uncached + tokens.cache_read + tokens.cache_write);
    let mut usage = Usage::new();
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
fn list_name(provider: &str) -> &str {
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

#[cfg(test)]
mod golden;
#[cfg(test)]
mod tests;
