//! `GET /metrics`: what it counts is what happened.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;
use tracewood_server::Limits;
use tracewood_store::ErrorKind;

use crate::support::Running;
use crate::support::fake::{Fake, Fate};
use crate::support::otlp::{self, JSON, PROTOBUF, good_span, request};

/// Every sample by its name and labels.
fn samples(server: &Running) -> BTreeMap<String, f64> {
    let reply = server.get("/metrics");
    assert_eq!(reply.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    let text = reply.text();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| line.rsplit_once(' ').unwrap())
        .map(|(name, value)| (name.to_owned(), value.parse().unwrap()))
        .collect()
}

#[test]
fn counts_are_exactly_what_clients_were_told() {
    let server = Running::start();
    let (mut n_accepted, mut n_rejected) = (0_u64, 0_u64);
    for round in 1..=20_u8 {
        let mut spans: Vec<_> = (1..=round).map(|n| otlp::span(&[round; 16], &[n; 8], "good")).collect();
        spans.extend((0..round % 3).map(|_| otlp::span(&[0; 16], &[1; 8], "bad")));
        let n_sent = spans.len() as u64;
        let reply = server.post("/v1/traces", PROTOBUF, request(spans));
        assert_eq!(reply.status, 200);
        let rejected = otlp::partial_success(&reply.body).map_or(0, |(n, _)| n as u64);
        n_rejected += rejected;
        n_accepted += n_sent - rejected;
    }
    assert_eq!(server.post("/v1/traces", PROTOBUF, b"\xff\xff\xff").status, 400);
    let span = json!({ "spanId": "s1", "name": "a", "startTime": "2026-11-18T00:00:00Z" });
    let trace = json!({ "traceId": "t1", "name": "a", "startTime": "2026-11-18T00:00:00Z", "spans": [span] });
    let reply = server.post("/api/traces", JSON, trace.to_string());
    assert_eq!(reply.status, 200, "{}", reply.text());
    n_accepted += reply.json()["spanCount"].as_u64().unwrap();
    n_rejected += reply.json()["rejected"].as_u64().unwrap_or(0);
    server.settle();

    let samples = samples(&server);
    let count = |name: &str| samples.get(name).map_or(-1, |value| *value as i64);
    assert_eq!(count("tracewood_accepted_spans_total"), n_accepted as i64);
    assert_eq!(count("tracewood_searchable_spans_total"), n_accepted as i64);
    assert_eq!(count("tracewood_rejected_spans_total{reason=\"invalid\"}"), n_rejected as i64);
    assert_eq!(count("tracewood_rejected_spans_total{reason=\"unavailable\"}"), 0);
    assert_eq!(count("tracewood_index_lag_spans"), 0);
    assert_eq!(count("tracewood_request_duration_seconds_count{route=\"/v1/traces\",status=\"200\"}"), 20);
    assert_eq!(count("tracewood_request_duration_seconds_bucket{route=\"/v1/traces\",status=\"400\",le=\"+Inf\"}"), 1);
    if cfg!(target_os = "linux") {
        let (resident, anonymous) =
            (count("tracewood_resident_memory_bytes"), count("tracewood_anonymous_memory_bytes"));
        assert!(resident > anonymous && anonymous > 1_000_000, "{resident} {anonymous}");
    }
}

#[test]
fn spans_that_the_store_refuses_are_not_accepted() {
    let server = Running::with_store(Arc::new(Fake::new(Fate::Fails(ErrorKind::Disk))), Limits::default());
    assert_eq!(server.post("/v1/traces", PROTOBUF, request(vec![good_span(1, "a"), good_span(2, "b")])).status, 503);
    let _ = server.get("/api/v1/traces");
    let samples = samples(&server);
    for (name, value) in [
        ("accepted_spans_total", 0.0),
        ("rejected_spans_total{reason=\"unavailable\"}", 2.0),
        ("queries_total", 1.0),
        ("failed_queries_total", 1.0),
        ("writable", 0.0),
    ] {
        assert_eq!(samples.get(&format!("tracewood_{name}")), Some(&value), "{name}");
    }
}

#[test]
fn every_family_is_described_and_no_path_of_a_user_becomes_a_label() {
    let server = Running::start();
    for n in 0..50 {
        server.get(&format!("/api/v1/traces/secret-{n}"));
        server.get(&format!("/secret/{n}"));
    }
    let text = server.get("/metrics").text();
    assert!(!text.contains("secret"));
    assert!(
        text.contains("route=\"/api/v1/traces/{trace_id}\",status=\"404\"") && text.contains("route=\"elsewhere\"")
    );
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().unwrap();
        let family = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
        assert!(text.contains(&format!("# TYPE {family} ")) && family.starts_with("tracewood_"), "{line}");
    }
}

#[test]
fn server_that_takes_no_spans_is_not_ready() {
    let server = Running::start();
    assert_eq!(server.get("/readyz").status, 200);
    let server = Running::with_store(Arc::new(Fake::new(Fate::Fails(ErrorKind::Disk))), Limits::default());
    let reply = server.get("/readyz");
    assert_eq!((reply.status, reply.json()["trouble"].as_str()), (503, Some("the disk is full")));
}
