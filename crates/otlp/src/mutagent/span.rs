//! One span of a MutagenT batch.

use serde_json::value::RawValue;
use tracewood_span::keys::mutagent as key;
use tracewood_span::{Attributes, Event, Span, SpanId, Status};

use super::fields::{self, Fields};
use super::id;
use crate::decode::Rejection;
use crate::{conventions, time};

/// Fields of a span that have a place of their own in [`Span`].
const SPAN_FIELDS: [&str; 6] = ["spanId", "parentSpanId", "name", "startTime", "endTime", "statusMessage"];

/// Fields of a trace that are not repeated on its spans. `startTime` is the smallest of the batch and tells nothing.
const TRACE_FIELDS: [&str; 4] = ["traceId", "spans", "source", "startTime"];

/// What a trace says of itself, as attributes that each of its spans gets.
pub(super) fn trace_attributes(trace: &Fields<'_>) -> Attributes {
    let mut attributes = Vec::new();
    if let Some(source) = trace.get("source") {
        attributes.push((key::SOURCE.to_owned(), fields::flat(source)));
    }
    let others = trace.iter().filter(|(name, _)| !TRACE_FIELDS.contains(name));
    attributes.extend(others.map(|(name, raw)| (format!("mutagent.trace.{name}"), fields::flat(raw))));
    attributes
}

/// Reads a span of the trace with this id.
pub(super) fn span(trace_id: &str, trace_attributes: &Attributes, fields: &Fields<'_>) -> Result<Span, Rejection> {
    let name = fields.text("name").or_else(|| fields.text("kind")).unwrap_or_default();
    let reject = |reason: String| Rejection { name: name.clone(), reason };

    let span_id = fields.text("spanId").ok_or_else(|| reject("\"spanId\" is missing".to_owned()))?;
    let started_at = moment(fields, "startTime").map_err(reject)?;
    let started_at = started_at.ok_or_else(|| reject("\"startTime\" is missing".to_owned()))?;
    let ended_at = moment(fields, "endTime").map_err(reject)?;

    let (trace_id, trace_id_text) = id::trace_id(trace_id);
    let (span_id, span_id_text) = id::span_id(&span_id);
    let mut span = Span::new(trace_id, span_id, name, started_at);
    span.trace_id_text = trace_id_text;
    span.span_id_text = span_id_text;
    span.parent_span_id = fields.text("parentSpanId").and_then(|parent| parent_span_id(&parent));
    span.ended_at_unix_nanos = ended_at;
    span.status = fields.text("status").and_then(|word| Status::from_word(&word)).unwrap_or_default();
    span.status_message = fields.text("statusMessage").unwrap_or_default();
    span.events = events(fields, ended_at.unwrap_or(started_at));
    span.attributes = attributes(fields);
    span.attributes.extend(trace_attributes.iter().cloned());
    // The user's own come last, since of two equal keys the first one counts.
    span.attributes.extend(fields.get("attributes").and_then(fields::attributes).unwrap_or_default());
    conventions::normalise(&mut span);
    Ok(span)
}

/// Zeros are how some clients write that there is no parent.
fn parent_span_id(text: &str) -> Option<SpanId> {
    let is_zero = text.bytes().all(|byte| matches!(byte, b'0' | b'-'));
    (!is_zero).then(|| id::span_id(text).0)
}

fn moment(fields: &Fields<'_>, name: &str) -> Result<Option<u64>, String> {
    let Some(raw) = fields.get(name) else {
        return Ok(None);
    };
    let nanos = fields.text(name).and_then(|text| time::unix_nanos(&text));
    nanos.map(Some).ok_or_else(|| format!("\"{name}\" is {}, an ISO 8601 time since 1970 is needed", short(raw)))
}

fn short(raw: &RawValue) -> &str {
    let text = raw.get();
    &text[..text.floor_char_boundary(60)]
}

/// The fields without a place of their own; what is known to have one and could not be read stays as well.
fn attributes(fields: &Fields<'_>) -> Attributes {
    let mut attributes = Vec::new();
    for (name, raw) in fields.iter().filter(|(name, _)| !SPAN_FIELDS.contains(name)) {
        match name {
            "status" if fields.text(name).is_some_and(|word| Status::from_word(&word).is_some()) => {}
            "attributes" | "events" if is_read(name, raw) => {}
            "tokens" => match Fields::of(raw) {
                Some(tokens) => {
                    let entry = |(name, raw)| (format!("mutagent.tokens.{name}"), fields::flat(raw));
                    attributes.extend(tokens.iter().map(entry));
                }
                None => attributes.push(("mutagent.tokens".to_owned(), fields::flat(raw))),
            },
            _ => attributes.push((format!("mutagent.{name}"), fields::flat(raw))),
        }
    }
    attributes
}

fn is_read(name: &str, raw: &RawValue) -> bool {
    if name == "events" { fields::items(raw).is_some() } else { Fields::of(raw).is_some() }
}

fn events(fields: &Fields<'_>, ended_at: u64) -> Vec<Event> {
    let items = fields.get("events").and_then(fields::items).unwrap_or_default();
    let event = |raw| {
        let fields = Fields::of(raw)?;
        Some(Event {
            name: fields.text("name").unwrap_or_default(),
            at_unix_nanos: moment(&fields, "timestamp").ok().flatten().unwrap_or(ended_at),
            attributes: fields.get("attributes").and_then(fields::attributes).unwrap_or_default(),
            ..Event::default()
        })
    };
    items.into_iter().filter_map(event).collect()
}
