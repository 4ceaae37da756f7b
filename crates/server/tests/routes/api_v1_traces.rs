//! `GET /api/v1/traces` and `/api/v1/traces/{trace_id}`.

use std::io::Read as _;
use std::sync::Arc;

use serde_json::{Value, json};
use tracewood_server::Limits;
use tracewood_store::ErrorKind;

use crate::support::fake::{Fake, Fate};
use crate::support::otlp::{self, AT, PROTOBUF, request};
use crate::support::{Reply, Running};

const PATH: &str = "/api/v1/traces";

#[track_caller]
fn refused(reply: &Reply, status: u16, code: &str, words: &str) {
    let body = reply.json();
    assert_eq!((reply.status, body["error"]["code"].as_str()), (status, Some(code)), "{body}");
    assert!(body["error"]["message"].as_str().unwrap().contains(words), "{body}");
}

/// A server with five traces, a second apart, named by their number.
fn with_five() -> Running {
    let server = Running::start();
    for n in 0..5_u8 {
        let mut span = otlp::span(&[n + 1; 16], &[1; 8], &n.to_string());
        span.start_time_unix_nano = AT + u64::from(n) * 1_000_000_000;
        span.end_time_unix_nano = span.start_time_unix_nano + 5;
        assert_eq!(server.post("/v1/traces", PROTOBUF, request(vec![span])).status, 200);
    }
    server.settle();
    server
}

fn names(reply: &Reply) -> Vec<String> {
    let body = reply.json();
    body["traces"].as_array().unwrap().iter().map(|trace| trace["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn list_is_newest_first_and_every_field_is_there() {
    let server = with_five();
    let reply = server.get(PATH);
    assert_eq!(names(&reply), ["4", "3", "2", "1", "0"]);
    let body = reply.json();
    assert_eq!(body["next_cursor"], Value::Null);
    assert_eq!(
        body["traces"][4],
        json!({
            "trace_id": "01".repeat(16), "trace_id_original": null, "entry_span_id": "01".repeat(8), "name": "0", "kind": "custom", "status": "unset",
            "started_at": "2026-11-18T11:06:40.000000000Z", "duration_nanos": 5, "root_missing": false,
            "input_preview": "", "output_preview": "", "span_count": 1, "error_count": 0, "input_tokens": null,
            "output_tokens": null, "total_tokens": null, "cost_usd": null, "models": [], "user_id": null,
            "session_id": null, "environment": null, "tags": [],
        })
    );
}

#[test]
fn pages_follow_each_other_without_gap_or_repeat() {
    let server = with_five();
    let mut seen = Vec::new();
    let mut path = format!("{PATH}?limit=2");
    loop {
        let reply = server.get(&path);
        seen.extend(names(&reply));
        match reply.json()["next_cursor"].as_str() {
            Some(cursor) => path = format!("{PATH}?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, ["4", "3", "2", "1", "0"]);
}

#[test]
fn list_is_bounded_in_time() {
    let server = with_five();
    let query = "?started_after=2026-11-18T11:06:41Z&started_before=2026-11-18T12:06:43.000000000%2B01:00";
    assert_eq!(names(&server.get(&format!("{PATH}{query}"))), ["2", "1"]);
    assert_eq!(names(&server.get(&format!("{PATH}?started_before=1969-01-01T00:00:00Z"))), [""; 0]);
}

#[test]
fn wrong_parameters_are_named() {
    let server = Running::start();
    for (query, words) in [
        ("limit=0", "\"limit\""),
        ("limit=201", "200"),
        ("limit=many", "\"many\""),
        ("started_after=yesterday", "\"started_after\""),
        ("started_before=5", "RFC 3339"),
        ("page=2", "page"),
        ("cursor=nonsense", "cursor"),
        ("limit=1&limit=2", "limit"),
    ] {
        refused(&server.get(&format!("{PATH}?{query}")), 400, "bad_request", words);
    }
}

#[test]
fn unknown_trace_is_not_found() {
    let server = Running::start();
    for id in ["0af7651916cd43dd8448eb211c80319c", "anything", "%00%ff", "a/b"] {
        let reply = server.get(&format!("{PATH}/{id}"));
        assert!(matches!(reply.status, 400 | 404), "{id}");
        assert!(reply.json()["error"]["code"].is_string());
    }
    refused(&server.get(&format!("{PATH}/anything")), 404, "not_found", "\"anything\"");
}

#[test]
fn trace_without_its_root_shows_what_has_arrived() {
    let server = Running::start();
    let mut span = otlp::good_span(2, "child");
    span.parent_span_id = vec![1; 8];
    server.post("/v1/traces", PROTOBUF, request(vec![span]));
    let trace = server.trace(otlp::TRACE);
    assert_eq!(json!([trace["trace"]["root_missing"], trace["trace"]["name"]]), json!([true, "child"]));
    server.post("/v1/traces", PROTOBUF, request(vec![otlp::good_span(1, "root")]));
    let trace = server.trace(otlp::TRACE);
    assert_eq!(json!([trace["trace"]["root_missing"], trace["trace"]["name"]]), json!([false, "root"]));
}

#[test]
fn other_methods_and_trouble_have_the_envelope() {
    let server = Running::with_store(Arc::new(Fake::new(Fate::Fails(ErrorKind::Disk))), Limits::default());
    refused(&server.post(PATH, "application/json", "{}"), 405, "method_not_allowed", "POST");
    for path in [PATH, "/api/v1/traces/0af7651916cd43dd8448eb211c80319c"] {
        let reply = server.get(path);
        refused(&reply, 503, "unavailable", "store");
        assert_eq!(reply.header("retry-after"), "5");
    }
}

#[test]
fn large_answers_are_compressed_for_those_who_take_it() {
    let server = Running::start();
    let mut span = otlp::good_span(1, "long");
    span.attributes = vec![otlp::text("text", &"wood ".repeat(2000))];
    server.post("/v1/traces", PROTOBUF, request(vec![span]));
    server.settle();
    let path = format!("{PATH}/{}", otlp::TRACE);
    let plain = server.get(&path);
    let gzip = server.send(http::Method::GET, &path, &[("accept-encoding", "gzip")], b"");
    assert_eq!((plain.header("content-encoding"), gzip.header("content-encoding")), ("", "gzip"));
    assert_eq!(gzip.header("vary"), "accept-encoding");
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&gzip.body[..]).read_to_end(&mut unpacked).unwrap();
    assert!(unpacked == plain.body && gzip.body.len() * 4 < plain.body.len());
}
