//! `POST /v1/traces`: OTLP over HTTP.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

use http::Method;
use serde_json::json;
use tracewood_otlp::proto::any_value::Value as Any;
use tracewood_server::Limits;
use tracewood_store::ErrorKind;

use crate::support::fake::{Fake, Fate};
use crate::support::otlp::{self, AT, JSON, PROTOBUF, TRACE, good_span, json_request, json_span, request};
use crate::support::{Reply, Running};

const PATH: &str = "/v1/traces";

#[track_caller]
fn refused(reply: &Reply, status: u16, code: i32, words: &str) {
    assert_eq!(reply.status, status, "{}", reply.text());
    let (said_code, message) = match reply.header("content-type") {
        PROTOBUF => otlp::status(&reply.body),
        JSON => {
            let body = reply.json();
            (body["code"].as_i64().unwrap() as i32, body["message"].as_str().unwrap().to_owned())
        }
        other => panic!("content type {other}"),
    };
    assert_eq!(said_code, code, "{message}");
    assert!(message.contains(words), "{message:?} says nothing of {words:?}");
}

#[test]
fn protobuf_is_answered_in_protobuf_and_read_back() {
    let server = Running::start();
    let reply = server.post(PATH, PROTOBUF, request(vec![good_span(1, "root")]));
    assert_eq!((reply.status, reply.header("content-type"), reply.body.as_slice()), (200, PROTOBUF, &b""[..]));
    assert_eq!(server.trace(TRACE)["spans"][0]["name"], "root");
}

#[test]
fn json_is_answered_in_json_and_read_back() {
    let server = Running::start();
    let body = json_request(&json_span("b7ad6b7169203331", "root"));
    let reply = server.post(PATH, "application/json; charset=utf-8", body);
    assert_eq!((reply.status, reply.text().as_str()), (200, "{}"));
    assert_eq!(reply.header("content-type"), JSON);
    assert_eq!(server.trace(TRACE)["spans"][0]["span_id"], "b7ad6b7169203331");
}

#[test]
fn every_compression_is_taken() {
    let server = Running::start();
    let whole = request(vec![good_span(1, "compressed")]);
    let members = [otlp::gzip(&whole[..10]), otlp::gzip(&whole[10..])].concat();
    for (encoding, body) in [
        ("identity", whole.clone()),
        ("gzip", otlp::gzip(&whole)),
        ("gzip", members),
        ("GZIP", otlp::gzip(&whole)),
        ("deflate", otlp::deflate(&whole)),
        ("zstd", otlp::zstd(&whole)),
    ] {
        let headers = [("content-type", PROTOBUF), ("content-encoding", encoding)];
        let reply = server.send(Method::POST, PATH, &headers, &body);
        assert_eq!(reply.status, 200, "{encoding}: {}", reply.text());
    }
    assert_eq!(server.trace(TRACE)["spans"].as_array().unwrap().len(), 1);
}

#[test]
fn other_compressions_are_refused_in_the_encoding_of_the_request() {
    let server = Running::start();
    for (content_type, encoding) in [(PROTOBUF, "br"), (JSON, "gzip, gzip")] {
        let headers = [("content-type", content_type), ("content-encoding", encoding)];
        let reply = server.send(Method::POST, PATH, &headers, b"whatever");
        refused(&reply, 415, 3, encoding);
        assert_eq!(reply.header("content-type"), content_type);
    }
}

#[test]
fn broken_compression_is_a_bad_request() {
    let server = Running::start();
    let cut = otlp::gzip(&request(vec![good_span(1, "cut")]));
    for (encoding, body) in [
        ("gzip", &b"plain"[..]),
        ("gzip", &cut[..cut.len() - 9]),
        ("deflate", b"plain"),
        ("zstd", b"plain"),
        ("gzip", b""),
    ] {
        let headers = [("content-type", PROTOBUF), ("content-encoding", encoding)];
        refused(&server.send(Method::POST, PATH, &headers, body), 400, 3, encoding);
    }
}

#[test]
fn broken_messages_are_bad_requests() {
    let server = Running::start();
    let reply = server.post(PATH, PROTOBUF, b"\xff\xff\xff\xff");
    refused(&reply, 400, 3, "");
    assert_eq!(reply.header("content-type"), PROTOBUF);
    for body in ["{", "[]", r#"{"resourceSpans": 3}"#, "", "\u{feff}"] {
        let reply = server.post(PATH, JSON, body);
        refused(&reply, 400, 3, "");
        assert_eq!(reply.header("content-type"), JSON, "{body}");
    }
}

