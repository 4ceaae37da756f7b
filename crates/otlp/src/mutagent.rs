//! MutagenT's JSON batches to spans.
//!
//! Read as the published SDKs send them: 0.1.x with objects as input and output, 0.4.x with text. Every field of a
//! span or trace that [`Span`](tracewood_span::Span) has no raw place for becomes an attribute `mutagent.<field>` or
//! `mutagent.trace.<field>`, scalars as they are and everything else as JSON text.

mod fields;
mod id;
mod span;

use std::collections::HashSet;

use tracewood_span::TraceId;

use crate::decode::{Decoded, Rejection};
use crate::{Error, ErrorKind, lenient};
use fields::Fields;

/// Reads the body of `POST /api/traces/batch`: `{"traces": [...]}`.
///
/// # Errors
///
/// If the bytes are not JSON of that shape. A single bad span is no error: it is listed in [`Decoded::rejected`].
pub fn batch(bytes: &[u8]) -> Result<Decoded, Error> {
    read(bytes, |body, decoded| {
        let traces = body.get("traces").ok_or_else(|| wrong("the field \"traces\" is missing"))?;
        let traces = fields::items(traces).ok_or_else(|| wrong("\"traces\" is not an array"))?;
        for raw in traces {
            let fields = Fields::of(raw).ok_or_else(|| wrong("an item of \"traces\" is not an object"))?;
            add_trace(&fields, decoded)?;
        }
        Ok(())
    })
}

/// Reads the body of `POST /api/traces/`: one trace.
///
/// # Errors
///
/// If the bytes are not JSON of that shape. A single bad span is no error: it is listed in [`Decoded::rejected`].
pub fn trace(bytes: &[u8]) -> Result<Decoded, Error> {
    read(bytes, add_trace)
}

/// The trace id that a client's text stands for: the bytes of a UUID or of 32 hex digits, else a hash of the text.
pub fn trace_id(text: &str) -> TraceId {
    id::trace_id(text).0
}

fn wrong(message: &str) -> Error {
    Error::new(ErrorKind::Json, message)
}

fn read(bytes: &[u8], with: impl Fn(&Fields<'_>, &mut Decoded) -> Result<(), Error>) -> Result<Decoded, Error> {
    lenient::read(bytes, |text| {
        let body = Fields::parse(text).map_err(|error| wrong(&format!("not a JSON object: {error}")))?;
        let mut decoded = Decoded::default();
        with(&body, &mut decoded)?;
        let mut seen = HashSet::new();
        decoded.trace_ids.retain(|id| seen.insert(id.clone()));
        Ok(decoded)
    })
}

fn add_trace(trace: &Fields<'_>, decoded: &mut Decoded) -> Result<(), Error> {
    let spans = match trace.get("spans") {
        Some(spans) => fields::items(spans).ok_or_else(|| wrong("\"spans\" is not an array"))?,
        None => Vec::new(),
    };
    let trace_id = trace.text("traceId");
    decoded.trace_ids.extend(trace_id.clone());
    let trace_attributes = span::trace_attributes(trace);
    for raw in spans {
        let position = decoded.n_seen();
        let span = match (&trace_id, Fields::of(raw)) {
            (Some(trace_id), Some(fields)) => span::span(trace_id, &trace_attributes, &fields),
            (None, Some(fields)) => {
                let name = fields.text("name").unwrap_or_default();
                Err(Rejection { name, reason: "the trace has no \"traceId\"".to_owned() })
            }
            (_, None) => Err(Rejection { name: String::new(), reason: "it is not an object".to_owned() }),
        };
        decoded.take(position, span);
    }
    Ok(())
}
