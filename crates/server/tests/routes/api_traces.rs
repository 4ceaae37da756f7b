//! `POST /api/traces/...`: MutagenT.

use std::sync::Arc;

use http::Method;
use serde_json::{Value, json};
use tracewood_server::Limits;
use tracewood_store::ErrorKind;

use crate::support::fake::{Fake, Fate};
use crate::support::otlp::{self, JSON, TRACE, json_request, json_span};
use crate::support::{Reply, Running};

const BATCH: &str = "/api/traces/batch";
const UUID: &str = "0af76519-16cd-43dd-8448-eb211c80319c";

fn trace(trace_id: &str) -> Value {
    json!({
        "traceId": trace_id, "source": "sdk", "startTime": "2026-11-22T03:07:10+00:00", "sessionId": "s1",
        "spans": [{
            "spanId": "5a1c9a5e-7f60-4ea2-9a43-1d1a8b3a6d01", "name": "plan", "kind": "graph",
            "startTime": "2026-11-22T03:07:10+00:00", "endTime": "2026-11-22T03:07:11.500000+00:00",
            "durationMs": 1500.0, "status": "ok", "input": { "raw": { "args": [1], "kwargs": {} } }, "output": {},
        }, {
            "spanId": "b7ad6b7169203331", "parentSpanId": "5a1c9a5e-7f60-4ea2-9a43-1d1a8b3a6d01",
            "name": "ask", "kind": "llm.chat", "startTime": "2026-11-22T03:07:10.100000+00:00",
            "endTime": "2026-11-22T03:07:11+00:00", "durationMs": 900.0, "status": "error", "statusMessage": "no",
            "model": "gpt-4o-mini", "provider": "openai", "tokens": { "input": 1000, "output": 500 },
        }],
    })
}

#[track_caller]
fn refused(reply: &Reply, status: u16, code: &str) {
    let body = reply.json();
    assert_eq!((reply.status, body["error"].as_str()), (status, Some(code)), "{body}");
    assert!(body["message"].is_string(), "{body}");
}

#[test]
fn batch_is_taken_and_read_back_by_its_own_ids() {
    let server = Running::start();
    let body = json!({ "traces": [trace(UUID), trace("my own id"), trace(UUID)] }).to_string();
    let reply = server.send(Method::POST, BATCH, &[("content-type", JSON), ("x-api-key", "mt_1")], body.as_bytes());
    assert_eq!(
        (reply.status, reply.json()),
        (200, json!({ "success": true, "count": 2, "traceIds": [UUID, "my own id"] }))
    );

    for id in [UUID, TRACE, "my%20own%20id"] {
        let trace = server.trace(id);
        assert_eq!(trace["trace"]["span_count"], 2, "{id}");
        assert_eq!(trace["trace"]["session_id"], "s1");
    }
    let trace = server.trace("my%20own%20id");
    assert_eq!(trace["trace"]["trace_id_original"], "my own id");
    let [root, call] = trace["spans"].as_array().unwrap().as_slice() else { panic!("{trace}") };
    assert_eq!(root["span_id_original"], "5a1c9a5e-7f60-4ea2-9a43-1d1a8b3a6d01");
    assert_eq!(call["parent_span_id"], root["span_id"]);
    assert_eq!(json!([root["kind"], root["kind_original"]]), json!(["workflow", "graph"]));
    assert_eq!(json!([call["kind"], call["kind_original"]]), json!(["llm", "llm.chat"]));
    assert_eq!(json!([call["status"], call["status_message"]]), json!(["error", "no"]));
    assert_eq!(json!([call["usage"]["input_tokens"], call["usage"]["output_tokens"]]), json!([1000, 500]));
    assert!((call["cost_usd"].as_f64().unwrap() - 0.000_45).abs() < 1e-9);
    assert_eq!(root["duration_nanos"], 1_500_000_000);
}

#[test]
fn one_trace_is_taken_with_and_without_the_slash() {
    let server = Running::start();
    for path in ["/api/traces", "/api/traces/"] {
        let reply = server.post(path, JSON, trace(UUID).to_string());
        assert_eq!((reply.status, reply.json()), (200, json!({ "success": true, "traceId": UUID, "spanCount": 2 })));
    }
    assert_eq!(server.trace(UUID)["trace"]["span_count"], 2);
}

#[test]
fn otlp_json_is_taken() {
    let server = Running::start();
    let reply = server.post("/api/traces/otlp", JSON, json_request(&json_span("b7ad6b7169203331", "root")));
    assert_eq!((reply.status, reply.json()), (200, json!({ "success": true, "count": 1 })));
    assert_eq!(server.trace(TRACE)["spans"][0]["name"], "root");
}

#[test]
fn bad_spans_are_counted_in_a_success() {
    let server = Running::start();
    let mut body = trace(UUID);
    body["spans"][0].as_object_mut().unwrap().remove("spanId");
    let reply = server.post(BATCH, JSON, json!({ "traces": [body] }).to_string());
    let answer = reply.json();
    assert_eq!(
        (reply.status, &answer["rejected"], answer["success"].as_bool()),
        (200, &json!(1), Some(true)),
        "{answer}"
    );
    assert_eq!(server.trace(UUID)["trace"]["span_count"], 1);
}

#[test]
fn bad_input_is_said_as_error_and_message() {
    let server = Running::with_limits(Limits { request_bytes_max: 1000, ..Limits::default() });
    for body in ["", "{", "[]", r#"{"traces": 3}"#, "{}"] {
        refused(&server.post(BATCH, JSON, body), 400, "bad_request");
    }
    refused(&server.post(BATCH, "text/plain", "{}"), 415, "unsupported_media_type");
    refused(&server.post(BATCH, JSON, vec![b' '; 1001]), 413, "payload_too_large");
    let gzip = [("content-type", JSON), ("content-encoding", "gzip")];
    refused(&server.send(Method::POST, BATCH, &gzip, b"plain"), 400, "bad_request");
    refused(&server.send(Method::POST, BATCH, &gzip, &otlp::gzip(&[b' '; 1001])), 413, "payload_too_large");
    refused(&server.get(BATCH), 405, "method_not_allowed");
    refused(&server.get("/api/traces/unknown"), 404, "not_found");
}

#[test]
fn trouble_of_the_store_is_retryable() {
    let store = Arc::new(Fake::new(Fate::Fails(ErrorKind::Disk)));
    let server = Running::with_store(store, Limits::default());
    let reply = server.post(BATCH, JSON, json!({ "traces": [trace(UUID)] }).to_string());
    refused(&reply, 503, "unavailable");
    assert_eq!(reply.header("retry-after"), "5");
}