#[test]
fn empty_requests_succeed() {
    let server = Running::start();
    for (content_type, body) in [(PROTOBUF, &b""[..]), (JSON, b"{}"), (JSON, br#"{"resourceSpans":[]}"#)] {
        assert_eq!(server.post(PATH, content_type, body).status, 200);
    }
    let reply = server.post(PATH, PROTOBUF, request(vec![]));
    assert_eq!((reply.status, reply.body.len()), (200, 0));
}

#[test]
fn other_content_types_are_refused() {
    let server = Running::start();
    for headers in [&[("content-type", "text/plain")][..], &[("content-type", "application/grpc")], &[]] {
        let reply = server.send(Method::POST, PATH, headers, b"hello");
        refused(&reply, 415, 3, "content type");
        assert_eq!(reply.header("content-type"), JSON);
    }
}

#[test]
fn wrong_method_says_which_one_is_right() {
    let server = Running::start();
    let reply = server.get(PATH);
    refused(&reply, 405, 12, "GET");
    assert_eq!(reply.header("allow"), "POST");
    let reply = server.send(Method::PUT, PATH, &[("content-type", PROTOBUF)], b"");
    refused(&reply, 405, 12, "PUT");
    assert_eq!(reply.header("content-type"), PROTOBUF);
}

#[test]
fn single_bad_spans_are_left_out_and_counted() {
    let server = Running::start();
    let trace_id = otlp::trace_bytes();
    let spans = vec![
        good_span(1, "good"),
        otlp::span(&trace_id[..15], &[2; 8], "short trace id"),
        otlp::span(&trace_id, &[3; 9], "long span id"),
        otlp::span(&[0; 16], &[4; 8], "zero trace id"),
        otlp::span(&trace_id, &[], "no span id"),
        good_span(5, "good too"),
    ];
    let reply = server.post(PATH, PROTOBUF, request(spans));
    assert_eq!(reply.status, 200);
    let (n_rejected, message) = otlp::partial_success(&reply.body).unwrap();
    assert_eq!(n_rejected, 4, "{message}");
    assert!(message.contains("id"), "{message}");
    let names: Vec<_> =
        server.trace(TRACE)["spans"].as_array().unwrap().iter().map(|span| span["name"].clone()).collect();
    assert_eq!(names, ["good", "good too"]);

    let reply = server.post(PATH, JSON, json_request(&json_span("xyz", "bad")));
    assert_eq!(reply.json()["partialSuccess"]["rejectedSpans"], "1");
}

#[test]
fn the_same_span_again_counts_once() {
    let server = Running::start();
    let mut pending = good_span(1, "call");
    pending.end_time_unix_nano = 0;
    let mut later = good_span(1, "call");
    later.attributes = vec![otlp::text("round", "later")];
    for span in [pending, good_span(1, "call"), good_span(1, "call"), later] {
        assert_eq!(server.post(PATH, PROTOBUF, request(vec![span])).status, 200);
    }
    let trace = server.trace(TRACE);
    assert_eq!(trace["spans"].as_array().unwrap().len(), 1);
    assert_eq!(trace["trace"]["span_count"], 1);
    assert_eq!(trace["spans"][0]["attributes"]["round"], "later");
}

#[test]
fn every_field_is_read_back() {
    let server = Running::start();
    let mut root = good_span(1, "plan trip");
    root.attributes = vec![
        otlp::text("user.id", "ada"),
        otlp::text("session.id", "s1"),
        otlp::attribute("odd", Any::Double(f64::NAN)),
        otlp::attribute("raw", Any::Bytes(vec![1, 2, 3])),
        otlp::attribute("count", Any::Int(7)),
    ];
    let mut call = good_span(2, "chat gpt-4o-mini");
    call.parent_span_id = vec![1; 8];
    call.start_time_unix_nano = AT + 1_000;
    call.kind = 3;
    call.attributes = vec![
        otlp::text("gen_ai.operation.name", "chat"),
        otlp::text("gen_ai.provider.name", "openai"),
        otlp::text("gen_ai.request.model", "gpt-4o-mini"),
        otlp::attribute("gen_ai.usage.input_tokens", Any::Int(1000)),
        otlp::attribute("gen_ai.usage.output_tokens", Any::Int(500)),
        otlp::text("gen_ai.input.messages", r#"[{"role":"user","parts":[{"type":"text","content":"hi"}]}]"#),
    ];
    call.status = Some(tracewood_otlp::proto::SpanStatus { code: 2, message: "slow".into() });
    call.events = vec![tracewood_otlp::proto::Event {
        time_unix_nano: AT + 2_000,
        name: "exception".into(),
        attributes: vec![otlp::text("exception.type", "Timeout")],
        dropped_attributes_count: 3,
    }];
    call.links = vec![tracewood_otlp::proto::Link {
        trace_id: vec![9; 16],
        span_id: vec![8; 8],
        trace_state: "acme=1".into(),
        attributes: vec![otlp::text("why", "retry")],
        dropped_attributes_count: 4,
    }];
    call.dropped_attributes_count = 2;
    assert_eq!(server.post(PATH, PROTOBUF, request(vec![call, root])).status, 200);

    let trace = server.trace(TRACE);
    let summary = &trace["trace"];
    assert_eq!(
        json!([summary["trace_id"], summary["name"], summary["user_id"], summary["session_id"], summary["span_count"]]),
        json!([TRACE, "plan trip", "ada", "s1", 2])
    );
    assert_eq!(
        json!([summary["input_tokens"], summary["output_tokens"], summary["total_tokens"], summary["error_count"]]),
        json!([1000, 500, 1500, 1])
    );
    assert_eq!(summary["models"], json!(["gpt-4o-mini"]));
    assert_eq!(summary["started_at"], "2026-11-18T11:06:40.000000000Z");
    assert_eq!(summary["duration_nanos"], 1_500_000);
    assert_eq!(summary["root_missing"], false);

    let [root, call] = trace["spans"].as_array().unwrap().as_slice() else { panic!("{trace}") };
    assert_eq!(root["parent_span_id"], json!(null));
    assert_eq!(root["attributes"]["odd"], "NaN");
    assert_eq!(root["attributes"]["raw"], json!({ "bytes_base64": "AQID" }));
    assert_eq!(root["attributes"]["count"], 7);
    assert_eq!(root["resource"], json!({ "service.name": "tests" }));
    assert_eq!(root["scope"], json!({ "name": "test", "version": "1", "attributes": {} }));
    assert_eq!(call["span_id"], "0202020202020202");
    assert_eq!(call["parent_span_id"], "0101010101010101");
    assert_eq!(call["kind"], "llm");
    assert_eq!(json!([call["status"], call["status_message"]]), json!(["error", "slow"]));
    assert_eq!(call["started_at"], "2026-11-18T11:06:40.000001000Z");
    assert_eq!(call["ended_at"], "2026-11-18T11:06:40.001500000Z");
    assert_eq!(json!([call["offset_nanos"], call["duration_nanos"], call["pending"]]), json!([1000, 1_499_000, false]));
    assert_eq!(json!([call["model"], call["provider"]]), json!(["gpt-4o-mini", "openai"]));
    assert_eq!(call["usage"]["input_tokens"], 1000);
    assert_eq!(call["usage"]["cache_read_tokens"], json!(null));
    assert_eq!(call["input"][0]["role"], "user", "{}", call["input"]);
    assert_eq!(call["events"][0]["name"], "exception");
    assert_eq!(call["events"][0]["dropped_count"], 3);
    assert_eq!(call["events"][0]["at"], "2026-11-18T11:06:40.000002000Z");
    assert_eq!(call["events"][0]["attributes"]["exception.type"], "Timeout");
    assert_eq!(
        call["links"],
        json!([{
            "trace_id": "09".repeat(16),
            "span_id": "08".repeat(8),
            "trace_state": "acme=1",
            "attributes": { "why": "retry" },
            "dropped_count": 4,
        }])
    );
    assert_eq!(call["dropped_count"], 2);

    // 1 000 tokens at 0.15 and 500 at 0.60 dollars a million.
    let cost = call["cost_usd"].as_f64().unwrap();
    assert!((cost - 0.000_45).abs() < 1e-9, "{cost}");
    assert_eq!(summary["cost_usd"], call["cost_usd"]);
    assert_eq!(root["cost_usd"], json!(null));
}

#[test]
fn bodies_over_the_limit_are_refused_before_and_after_decompression() {
    let server = Running::with_limits(Limits { request_bytes_max: 4096, ..Limits::default() });
    let large = request(vec![good_span(1, &"x".repeat(5000))]);
    let reply = server.post(PATH, PROTOBUF, &large);
    refused(&reply, 413, 8, "4096");
    for (encoding, body) in
        [("gzip", otlp::gzip(&large)), ("zstd", otlp::zstd(&large)), ("deflate", otlp::deflate(&large))]
    {
        assert!(body.len() < 4096);
        let headers = [("content-type", PROTOBUF), ("content-encoding", encoding)];
        refused(&server.send(Method::POST, PATH, &headers, &body), 413, 8, "4096");
    }
    let reply = server.post(PATH, PROTOBUF, request(vec![good_span(1, "small")]));
    assert_eq!(reply.status, 200);
}

#[test]
fn chunked_body_over_the_limit_is_refused() {
    let server = Running::with_limits(Limits { request_bytes_max: 1000, ..Limits::default() });
    let mut stream = TcpStream::connect(server.http).unwrap();
    stream
        .write_all(
            b"POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
            connection: close\r\ntransfer-encoding: chunked\r\n\r\n",
        )
        .unwrap();
    for _ in 0..3 {
        stream.write_all(b"190\r\n").unwrap();
        stream.write_all(&[b' '; 400]).unwrap();
        stream.write_all(b"\r\n").unwrap();
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[test]
fn body_that_ends_early_harms_nobody() {
    let server = Running::start();
    let mut stream = TcpStream::connect(server.http).unwrap();
    stream
        .write_all(
            b"POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
        )
        .unwrap();
    drop(stream);
    assert_eq!(server.post(PATH, JSON, "{}").status, 200);
}

#[test]
fn overload_is_said_with_a_time_to_come_back() {
    let no_room = Limits { n_requests_max: 0, ..Limits::default() };
    let no_bytes = Limits { bytes_in_flight_max: 10, ..Limits::default() };
    for limits in [no_room, no_bytes] {
        let server = Running::with_limits(limits);
        let reply = server.post(PATH, PROTOBUF, request(vec![good_span(1, "too many")]));
        refused(&reply, 503, 14, "busy");
        assert_eq!(reply.header("retry-after"), "1");
    }
}

#[test]
fn trouble_of_the_store_is_retryable_and_tells_nothing_inside() {
    for (fate, seconds) in
        [(Fate::Fails(ErrorKind::Disk), "5"), (Fate::Fails(ErrorKind::Unavailable), "1"), (Fate::Forgotten, "5")]
    {
        let server = Running::with_store(Arc::new(Fake::new(fate)), Limits::default());
        let reply = server.post(PATH, JSON, json_request(&json_span("b7ad6b7169203331", "unlucky")));
        refused(&reply, 503, 14, "store");
        assert_eq!(reply.header("retry-after"), seconds, "{fate:?}");
        assert!(!reply.text().contains("secret"));
    }
    for fate in [Fate::Fails(ErrorKind::Corrupt), Fate::Panics] {
        let server = Running::with_store(Arc::new(Fake::new(fate)), Limits::default());
        let reply = server.post(PATH, JSON, json_request(&json_span("b7ad6b7169203331", "unlucky")));
        refused(&reply, 500, 13, "the server failed");
        assert!(!reply.text().contains("secret"));
    }
}

#[test]
fn stop_waits_for_requests_under_way() {
    let store = Arc::new(Fake::new(Fate::Waits));
    let mut server = Running::with_store(Arc::clone(&store) as _, Limits::default());
    let address = server.http;
    let client = std::thread::spawn(move || {
        let body = json_request(&json_span("b7ad6b7169203331", "late"));
        ureq::post(format!("http://{address}{PATH}")).content_type(JSON).send(body).unwrap().status().as_u16()
    });
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    let mut is_stopping = false;
    loop {
        // The request is under way once its batch waits in the store; release comes only after the stop began.
        if store.n_waiting() == 1 && !is_stopping {
            server.begin_stop();
            is_stopping = true;
        }
        if is_stopping && TcpStream::connect(address).is_err() {
            break;
        }
        assert!(std::time::Instant::now() < deadline, "the listener is still open");
        std::thread::yield_now();
    }
    assert_eq!(store.release(), 1);
    assert_eq!(client.join().unwrap(), 200);
    server.wait_stopped();
}
