//! `POST /v1/logs` and `/v1/metrics`: answered, counted and thrown away.

use crate::support::Running;
use crate::support::otlp::{self, JSON, PROTOBUF};

#[test]
fn logs_and_metrics_succeed_and_are_counted() {
    let server = Running::start();
    for (path, content_type, answer) in
        [("/v1/logs", PROTOBUF, ""), ("/v1/logs", JSON, "{}"), ("/v1/metrics", PROTOBUF, "")]
    {
        let reply = server.post(path, content_type, b"\x0a\x00");
        assert_eq!((reply.status, reply.text().as_str()), (200, answer));
        assert_eq!(reply.header("content-type"), content_type);
    }
    let dropped = server.get("/api/v1/health").json()["dropped_requests"].clone();
    assert_eq!(dropped, serde_json::json!({ "logs": 2, "metrics": 1 }));
}

#[test]
fn other_content_types_are_refused() {
    let server = Running::start();
    let reply = server.post("/v1/logs", "text/plain", b"hello");
    assert_eq!((reply.status, reply.json()["code"].as_i64()), (415, Some(3)));
    let reply = server.send(http::Method::DELETE, "/v1/metrics", &[("content-type", PROTOBUF)], b"");
    assert_eq!((reply.status, otlp::status(&reply.body).0), (405, 12));
}
