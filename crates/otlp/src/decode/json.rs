//! OTLP's JSON form: ids in hex, names in lowerCamelCase, unknown fields ignored.
//!
//! What the specification demands of senders but costs nothing to forgive is forgiven: enums by name, numbers as
//! text, bare NaN.

mod any;

use std::sync::Arc;

use serde_json::{Map, Value as Json};
use tracewood_span::{Event, Link, Resource, Scope, Span, Status};

use super::{Decoded, Rejection};
use crate::conventions::{self, Inherited};
use crate::{Error, ErrorKind, lenient};

pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, Error> {
    lenient::read(bytes, |text| {
        // The parser gives up at 128 levels, so nothing below can run out of stack.
        let body: Json = serde_json::from_str(text).map_err(|error| wrong(&format!("not JSON: {error}")))?;
        let Json::Object(mut body) = body else {
            return Err(wrong("not an ExportTraceServiceRequest: an object is needed"));
        };
        let mut decoded = Decoded::default();
        for entry in list(&mut body, "resourceSpans")? {
            add_resource_spans(object(entry, "resourceSpans")?, &mut decoded)?;
        }
        Ok(decoded)
    })
}

fn wrong(message: &str) -> Error {
    Error::new(ErrorKind::Json, message)
}

/// The items of an array field; a missing or null field has none.
fn list(fields: &mut Map<String, Json>, name: &str) -> Result<Vec<Json>, Error> {
    match fields.get_mut(name).map(Json::take) {
        None | Some(Json::Null) => Ok(Vec::new()),
        Some(Json::Array(items)) => Ok(items),
        Some(_) => Err(wrong(&format!("\"{name}\" is not an array"))),
    }
}

fn object(item: Json, name: &str) -> Result<Map<String, Json>, Error> {
    match item {
        Json::Object(fields) => Ok(fields),
        _ => Err(wrong(&format!("an item of \"{name}\" is not an object"))),
    }
}

fn add_resource_spans(mut fields: Map<String, Json>, decoded: &mut Decoded) -> Result<(), Error> {
    let attributes = match fields.get_mut("resource") {
        Some(Json::Object(fields)) => any::attributes(fields.get_mut("attributes")),
        _ => Vec::new(),
    };
    let resource = Arc::new(Resource { attributes, schema_url: text(&mut fields, "schemaUrl") });
    let inherited = Inherited::of(&resource);
    for entry in list(&mut fields, "scopeSpans")? {
        let mut fields = object(entry, "scopeSpans")?;
        let schema_url = text(&mut fields, "schemaUrl");
        let scope = Arc::new(match fields.get_mut("scope") {
            Some(Json::Object(fields)) => Scope {
                name: text(fields, "name"),
                version: text(fields, "version"),
                attributes: any::attributes(fields.get_mut("attributes")),
                schema_url,
            },
            _ => Scope { schema_url, ..Scope::default() },
        });
        for item in list(&mut fields, "spans")? {
            let position = decoded.n_seen();
            let span = match item {
                Json::Object(fields) => span(fields).map(|mut span| {
                    span.resource = Arc::clone(&resource);
                    span.scope = Arc::clone(&scope);
                    conventions::normalise_with(&mut span, &inherited);
                    span
                }),
                _ => Err(Rejection { name: String::new(), reason: "it is not an object".to_owned() }),
            };
            decoded.take(position, span);
        }
    }
    Ok(())
}

fn span(mut fields: Map<String, Json>) -> Result<Span, Rejection> {
    let name = text(&mut fields, "name");
    match read_span(&mut fields) {
        Ok(mut span) => {
            span.name = name;
            Ok(span)
        }
        Err(reason) => Err(Rejection { name, reason }),
    }
}

/// Everything of a span but its name.
fn read_span(fields: &mut Map<String, Json>) -> Result<Span, String> {
    let trace_id = super::trace_id(&id(fields, "traceId", "trace id")?)?;
    let span_id = super::span_id(&id(fields, "spanId", "span id")?)?;
    let started_at = number(fields, "startTimeUnixNano")?;
    let ended_at = number(fields, "endTimeUnixNano")?;
    let mut span = Span::new(trace_id, span_id, "", started_at);
    span.parent_span_id = super::parent_span_id(&id(fields, "parentSpanId", "parent span id")?)?;
    span.is_parent_remote = super::is_parent_remote(number(fields, "flags").unwrap_or_default() as u32);
    span.ended_at_unix_nanos = (ended_at != 0).then_some(ended_at);
    if let Some(Json::Object(status)) = fields.get_mut("status") {
        span.status = Status::from_code(named_number(status, "code", &STATUS_CODES));
        span.status_message = text(status, "message");
    }
    span.otel_kind = named_number(fields, "kind", &SPAN_KINDS);
    span.trace_state = text(fields, "traceState");
    span.attributes = any::attributes(fields.get_mut("attributes"));
    span.events = items(fields, "events").filter_map(event).collect();
    span.links = items(fields, "links").filter_map(link).collect();
    let dropped = ["droppedAttributesCount", "droppedEventsCount", "droppedLinksCount"];
    let n_dropped: u64 = dropped.iter().map(|name| number(fields, name).unwrap_or_default().min(1 << 32)).sum();
    span.n_dropped_by_client = u32::try_from(n_dropped).unwrap_or(u32::MAX);
    Ok(span)
}

