//! `GET /healthz` and `/api/v1/health`.

use std::sync::Arc;

use serde_json::json;
use tracewood_server::Limits;
use tracewood_store::ErrorKind;

use crate::support::Running;
use crate::support::fake::{Fake, Fate};
use crate::support::otlp::{PROTOBUF, good_span, request};

#[test]
fn healthy_server_says_so_and_counts_spans() {
    let server = Running::start();
    let reply = server.get("/healthz");
    assert_eq!((reply.status, reply.text().as_str()), (200, r#"{"status":"ok"}"#));
    server.post("/v1/traces", PROTOBUF, request(vec![good_span(1, "a"), good_span(2, "b")]));
    server.settle();
    let mut health = server.get("/api/v1/health").json();
    assert!(health["wal_bytes"].take().is_u64());
    assert!(health["data_bytes"].take().as_u64().is_some_and(|n_bytes| n_bytes > 0));
    assert!(health["disk_free_bytes"].take().is_u64());
    assert_eq!(
        health,
        json!({
            "status": "ok", "version": "0.1.0", "writable": true, "spans_durable": 2, "spans_searchable": 2,
            "wal_bytes": null, "data_bytes": null, "disk_free_bytes": null, "trouble": null, "dropped_requests": { "logs": 0, "metrics": 0 },
        })
    );
}

#[test]
fn trouble_is_said() {
    let server = Running::with_store(Arc::new(Fake::new(Fate::Fails(ErrorKind::Disk))), Limits::default());
    let reply = server.get("/healthz");
    assert_eq!((reply.status, reply.json()), (503, json!({ "status": "failing", "trouble": "the disk is full" })));
    let reply = server.get("/api/v1/health");
    assert_eq!((reply.status, reply.json()["trouble"].as_str()), (200, Some("the disk is full")));
}

#[test]
fn panic_is_an_answer_and_not_the_end() {
    let server = Running::with_store(Arc::new(Fake::new(Fate::Panics)), Limits::default());
    for _ in 0..2 {
        let reply = server.get("/healthz");
        assert_eq!((reply.status, reply.json()["error"]["code"].as_str()), (500, Some("internal")));
        assert!(!reply.text().contains("told to panic"));
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
    }
}
