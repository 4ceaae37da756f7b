//! OTLP protobuf written straight into a buffer, without messages in between.
//!
//! An exporter writes some thousand spans a second from its own records, so nothing is allocated per span or value:
//! lengths of attributes are worked out before they are written, and those of whole spans are filled in afterwards.

use tracewood_span::Value;

/// The fields of the messages in `trace.proto`, `common.proto` and `resource.proto` that are written here.
pub mod field {
    /// `ExportTraceServiceRequest.resource_spans`.
    pub const REQUEST_RESOURCE_SPANS: u32 = 1;
    /// `ResourceSpans.resource`.
    pub const RESOURCE_SPANS_RESOURCE: u32 = 1;
    /// `ResourceSpans.scope_spans`.
    pub const RESOURCE_SPANS_SCOPE_SPANS: u32 = 2;
    /// `Resource.attributes`.
    pub const RESOURCE_ATTRIBUTES: u32 = 1;
    /// `ScopeSpans.schema_url`.
    pub const SCOPE_SPANS_SCHEMA_URL: u32 = 3;
    /// `ScopeSpans.scope`.
    pub const SCOPE_SPANS_SCOPE: u32 = 1;
    /// `ScopeSpans.spans`.
    pub const SCOPE_SPANS_SPANS: u32 = 2;
    /// `InstrumentationScope.name`.
    pub const SCOPE_NAME: u32 = 1;
    /// `InstrumentationScope.version`.
    pub const SCOPE_VERSION: u32 = 2;
    /// `InstrumentationScope.attributes`.
    pub const SCOPE_ATTRIBUTES: u32 = 3;
    /// `Span.trace_id`.
    pub const SPAN_TRACE_ID: u32 = 1;
    /// `Span.span_id`.
    pub const SPAN_ID: u32 = 2;
    /// `Span.trace_state`.
    pub const SPAN_TRACE_STATE: u32 = 3;
    /// `Span.parent_span_id`.
    pub const SPAN_PARENT_ID: u32 = 4;
    /// `Span.name`.
    pub const SPAN_NAME: u32 = 5;
    /// `Span.kind`.
    pub const SPAN_KIND: u32 = 6;
    /// `Span.start_time_unix_nano`.
    pub const SPAN_START: u32 = 7;
    /// `Span.end_time_unix_nano`.
    pub const SPAN_END: u32 = 8;
    /// `Span.attributes`.
    pub const SPAN_ATTRIBUTES: u32 = 9;
    /// `Span.dropped_attributes_count`.
    pub const SPAN_DROPPED_ATTRIBUTES: u32 = 10;
    /// `Span.events`.
    pub const SPAN_EVENTS: u32 = 11;
    /// `Span.dropped_events_count`.
    pub const SPAN_DROPPED_EVENTS: u32 = 12;
    /// `Span.links`.
    pub const SPAN_LINKS: u32 = 13;
    /// `Span.dropped_links_count`.
    pub const SPAN_DROPPED_LINKS: u32 = 14;
    /// `Span.status`.
    pub const SPAN_STATUS: u32 = 15;
    /// `Span.flags`.
    pub const SPAN_FLAGS: u32 = 16;
    /// `Span.Event.time_unix_nano`.
    pub const EVENT_TIME: u32 = 1;
    /// `Span.Event.name`.
    pub const EVENT_NAME: u32 = 2;
    /// `Span.Event.attributes`.
    pub const EVENT_ATTRIBUTES: u32 = 3;
    /// `Span.Event.dropped_attributes_count`.
    pub const EVENT_DROPPED_ATTRIBUTES: u32 = 4;
    /// `Span.Link.trace_id`.
    pub const LINK_TRACE_ID: u32 = 1;
    /// `Span.Link.span_id`.
    pub const LINK_SPAN_ID: u32 = 2;
    /// `Span.Link.trace_state`.
    pub const LINK_TRACE_STATE: u32 = 3;
    /// `Span.Link.attributes`.
    pub const LINK_ATTRIBUTES: u32 = 4;
    /// `Span.Link.dropped_attributes_count`.
    pub const LINK_DROPPED_ATTRIBUTES: u32 = 5;
    /// `Status.message`.
    pub const STATUS_MESSAGE: u32 = 2;
    /// `Status.code`.
    pub const STATUS_CODE: u32 = 3;

