//! OTLP requests to spans.

mod json;
mod protobuf;

use tracewood_span::{InvalidId, Span, SpanId, TraceId};

use crate::Error;

/// What a request held.
#[derive(Debug, Default, PartialEq)]
pub struct Decoded {
    /// The spans that could be read, their canonical fields already filled.
    pub spans: Vec<Span>,
    /// Why each span that could not be read was left out; one text a span.
    pub rejected: Vec<String>,
    /// The trace ids as the client wrote them, in order and without repeats; only MutagenT's decoders fill it, since
    /// only MutagenT's answers repeat them.
    pub trace_ids: Vec<String>,
}

impl Decoded {
    /// Takes a span or notes why there is none; `position` counts from zero over the whole request.
    pub(crate) fn take(&mut self, position: usize, span: Result<Span, Rejection>) {
        match span {
            Ok(span) => self.spans.push(span),
            Err(rejection) => self.rejected.push(rejection.to_text(position)),
        }
    }

    /// How many spans were read so far, rejected ones among them.
    pub(crate) fn n_seen(&self) -> usize {
        self.spans.len() + self.rejected.len()
    }
}

/// Reads an `ExportTraceServiceRequest` in protobuf.
///
/// # Errors
///
/// If the bytes are not that message. A single bad span is no error: it is listed in [`Decoded::rejected`].
pub fn protobuf(bytes: &[u8]) -> Result<Decoded, Error> {
    protobuf::decode(bytes)
}

/// Reads an `ExportTraceServiceRequest` in OTLP's JSON.
///
/// # Errors
///
/// If the bytes are not that message. A single bad span is no error: it is listed in [`Decoded::rejected`].
pub fn json(bytes: &[u8]) -> Result<Decoded, Error> {
    json::decode(bytes)
}

/// The bit of a span's `flags` that says that [`FLAG_IS_REMOTE`] is meant.
const FLAG_HAS_IS_REMOTE: u32 = 0x100;
/// The bit of a span's `flags` that says that the parent lies in another process.
const FLAG_IS_REMOTE: u32 = 0x200;

fn is_parent_remote(flags: u32) -> bool {
    flags & (FLAG_HAS_IS_REMOTE | FLAG_IS_REMOTE) == FLAG_HAS_IS_REMOTE | FLAG_IS_REMOTE
}

/// Why one span cannot be taken.
pub(crate) struct Rejection {
    pub(crate) name: String,
    pub(crate) reason: String,
}

impl Rejection {
    pub(crate) fn to_text(&self, position: usize) -> String {
        // A name may be a whole prompt; the reason goes into an answer and a log.
        let name = &self.name[..self.name.floor_char_boundary(100)];
        format!("span {position} '{name}': {}", self.reason)
    }
}

/// What is wrong with the bytes of an id; `noun` is `trace id` and the like.
fn id_reason(noun: &str, n_bytes: usize, wanted: InvalidId) -> String {
    let n_wanted = wanted.n_bytes_wanted;
    if n_bytes == n_wanted {
        format!("{noun} is all zero")
    } else {
        format!("{noun} has {n_bytes} bytes, {n_wanted} are needed")
    }
}

fn trace_id(bytes: &[u8]) -> Result<TraceId, String> {
    TraceId::from_slice(bytes).map_err(|wanted| id_reason("trace id", bytes.len(), wanted))
}

fn span_id(bytes: &[u8]) -> Result<SpanId, String> {
    SpanId::from_slice(bytes).map_err(|wanted| id_reason("span id", bytes.len(), wanted))
}

/// The id of a parent; no bytes and only zeros both mean that there is none.
fn parent_span_id(bytes: &[u8]) -> Result<Option<SpanId>, String> {
    if bytes.iter().all(|byte| *byte == 0) {
        return Ok(None);
    }
    SpanId::from_slice(bytes).map(Some).map_err(|wanted| id_reason("parent span id", bytes.len(), wanted))
}
