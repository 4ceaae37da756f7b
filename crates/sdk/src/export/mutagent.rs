//! MutagenT's JSON: batches of spans by trace, camelCase, as the package `mutagent-sdk` 0.1.2 sends them.

use std::collections::HashMap;
use std::io::Write;

use tracewood_span::keys::openinference;
use tracewood_span::{Span, Status, TraceId, Usage, Value, attribute};

use super::dialect::merged;
use super::http::{self, Encode};
use super::understood::{mutagent_kind, understood};
use super::{base64, iso};
use crate::json::{push_captured, push_double, push_escaped, push_int, push_string, push_unsigned};
use crate::load::Batch;
use crate::loss::Loss;
use crate::open::Extra;
use crate::record::{Entry, View};
use crate::{destination, retry};

const ROUTE: &str = "/api/traces/batch";

/// An exporter to MutagenT.
pub(crate) fn exporter(config: &destination::Mutagent, retry: &retry::Policy) -> http::Exporter<Mutagent> {
    let url = format!("{}{ROUTE}", config.endpoint_url.trim_end_matches('/'));
    let post = http::Post::new(&url, &config.http, &[("x-api-key", &config.api_key)]);
    let source = if config.source.is_empty() { "sdk".to_owned() } else { config.source.clone() };
    http::Exporter::new(Mutagent { source, environment: config.environment.clone() }, post, retry)
}

/// Writes batches as MutagenT's JSON.
#[derive(Debug)]
pub(crate) struct Mutagent {
    source: String,
    environment: Option<String>,
}

impl Encode for Mutagent {
    const WIRE: &'static str = "mutagent";
    const CONTENT_TYPE: &'static str = "application/json";
    const IS_GZIP_KNOWN: bool = false;

    fn encode(&mut self, batch: &Batch, _lost: &Loss, out: &mut Vec<u8>) {
        let mut places: HashMap<TraceId, usize> = HashMap::new();
        let mut traces: Vec<Vec<Entry<'_>>> = Vec::new();
        for entry in batch.entries() {
            let place = *places.entry(entry.trace_id).or_insert(traces.len());
            match traces.get_mut(place) {
                Some(trace) => trace.push(entry),
                None => traces.push(vec![entry]),
            }
        }
        out.extend_from_slice(b"{\"traces\":");
        list(out, &traces, |out, entries| self.push_trace(out, entries));
        out.push(b'}');
    }
}

impl Mutagent {
    fn push_trace(&self, out: &mut Vec<u8>, entries: &[Entry<'_>]) {
        let mut object = Object::begin(out);
        if let Some(first) = entries.first() {
            object.field("traceId", |out| push_trace_id(out, first.trace_id));
        }
        object.text("source", Some(&self.source));
        let started_at = entries.iter().map(|entry| entry.started_at_unix_nanos).min().unwrap_or_default();
        object.time("startTime", started_at);
        object.text("sessionId", entries.iter().find_map(session_id));
        object.text("userId", entries.iter().find_map(user_id));
        object.text("environment", self.environment.as_deref());
        let mut tags: Vec<&String> = Vec::new();
        for tag in entries.iter().flat_map(trace_tags) {
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        if !tags.is_empty() {
            object.field("tags", |out| list(out, &tags, |out, tag| push_string(out, tag, false, 0)));
        }
        let carried = entries.iter().find_map(|entry| entry.trace()?.metadata_json.as_deref()).map(str::as_bytes);
        let stated = entries.iter().find_map(|entry| entry.extra()?.trace_metadata.as_ref());
        object.json("metadata", merged(carried, stated.map(|metadata| metadata.bytes.as_slice())).as_deref());
        object.field("spans", |out| list(out, entries, push_span));
        object.end();
    }
}

fn session_id<'a>(entry: &Entry<'a>) -> Option<&'a str> {
    let stated = entry.extra().and_then(|extra| extra.trace_session_id.as_deref()).or_else(|| entry.session_id());
    stated.or_else(|| instrumented(entry, openinference::SESSION_ID))
}

fn user_id<'a>(entry: &Entry<'a>) -> Option<&'a str> {
    let stated = entry.extra().and_then(|extra| extra.trace_user_id.as_deref()).or_else(|| entry.user_id());
    stated.or_else(|| instrumented(entry, openinference::USER_ID))
}

/// What an instrumentation says of the whole trace.
fn instrumented<'a>(entry: &Entry<'a>, key: &str) -> Option<&'a str> {
    attribute(&entry.extra()?.attributes, key)?.as_str()
}

/// The tags of the trace; MutagenT's spans have a field of their own for theirs.
fn trace_tags<'a>(entry: &Entry<'a>) -> impl Iterator<Item = &'a String> {
    let carried = entry.trace().map(|trace| trace.tags.as_slice()).unwrap_or_default();
    let stated = entry.extra().and_then(|extra| extra.trace_tags.as_deref()).unwrap_or_default();
    carried.iter().chain(stated)
}

