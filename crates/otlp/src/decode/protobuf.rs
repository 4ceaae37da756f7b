//! OTLP's protobuf form; text is moved out of the messages and never copied.

use std::sync::Arc;

use prost::Message as _;
use tracewood_span::{Attributes, Event, Link, Resource, Scope, Span, Status, Value};

use super::{Decoded, Rejection};
use crate::conventions::{self, Inherited};
use crate::proto::{self, any_value};
use crate::{Error, ErrorKind};

pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, Error> {
    let request = proto::ExportTraceServiceRequest::decode(bytes)
        .map_err(|error| Error::new(ErrorKind::Protobuf, format!("not an ExportTraceServiceRequest: {error}")))?;
    let n_spans = request.resource_spans.iter().flat_map(|entry| &entry.scope_spans).map(|entry| entry.spans.len());
    let mut decoded = Decoded { spans: Vec::with_capacity(n_spans.sum()), ..Decoded::default() };
    for entry in request.resource_spans {
        let resource = Arc::new(Resource {
            attributes: attributes(entry.resource.unwrap_or_default().attributes),
            schema_url: text(entry.schema_url),
        });
        let inherited = Inherited::of(&resource);
        for entry in entry.scope_spans {
            let scope = Arc::new(scope(entry.scope.unwrap_or_default(), entry.schema_url));
            for message in entry.spans {
                let position = decoded.n_seen();
                let span = span(message, &resource, &scope).map(|mut span| {
                    conventions::normalise_with(&mut span, &inherited);
                    span
                });
                decoded.take(position, span);
            }
        }
    }
    Ok(decoded)
}

fn span(message: proto::Span, resource: &Arc<Resource>, scope: &Arc<Scope>) -> Result<Span, Rejection> {
    let name = text(message.name);
    let ids = super::trace_id(&message.trace_id).and_then(|trace_id| {
        Ok((trace_id, super::span_id(&message.span_id)?, super::parent_span_id(&message.parent_span_id)?))
    });
    let (trace_id, span_id, parent_span_id) = match ids {
        Ok(ids) => ids,
        Err(reason) => return Err(Rejection { name, reason }),
    };
    let mut span = Span::new(trace_id, span_id, name, message.start_time_unix_nano);
    span.parent_span_id = parent_span_id;
    span.is_parent_remote = super::is_parent_remote(message.flags);
    span.ended_at_unix_nanos = (message.end_time_unix_nano != 0).then_some(message.end_time_unix_nano);
    if let Some(status) = message.status {
        span.status = Status::from_code(status.code);
        span.status_message = text(status.message);
    }
    span.otel_kind = message.kind;
    span.trace_state = text(message.trace_state);
    span.attributes = attributes(message.attributes);
    span.events = message.events.into_iter().map(event).collect();
    span.links = message.links.into_iter().filter_map(link).collect();
    span.n_dropped_by_client = message
        .dropped_attributes_count
        .saturating_add(message.dropped_events_count)
        .saturating_add(message.dropped_links_count);
    span.resource = Arc::clone(resource);
    span.scope = Arc::clone(scope);
    Ok(span)
}

fn event(message: proto::Event) -> Event {
    Event {
        name: text(message.name),
        at_unix_nanos: message.time_unix_nano,
        attributes: attributes(message.attributes),
        n_dropped_attributes: message.dropped_attributes_count,
    }
}

/// A link to nowhere of which nothing is known is left out.
fn link(message: proto::Link) -> Option<Link> {
    let link = Link {
        trace_id: super::trace_id(&message.trace_id).ok(),
        span_id: super::span_id(&message.span_id).ok(),
        trace_state: text(message.trace_state),
        attributes: attributes(message.attributes),
        n_dropped_attributes: message.dropped_attributes_count,
    };
    link.is_telling().then_some(link)
}

fn scope(message: proto::InstrumentationScope, schema_url: Vec<u8>) -> Scope {
    Scope {
        name: text(message.name),
        version: text(message.version),
        attributes: attributes(message.attributes),
        schema_url: text(schema_url),
    }
}

fn attributes(messages: Vec<proto::KeyValue>) -> Attributes {
    messages.into_iter().map(|entry| (text(entry.key), value(entry.value))).collect()
}

/// Not deeper than prost's own limit of 100 levels, which the message has already passed.
fn value(message: Option<proto::AnyValue>) -> Value {
    match message.and_then(|message| message.value) {
        None => Value::Null,
        Some(any_value::Value::String(bytes)) => Value::String(text(bytes)),
        Some(any_value::Value::Bool(flag)) => Value::Bool(flag),
        Some(any_value::Value::Int(number)) => Value::Int(number),
        Some(any_value::Value::Double(number)) => Value::Double(number),
        Some(any_value::Value::Array(array)) => {
            Value::Array(array.values.into_iter().map(|item| value(Some(item))).collect())
        }
        Some(any_value::Value::Kvlist(list)) => Value::Map(attributes(list.values)),
        Some(any_value::Value::Bytes(bytes)) => Value::Bytes(bytes),
    }
}

/// The bytes as text; what is not UTF-8 becomes replacement characters.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