fn event(item: Json) -> Option<Event> {
    let Json::Object(mut fields) = item else {
        return None;
    };
    Some(Event {
        name: text(&mut fields, "name"),
        at_unix_nanos: number(&fields, "timeUnixNano").unwrap_or_default(),
        n_dropped_attributes: count(&fields, "droppedAttributesCount"),
        attributes: any::attributes(fields.get_mut("attributes")),
    })
}

/// A link to nowhere of which nothing is known is left out.
fn link(item: Json) -> Option<Link> {
    let Json::Object(mut fields) = item else {
        return None;
    };
    let link = Link {
        trace_id: id(&fields, "traceId", "").ok().and_then(|id| super::trace_id(&id).ok()),
        span_id: id(&fields, "spanId", "").ok().and_then(|id| super::span_id(&id).ok()),
        trace_state: text(&mut fields, "traceState"),
        n_dropped_attributes: count(&fields, "droppedAttributesCount"),
        attributes: any::attributes(fields.get_mut("attributes")),
    };
    link.is_telling().then_some(link)
}

fn count(fields: &Map<String, Json>, name: &str) -> u32 {
    number(fields, name).ok().and_then(|number| u32::try_from(number).ok()).unwrap_or_default()
}

/// The names of `SpanKind`, by number.
const SPAN_KINDS: [&str; 6] = [
    "SPAN_KIND_UNSPECIFIED",
    "SPAN_KIND_INTERNAL",
    "SPAN_KIND_SERVER",
    "SPAN_KIND_CLIENT",
    "SPAN_KIND_PRODUCER",
    "SPAN_KIND_CONSUMER",
];

/// The names of `Status.StatusCode`, by number.
const STATUS_CODES: [&str; 3] = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];

fn named_number(fields: &Map<String, Json>, name: &str, names: &[&str]) -> i32 {
    if let Some(word) = fields.get(name).and_then(Json::as_str)
        && let Some(number) = names.iter().position(|name| *name == word)
    {
        return number as i32;
    }
    number(fields, name).ok().and_then(|number| i32::try_from(number).ok()).unwrap_or_default()
}

/// The items of an array field; anything else has none.
fn items(fields: &mut Map<String, Json>, name: &str) -> impl Iterator<Item = Json> + use<> {
    list(fields, name).unwrap_or_default().into_iter()
}

/// Takes a text field out; anything but text is empty.
fn text(fields: &mut Map<String, Json>, name: &str) -> String {
    match fields.get_mut(name).map(Json::take) {
        Some(Json::String(text)) => text,
        _ => String::new(),
    }
}

/// A whole number, which may come as text; a missing or null field is zero.
fn number(fields: &Map<String, Json>, name: &str) -> Result<u64, String> {
    let number = match fields.get(name) {
        None | Some(Json::Null) => Some(0),
        Some(Json::String(text)) => text.trim().parse().ok(),
        Some(Json::Number(number)) => number.as_u64().or_else(|| {
            let number = number.as_f64()?;
            (number >= 0.0 && number.fract() == 0.0 && number < 18e18).then_some(number as u64)
        }),
        Some(_) => None,
    };
    number.ok_or_else(|| format!("\"{name}\" is not a whole number from zero up"))
}

/// The bytes of an id in hex; a missing or null field has none.
fn id(fields: &Map<String, Json>, field: &str, noun: &str) -> Result<Vec<u8>, String> {
    let not_hex = || format!("{noun} is not hex");
    let digits = match fields.get(field) {
        None | Some(Json::Null) => return Ok(Vec::new()),
        Some(Json::String(text)) => text.as_bytes(),
        Some(_) => return Err(not_hex()),
    };
    let digit = |digit: u8| char::from(digit).to_digit(16).ok_or_else(not_hex);
    if digits.len() % 2 == 1 {
        return Err(format!("{noun} has {} hex digits, which is an odd number", digits.len()));
    }
    digits.chunks_exact(2).map(|pair| Ok((digit(pair[0])? << 4 | digit(pair[1])?) as u8)).collect()
}