    pub(super) const KEY_VALUE_KEY: u32 = 1;
    pub(super) const KEY_VALUE_VALUE: u32 = 2;
    pub(super) const ANY_STRING: u32 = 1;
    pub(super) const ANY_BOOL: u32 = 2;
    pub(super) const ANY_INT: u32 = 3;
    pub(super) const ANY_DOUBLE: u32 = 4;
    pub(super) const ANY_ARRAY: u32 = 5;
    pub(super) const ANY_MAP: u32 = 6;
    pub(super) const ANY_BYTES: u32 = 7;
    pub(super) const LIST_VALUES: u32 = 1;
}

/// `Span.flags`: whether the parent is remote is known.
pub const FLAG_HAS_IS_REMOTE: u32 = 1 << 8;
/// `Span.flags`: the parent is remote.
pub const FLAG_IS_REMOTE: u32 = 1 << 9;

const VARINT: u32 = 0;
const FIXED64: u32 = 1;
const LENGTH: u32 = 2;
const FIXED32: u32 = 5;

/// How many bytes are kept for a length that is filled in later: as a varint 2^28, more than a request may have.
const N_LENGTH_BYTES: usize = 4;

/// A message whose length is filled in when it ends.
#[derive(Debug)]
#[must_use = "a message without its length cannot be read"]
pub struct Message {
    body_at: usize,
}

impl Message {
    /// Begins a message that is a field of the one being written.
    #[inline]
    pub fn begin(out: &mut Vec<u8>, field: u32) -> Self {
        varint(out, u64::from(field << 3 | LENGTH));
        out.extend_from_slice(&[0; N_LENGTH_BYTES]);
        Self { body_at: out.len() }
    }

    /// Ends it; everything written since it began is its body.
    ///
    /// The length is a varint of always four bytes, which every reader of protobuf takes, so that nothing moves.
    #[inline]
    pub fn end(self, out: &mut [u8]) {
        let length = out.len().saturating_sub(self.body_at) as u32;
        let low = |shift: u32| (length >> shift) as u8 & 0x7f;
        let bytes = [low(0) | 0x80, low(7) | 0x80, low(14) | 0x80, low(21)];
        let length_at = self.body_at - N_LENGTH_BYTES;
        if let Some(place) = out.get_mut(length_at..self.body_at) {
            place.copy_from_slice(&bytes);
        }
    }
}

/// Writes a number in as few bytes as it takes.
#[inline]
pub fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// How many bytes [`varint`] writes.
#[inline]
pub const fn varint_len(number: u64) -> usize {
    // Seven bits go into a byte: the bit length over seven, rounded up, with a multiplication and a shift.
    ((63 - (number | 1).leading_zeros() as usize) * 9 + 73) / 64
}

