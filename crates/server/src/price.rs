//! What a model call cost, where its client did not say so.

use std::sync::LazyLock;
use std::time::{Duration, UNIX_EPOCH};

use genai_prices::{Calculator, PriceRequest, Usage, UsageKey};
use tracewood_span::Span;

/// The price list in use, kept with every span that it priced so that the span can be priced again.
const VERSION: &str = "genai-prices 0.2.1";

/// Reading the list takes tens of milliseconds, so that it waits for the first span that needs it.
static CALCULATOR: LazyLock<&'static Calculator> = LazyLock::new(Calculator::bundled);

/// Fills in the cost of a model call and returns the version of the price list, which is empty where nothing was done.
///
/// A client's own figure stands. Spans that are no model calls are left alone, since agents and chains often repeat
/// the usage of the calls below them.
pub(crate) fn fill(span: &mut Span) -> &'static str {
    if span.cost_usd.is_some() || !span.kind.is_model_call() {
        return "";
    }
    match cost_usd(span) {
        Some(cost) => {
            span.cost_usd = Some(cost);
            VERSION
        }
        None => "",
    }
}

fn cost_usd(span: &Span) -> Option<f64> {
    let usage = usage(span)?;
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

fn usage(span: &Span) -> Option<Usage> {
    let tokens = &span.usage;
    if tokens.input_tokens.is_none() && tokens.output_tokens.is_none() {
        return None;
    }
    let mut usage = Usage::new();
    for (key, n_tokens) in [
        (UsageKey::INPUT_TOKENS, tokens.input_tokens),
        (UsageKey::OUTPUT_TOKENS, tokens.output_tokens),
        (UsageKey::CACHE_READ_TOKENS, tokens.cache_read_tokens),
        (UsageKey::CACHE_WRITE_TOKENS, tokens.cache_write_tokens),
    ] {
        if let Some(n_tokens) = n_tokens {
            usage.insert(key, n_tokens as f64);
        }
    }
    Some(usage)
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
mod tests {
    use tracewood_span::{Kind, SpanId, TraceId, Usage};

    use super::*;

    /// 2026-11-18.
    const AT: u64 = 1_795_000_000_000_000_000;

    fn call(provider: Option<&str>, model: &str, usage: Usage) -> Span {
        let mut span = Span::new(TraceId::new([1; 16]).unwrap(), SpanId::new([1; 8]).unwrap(), "call", AT);
        span.kind = Kind::Llm;
        span.provider = provider.map(str::to_owned);
        span.model_requested = Some(model.to_owned());
        span.usage = usage;
        span
    }

    fn tokens(input: u64, output: u64) -> Usage {
        Usage { input_tokens: Some(input), output_tokens: Some(output), ..Usage::default() }
    }

    #[track_caller]
    fn costs(mut span: Span, usd: f64) {
        assert_eq!(fill(&mut span), VERSION);
        let cost = span.cost_usd.unwrap();
        assert!((cost - usd).abs() < 1e-9, "{cost} is not {usd}");
    }

    #[track_caller]
    fn is_left_alone(mut span: Span) {
        let before = span.cost_usd;
        assert_eq!(fill(&mut span), "");
        assert_eq!(span.cost_usd, before);
    }

    #[test]
    fn model_calls_are_priced_by_provider_and_model() {
        // 0.15 and 0.60 dollars a million.
        costs(call(Some("openai"), "gpt-4o-mini", tokens(1000, 500)), 0.000_45);
        costs(call(None, "gpt-4o-mini-2024-07-18", tokens(1000, 500)), 0.000_45);
        costs(call(Some("azure.ai.openai"), "gpt-4o-mini", tokens(1000, 500)), 0.000_45);
        // 3 and 15 dollars a million.
        costs(call(Some("anthropic"), "claude-sonnet-4-5-20250929", tokens(1000, 500)), 0.010_5);
    }

    #[test]
    fn cached_tokens_are_part_of_the_input_and_cost_less() {
        // 400 at 3, 500 read at 0.30, 100 written at 3.75 and 500 out at 15 dollars a million.
        let usage = Usage { cache_read_tokens: Some(500), cache_write_tokens: Some(100), ..tokens(1000, 500) };
        costs(call(Some("anthropic"), "claude-sonnet-4-5", usage), 0.009_225);
    }

    #[test]
    fn model_that_was_asked_for_counts_where_the_one_that_answered_is_unknown() {
        let mut span = call(Some("openai"), "gpt-4o-mini", tokens(1000, 500));
        span.model_responded = Some("deployment-7".to_owned());
        costs(span, 0.000_45);
    }

    #[test]
    fn price_of_the_day_counts() {
        // o3 became cheaper on 2025-06-10: from 10 and 40 to 2 and 8 dollars a million.
        let mut early = call(Some("openai"), "o3", tokens(1_000_000, 0));
        early.started_at_unix_nanos = 1_747_000_000_000_000_000;
        costs(early, 10.0);
        costs(call(Some("openai"), "o3", tokens(1_000_000, 0)), 2.0);
    }

    #[test]
    fn what_cannot_be_priced_is_left_alone() {
        is_left_alone(call(Some("openai"), "no-such-model", tokens(1, 1)));
        is_left_alone(call(Some("somebody"), "gpt-4o-mini", tokens(1, 1)));
        is_left_alone(call(Some("openai"), "gpt-4o-mini", Usage::default()));
        is_left_alone(call(Some("openai"), "gpt-4o-mini", Usage { total_tokens: Some(9), ..Usage::default() }));
        // More was read from the cache than went in at all.
        is_left_alone(call(Some("openai"), "gpt-4o-mini", Usage { cache_read_tokens: Some(9), ..tokens(1, 1) }));
        is_left_alone(call(Some("openai"), "", tokens(1, 1)));
    }

    #[test]
    fn wrappers_and_stated_costs_are_left_alone() {
        let mut agent = call(Some("openai"), "gpt-4o-mini", tokens(1000, 500));
        agent.kind = Kind::Agent;
        is_left_alone(agent);
        let mut stated = call(Some("openai"), "gpt-4o-mini", tokens(1000, 500));
        stated.cost_usd = Some(0.5);
        is_left_alone(stated);
    }

    #[test]
    fn version_is_that_of_the_locked_list() {
        let lock = include_str!("../../../Cargo.lock");
        let (name, version) = VERSION.split_once(' ').unwrap();
        assert!(lock.contains(&format!("name = \"{name}\"\nversion = \"{version}\"\n")), "raise VERSION in price.rs");
    }
}
