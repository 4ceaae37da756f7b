//! A batch as one line of OTLP JSON, in Tracewood's own words.

use std::sync::OnceLock;

use tracewood_otlp::encode::{FLAG_HAS_IS_REMOTE, FLAG_IS_REMOTE};
use tracewood_span::{Status, Value};

use super::dialect::{Dialect, Scope, Sink};
use crate::json::{push_double, push_escaped, push_int, push_string, push_unsigned};
use crate::load::Batch;
use crate::record::Entry;

/// Writes a batch as one line.
pub(crate) fn push_line(out: &mut Vec<u8>, batch: &Batch, resource: &[(String, Value)], dialect: &impl Dialect) {
    out.extend_from_slice(b"{\"resourceSpans\":[{\"resource\":{\"attributes\":");
    push_attributes(out, resource);
    out.extend_from_slice(b"},\"scopeSpans\":[");
    let mut scope_now = None;
    for entry in batch.entries() {
        let scope = Scope::of(entry.site(), dialect);
        if scope_now == Some(scope) {
            out.push(b',');
        } else {
            out.extend_from_slice(if scope_now.is_some() { b"]},{" } else { b"{" });
            push_scope(out, scope);
            out.extend_from_slice(b",\"spans\":[");
            scope_now = Some(scope);
        }
        push_span(out, &entry, dialect);
    }
    out.extend_from_slice(b"]}]}]}\n");
}

fn push_scope(out: &mut Vec<u8>, scope: Scope<'_>) {
    out.extend_from_slice(b"\"scope\":{\"name\":");
    push_text(out, scope.name);
    out.extend_from_slice(b",\"version\":");
    push_text(out, scope.version);
    if !scope.attributes.is_empty() {
        out.extend_from_slice(b",\"attributes\":");
        push_attributes(out, scope.attributes);
    }
    out.push(b'}');
    if !scope.schema_url.is_empty() {
        out.extend_from_slice(b",\"schemaUrl\":");
        push_text(out, scope.schema_url);
    }
}

fn push_span(out: &mut Vec<u8>, entry: &Entry<'_>, dialect: &impl Dialect) {
    let field = |out: &mut Vec<u8>, name: &str, text: &str| {
        out.extend_from_slice(name.as_bytes());
        push_text(out, text);
    };
    field(out, "{\"traceId\":", &entry.trace_id.to_string());
    field(out, ",\"spanId\":", &entry.span_id.to_string());
    if let Some(parent) = entry.parent_span_id {
        field(out, ",\"parentSpanId\":", &parent.to_string());
    }
    if let Some(trace_state) = entry.extra().and_then(|extra| extra.trace_state.as_deref()) {
        field(out, ",\"traceState\":", trace_state);
    }
    if entry.is_parent_remote {
        out.extend_from_slice(b",\"flags\":");
        push_unsigned(out, u64::from(FLAG_HAS_IS_REMOTE | FLAG_IS_REMOTE | 1));
    }
    field(out, ",\"name\":", entry.name());
    out.extend_from_slice(b",\"kind\":");
    push_int(out, i64::from(entry.otel_kind()));
    // 64-bit numbers are text in the JSON form of protobuf.
    field(out, ",\"startTimeUnixNano\":", &entry.started_at_unix_nanos.to_string());
    field(out, ",\"endTimeUnixNano\":", &entry.ended_at_unix_nanos.to_string());
    out.extend_from_slice(b",\"attributes\":[");
    let mut attributes = Attributes { out, n_written: 0 };
    dialect.attributes(entry, &mut attributes);
    out.push(b']');
    if let Some(extra) = entry.extra() {
        push_list(out, "events", &extra.events, |out, event| {
            field(out, "{\"timeUnixNano\":", &event.at_unix_nanos.to_string());
            field(out, ",\"name\":", &event.name);
            out.extend_from_slice(b",\"attributes\":");
            push_attributes(out, &event.attributes);
            push_dropped(out, "droppedAttributesCount", event.n_dropped_attributes);
            out.push(b'}');
        });
        push_list(out, "links", &extra.links, |out, link| {
            field(out, "{\"traceId\":", &link.trace_id.map_or_else(|| "0".repeat(32), |id| id.to_string()));
            field(out, ",\"spanId\":", &link.span_id.map_or_else(|| "0".repeat(16), |id| id.to_string()));
            if !link.trace_state.is_empty() {
                field(out, ",\"traceState\":", &link.trace_state);
            }
            out.extend_from_slice(b",\"attributes\":");
            push_attributes(out, &link.attributes);
            push_dropped(out, "droppedAttributesCount", link.n_dropped_attributes);
            out.push(b'}');
        });
        for (name, n_dropped) in [
            ("droppedAttributesCount", extra.n_dropped_attributes),
            ("droppedEventsCount", extra.n_dropped_events),
            ("droppedLinksCount", extra.n_dropped_links),
        ] {
            push_dropped(out, name, n_dropped);
        }
    }
    if entry.status != Status::Unset {
        out.extend_from_slice(b",\"status\":{\"code\":");
        push_int(out, i64::from(entry.status.code()));
        if !entry.status_message().is_empty() {
            field(out, ",\"message\":", entry.status_message());
        }
        out.push(b'}');
    }
    out.push(b'}');
}

