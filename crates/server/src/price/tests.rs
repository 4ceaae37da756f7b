//! Prices of the list and of the user's own, and what is left alone.

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
    assert_eq!(Prices::default().fill(&mut span), VERSION);
    let cost = span.cost_usd.unwrap();
    assert!((cost - usd).abs() < 1e-9, "{cost} is not {usd}");
}

#[track_caller]
fn is_left_alone(mut span: Span) {
    let before = span.cost_usd;
    assert_eq!(Prices::default().fill(&mut span), "");
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
    let lock = include_str!("../../../../Cargo.lock");
    let (name, version) = VERSION.split_once(' ').unwrap();
    assert!(lock.contains(&format!("name = \"{name}\"\nversion = \"{version}\"\n")), "raise VERSION in price/mod.rs");
}

#[test]
fn cached_tokens_count_where_the_input_leaves_them_out() {
    // Nothing at 3, 5000 read at 0.30 and 500 out at 15 dollars a million.
    let usage = Usage { cache_read_tokens: Some(5000), ..tokens(1000, 500) };
    costs(call(Some("anthropic"), "claude-sonnet-4-5", usage), 0.009);
}

fn own(model: &str, from_unix_nanos: u64, input: f64) -> Override {
    Override { input_usd_per_million: input, output_usd_per_million: 10.0, ..Override::new(model, from_unix_nanos) }
}

#[test]
fn own_price_counts_before_the_list_from_its_day_on() {
    let prices = Prices::new(vec![
        own("our-*", 0, 1.0),
        own("our-*", AT, 2.0),
        own("our-*", AT + 1, 4.0),
        Override { provider: Some("azure".to_owned()), ..own("gpt-4o*", 0, 8.0) },
    ]);
    for (provider, model, at, usd, version) in [
        (None, "our-large", AT - 1, 1.0, "own our-* from 1970-01-01"),
        (None, "Our-Large", AT, 2.0, "own our-* from 2026-11-18"),
        (Some("azure.ai.openai"), "gpt-4o-mini", AT, 8.0, "own gpt-4o* from 1970-01-01"),
        (Some("openai"), "gpt-4o-mini", AT, 0.15, VERSION),
    ] {
        let mut span = call(provider, model, tokens(1_000_000, 0));
        span.started_at_unix_nanos = at;
        assert_eq!(prices.fill(&mut span), version);
        assert!((span.cost_usd.unwrap() - usd).abs() < 1e-9, "{model} {:?}", span.cost_usd);
    }
    let mut other = call(None, "your-large", tokens(1, 1));
    assert_eq!(prices.fill(&mut other), "");
}

#[test]
fn own_price_of_cached_tokens_is_that_of_others_where_none_is_given() {
    let usage =
        Usage { cache_read_tokens: Some(400_000), cache_write_tokens: Some(100_000), ..tokens(1_000_000, 100_000) };
    let plain = own("m", 0, 2.0);
    let cached = Override { cache_read_usd_per_million: Some(0.5), ..plain.clone() };
    for (price, usd) in [(plain, 3.0), (cached, 2.4)] {
        let mut span = call(None, "m", usage);
        Prices::new(vec![price]).fill(&mut span);
        assert!((span.cost_usd.unwrap() - usd).abs() < 1e-9, "{:?}", span.cost_usd);
    }
}

#[test]
fn unit_prices_are_those_that_the_cost_was_worked_out_with() {
    let usage = Usage { cache_read_tokens: Some(400), ..tokens(1_000, 100) };
    let own = Prices::new(vec![Override { cache_read_usd_per_million: Some(0.5), ..own("our-*", 0, 2.0) }]);
    for (prices, provider, model, units) in [
        (&Prices::default(), Some("openai"), "gpt-4o-mini", [0.15, 0.6, 0.075, 0.15]),
        (&Prices::default(), Some("anthropic"), "claude-sonnet-4-5", [3.0, 15.0, 0.3, 3.75]),
        (&own, None, "our-large", [2.0, 10.0, 0.5, 2.0]),
    ] {
        let mut span = call(provider, model, usage);
        let version = prices.fill(&mut span).to_owned();
        let found = prices.units(&span, &version).unwrap();
        let [input, output, cache_read, cache_write] = units;
        let wanted = UnitPrices {
            input_usd_per_million: input,
            output_usd_per_million: output,
            cache_read_usd_per_million: Some(cache_read),
            cache_write_usd_per_million: Some(cache_write),
        };
        assert_eq!(found, wanted, "{model}");
        assert_eq!(prices.units(&span, "another list"), None);
        assert_eq!(prices.units(&span, ""), None);
    }
}

#[test]
fn unit_price_of_a_long_prompt_is_that_of_its_tier() {
    let units = |n_tokens| {
        let mut span = call(Some("google"), "gemini-2.5-pro", tokens(n_tokens, 100));
        let version = Prices::default().fill(&mut span).to_owned();
        Prices::default().units(&span, &version).unwrap().output_usd_per_million
    };
    assert!(units(1_000) > 9.9 && units(1_000) < 10.1);
    assert!(units(500_000) > 14.9);
}