/// Writes text or bytes.
#[inline]
pub fn bytes_field(out: &mut Vec<u8>, field: u32, bytes: &[u8]) {
    varint(out, u64::from(field << 3 | LENGTH));
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Writes a whole number or enum.
#[inline]
pub fn varint_field(out: &mut Vec<u8>, field: u32, number: u64) {
    varint(out, u64::from(field << 3 | VARINT));
    varint(out, number);
}

/// Writes a number of eight bytes, such as a time.
#[inline]
pub fn fixed64_field(out: &mut Vec<u8>, field: u32, number: u64) {
    varint(out, u64::from(field << 3 | FIXED64));
    out.extend_from_slice(&number.to_le_bytes());
}

/// Writes a number of four bytes.
#[inline]
pub fn fixed32_field(out: &mut Vec<u8>, field: u32, number: u32) {
    varint(out, u64::from(field << 3 | FIXED32));
    out.extend_from_slice(&number.to_le_bytes());
}

/// Writes a `KeyValue` whose value takes `n_value_bytes` and is written by `push`.
#[inline]
fn key_value(out: &mut Vec<u8>, field: u32, key: &str, n_value_bytes: usize, push: impl FnOnce(&mut Vec<u8>)) {
    // All tags inside take one byte.
    let n_bytes = 1 + delimited_len(key.len()) + 1 + delimited_len(n_value_bytes);
    out.reserve(1 + N_LENGTH_BYTES + n_bytes);
    varint(out, u64::from(field << 3 | LENGTH));
    varint(out, n_bytes as u64);
    bytes_field(out, field::KEY_VALUE_KEY, key.as_bytes());
    varint(out, u64::from(field::KEY_VALUE_VALUE << 3 | LENGTH));
    varint(out, n_value_bytes as u64);
    push(out);
}

/// The length of a length together with what follows it.
#[inline]
const fn delimited_len(n_bytes: usize) -> usize {
    varint_len(n_bytes as u64) + n_bytes
}

/// Writes an attribute that is text; the bytes must be UTF-8.
#[inline]
pub fn text_attribute(out: &mut Vec<u8>, field: u32, key: &str, text: &[u8]) {
    key_value(out, field, key, 1 + delimited_len(text.len()), |out| bytes_field(out, field::ANY_STRING, text));
}

/// Writes an attribute that is a whole number.
#[inline]
pub fn int_attribute(out: &mut Vec<u8>, field: u32, key: &str, number: i64) {
    let number = number as u64;
    key_value(out, field, key, 1 + varint_len(number), |out| varint_field(out, field::ANY_INT, number));
}

/// Writes an attribute that is a floating point number.
#[inline]
pub fn double_attribute(out: &mut Vec<u8>, field: u32, key: &str, number: f64) {
    key_value(out, field, key, 9, |out| fixed64_field(out, field::ANY_DOUBLE, number.to_bits()));
}

/// Writes an attribute that is true or false.
#[inline]
pub fn bool_attribute(out: &mut Vec<u8>, field: u32, key: &str, flag: bool) {
    key_value(out, field, key, 2, |out| varint_field(out, field::ANY_BOOL, u64::from(flag)));
}

/// Writes an attribute that is a list of texts, which it goes through twice.
pub fn texts_attribute<'a>(out: &mut Vec<u8>, field: u32, key: &str, texts: impl Iterator<Item = &'a str> + Clone) {
    let any_len = |text: &str| 1 + delimited_len(text.len());
    let n_list_bytes: usize = texts.clone().map(|text| 1 + delimited_len(any_len(text))).sum();
    key_value(out, field, key, 1 + delimited_len(n_list_bytes), |out| {
        varint(out, u64::from(field::ANY_ARRAY << 3 | LENGTH));
        varint(out, n_list_bytes as u64);
        for text in texts {
            varint(out, u64::from(field::LIST_VALUES << 3 | LENGTH));
            varint(out, any_len(text) as u64);
            bytes_field(out, field::ANY_STRING, text.as_bytes());
        }
    });
}

/// Writes an attribute of any type.
pub fn attribute(out: &mut Vec<u8>, field: u32, key: &str, value: &Value) {
    key_value(out, field, key, value_len(value), |out| push_value(out, value));
}

/// How many bytes the body of an `AnyValue` takes.
fn value_len(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 2,
        Value::Int(number) => 1 + varint_len(*number as u64),
        Value::Double(_) => 9,
        Value::String(text) => 1 + delimited_len(text.len()),
        Value::Bytes(bytes) => 1 + delimited_len(bytes.len()),
        Value::Array(values) => 1 + delimited_len(array_len(values)),
        Value::Map(entries) => 1 + delimited_len(map_len(entries)),
    }
}

