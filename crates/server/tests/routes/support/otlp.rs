//! OTLP requests for tests, and the answers to them.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use prost::Message as _;
use serde_json::{Value, json};
use tracewood_otlp::proto::any_value::Value as Any;
use tracewood_otlp::proto::{
    AnyValue, ExportTraceServiceRequest, ExportTraceServiceResponse, InstrumentationScope, KeyValue, Resource,
    ResourceSpans, RpcStatus, ScopeSpans, Span,
};

pub(crate) const PROTOBUF: &str = "application/x-protobuf";
pub(crate) const JSON: &str = "application/json";
pub(crate) const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
/// A moment of 2026, when prices are known.
pub(crate) const AT: u64 = 1_795_000_000_000_000_000;

/// A span with the ids that OTLP sends as bytes.
pub(crate) fn span(trace_id: &[u8], span_id: &[u8], name: &str) -> Span {
    Span {
        trace_id: trace_id.to_vec(),
        span_id: span_id.to_vec(),
        name: name.into(),
        start_time_unix_nano: AT,
        end_time_unix_nano: AT + 1_500_000,
        ..Span::default()
    }
}

/// A span of the trace [`TRACE`].
pub(crate) fn good_span(n: u8, name: &str) -> Span {
    span(&trace_bytes(), &[n; 8], name)
}

pub(crate) fn trace_bytes() -> Vec<u8> {
    (0..16).map(|i| u8::from_str_radix(&TRACE[i * 2..i * 2 + 2], 16).unwrap()).collect()
}

pub(crate) fn attribute(key: &str, value: Any) -> KeyValue {
    KeyValue { key: key.into(), value: Some(AnyValue { value: Some(value) }) }
}

pub(crate) fn text(key: &str, value: &str) -> KeyValue {
    attribute(key, Any::String(value.into()))
}

/// A request in protobuf.
pub(crate) fn request(spans: Vec<Span>) -> Vec<u8> {
    request_of(vec![text("service.name", "tests")], spans)
}

/// A request in protobuf of a process that says this of itself.
pub(crate) fn request_of(attributes: Vec<KeyValue>, spans: Vec<Span>) -> Vec<u8> {
    let scope = InstrumentationScope { name: "test".into(), version: "1".into(), ..Default::default() };
    let resource = Resource { attributes };
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(resource),
            scope_spans: vec![ScopeSpans { scope: Some(scope), spans, ..Default::default() }],
            ..Default::default()
        }],
    }
    .encode_to_vec()
}

/// A request in JSON with one span.
pub(crate) fn json_request(span: &Value) -> String {
    json!({ "resourceSpans": [{ "scopeSpans": [{ "spans": [span] }] }] }).to_string()
}

/// A span in JSON.
pub(crate) fn json_span(span_id: &str, name: &str) -> Value {
    json!({
        "traceId": TRACE, "spanId": span_id, "name": name,
        "startTimeUnixNano": AT.to_string(), "endTimeUnixNano": (AT + 1_500_000).to_string(),
    })
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

/// What an answer in protobuf says of rejected spans: how many, and why.
pub(crate) fn partial_success(body: &[u8]) -> Option<(i64, String)> {
    let response = ExportTraceServiceResponse::decode(body).unwrap();
    response.partial_success.map(|partial| (partial.rejected_spans, partial.error_message))
}

/// A `google.rpc.Status` in protobuf.
pub(crate) fn status(body: &[u8]) -> (i32, String) {
    let status = RpcStatus::decode(body).unwrap();
    (status.code, status.message)
}
