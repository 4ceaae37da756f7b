//! Batches as OTLP protobuf, in the words of a dialect.

use std::sync::OnceLock;

use tracewood_otlp::encode::{self, Message, Request, field};
use tracewood_span::{Event, Link, Status, Value};

use super::dialect::{Dialect, Scope, Sink};
use super::{http, partial};
use crate::Resource;
use crate::load::Batch;
use crate::loss::Loss;
use crate::record::Entry;

/// Writes batches as OTLP protobuf.
#[derive(Debug)]
pub(crate) struct Encoder<D> {
    dialect: D,
    resource: Resource,
}

impl<D: Dialect> Encoder<D> {
    pub(crate) fn new(dialect: D, resource: Resource) -> Self {
        Self { dialect, resource }
    }
}

impl<D: Dialect> http::Encode for Encoder<D> {
    const WIRE: &'static str = D::WIRE;
    const CONTENT_TYPE: &'static str = "application/x-protobuf";
    const IS_GZIP_KNOWN: bool = true;

    fn encode(&mut self, batch: &Batch, lost: &Loss, out: &mut Vec<u8>) {
        let Self { dialect, resource } = self;
        let mut request = Request::begin(out, |out| {
            for (key, value) in resource.now() {
                encode::attribute(out, field::RESOURCE_ATTRIBUTES, key, value);
            }
            dialect.resource(lost, &mut Attributes { out, field: field::RESOURCE_ATTRIBUTES });
        });
        let mut scope_now = None;
        for entry in batch.entries() {
            let scope = Scope::of(entry.site(), dialect);
            if scope_now != Some(scope) {
                request.scope(scope.name, scope.version, scope.attributes, scope.schema_url);
                scope_now = Some(scope);
            }
            request.span(|out| span(out, &entry, dialect));
        }
        request.end();
    }

    fn rejected(&self, body: &[u8]) -> (u64, String) {
        partial::rejected(body)
    }
}

fn span(out: &mut Vec<u8>, entry: &Entry<'_>, dialect: &impl Dialect) {
    let extra = entry.extra();
    encode::bytes_field(out, field::SPAN_TRACE_ID, entry.trace_id.as_bytes());
    encode::bytes_field(out, field::SPAN_ID, entry.span_id.as_bytes());
    if let Some(trace_state) = extra.and_then(|extra| extra.trace_state.as_deref()) {
        encode::bytes_field(out, field::SPAN_TRACE_STATE, trace_state.as_bytes());
    }
    if let Some(parent) = &entry.parent_span_id {
        encode::bytes_field(out, field::SPAN_PARENT_ID, parent.as_bytes());
    }
    encode::bytes_field(out, field::SPAN_NAME, entry.name().as_bytes());
    encode::varint_field(out, field::SPAN_KIND, entry.otel_kind() as u64);
    encode::fixed64_field(out, field::SPAN_START, entry.started_at_unix_nanos);
    encode::fixed64_field(out, field::SPAN_END, entry.ended_at_unix_nanos);
    dialect.attributes(entry, &mut Attributes { out, field: field::SPAN_ATTRIBUTES });
    if let Some(extra) = extra {
        for event in &extra.events {
            push_event(out, event);
        }
        for link in &extra.links {
            push_link(out, link);
        }
        for (field, n_dropped) in [
            (field::SPAN_DROPPED_ATTRIBUTES, extra.n_dropped_attributes),
            (field::SPAN_DROPPED_EVENTS, extra.n_dropped_events),
            (field::SPAN_DROPPED_LINKS, extra.n_dropped_links),
        ] {
            push_dropped(out, field, n_dropped);
        }
    }
    if entry.status != Status::Unset {
        let status = Message::begin(out, field::SPAN_STATUS);
        if !entry.status_message().is_empty() {
            encode::bytes_field(out, field::STATUS_MESSAGE, entry.status_message().as_bytes());
        }
        encode::varint_field(out, field::STATUS_CODE, entry.status.code() as u64);
        status.end(out);
    }
    if entry.parent_span_id.is_some() {
        let remote = if entry.is_parent_remote { encode::FLAG_IS_REMOTE } else { 0 };
        // The lowest bit says that the trace is sampled, the next one that its id is random.
        encode::fixed32_field(out, field::SPAN_FLAGS, encode::FLAG_HAS_IS_REMOTE | remote | 1);
    }
}

fn push_event(out: &mut Vec<u8>, event: &Event) {
    let message = Message::begin(out, field::SPAN_EVENTS);
    encode::fixed64_field(out, field::EVENT_TIME, event.at_unix_nanos);
    encode::bytes_field(out, field::EVENT_NAME, event.name.as_bytes());
    for (key, value) in &event.attributes {
        encode::attribute(out, field::EVENT_ATTRIBUTES, key, value);
    }
    push_dropped(out, field::EVENT_DROPPED_ATTRIBUTES, event.n_dropped_attributes);
    message.end(out);
}

fn push_link(out: &mut Vec<u8>, link: &Link) {
    let message = Message::begin(out, field::SPAN_LINKS);
    encode::bytes_field(out, field::LINK_TRACE_ID, &link.trace_id.map_or([0; 16], |id| *id.as_bytes()));
    encode::bytes_field(out, field::LINK_SPAN_ID, &link.span_id.map_or([0; 8], |id| *id.as_bytes()));
    if !link.trace_state.is_empty() {
        encode::bytes_field(out, field::LINK_TRACE_STATE, link.trace_state.as_bytes());
    }
    for (key, value) in &link.attributes {
        encode::attribute(out, field::LINK_ATTRIBUTES, key, value);
    }
    push_dropped(out, field::LINK_DROPPED_ATTRIBUTES, link.n_dropped_attributes);
    message.end(out);
}

fn push_dropped(out: &mut Vec<u8>, field: u32, n_dropped: u32) {
    if n_dropped > 0 {
        encode::varint_field(out, field, u64::from(n_dropped));
    }
}

/// Attributes as fields of the message being written.
struct Attributes<'a> {
    out: &'a mut Vec<u8>,
    field: u32,
}

impl Sink for Attributes<'_> {
    fn text(&mut self, key: &str, text: &[u8]) {
        encode::text_attribute(self.out, self.field, key, text);
    }

    fn int(&mut self, key: &str, number: i64) {
        encode::int_attribute(self.out, self.field, key, number);
    }

    fn double(&mut self, key: &str, number: f64) {
        encode::double_attribute(self.out, self.field, key, number);
    }

    fn bool(&mut self, key: &str, flag: bool) {
        encode::bool_attribute(self.out, self.field, key, flag);
    }

    fn texts(&mut self, key: &str, texts: &[&str]) {
        encode::texts_attribute(self.out, self.field, key, texts.iter().copied());
    }

    fn value(&mut self, key: &str, value: &Value) {
        encode::attribute(self.out, self.field, key, value);
    }

    fn constant(&mut self, cell: &OnceLock<Vec<u8>>, write: impl Fn(&mut Self)) {
        if let Some(bytes) = cell.get() {
            self.out.extend_from_slice(bytes);
            return;
        }
        let at = self.out.len();
        write(self);
        // Somebody else may have been first, with the same bytes.
        let _ = cell.set(self.out.get(at..).unwrap_or_default().to_vec());
    }
}
