//! OTLP's protobuf form, read where it lies. Field numbers are those of `trace.proto`, `common.proto`, `resource.proto`
//! and `trace_service.proto` of opentelemetry-proto v1.11; fields that we do not know are skipped.
//!
//! Protobuf forbids text that is not UTF-8, but some encoders let it through, and one bad byte in one attribute should
//! cost that byte and not the whole batch.

use std::sync::Arc;

use tracewood_span::wire::{Broken, Fields, Held};
use tracewood_span::{Attributes, Event, Link, Resource, Scope, Span, Status, Value};

use super::{Decoded, Rejection};
use crate::conventions::{self, Inherited};
use crate::{Error, ErrorKind};

/// How deep messages lie in each other at the most; other readers of OTLP have the same bound.
const MESSAGE_DEPTH_MAX: usize = 100;
/// How deep a span lies: in the spans of a scope, in those of a resource, in the request.
const SPAN_DEPTH: usize = 3;

pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, Error> {
    let mut decoded = Decoded::default();
    read(bytes, &mut decoded)
        .map_err(|broken| Error::new(ErrorKind::Protobuf, format!("not an ExportTraceServiceRequest: {broken}")))?;
    Ok(decoded)
}

fn read(bytes: &[u8], decoded: &mut Decoded) -> Result<(), Broken> {
    for entry in messages(bytes, 1) {
        resource_spans(entry?, decoded)?;
    }
    Ok(())
}

fn resource_spans(bytes: &[u8], decoded: &mut Decoded) -> Result<(), Broken> {
    let mut resource = Resource::default();
    for field in Fields::of(bytes) {
        match field? {
            (1, held) => resource.attributes.append(&mut attributes(held.bytes()?, 1, SPAN_DEPTH - 1)?),
            (3, held) => resource.schema_url = text(held)?,
            _ => {}
        }
    }
    let resource = Arc::new(resource);
    let inherited = Inherited::of(&resource);
    for entry in messages(bytes, 2) {
        let bytes = entry?;
        let scope = Arc::new(scope(bytes)?);
        for message in messages(bytes, 2) {
            let position = decoded.n_seen();
            let span = span(message?, &resource, &scope)?.map(|mut span| {
                conventions::normalise_with(&mut span, &inherited);
                span
            });
            decoded.take(position, span);
        }
    }
    Ok(())
}

/// Who made the spans of a `ScopeSpans`.
fn scope(bytes: &[u8]) -> Result<Scope, Broken> {
    let mut scope = Scope::default();
    for field in Fields::of(bytes) {
        match field? {
            (1, held) => {
                let bytes = held.bytes()?;
                for field in Fields::of(bytes) {
                    match field? {
                        (1, held) => scope.name = text(held)?,
                        (2, held) => scope.version = text(held)?,
                        _ => {}
                    }
                }
                scope.attributes.append(&mut attributes(bytes, 3, SPAN_DEPTH)?);
            }
            (3, held) => scope.schema_url = text(held)?,
            _ => {}
        }
    }
    Ok(scope)
}

fn span(bytes: &[u8], resource: &Arc<Resource>, scope: &Arc<Scope>) -> Result<Result<Span, Rejection>, Broken> {
    let (mut trace_id, mut span_id, mut parent_id): (&[u8], &[u8], &[u8]) = (&[], &[], &[]);
    let (mut name, mut n_attributes) = (String::new(), 0);
    for field in Fields::of(bytes) {
        match field? {
            (1, held) => trace_id = held.bytes()?,
            (2, held) => span_id = held.bytes()?,
            (4, held) => parent_id = held.bytes()?,
            (5, held) => name = text(held)?,
            (9, _) => n_attributes += 1,
            _ => {}
        }
    }
    let ids = super::trace_id(trace_id)
        .and_then(|trace_id| Ok((trace_id, super::span_id(span_id)?, super::parent_span_id(parent_id)?)));
    let (trace_id, span_id, parent_span_id) = match ids {
        Ok(ids) => ids,
        Err(reason) => return Ok(Err(Rejection { name, reason })),
    };
    let mut span = Span::new(trace_id, span_id, name, 0);
    span.parent_span_id = parent_span_id;
    span.resource = Arc::clone(resource);
    span.scope = Arc::clone(scope);
    span.attributes = Vec::with_capacity(n_attributes);
    match fill(&mut span, bytes) {
        Ok(()) => Ok(Ok(span)),
        // The span alone is at fault: what lies around it can be read.
        Err(Broken::Deep) => Ok(Err(Rejection { name: span.name, reason: Broken::Deep.to_string() })),
        Err(broken) => Err(broken),
    }
}

