//! Made-up spans as an OTLP request in protobuf.

use std::sync::Arc;

use tracewood_otlp::encode::{self, Message, Request, field};
use tracewood_span::{Attributes, Event, Link, Span, Status};

/// The body of an OTLP request with these spans; those of one process and library that follow each other share their
/// descriptions.
pub fn request(spans: &[Span]) -> Vec<u8> {
    let mut out = Vec::new();
    for of_resource in spans.chunk_by(|a, b| Arc::ptr_eq(&a.resource, &b.resource)) {
        let [first, ..] = of_resource else { continue };
        let mut request =
            Request::begin(&mut out, |out| attributes(out, field::RESOURCE_ATTRIBUTES, &first.resource.attributes));
        for of_scope in of_resource.chunk_by(|a, b| Arc::ptr_eq(&a.scope, &b.scope)) {
            let [first, ..] = of_scope else { continue };
            let scope = &first.scope;
            request.scope(&scope.name, &scope.version, &scope.attributes, &scope.schema_url);
            for span in of_scope {
                request.span(|out| push_span(out, span));
            }
        }
        request.end();
    }
    out
}

fn attributes(out: &mut Vec<u8>, field: u32, attributes: &Attributes) {
    for (key, value) in attributes {
        encode::attribute(out, field, key, value);
    }
}

fn push_span(out: &mut Vec<u8>, span: &Span) {
    encode::bytes_field(out, field::SPAN_TRACE_ID, span.trace_id.as_bytes());
    encode::bytes_field(out, field::SPAN_ID, span.span_id.as_bytes());
    if let Some(parent) = &span.parent_span_id {
        encode::bytes_field(out, field::SPAN_PARENT_ID, parent.as_bytes());
    }
    encode::bytes_field(out, field::SPAN_NAME, span.name.as_bytes());
    encode::varint_field(out, field::SPAN_KIND, span.otel_kind as u64);
    encode::fixed64_field(out, field::SPAN_START, span.started_at_unix_nanos);
    encode::fixed64_field(out, field::SPAN_END, span.ended_at_unix_nanos.unwrap_or(0));
    attributes(out, field::SPAN_ATTRIBUTES, &span.attributes);
    span.events.iter().for_each(|event| push_event(out, event));
    span.links.iter().for_each(|link| push_link(out, link));
    if span.status != Status::Unset {
        let status = Message::begin(out, field::SPAN_STATUS);
        encode::bytes_field(out, field::STATUS_MESSAGE, span.status_message.as_bytes());
        encode::varint_field(out, field::STATUS_CODE, span.status.code() as u64);
        status.end(out);
    }
}

fn push_event(out: &mut Vec<u8>, event: &Event) {
    let message = Message::begin(out, field::SPAN_EVENTS);
    encode::fixed64_field(out, field::EVENT_TIME, event.at_unix_nanos);
    encode::bytes_field(out, field::EVENT_NAME, event.name.as_bytes());
    attributes(out, field::EVENT_ATTRIBUTES, &event.attributes);
    message.end(out);
}

fn push_link(out: &mut Vec<u8>, link: &Link) {
    let message = Message::begin(out, field::SPAN_LINKS);
    encode::bytes_field(out, field::LINK_TRACE_ID, &link.trace_id.map_or([0; 16], |id| *id.as_bytes()));
    encode::bytes_field(out, field::LINK_SPAN_ID, &link.span_id.map_or([0; 8], |id| *id.as_bytes()));
    attributes(out, field::LINK_ATTRIBUTES, &link.attributes);
    message.end(out);
}
