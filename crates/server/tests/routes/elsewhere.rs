//! Paths that are nowhere, in the words of the wire that they look like, and the contract.

use http::Method;
use serde_json::Value;

use crate::support::Running;
use crate::support::otlp::{self, PROTOBUF};

#[test]
fn unknown_routes_are_refused_in_the_words_of_their_wire() {
    let server = Running::start();
    for path in ["/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v2/traces"] {
        let reply = server.get(path);
        assert_eq!((reply.status, reply.json()["error"]["code"].as_str()), (404, Some("not_found")), "{path}");
    }
    let reply = server.post("/nowhere", "application/json", "{}");
    assert_eq!((reply.status, reply.json()["error"]["code"].as_str()), (404, Some("not_found")));
    let reply = server.post("/v1/nothing", PROTOBUF, "");
    assert_eq!((reply.status, otlp::status(&reply.body).0), (404, 5));
    let reply = server.get("/v1/traces/more");
    assert_eq!((reply.status, reply.json()["code"].as_i64()), (404, Some(5)));
    assert!(server.get("/api/v1/public/nothing").json()["detail"].is_string());
    assert!(server.get("/api/traces/x/y").json()["message"].is_string());
}

#[test]
fn odd_methods_and_paths_harm_nobody() {
    let server = Running::start();
    for path in ["/healthz", "/v1/traces", "/", "/api/v1/traces"] {
        let reply = server.send(Method::from_bytes(b"BREW").unwrap(), path, &[], b"");
        assert!(matches!(reply.status, 404 | 405), "{path}");
    }
    assert_eq!(server.get("/healthz").status, 200);
}

/// The contract that clients are generated from changes only together with its snapshot.
#[test]
fn contract_is_the_snapshot() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let server = Running::start();
    let reply = server.get("/api/v1/openapi.json");
    assert_eq!(reply.json()["openapi"], "3.1.0");
    assert_eq!(reply.text(), tracewood_server::openapi_document());
    #[expect(clippy::disallowed_methods, reason = "the one switch of this test")]
    if std::env::var("UPDATE").is_ok_and(|value| value == "1") {
        std::fs::write(path, &reply.body).unwrap();
    }
    let snapshot: Value = serde_json::from_slice(&std::fs::read(path).unwrap_or_default()).unwrap_or_default();
    assert_eq!(
        reply.json(),
        snapshot,
        "the read API changed; renew docs/openapi.json with: UPDATE=1 cargo test -p tracewood-server contract"
    );
}