fn array_len(values: &[Value]) -> usize {
    values.iter().map(|value| 1 + delimited_len(value_len(value))).sum()
}

fn map_len(entries: &[(String, Value)]) -> usize {
    let entry_len = |(key, value): &(String, Value)| 1 + delimited_len(key.len()) + 1 + delimited_len(value_len(value));
    entries.iter().map(|entry| 1 + delimited_len(entry_len(entry))).sum()
}

fn push_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => {}
        Value::Bool(flag) => varint_field(out, field::ANY_BOOL, u64::from(*flag)),
        Value::Int(number) => varint_field(out, field::ANY_INT, *number as u64),
        Value::Double(number) => fixed64_field(out, field::ANY_DOUBLE, number.to_bits()),
        Value::String(text) => bytes_field(out, field::ANY_STRING, text.as_bytes()),
        Value::Bytes(bytes) => bytes_field(out, field::ANY_BYTES, bytes),
        Value::Array(values) => {
            varint(out, u64::from(field::ANY_ARRAY << 3 | LENGTH));
            varint(out, array_len(values) as u64);
            for value in values {
                varint(out, u64::from(field::LIST_VALUES << 3 | LENGTH));
                varint(out, value_len(value) as u64);
                push_value(out, value);
            }
        }
        Value::Map(entries) => {
            varint(out, u64::from(field::ANY_MAP << 3 | LENGTH));
            varint(out, map_len(entries) as u64);
            for (key, value) in entries {
                key_value(out, field::LIST_VALUES, key, value_len(value), |out| push_value(out, value));
            }
        }
    }
}

/// An `ExportTraceServiceRequest` under way: one resource, and its spans by scope.
///
/// Spans of the same scope that follow each other share one `ScopeSpans`.
#[derive(Debug)]
pub struct Request<'a> {
    out: &'a mut Vec<u8>,
    resource_spans: Message,
    scope_spans: Option<Message>,
}

impl<'a> Request<'a> {
    /// Begins a request; `attributes` writes those of the resource, as [`field::RESOURCE_ATTRIBUTES`].
    pub fn begin(out: &'a mut Vec<u8>, attributes: impl FnOnce(&mut Vec<u8>)) -> Self {
        let resource_spans = Message::begin(out, field::REQUEST_RESOURCE_SPANS);
        let resource = Message::begin(out, field::RESOURCE_SPANS_RESOURCE);
        attributes(out);
        resource.end(out);
        Self { out, resource_spans, scope_spans: None }
    }

    /// Begins the spans of another scope.
    pub fn scope(&mut self, name: &str, version: &str, attributes: &[(String, Value)], schema_url: &str) {
        if let Some(before) = self.scope_spans.take() {
            before.end(self.out);
        }
        self.scope_spans = Some(Message::begin(self.out, field::RESOURCE_SPANS_SCOPE_SPANS));
        let scope = Message::begin(self.out, field::SCOPE_SPANS_SCOPE);
        bytes_field(self.out, field::SCOPE_NAME, name.as_bytes());
        if !version.is_empty() {
            bytes_field(self.out, field::SCOPE_VERSION, version.as_bytes());
        }
        for (key, value) in attributes {
            attribute(self.out, field::SCOPE_ATTRIBUTES, key, value);
        }
        scope.end(self.out);
        if !schema_url.is_empty() {
            bytes_field(self.out, field::SCOPE_SPANS_SCHEMA_URL, schema_url.as_bytes());
        }
    }

    /// Adds a span to the scope begun last, whose fields `write` writes.
    pub fn span(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let span = Message::begin(self.out, field::SCOPE_SPANS_SPANS);
        write(self.out);
        span.end(self.out);
    }

    /// Ends the request.
    pub fn end(mut self) {
        if let Some(scope_spans) = self.scope_spans.take() {
            scope_spans.end(self.out);
        }
        self.resource_spans.end(self.out);
    }
}

#[cfg(test)]
mod tests;
