//! Tracewood's own words, with OpenTelemetry's wherever it has one.

use tracewood_span::keys::{genai, openinference, otel, traceroot, tracewood as key};

use super::dialect::{Dialect, Sink, merged};
use crate::loss::Loss;
use crate::open::Extra;
use crate::record::{Entry, View};

/// Tracewood's own words.
#[derive(Debug, Default)]
pub(crate) struct Own;

impl Dialect for Own {
    const WIRE: &'static str = "otlp";

    fn scope(&self) -> (&str, &str) {
        ("tracewood", env!("CARGO_PKG_VERSION"))
    }

    fn resource(&self, lost: &Loss, sink: &mut impl Sink) {
        for (reason, n_spans) in lost.by_reason() {
            sink.int(&format!("{}{reason}", key::LOSS_PREFIX), n_spans as i64);
        }
    }

    fn attributes(&self, entry: &Entry<'_>, sink: &mut impl Sink) {
        let site = entry.site();
        if let Some(kind) = entry.kind_stated() {
            sink.text(key::KIND, kind.as_bytes());
        }
        if let Some(input) = entry.input() {
            content(sink, key::INPUT, key::INPUT_BYTES_ORIGINAL, input);
        }
        if let Some(output) = entry.output() {
            content(sink, key::OUTPUT, key::OUTPUT_BYTES_ORIGINAL, output);
        }
        sink.constant(&site.own_bytes, |sink| {
            let config = site.config();
            sink.str(otel::CODE_FILE, config.file.as_deref());
            if let Some(line) = config.line {
                sink.int(otel::CODE_LINE, i64::from(line));
            }
            sink.str(otel::CODE_FUNCTION, config.function.as_deref());
        });
        if let Some(metadata) = entry.metadata() {
            sink.text(key::METADATA, metadata);
        }
        sink.strings(key::TAGS, entry.tags());
        let extra = entry.extra();
        let of_trace = |field: fn(&Extra) -> Option<&String>| extra.and_then(field).map(String::as_str);
        sink.str(openinference::SESSION_ID, of_trace(|extra| extra.trace_session_id.as_ref()).or(entry.session_id()));
        sink.str(openinference::USER_ID, of_trace(|extra| extra.trace_user_id.as_ref()).or(entry.user_id()));
        around(entry, sink);
        if let Some(extra) = extra {
            model_call(extra, sink);
            for (key, value) in &extra.attributes {
                sink.value(key, value);
            }
        }
    }
}

fn content(sink: &mut impl Sink, key: &str, original_key: &str, view: View<'_>) {
    sink.captured(key, view);
    if view.n_bytes_original > 0 {
        sink.int(original_key, view.n_bytes_original as i64);
    }
}

/// What the trace carries at the place of the span, and what was said of the trace from within it.
fn around(entry: &Entry<'_>, sink: &mut impl Sink) {
    let (trace, extra) = (entry.trace(), entry.extra());
    if trace.is_none() && extra.is_none() {
        return;
    }
    let carried = trace.and_then(|trace| trace.metadata_json.as_deref()).map(str::as_bytes);
    let stated = extra.and_then(|extra| extra.trace_metadata.as_ref()).map(|metadata| metadata.bytes.as_slice());
    if let Some(metadata) = merged(carried, stated) {
        sink.text(key::TRACE_METADATA, &metadata);
    }
    let carried = trace.map(|trace| trace.tags.as_slice()).unwrap_or_default();
    let stated = extra.and_then(|extra| extra.trace_tags.as_deref()).unwrap_or_default();
    match (carried, stated) {
        (carried, []) => sink.strings(key::TRACE_TAGS, carried),
        ([], stated) => sink.strings(key::TRACE_TAGS, stated),
        (carried, stated) => sink.strings(key::TRACE_TAGS, &[carried, stated].concat()),
    }
    if let Some(trace) = trace {
        sink.str(openinference::PROMPT_TEMPLATE, trace.prompt_template.as_deref());
        sink.str(openinference::PROMPT_TEMPLATE_VERSION, trace.prompt_template_version.as_deref());
        sink.str(openinference::PROMPT_TEMPLATE_VARIABLES, trace.prompt_template_variables_json.as_deref());
    }
}

/// What is known of a call to a model.
fn model_call(extra: &Extra, sink: &mut impl Sink) {
    sink.str(genai::REQUEST_MODEL, extra.model.as_deref());
    sink.str(genai::RESPONSE_MODEL, extra.model_responded.as_deref());
    sink.str(genai::PROVIDER_NAME, extra.provider.as_deref());
    let usage = &extra.usage;
    let counts = [
        (genai::USAGE_INPUT_TOKENS, usage.input_tokens),
        (genai::USAGE_OUTPUT_TOKENS, usage.output_tokens),
        (genai::USAGE_CACHE_READ, usage.cache_read_tokens),
        (genai::USAGE_CACHE_WRITE, usage.cache_write_tokens),
        (genai::USAGE_REASONING, usage.reasoning_tokens),
        (key::TOTAL_TOKENS, usage.total_tokens),
    ];
    for (key, count) in counts {
        if let Some(count) = count {
            sink.int(key, i64::try_from(count).unwrap_or(i64::MAX));
        }
    }
    let captured = [
        (key::MODEL_PARAMETERS, &extra.model_parameters),
        (key::PROMPT, &extra.prompt),
        // The user's own mapping, for what its words are not known to the host.
        (traceroot::LLM_USAGE, if usage.is_empty() { &extra.usage_stated } else { &None }),
    ];
    for (key, value) in captured {
        if let Some(value) = value {
            sink.captured(key, View::from(value));
        }
    }
    if let Some(cost_usd) = extra.cost_usd {
        sink.double(key::COST_USD, cost_usd);
    }
    if let Some(time) = extra.time_to_first_token {
        sink.double(genai::RESPONSE_TIME_TO_FIRST_CHUNK, time.as_secs_f64());
    }
    if let Some(latency) = extra.latency {
        // As the decoder of MutagenT's batches names the field.
        sink.double("mutagent.latencyMs", latency.as_secs_f64() * 1e3);
    }
}