fn fill(span: &mut Span, bytes: &[u8]) -> Result<(), Broken> {
    for field in Fields::of(bytes) {
        match field? {
            (3, held) => span.trace_state = text(held)?,
            (6, held) => span.otel_kind = held.varint()? as i32,
            (7, held) => span.started_at_unix_nanos = held.fixed64()?,
            (8, held) => span.ended_at_unix_nanos = Some(held.fixed64()?).filter(|nanos| *nanos != 0),
            (9, held) => span.attributes.push(key_value(held.bytes()?, SPAN_DEPTH + 1)?),
            (10 | 12 | 14, held) => {
                span.n_dropped_by_client = span.n_dropped_by_client.saturating_add(held.varint()? as u32);
            }
            (11, held) => span.events.push(event(held.bytes()?)?),
            (13, held) => span.links.extend(link(held.bytes()?)?),
            (15, held) => status(held.bytes()?, span)?,
            (16, held) => span.is_parent_remote = super::is_parent_remote(held.fixed32()?),
            _ => {}
        }
    }
    Ok(())
}

fn status(bytes: &[u8], span: &mut Span) -> Result<(), Broken> {
    for field in Fields::of(bytes) {
        match field? {
            (2, held) => span.status_message = text(held)?,
            (3, held) => span.status = Status::from_code(held.varint()? as i32),
            _ => {}
        }
    }
    Ok(())
}

fn event(bytes: &[u8]) -> Result<Event, Broken> {
    let attributes = attributes(bytes, 3, SPAN_DEPTH + 1)?;
    let mut event = Event { name: String::new(), at_unix_nanos: 0, attributes, n_dropped_attributes: 0 };
    for field in Fields::of(bytes) {
        match field? {
            (1, held) => event.at_unix_nanos = held.fixed64()?,
            (2, held) => event.name = text(held)?,
            (4, held) => event.n_dropped_attributes = held.varint()? as u32,
            _ => {}
        }
    }
    Ok(event)
}

/// A link to nowhere of which nothing is known is left out.
fn link(bytes: &[u8]) -> Result<Option<Link>, Broken> {
    let attributes = attributes(bytes, 4, SPAN_DEPTH + 1)?;
    let trace_state = String::new();
    let mut link = Link { trace_id: None, span_id: None, trace_state, attributes, n_dropped_attributes: 0 };
    for field in Fields::of(bytes) {
        match field? {
            (1, held) => link.trace_id = super::trace_id(held.bytes()?).ok(),
            (2, held) => link.span_id = super::span_id(held.bytes()?).ok(),
            (3, held) => link.trace_state = text(held)?,
            (5, held) => link.n_dropped_attributes = held.varint()? as u32,
            _ => {}
        }
    }
    Ok(link.is_telling().then_some(link))
}

/// The `KeyValue`s of a message under a number; `depth` is that of the message they lie in.
fn attributes(bytes: &[u8], number: u32, depth: usize) -> Result<Attributes, Broken> {
    let mut attributes = Vec::with_capacity(messages(bytes, number).count());
    for entry in messages(bytes, number) {
        attributes.push(key_value(entry?, depth + 1)?);
    }
    Ok(attributes)
}

fn key_value(bytes: &[u8], depth: usize) -> Result<(String, Value), Broken> {
    let mut pair = (String::new(), Value::Null);
    for field in Fields::of(bytes) {
        match field? {
            (1, held) => pair.0 = text(held)?,
            (2, held) => pair.1 = value(held.bytes()?, depth + 1)?,
            _ => {}
        }
    }
    Ok(pair)
}

/// An `AnyValue`; without a value it is null.
fn value(bytes: &[u8], depth: usize) -> Result<Value, Broken> {
    if depth > MESSAGE_DEPTH_MAX {
        return Err(Broken::Deep);
    }
    let mut read = Value::Null;
    for field in Fields::of(bytes) {
        read = match field? {
            (1, held) => Value::String(text(held)?),
            (2, held) => Value::Bool(held.varint()? != 0),
            (3, held) => Value::Int(held.varint()? as i64),
            (4, held) => Value::Double(f64::from_bits(held.fixed64()?)),
            (5, held) => {
                let items = messages(held.bytes()?, 1).map(|item| value(item?, depth + 2));
                Value::Array(items.collect::<Result<_, _>>()?)
            }
            (6, held) => Value::Map(attributes(held.bytes()?, 1, depth + 1)?),
            (7, held) => Value::Bytes(held.bytes()?.to_owned()),
            _ => read,
        };
    }
    Ok(read)
}

/// The messages under a number.
fn messages(bytes: &[u8], number: u32) -> impl Iterator<Item = Result<&[u8], Broken>> {
    Fields::of(bytes).filter_map(move |field| match field {
        Ok((n, held)) if n == number => Some(held.bytes()),
        Ok(_) => None,
        Err(broken) => Some(Err(broken)),
    })
}

/// Text; what is not UTF-8 becomes replacement characters.
fn text(held: Held<'_>) -> Result<String, Broken> {
    let bytes = held.bytes()?;
    Ok(match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    })
}
