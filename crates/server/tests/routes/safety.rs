//! Safe by default: foreign pages, headers, and where keys are kept.

use std::sync::Arc;

use http::Method;
use serde_json::Value;
use tracewood_server::{Access, Settings};
use tracewood_store::embedded::{Embedded, Keyring, Options};
use tracewood_store::keys::{Keys, Scope};

use crate::support::Running;
use crate::support::otlp::{JSON, PROTOBUF, good_span, request};

/// Every route of the contract that changes something, and those that take spans.
fn writes() -> Vec<(Method, String)> {
    let contract: Value = serde_json::from_str(tracewood_server::openapi_document()).unwrap();
    let mut writes = Vec::new();
    for (path, methods) in contract["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys().filter(|method| *method != "get") {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            writes.push((method, path.replace(['{', '}'], "")));
        }
    }
    for path in ["/v1/traces", "/api/v1/public/traces", "/api/traces/batch", "/api/traces", "/api/traces/otlp"] {
        writes.push((Method::POST, path.to_owned()));
    }
    writes
}

#[test]
fn foreign_page_changes_nothing_on_an_open_server() {
    let server = Running::start();
    let own = format!("http://{}", server.http);
    for (method, path) in writes() {
        let foreign: [&[(&str, &str)]; 4] = [
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[("origin", "http://127.0.0.1:1")],
            &[("origin", &own), ("sec-fetch-site", "cross-site")],
        ];
        for headers in foreign {
            let headers = [headers, &[("content-type", JSON)]].concat();
            let reply = server.send(method.clone(), &path, &headers, b"{}");
            assert_eq!(reply.status, 403, "{method} {path} with {headers:?}: {}", reply.text());
        }
        // What a form sends without asking first is none of the types that are taken.
        for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
            let reply = server.send(method.clone(), &path, &[("content-type", content_type)], b"{}");
            let is_refused =
                reply.status == 415 || (method == Method::DELETE && matches!(reply.status, 204 | 404 | 403));
            assert!(is_refused, "{method} {path} as {content_type}: {} {}", reply.status, reply.text());
        }
        // Nobody is told that a foreign page may ask.
        let reply = server.send(Method::OPTIONS, &path, &[("origin", "https://evil.example")], b"");
        assert_eq!(reply.header("access-control-allow-origin"), "", "{path}");
        // Our own page may.
        let reply = server.send(method.clone(), &path, &[("origin", &own), ("sec-fetch-site", "same-origin")], b"");
        assert!(!reply.text().contains("another site"), "{method} {path}: {}", reply.text());
    }
}

#[test]
fn every_answer_has_the_headers_that_fence_a_browser_in() {
    let server = Running::start();
    for path in ["/", "/api/v1/traces", "/api/v1/nothing", "/healthz", "/metrics", "/v1/traces"] {
        let reply = server.get(path);
        let policy = reply.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(reply.header("access-control-allow-origin"), "", "{path}");
        assert_eq!(reply.header("server"), "", "{path}");
    }
}

#[test]
fn keys_are_kept_as_hashes_only_and_near_misses_open_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Embedded::open(folder.path(), Options::default()).unwrap();
    let keyring = Keyring::open(folder.path()).unwrap();
    let access = Access::keyed(Arc::new(Keyring::open(folder.path()).unwrap()), false);
    let server = Running::with_settings(Arc::new(store), Settings { access, ..Settings::default() });
    let made = keyring.create("shop", &[Scope::Ingest, Scope::Read, Scope::Admin], "mine").unwrap();
    let headers = [("content-type", PROTOBUF), ("x-api-key", made.text.as_str())];
    assert_eq!(server.send(Method::POST, "/v1/traces", &headers, &request(vec![good_span(1, "a")])).status, 200);
    let listed = server.send(Method::GET, "/api/v1/keys", &headers, b"").text();
    let (prefix, secret) = made.text.split_at("tw_".len() + made.key.id.len());
    assert!(prefix.ends_with(&made.key.id) && listed.contains(&made.key.id) && !listed.contains(secret));
    server.settle();
    drop(server);

    let mut n_files = 0;
    let mut folders = vec![folder.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
                continue;
            }
            n_files += 1;
            let bytes = std::fs::read(entry.path()).unwrap();
            let is_there = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!is_there, "{} holds the secret of a key", entry.path().display());
        }
    }
    assert!(n_files > 3);

    assert!(keyring.find(&made.text).unwrap().is_some());
    for place in prefix.len()..made.text.len() {
        let mut wrong = made.text.clone().into_bytes();
        wrong[place] = if wrong[place] == b'a' { b'b' } else { b'a' };
        assert_eq!(keyring.find(&String::from_utf8(wrong).unwrap()).unwrap(), None);
    }
}
