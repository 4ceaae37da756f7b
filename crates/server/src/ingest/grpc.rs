//! OTLP over gRPC: unary calls with their own framing, so that bytes take the same way as over HTTP.
//!
//! A unary call is one length-prefixed message in a POST over HTTP/2, answered by one message and a trailer. Reading
//! that here instead of in a generated service keeps one decode path, one limit and one decompressor for both wires,
//! and both beside the async threads.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::{BufMut, Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body_util::{BodyExt, Full};
use tracewood_otlp::decode;
use tracewood_otlp::response::{self, Encoding};

use super::body::{self, Compression};
use super::{Taken, http as otlp_http};
use crate::error::{Reason, Refusal};
use crate::metrics::{Metrics, Signal};
use crate::state::{Server, Writer};

/// The route of `TraceService.Export`.
pub(crate) const TRACES: &str = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
/// The route of `LogsService.Export`.
pub(crate) const LOGS: &str = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
/// The route of `MetricsService.Export`.
pub(crate) const METRICS: &str = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

/// The bytes in front of a message: whether it is compressed, and its length.
const N_PREFIX_BYTES: usize = 5;
/// gRPC's number for success.
const OK: i32 = 0;
/// gRPC's number for a method, or a compression, that the server does not have.
const UNIMPLEMENTED: i32 = 12;

/// Takes spans.
pub(crate) async fn traces(writer: Writer, request: Request) -> Response {
    call(request, async |headers, body| {
        let (held, compression) = read(writer.server(), &headers, body).await?;
        super::take(&writer, held.bytes, compression, decode::protobuf).await
    })
    .await
}

/// Takes logs and drops them, so that a client that exports all signals stays quiet.
pub(crate) async fn logs(State(server): State<Arc<Server>>, request: Request) -> Response {
    drop_signal(&server, request, |metrics| metrics.drop_request(Signal::Logs)).await
}

/// Takes metrics and drops them, likewise.
pub(crate) async fn metrics(State(server): State<Arc<Server>>, request: Request) -> Response {
    drop_signal(&server, request, |metrics| metrics.drop_request(Signal::Metrics)).await
}

/// Refuses every other call.
pub(crate) async fn unknown(request: Request) -> Response {
    if !is_grpc(request.headers()) {
        return not_grpc();
    }
    failed(UNIMPLEMENTED, &format!("there is no method \"{}\"", request.uri().path()))
}

async fn drop_signal(server: &Arc<Server>, request: Request, count: fn(&Metrics)) -> Response {
    call(request, async |headers, body| {
        read(server, &headers, body).await?;
        count(&server.metrics);
        Ok(Taken::default())
    })
    .await
}

async fn call(request: Request, work: impl AsyncFnOnce(HeaderMap, Body) -> Result<Taken, Refusal>) -> Response {
    let (parts, body) = request.into_parts();
    if !is_grpc(&parts.headers) {
        return not_grpc();
    }
    match work(parts.headers, body).await {
        Ok(taken) => {
            let message = otlp_http::rejection_message(&taken);
            succeeded(&response::success(Encoding::Protobuf, taken.rejected.len() as i64, &message))
        }
        Err(refusal) => refused(&refusal),
    }
}

/// A refusal in the words of gRPC.
pub(crate) fn refused(refusal: &Refusal) -> Response {
    match refusal.reason {
        // What HTTP calls an unsupported media type, gRPC calls an unimplemented compression.
        Reason::UnsupportedMediaType => failed(UNIMPLEMENTED, &refusal.message),
        reason => failed(reason.grpc_code(), &refusal.message),
    }
}

async fn read(server: &Arc<Server>, headers: &HeaderMap, body: Body) -> Result<(body::Held, Compression), Refusal> {
    let encoding = headers.get("grpc-encoding").map_or(Ok("identity"), HeaderValue::to_str).unwrap_or("not text");
    let compression = Compression::from_word(encoding)?;
    let mut held = body::read(server, headers, body).await?;
    let is_compressed = unframe(&mut held.bytes)?;
    Ok((held, if is_compressed { compression } else { Compression::None }))
}

/// Takes the prefix off a message and says whether it is compressed.
fn unframe(bytes: &mut Bytes) -> Result<bool, Refusal> {
    let &[flag, a, b, c, d, ..] = &bytes[..] else {
        return Err(Refusal::bad_request("the call has no message"));
    };
    let message = bytes.slice(N_PREFIX_BYTES..);
    if message.len() as u64 != u64::from(u32::from_be_bytes([a, b, c, d])) {
        return Err(Refusal::bad_request("the call has not exactly one message"));
    }
    *bytes = message;
    match flag {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Refusal::bad_request(format!("compression flag {flag} is neither 0 nor 1"))),
    }
}

pub(crate) fn is_grpc(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let rest = value.strip_prefix(b"application/grpc");
    matches!(rest, Some([] | [b'+' | b';', ..]))
}

fn not_grpc() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    response
}

fn succeeded(message: &[u8]) -> Response {
    let mut framed = BytesMut::with_capacity(N_PREFIX_BYTES + message.len());
    framed.put_u8(0);
    framed.put_u32(message.len() as u32);
    framed.put_slice(message);
    let trailers = async { Some(Ok(HeaderMap::from_iter([status(OK)]))) };
    let mut response = Response::new(Body::new(Full::new(framed.freeze()).with_trailers(trailers)));
    set_content_type(&mut response);
    response
}

/// An answer without a message, whose headers are its trailers.
fn failed(code: i32, message: &str) -> Response {
    let mut response = Response::new(Body::empty());
    set_content_type(&mut response);
    let (name, value) = status(code);
    response.headers_mut().insert(name, value);
    if let Ok(value) = HeaderValue::from_str(&percent_encoded(message)) {
        response.headers_mut().insert("grpc-message", value);
    }
    response
}

fn set_content_type(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    headers.insert("grpc-accept-encoding", HeaderValue::from_static("gzip,zstd,deflate,identity"));
}

fn status(code: i32) -> (http::HeaderName, HeaderValue) {
    (http::HeaderName::from_static("grpc-status"), HeaderValue::from(code))
}

/// Writes a message as gRPC's headers want it: printable ASCII but for the percent sign, the rest as `%XX`.
fn percent_encoded(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    for byte in message.bytes() {
        if matches!(byte, b' '..=b'~') && byte != b'%' {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_loses_its_prefix_and_says_whether_it_is_compressed() {
        let mut bytes = Bytes::from_static(b"\x01\0\0\0\x02ab");
        assert!(unframe(&mut bytes).unwrap());
        assert_eq!(bytes, "ab");
        for wrong in [&b""[..], b"\0\0\0\0", b"\0\0\0\0\x03ab", b"\0\0\0\0\x01ab", b"\x02\0\0\0\x02ab"] {
            assert!(unframe(&mut Bytes::from_static(wrong)).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn message_of_a_status_is_printable() {
        assert_eq!(percent_encoded("50% é\n"), "50%25 %C3%A9%0A");
    }
}
