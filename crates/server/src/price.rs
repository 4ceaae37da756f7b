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
