//! The figures of the reference implementation, call by call.
//!
//! `tests/fixtures/prices.tsv` was written by `tests/fixtures/prices.py` with the Python package of the same price list,
//! which counts in decimal fractions.

use tracewood_span::{Kind, Span, SpanId, TraceId, Usage};

use super::Prices;

/// US dollars by which binary fractions may differ from decimal ones.
const TOLERANCE_USD: f64 = 1e-9;

#[test]
fn every_call_costs_what_the_reference_says() {
    let table = include_str!("../../tests/fixtures/prices.tsv");
    let mut n_calls = 0;
    for line in table.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [provider, model, at_unix_seconds, input, output, cache_read, cache_write, usd] = fields[..] else {
            panic!("not eight fields: {line}");
        };
        let count = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap());
        let at: u64 = at_unix_seconds.parse().unwrap();
        let ids = (TraceId::new([1; 16]).unwrap(), SpanId::new([1; 8]).unwrap());
        let mut span = Span::new(ids.0, ids.1, "call", at * 1_000_000_000);
        span.kind = Kind::Llm;
        span.provider = Some(provider.to_owned());
        span.model_responded = Some(model.to_owned());
        span.usage = Usage {
            input_tokens: count(input),
            output_tokens: count(output),
            cache_read_tokens: count(cache_read),
            cache_write_tokens: count(cache_write),
            // They are among the output already, and have no price of their own.
            reasoning_tokens: count(output).map(|tokens: u64| tokens / 3),
            ..Usage::default()
        };
        Prices::default().fill(&mut span);
        let expected: f64 = usd.parse().unwrap();
        let cost = span.cost_usd.unwrap_or(f64::NAN);
        assert!((cost - expected).abs() < TOLERANCE_USD, "{cost} is not {expected}: {line}");
        n_calls += 1;
    }
    assert!(n_calls >= 200, "{n_calls}");
}