fn push_span(out: &mut Vec<u8>, entry: &Entry<'_>) {
    let understood = understood(entry);
    let understood = understood.as_ref();
    let mut object = Object::begin(out);
    object.field("spanId", |out| push_quoted(out, &entry.span_id.to_string()));
    object.text("name", Some(entry.name()));
    let inferred = understood.filter(|_| entry.kind_stated().is_none()).map(|span| mutagent_kind(span.kind));
    object.text("kind", Some(inferred.unwrap_or_else(|| kind(entry.kind()))));
    object.time("startTime", entry.started_at_unix_nanos);
    object.time("endTime", entry.ended_at_unix_nanos);
    let duration_nanos = entry.ended_at_unix_nanos.saturating_sub(entry.started_at_unix_nanos);
    object.double("durationMs", Some(duration_nanos as f64 / 1e6));
    object.text("status", Some(entry.status.as_str()));
    if let Some(parent) = entry.parent_span_id {
        object.field("parentSpanId", |out| push_quoted(out, &parent.to_string()));
    }
    let inputs = ("input", entry.input(), understood.and_then(Span::input_value));
    let outputs = ("output", entry.output(), understood.and_then(Span::output_value));
    for (name, view, inferred) in [inputs, outputs] {
        if let Some(view) = view {
            object.field(name, |out| push_io(out, view));
        } else if let Some(value) = inferred {
            object.field(name, |out| push_inferred_io(out, value));
        }
    }
    let message = Some(entry.status_message()).filter(|message| !message.is_empty());
    object.text("statusMessage", message);
    object.text("error", message.filter(|_| entry.status == Status::Error));
    object.json("metadata", entry.metadata());
    if !entry.tags().is_empty() {
        object.field("tags", |out| list(out, entry.tags(), |out, tag| push_string(out, tag, false, 0)));
    }
    if let Some(extra) = entry.extra() {
        push_extra(&mut object, entry, extra, understood);
    } else if has_source(entry) {
        object.field("attributes", |out| push_attributes(out, entry, &[]));
    }
    object.end();
}

fn push_extra(object: &mut Object<'_>, entry: &Entry<'_>, extra: &Extra, understood: Option<&Span>) {
    let model = extra.model.as_deref().or(extra.model_responded.as_deref());
    object.text("model", model.or_else(|| understood?.model()));
    object.text("provider", extra.provider.as_deref().or_else(|| understood?.provider.as_deref()));
    let inferred = understood.map(|span| &span.usage).filter(|_| extra.usage.is_empty());
    let usage = inferred.unwrap_or(&extra.usage);
    if !usage.is_empty() {
        object.field("tokens", |out| push_tokens(out, usage));
    }
    object.double("costUsd", extra.cost_usd.or_else(|| understood?.cost_usd));
    object.double("latencyMs", extra.latency.map(|time| time.as_secs_f64() * 1e3));
    let inferred = understood.and_then(|span| span.time_to_first_token_nanos).map(|nanos| nanos as f64 / 1e6);
    object.double("ttftMs", extra.time_to_first_token.map(|time| time.as_secs_f64() * 1e3).or(inferred));
    if !extra.attributes.is_empty() || has_source(entry) || extra.prompt.is_some() || extra.model_parameters.is_some() {
        object.field("attributes", |out| push_attributes(out, entry, &extra.attributes));
    }
    if !extra.events.is_empty() {
        object.field("events", |out| {
            list(out, &extra.events, |out, event| {
                let mut object = Object::begin(out);
                object.text("name", Some(&event.name));
                object.time("timestamp", event.at_unix_nanos);
                if !event.attributes.is_empty() {
                    object.field("attributes", |out| push_map(out, &event.attributes));
                }
                object.end();
            });
        });
    }
}

/// MutagenT's schema wants both sides wherever there is one; the package sends zero for the one that nobody said.
fn push_tokens(out: &mut Vec<u8>, usage: &Usage) {
    let has_side = usage.input_tokens.is_some() || usage.output_tokens.is_some();
    let side = |count: Option<u64>| if has_side { Some(count.unwrap_or(0)) } else { None };
    let counts = [
        ("input", side(usage.input_tokens)),
        ("output", side(usage.output_tokens)),
        ("total", usage.total_tokens),
        ("cachedInput", usage.cache_read_tokens),
        ("cacheCreation", usage.cache_write_tokens),
        ("reasoning", usage.reasoning_tokens),
    ];
    let mut object = Object::begin(out);
    for (name, count) in counts {
        if let Some(count) = count {
            object.field(name, |out| push_unsigned(out, count));
        }
    }
    object.end();
}