/// A count of what was left out, itself left out where it is zero.
fn push_dropped(out: &mut Vec<u8>, name: &str, n_dropped: u32) {
    if n_dropped > 0 {
        out.extend_from_slice(b",\"");
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\":");
        push_unsigned(out, u64::from(n_dropped));
    }
}

/// A field that is a list, left out where it is empty.
fn push_list<T>(out: &mut Vec<u8>, name: &str, items: &[T], push: impl Fn(&mut Vec<u8>, &T)) {
    for (index, item) in items.iter().enumerate() {
        if index == 0 {
            out.extend_from_slice(b",\"");
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b"\":[");
        } else {
            out.push(b',');
        }
        push(out, item);
    }
    if !items.is_empty() {
        out.push(b']');
    }
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    push_string(out, text, false, 0);
}

fn push_attributes(out: &mut Vec<u8>, attributes: &[(String, Value)]) {
    out.push(b'[');
    let mut sink = Attributes { out, n_written: 0 };
    for (key, value) in attributes {
        sink.value(key, value);
    }
    out.push(b']');
}

/// The items of a list of `KeyValue`.
struct Attributes<'a> {
    out: &'a mut Vec<u8>,
    n_written: usize,
}

impl Attributes<'_> {
    fn key_value(&mut self, key: &str, push: impl FnOnce(&mut Vec<u8>)) {
        if self.n_written > 0 {
            self.out.push(b',');
        }
        self.n_written += 1;
        self.out.extend_from_slice(b"{\"key\":");
        push_text(self.out, key);
        self.out.extend_from_slice(b",\"value\":");
        push(self.out);
        self.out.push(b'}');
    }
}

impl Sink for Attributes<'_> {
    fn text(&mut self, key: &str, text: &[u8]) {
        self.key_value(key, |out| {
            out.extend_from_slice(b"{\"stringValue\":\"");
            push_escaped(out, text);
            out.extend_from_slice(b"\"}");
        });
    }

    fn int(&mut self, key: &str, number: i64) {
        self.value(key, &Value::Int(number));
    }

    fn double(&mut self, key: &str, number: f64) {
        self.value(key, &Value::Double(number));
    }

    fn bool(&mut self, key: &str, flag: bool) {
        self.value(key, &Value::Bool(flag));
    }

    fn texts(&mut self, key: &str, texts: &[&str]) {
        self.value(key, &Value::Array(texts.iter().map(|text| Value::from(*text)).collect()));
    }

    fn value(&mut self, key: &str, value: &Value) {
        self.key_value(key, |out| push_value(out, value));
    }

    fn constant(&mut self, _cell: &OnceLock<Vec<u8>>, write: impl Fn(&mut Self)) {
        write(self);
    }
}

/// Writes an `AnyValue`.
fn push_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.extend_from_slice(b"{}"),
        Value::Bool(flag) => {
            out.extend_from_slice(if *flag { b"{\"boolValue\":true}" } else { b"{\"boolValue\":false}" });
        }
        Value::Int(number) => {
            out.extend_from_slice(b"{\"intValue\":\"");
            push_int(out, *number);
            out.extend_from_slice(b"\"}");
        }
        Value::Double(number) => {
            out.extend_from_slice(b"{\"doubleValue\":");
            push_double(out, *number);
            out.push(b'}');
        }
        Value::String(text) => {
            out.extend_from_slice(b"{\"stringValue\":");
            push_text(out, text);
            out.push(b'}');
        }
        Value::Bytes(bytes) => {
            out.extend_from_slice(b"{\"bytesValue\":\"");
            super::base64::push(out, bytes);
            out.extend_from_slice(b"\"}");
        }
        Value::Array(values) => {
            out.extend_from_slice(b"{\"arrayValue\":{\"values\":[");
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                push_value(out, value);
            }
            out.extend_from_slice(b"]}}");
        }
        Value::Map(entries) => {
            out.extend_from_slice(b"{\"kvlistValue\":{\"values\":");
            push_attributes(out, entries);
            out.extend_from_slice(b"}}");
        }
    }
}
