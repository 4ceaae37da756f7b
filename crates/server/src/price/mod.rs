//! What a model call cost, where its client did not say so.

mod listed;
mod own;

use tracewood_span::{Span, Usage};

use listed::list_name;

pub use own::Override;

/// The price list in use, kept with every span that it priced so that the span can be priced again.
pub(crate) const VERSION: &str = "genai-prices 0.2.1";

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
            None => (listed::cost_usd(span), VERSION),
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
        listed::units(span)
    }
}

/// What a million tokens of each sort cost, in US dollars.
#[expect(clippy::struct_field_names, reason = "the same names as in the API")]
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

impl UnitPrices {
    /// What a call costs; cached tokens without a price of their own cost what others do.
    fn cost_usd(&self, tokens: Tokens) -> f64 {
        let cost = |n_tokens: u64, usd: f64| n_tokens as f64 * usd / 1e6;
        let input = self.input_usd_per_million;
        cost(tokens.uncached, input)
            + cost(tokens.cache_read, self.cache_read_usd_per_million.unwrap_or(input))
            + cost(tokens.cache_write, self.cache_write_usd_per_million.unwrap_or(input))
            + cost(tokens.output, self.output_usd_per_million)
    }
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
    fn of(usage: &Usage) -> Option<Self> {
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

#[cfg(test)]
mod golden;
#[cfg(test)]
mod tests;
