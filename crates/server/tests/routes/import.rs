//! `POST /api/v1/import`: what one server exports, another one takes, and then answers the same.

use std::io::Write as _;

use http::Method;
use serde_json::{Value, json};
use tracewood_otlp::proto::any_value::Value as Any;
use tracewood_otlp::proto::{AnyValue, ArrayValue};

use crate::support::otlp::{self, AT, JSON, PROTOBUF, attribute, request, text};
use crate::support::{Reply, Running};

const PATH: &str = "/api/v1/import";
const LINES: &str = "application/jsonl";

/// Two traces with what is hard to carry: bytes, odd numbers, JSON in text, a missing root, a hashed id, pending spans.
fn with_all_sorts() -> Running {
    let server = Running::start();
    let mut root = otlp::span(&[1; 16], &[1; 8], "root");
    root.attributes = vec![
        text("tracewood.kind", "agent"),
        text("tracewood.input", r#"{"question":  "where is the lighthouse?", "n": 1.0}"#),
        text("tracewood.metadata", r#"{"plan": "pro", "seats": 3}"#),
        text("session.id", "s1"),
        text("user.id", "ada"),
        attribute("odd", Any::Double(f64::NAN)),
        attribute("raw", Any::Bytes(vec![0, 255, 7])),
        attribute("twice", Any::Int(1)),
        attribute("twice", Any::Int(2)),
        attribute("list", Any::Array(ArrayValue { values: vec![AnyValue { value: Some(Any::Bool(true)) }] })),
    ];
    let mut call = otlp::span(&[1; 16], &[2; 8], "chat");
    call.parent_span_id = vec![1; 8];
    call.attributes = vec![
        text("gen_ai.operation.name", "chat"),
        text("gen_ai.provider.name", "openai"),
        text("gen_ai.request.model", "gpt-4o-mini"),
        text("gen_ai.response.model", "gpt-4o-mini"),
        attribute("gen_ai.usage.input_tokens", Any::Int(1000)),
        attribute("gen_ai.usage.output_tokens", Any::Int(50)),
    ];
    call.status = Some(tracewood_otlp::proto::SpanStatus { message: "too slow".into(), code: 2 });
    let mut orphan = otlp::span(&[2; 16], &[3; 8], "orphan");
    orphan.parent_span_id = vec![9; 8];
    orphan.start_time_unix_nano = AT + 5;
    orphan.end_time_unix_nano = 0;
    assert_eq!(server.post("/v1/traces", PROTOBUF, request(vec![root, call, orphan])).status, 200);
    let trace = json!({
        "traceId": "not-hex", "source": "sdk", "startTime": "2026-11-22T03:07:10+00:00", "spans": [{
            "spanId": "s", "name": "theirs", "kind": "llm.chat", "startTime": "2026-11-22T03:07:10+00:00",
            "endTime": "2026-11-22T03:07:11+00:00", "durationMs": 1000.0, "status": "ok",
            "input": {"messages": [{"role": "user", "content": "hi"}]}, "output": {"text": "hello"},
        }],
    });
    let reply = server.post("/api/traces", JSON, trace.to_string());
    assert_eq!(reply.status, 200, "{}", reply.text());
    for score in [
        json!({"id": "a", "trace_id": "01".repeat(16), "name": "helpful", "number": 0.5}),
        json!({"id": "b", "trace_id": "01".repeat(16), "span_id": "02".repeat(8), "name": "tone", "text": "kind"}),
    ] {
        assert_eq!(server.post("/api/v1/scores", JSON, score.to_string()).status, 200);
    }
    server.settle();
    server
}

fn import(server: &Running, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    let headers = [headers, &[("content-type", LINES)]].concat();
    server.send(Method::POST, PATH, &headers, body)
}

/// Everything that the read API says, but for what is about the server itself.
fn answers(server: &Running) -> Vec<(String, Value)> {
    server.settle();
    let list = server.get("/api/v1/traces").json();
    let ids = list["traces"].as_array().unwrap().iter().map(|trace| trace["trace_id"].as_str().unwrap().to_owned());
    let mut paths: Vec<String> = [
        "traces?sort=newest",
        "traces?sort=cost",
        "traces?filter=score.helpful%3E0.1",
        "search",
        "search?filter=lighthouse",
        "search?filter=%22the%20lighthouse%22",
        "search?filter=metadata.seats%3E2",
        "search?filter=attributes.twice%3D2",
        "sessions",
        "sessions/s1",
        "users/ada",
        "metrics?group_by=kind",
        "histogram",
        "fields/attributes/values",
        "scores",
    ]
    .map(str::to_owned)
    .to_vec();
    for id in ids {
        paths.extend([format!("traces/{id}"), format!("traces/{id}/tree")]);
    }
    let mut answers: Vec<(String, Value)> =
        paths.into_iter().map(|path| (path.clone(), server.get(&format!("/api/v1/{path}")).json())).collect();
    answers.push(("export".to_owned(), json!(server.get("/api/v1/export").text())));
    answers
}

#[test]
fn imported_spans_give_the_same_answers() {
    let from = with_all_sorts();
    let export = from.get("/api/v1/export");
    let to = Running::start();
    let reply = import(&to, &[], &export.body);
    assert_eq!((reply.status, reply.json()), (200, json!({"line_count": 4, "span_count": 4, "score_count": 2})));
    let (expected, found) = (answers(&from), answers(&to));
    for (expected, found) in expected.iter().zip(&found) {
        assert_eq!(expected, found);
    }
    assert_eq!(expected.len(), found.len());

    let again = import(&to, &[], &export.body);
    assert_eq!(again.status, 200);
    assert_eq!(answers(&to), expected, "taking it again changes nothing");
}

#[test]
fn part_of_an_export_goes_on_where_it_stopped() {
    let from = with_all_sorts();
    let whole = from.get("/api/v1/export").text();
    let lines: Vec<&str> = whole.lines().collect();
    let to = Running::start();
    assert_eq!(import(&to, &[], lines[..2].join("\n").as_bytes()).json()["span_count"], 2);
    let last: Value = serde_json::from_str(lines[1]).unwrap();
    let rest = from.get(&format!("/api/v1/export?cursor={}", last["cursor"].as_str().unwrap()));
    assert_eq!(import(&to, &[], &rest.body).json()["span_count"], 2);
    assert_eq!(answers(&to), answers(&from));
}

#[test]
fn compressed_imports_are_taken_and_cut_ones_are_not() {
    let export = with_all_sorts().get("/api/v1/export").body;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&export).unwrap();
    let gzip = gzip.finish().unwrap();
    let zstd = zstd::encode_all(&export[..], 1).unwrap();
    for (encoding, body) in [("gzip", &gzip), ("zstd", &zstd)] {
        let to = Running::start();
        let reply = import(&to, &[("content-encoding", encoding)], body);
        assert_eq!(reply.json()["span_count"], 4, "{encoding}: {}", reply.text());
        let reply = import(&to, &[("content-encoding", encoding)], &body[..body.len() - 9]);
        assert_eq!(reply.status, 400, "{encoding}: {}", reply.text());
    }
}

#[test]
fn what_is_no_export_is_told_with_its_line() {
    let server = Running::start();
    let good = with_all_sorts().get("/api/v1/export").text();
    let good = good.lines().next().unwrap().to_owned();
    for (second, words) in [
        ("{", "line 2: this is no line of an export"),
        ("{}", "line 2: there is no \\\"record\\\""),
        (r#"{"record": "%"}"#, "line 2: \\\"record\\\" is not base64"),
        (r#"{"record": "AAAA"}"#, "line 2: "),
        (r#"{"error": {"code": "unavailable"}}"#, "line 2: the export broke off here"),
    ] {
        let reply = import(&server, &[], format!("{good}\n{second}\n").as_bytes());
        assert!(reply.status == 400 && reply.text().contains(words), "{second}: {} {}", reply.status, reply.text());
    }
    assert_eq!(import(&server, &[], b"").json(), json!({"line_count": 0, "span_count": 0, "score_count": 0}));
    assert_eq!(server.post(PATH, "text/plain", &good).status, 415);
}

#[test]
fn line_over_the_limit_is_refused_however_small_it_was_sent() {
    let server = Running::with_limits(tracewood_server::Limits::of_request_bytes(1_000_000));
    let bomb = zstd::encode_all(&vec![b' '; 50_000_000][..], 1).unwrap();
    let reply = import(&server, &[("content-encoding", "zstd")], &bomb);
    assert_eq!(reply.status, 413, "{}", reply.text());
}
