//! `POST /api/v1/public/traces`: TraceRoot.

use std::sync::Arc;

use http::Method;
use serde_json::json;
use tracewood_server::Limits;
use tracewood_store::ErrorKind;

use crate::support::Running;
use crate::support::fake::{Fake, Fate};
use crate::support::otlp::{self, JSON, PROTOBUF, TRACE, good_span, request};

const PATH: &str = "/api/v1/public/traces";

fn detail(reply: &crate::support::Reply) -> (u16, String) {
    let body = reply.json();
    assert_eq!(body.as_object().unwrap().len(), 1, "{body}");
    (reply.status, body["detail"].as_str().unwrap().to_owned())
}

#[test]
fn spans_are_taken_and_read_back() {
    let server = Running::start();
    let mut span = good_span(1, "agent");
    span.attributes = vec![
        otlp::text("traceroot.span.type", "agent"),
        otlp::text("traceroot.span.input", r#"{"q": "hello"}"#),
        otlp::text("traceroot.span.output", "done"),
        otlp::text("traceroot.span.metadata", r#"{"v": 1}"#),
        otlp::text("traceroot.git.source_file", "app.py"),
        otlp::attribute("traceroot.git.source_line", tracewood_otlp::proto::any_value::Value::Int(7)),
    ];
    let headers = [
        ("content-type", PROTOBUF),
        ("content-encoding", "gzip"),
        ("authorization", "Bearer tr-1"),
        ("x-traceroot-sdk-name", "traceroot-py"),
    ];
    let reply = server.send(Method::POST, PATH, &headers, &otlp::gzip(&request(vec![span])));
    assert_eq!(reply.status, 200, "{}", reply.text());
    let body = reply.json();
    assert_eq!(body["status"], "ok");
    let key: Vec<&str> = body["file_key"].as_str().unwrap().split('/').collect();
    assert_eq!((key[0], key.len()), ("default", 6), "{key:?}");

    let span = server.trace(TRACE)["spans"][0].clone();
    assert_eq!(json!([span["kind"], span["kind_original"]]), json!(["agent", "agent"]));
    assert_eq!(json!([span["input"], span["output"]]), json!([{ "q": "hello" }, "done"]));
    assert_eq!(span["metadata"], json!({ "v": 1 }));
    assert_eq!(span["source"], json!({ "file": "app.py", "line": 7, "function": null }));
}

#[test]
fn every_answer_names_another_file() {
    let server = Running::start();
    let key = || server.post(PATH, PROTOBUF, request(vec![good_span(1, "a")])).json()["file_key"].clone();
    assert_ne!(key(), key());
}

#[test]
fn bad_input_is_said_in_detail() {
    let server = Running::with_limits(Limits { request_bytes_max: 1000, ..Limits::default() });
    let gzip = [("content-type", PROTOBUF), ("content-encoding", "gzip")];
    for (headers, body, status, words) in [
        (&gzip[..1], vec![], 400, "empty"),
        (&gzip[..], b"plain".to_vec(), 400, "gzip"),
        (&gzip[..1], b"\xff\xff\xff\xff".to_vec(), 400, ""),
        (&[("content-type", JSON)], b"{}".to_vec(), 415, "application/x-protobuf"),
        (&gzip[..1], vec![0; 1001], 413, "1000"),
        (&gzip[..], otlp::gzip(&[0; 1001]), 413, "1000"),
    ] {
        let reply = server.send(Method::POST, PATH, headers, &body);
        let (said, message) = detail(&reply);
        assert_eq!(said, status, "{message}");
        assert!(message.contains(words), "{message}");
    }
    assert_eq!(detail(&server.get(PATH)).0, 405);
    assert_eq!(detail(&server.get("/api/v1/public/whoami")).0, 404);
}

#[test]
fn trouble_of_the_store_is_retryable() {
    let store = Arc::new(Fake::new(Fate::Fails(ErrorKind::Disk)));
    let server = Running::with_store(store, Limits::default());
    let reply = server.post(PATH, PROTOBUF, request(vec![good_span(1, "a")]));
    assert_eq!((detail(&reply).0, reply.header("retry-after")), (503, "5"));
}
