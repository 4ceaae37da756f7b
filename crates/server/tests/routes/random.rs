//! Bodies that nobody would write: no answer is a failure of the server, and the server lives on.
//!
//! The targets in `fuzz/` go on where these bounded and repeatable runs end.

use http::Method;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::json;

use crate::support::Running;
use crate::support::otlp::{self, JSON, PROTOBUF, good_span, json_request, json_span, request, text};

/// The routes that take bytes, and a body that each takes.
fn routes() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let mut span = good_span(1, "seed");
    span.attributes =
        vec![text("gen_ai.operation.name", "chat"), text("gen_ai.input.messages", "[{\"role\":\"user\"}]")];
    let protobuf = request(vec![span, good_span(2, "child")]);
    let json = json_request(&json_span("0101010101010101", "seed")).into_bytes();
    let mutagent_span = json!({ "spanId": "s", "name": "a", "kind": "llm.chat", "startTime": "2026-11-18T00:00:00Z",
                                "metrics": { "promptTokens": 3 }, "input": { "raw": [1, null, "x"] } });
    let trace = json!({ "traceId": "t", "name": "a", "startTime": "2026-11-18T00:00:00Z", "spans": [mutagent_span] });
    let batch = json!({ "traces": [trace] }).to_string().into_bytes();
    let mut call = vec![0, 0, 0, 0, protobuf.len() as u8];
    call[3] = (protobuf.len() >> 8) as u8;
    call.extend_from_slice(&protobuf);
    vec![
        ("/v1/traces", PROTOBUF, protobuf.clone()),
        ("/v1/traces", JSON, json.clone()),
        ("/api/v1/public/traces", PROTOBUF, protobuf),
        ("/api/traces/otlp", JSON, json),
        ("/api/traces/batch", JSON, batch),
        ("/api/traces", JSON, trace.to_string().into_bytes()),
        ("/opentelemetry.proto.collector.trace.v1.TraceService/Export", "application/grpc", call),
    ]
}

/// A change to a body: bytes put over others, taken out, or doubled.
#[derive(Debug, Clone)]
enum Change {
    Put(prop::sample::Index, Vec<u8>),
    Cut(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let token = prop_oneof![
        prop::collection::vec(any::<u8>(), 1..8),
        prop::sample::select(vec![
            "{",
            "}",
            "[",
            "\"",
            ":",
            ",",
            "null",
            "-1",
            "1e999",
            "\\u0000",
            "\"\\ud800\"",
            "99999999999999999999"
        ])
        .prop_map(|token| token.as_bytes().to_vec()),
    ];
    prop_oneof![
        (any::<prop::sample::Index>(), token).prop_map(|(at, bytes)| Change::Put(at, bytes)),
        (any::<prop::sample::Index>(), 1..40_usize).prop_map(|(at, n)| Change::Cut(at, n)),
        (any::<prop::sample::Index>(), 1..40_usize).prop_map(|(at, n)| Change::Repeat(at, n)),
    ]
}

fn changed(mut body: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        if body.is_empty() {
            return body;
        }
        match change {
            Change::Put(at, bytes) => {
                let at = at.index(body.len());
                let end = (at + bytes.len()).min(body.len());
                body.splice(at..end, bytes.iter().copied());
            }
            Change::Cut(at, n) => {
                let at = at.index(body.len());
                body.drain(at..(at + n).min(body.len()));
            }
            Change::Repeat(at, n) => {
                let at = at.index(body.len());
                let piece = body[at..(at + n).min(body.len())].to_vec();
                body.splice(at..at, piece);
            }
        }
    }
    body
}

/// As many cases as asked for, always the same; where `make soak` asks, a hundred times as many and others each time.
#[expect(
    clippy::disallowed_methods,
    reason = "a test binary gets no arguments of its own, so that it asks the environment"
)]
fn runner(n_cases: u32) -> TestRunner {
    let is_soak = std::env::var_os("TRACEWOOD_SOAK").is_some();
    TestRunner::new(Config {
        cases: if is_soak { n_cases * 100 } else { n_cases },
        rng_seed: if is_soak { RngSeed::Random } else { RngSeed::Fixed(5) },
        failure_persistence: None,
        ..Config::default()
    })
}

#[test]
fn changed_bodies_are_taken_or_refused() {
    let server = Running::start();
    let routes = routes();
    for (path, content_type, body) in &routes {
        let reply = server.post(path, content_type, body);
        assert!(reply.status == 200 && matches!(reply.header("grpc-status"), "" | "0"), "{path}: {}", reply.text());
    }
    let cases = (prop::sample::select(routes), prop::collection::vec(change(), 1..6), 0..4_usize);
    let outcome = runner(1500).run(&cases, |((path, content_type, body), changes, packing)| {
        let body = changed(body, &changes);
        // A packed form is sometimes changed after packing too.
        let (encoding, body) = match packing {
            0 if content_type != "application/grpc" => ("gzip", otlp::gzip(&body)),
            1 if content_type != "application/grpc" => ("zstd", changed(otlp::zstd(&body), &changes[..1])),
            _ => ("identity", body),
        };
        let headers = [("content-type", content_type), ("content-encoding", encoding)];
        let reply = server.send(Method::POST, path, &headers, &body);
        prop_assert!(matches!(reply.status, 200 | 400 | 413), "{path}: {} {}", reply.status, reply.text());
        prop_assert!(!matches!(reply.header("grpc-status"), "2" | "13"), "{path}: {}", reply.header("grpc-message"));
        Ok(())
    });
    outcome.unwrap();
    assert_eq!(server.get("/healthz").status, 200);
    server.settle();
    assert_eq!(server.get("/api/v1/traces").status, 200);
}

#[test]
fn odd_questions_are_answered_or_refused() {
    let server = Running::start();
    let word = "[ -~]{0,40}|(name|kind|status|cost|tag)(=|!=|>|:)[\"a-z0-9()* ]{0,20}";
    let places = prop::sample::select(vec!["filter", "cursor", "limit", "started_after"]);
    runner(500)
        .run(&(places, word), |(place, word)| {
            let value = word.bytes().fold(String::new(), |value, byte| value + &format!("%{byte:02X}"));
            for path in ["/api/v1/traces", "/api/v1/traces/x"] {
                let reply = server.get(&format!("{path}?{place}={value}"));
                prop_assert!(matches!(reply.status, 200 | 400 | 404), "{path} {place} {word}: {}", reply.text());
            }
            Ok(())
        })
        .unwrap();
}