fn has_source(entry: &Entry<'_>) -> bool {
    entry.site().config().file.is_some()
}

/// The user's attributes, and what MutagenT has no field for, in OpenTelemetry's and our own words.
fn push_attributes(out: &mut Vec<u8>, entry: &Entry<'_>, attributes: &[(String, Value)]) {
    use tracewood_span::keys::{otel, tracewood as key};
    let mut object = Object::begin(out);
    for (key, value) in attributes {
        object.field(key, |out| push_value(out, value));
    }
    let site = entry.site().config();
    object.text(otel::CODE_FILE, site.file.as_deref());
    if let Some(line) = site.line {
        object.field(otel::CODE_LINE, |out| push_unsigned(out, u64::from(line)));
    }
    object.text(otel::CODE_FUNCTION, site.function.as_deref());
    if let Some(extra) = entry.extra() {
        for (key, value) in [(key::PROMPT, &extra.prompt), (key::MODEL_PARAMETERS, &extra.model_parameters)] {
            if let Some(value) = value {
                object.field(key, |out| push_captured(out, value.form, &value.bytes));
            }
        }
    }
    object.end();
}

/// The word of MutagenT that is nearest to the user's; words that are nobody's go as they are.
fn kind(word: &str) -> &str {
    match word {
        "llm" => "llm.chat",
        "span" | "task" | "scorer" | "evaluation" => "custom",
        _ => word,
    }
}

/// The UUID that the 16 bytes are.
fn push_trace_id(out: &mut Vec<u8>, trace_id: TraceId) {
    out.push(b'"');
    for (index, byte) in trace_id.as_bytes().iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            out.push(b'-');
        }
        // Writing to a vector cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out.push(b'"');
}

fn push_io(out: &mut Vec<u8>, view: View<'_>) {
    if view.is_io {
        out.extend_from_slice(view.bytes);
        return;
    }
    out.extend_from_slice(b"{\"raw\":");
    push_captured(out, view.form, view.bytes);
    out.push(b'}');
}

/// What an instrumentation recorded: a text that is JSON as what it says, since it is written so in attributes.
fn push_inferred_io(out: &mut Vec<u8>, value: &Value) {
    out.extend_from_slice(b"{\"raw\":");
    match value {
        Value::String(text)
            if text.starts_with(['{', '[']) && serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok() =>
        {
            out.extend_from_slice(text.as_bytes());
        }
        value => push_value(out, value),
    }
    out.push(b'}');
}

fn push_quoted(out: &mut Vec<u8>, text: &str) {
    push_string(out, text, false, 0);
}

/// An object under way; fields without a value are left out.
struct Object<'a> {
    out: &'a mut Vec<u8>,
    n_fields: usize,
}

impl<'a> Object<'a> {
    fn begin(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, n_fields: 0 }
    }

    fn field(&mut self, name: &str, push: impl FnOnce(&mut Vec<u8>)) {
        if self.n_fields > 0 {
            self.out.push(b',');
        }
        self.n_fields += 1;
        self.out.push(b'"');
        push_escaped(self.out, name.as_bytes());
        self.out.extend_from_slice(b"\":");
        push(self.out);
    }

    fn text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.field(name, |out| push_quoted(out, text));
        }
    }

    fn double(&mut self, name: &str, number: Option<f64>) {
        if let Some(number) = number {
            self.field(name, |out| push_double(out, number));
        }
    }

    fn time(&mut self, name: &str, unix_nanos: u64) {
        self.field(name, |out| {
            out.push(b'"');
            iso::push(out, unix_nanos);
            out.push(b'"');
        });
    }

    fn json(&mut self, name: &str, json: Option<&[u8]>) {
        if let Some(json) = json {
            self.field(name, |out| out.extend_from_slice(json));
        }
    }

    fn end(self) {
        self.out.push(b'}');
    }
}

fn list<T>(out: &mut Vec<u8>, items: &[T], mut push: impl FnMut(&mut Vec<u8>, &T)) {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        push(out, item);
    }
    out.push(b']');
}

fn push_map(out: &mut Vec<u8>, entries: &[(String, Value)]) {
    let mut object = Object::begin(out);
    for (key, value) in entries {
        object.field(key, |out| push_value(out, value));
    }
    object.end();
}

fn push_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
        Value::Int(number) => push_int(out, *number),
        Value::Double(number) => push_double(out, *number),
        Value::String(text) => push_quoted(out, text),
        Value::Bytes(bytes) => {
            out.push(b'"');
            base64::push(out, bytes);
            out.push(b'"');
        }
        Value::Array(values) => list(out, values, push_value),
        Value::Map(entries) => push_map(out, entries),
    }
}
