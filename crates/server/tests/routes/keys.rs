//! Keys: who gets in where, by a table with a row for each route, and nothing of another project for anybody.

use http::Method;
use serde_json::{Value, json};
use tracewood_store::embedded::Keyring;
use tracewood_store::keys::Scope::{self, Admin, Ingest, Metrics, Read};

use crate::support::Running;
use crate::support::otlp::{self, JSON, PROTOBUF, TRACE, request};

const MARK: &str = "mark-of-the-shop";
const GRPC: &str = "application/grpc";

/// A route: what it needs, and what is sent there.
struct Row {
    method: Method,
    path: &'static str,
    needs: Option<Scope>,
    content_type: &'static str,
}

fn rows() -> Vec<Row> {
    let row = |method: Method, path, needs, content_type| Row { method, path, needs, content_type };
    let get = |path, needs| row(Method::GET, path, needs, "");
    let post = |path, content_type| row(Method::POST, path, Some(Ingest), content_type);
    vec![
        post("/v1/traces", PROTOBUF),
        post("/v1/logs", PROTOBUF),
        post("/v1/metrics", JSON),
        post("/api/v1/public/traces", PROTOBUF),
        post("/api/traces/batch", JSON),
        post("/api/traces/otlp", JSON),
        post("/api/traces", JSON),
        post("/api/traces/", JSON),
        post("/opentelemetry.proto.collector.trace.v1.TraceService/Export", GRPC),
        post("/opentelemetry.proto.collector.logs.v1.LogsService/Export", GRPC),
        post("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", GRPC),
        get("/api/v1/traces", Some(Read)),
        get("/api/v1/traces/{trace_id}", Some(Read)),
        get("/api/v1/traces/{trace_id}/tree", Some(Read)),
        get("/api/v1/traces/{trace_id}/spans/{span_id}", Some(Read)),
        get("/api/v1/search", Some(Read)),
        get("/api/v1/sessions", Some(Read)),
        get("/api/v1/users", Some(Read)),
        get("/api/v1/sessions/{session_id}", Some(Read)),
        get("/api/v1/users/{user_id}", Some(Read)),
        get("/api/v1/metrics", Some(Read)),
        get("/api/v1/fields", Some(Read)),
        get("/api/v1/fields/{field}/values", Some(Read)),
        get("/api/v1/histogram", Some(Read)),
        get("/api/v1/export", Some(Read)),
        get("/api/v1/live", Some(Read)),
        get("/api/v1/health", Some(Read)),
        get("/api/v1/scores", Some(Read)),
        post("/api/v1/scores", JSON),
        post("/api/v1/import", "application/jsonl"),
        row(Method::DELETE, "/api/v1/scores/{score_id}", Some(Ingest), ""),
        get("/api/v1/projects", Some(Read)),
        get("/api/v1/prices", Some(Read)),
        get("/api/v1/clients", Some(Read)),
        row(Method::POST, "/api/v1/projects", Some(Admin), "text/plain"),
        get("/api/v1/retention", Some(Admin)),
        row(Method::PUT, "/api/v1/retention", Some(Admin), JSON),
        get("/api/v1/keys", Some(Admin)),
        row(Method::POST, "/api/v1/keys", Some(Admin), JSON),
        row(Method::DELETE, "/api/v1/keys/{key_id}", Some(Admin), ""),
        row(Method::POST, "/api/v1/prices", Some(Admin), JSON),
        row(Method::DELETE, "/api/v1/prices/{price_id}", Some(Admin), ""),
        row(Method::POST, "/api/v1/reprice", Some(Admin), JSON),
        get("/metrics", Some(Metrics)),
        get("/api/v1/session", None),
        row(Method::POST, "/api/v1/session", None, "text/plain"),
        row(Method::DELETE, "/api/v1/session", None, ""),
        get("/healthz", None),
        get("/readyz", None),
        get("/api/v1/openapi.json", None),
        get("/", None),
    ]
}

#[test]
fn every_route_of_the_contract_has_a_row() {
    let contract: Value = serde_json::from_str(tracewood_server::openapi_document()).unwrap();
    let rows = rows();
    for (path, methods) in contract["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let has_row = rows.iter().any(|row| row.path == path && row.method.as_str().eq_ignore_ascii_case(method));
            assert!(has_row, "{method} {path} has no row in this file; say which key it needs");
        }
    }
}

fn made(keyring: &Keyring, project: &str, scopes: &[Scope]) -> String {
    keyring.create(project, scopes, "").unwrap().text
}

/// A server with a trace in the project `shop`, and keys for it.
fn shop() -> (Running, Keyring) {
    let (server, keyring) = Running::keyed();
    let ingest = made(&keyring, "shop", &[Ingest]);
    let span = otlp::span(&otlp::trace_bytes(), &[1; 8], MARK);
    let headers = [("content-type", PROTOBUF), ("x-api-key", &ingest)];
    assert_eq!(server.send(Method::POST, "/v1/traces", &headers, &request(vec![span])).status, 200);
    server.settle();
    (server, keyring)
}

#[test]
fn everybody_gets_in_where_their_key_says_and_nowhere_else() {
    let (server, keyring) = shop();
    let revoked = keyring.create("shop", &[Ingest, Read, Metrics], "").unwrap();
    assert!(keyring.revoke(&revoked.key.id).unwrap());
    let mut people: Vec<(&str, String, Vec<Scope>)> = vec![
        ("nobody", String::new(), vec![]),
        ("a stranger", "local".to_owned(), vec![]),
        ("one with a revoked key", revoked.text, vec![]),
    ];
    for scopes in [vec![Ingest], vec![Read], vec![Metrics], vec![Admin], vec![Ingest, Read, Metrics, Admin]] {
        for project in ["shop", "other"] {
            people.push((project, made(&keyring, project, &scopes), scopes.clone()));
        }
    }
    for row in rows() {
        let path = row
            .path
            .replace("{trace_id}", TRACE)
            .replace("{span_id}", "0101010101010101")
            .replace("{field}", "name")
            .replace("{score_id}", "1")
            .replace("{key_id}", "k")
            .replace("{price_id}", "p")
            .replace("{session_id}", "s")
            .replace("{user_id}", "u");
        for (who, key, scopes) in &people {
            let is_known = !scopes.is_empty();
            let expected = match row.needs {
                None => None,
                Some(needed) if scopes.contains(&needed) => None,
                Some(_) if is_known => Some(403),
                Some(_) => Some(401),
            };
            for header in ["x-api-key", "authorization"] {
                let value = if header == "authorization" { format!("Bearer {key}") } else { key.clone() };
                let mut headers = vec![("content-type", row.content_type)];
                if !key.is_empty() {
                    headers.push((header, &value));
                }
                let line = format!("{} {path} for {who} with {scopes:?}", row.method);
                if row.path == "/api/v1/live" {
                    let status = server.status(row.method.clone(), &path, &headers, b"");
                    assert_eq!(status, expected.unwrap_or(200), "{line}");
                    continue;
                }
                let reply = server.send(row.method.clone(), &path, &headers, b"");
                if row.content_type == GRPC {
                    let code = expected.map_or("3", |status| if status == 401 { "16" } else { "7" });
                    let code = if expected.is_none() && !path.contains("trace.v1") { "3" } else { code };
                    assert_eq!((reply.status, reply.header("grpc-status")), (200, code), "{line}");
                    continue;
                }
                match expected {
                    Some(status) => assert_eq!(reply.status, status, "{line}: {}", reply.text()),
                    None => assert!(!matches!(reply.status, 401 | 403), "{line}: {}", reply.text()),
                }
                let may_see = *who == "shop" && scopes.contains(&Read);
                assert!(may_see || !reply.text().contains(MARK), "{line} shows what is not theirs");
            }
        }
    }
}

#[test]
fn projects_do_not_meet() {
    let (server, keyring) = shop();
    let [shop, other] = ["shop", "other"].map(|project| made(&keyring, project, &[Read]));
    let get = |path: &str, key: &str| server.send(Method::GET, path, &[("x-api-key", key)], b"");
    let trace = format!("/api/v1/traces/{TRACE}");
    assert_eq!((get(&trace, &shop).status, get(&trace, &other).status), (200, 404));
    let count = |key: &str| get("/api/v1/traces", key).json()["traces"].as_array().unwrap().len();
    assert_eq!((count(&shop), count(&other)), (1, 0));
    // The same ids in another project are another trace.
    let ingest = made(&keyring, "other", &[Ingest]);
    let span = otlp::span(&otlp::trace_bytes(), &[1; 8], "of the other");
    let headers = [("content-type", PROTOBUF), ("authorization", &*format!("Bearer {ingest}"))];
    assert_eq!(server.send(Method::POST, "/v1/traces", &headers, &request(vec![span])).status, 200);
    server.settle();
    assert_eq!(get(&trace, &shop).json()["spans"][0]["name"], MARK);
    assert_eq!(get(&trace, &other).json()["spans"][0]["name"], "of the other");
    let reply = server.send(
        Method::POST,
        "/api/v1/public/traces",
        &headers,
        &request(vec![otlp::span(&[7; 16], &[1; 8], "x")]),
    );
    assert!(reply.json()["file_key"].as_str().unwrap().starts_with("other/"), "{}", reply.text());
}

#[test]
fn refusals_say_what_to_do_in_the_words_of_each_wire() {
    let (server, _keyring) = shop();
    let reply = server.get("/api/v1/traces");
    assert_eq!((reply.status, reply.header("www-authenticate")), (401, "Bearer"));
    assert_eq!(reply.json()["error"]["code"], "unauthenticated");
    let reply = server.post("/v1/traces", PROTOBUF, "");
    assert_eq!((reply.status, otlp::status(&reply.body).0), (401, 16));
    assert!(server.post("/api/v1/public/traces", PROTOBUF, "").json()["detail"].is_string());
    assert_eq!(server.post("/api/traces", JSON, "{}").json()["error"], "unauthenticated");
}

#[test]
fn browser_keeps_a_read_key_where_no_script_finds_it() {
    let (server, keyring) = shop();
    let read = made(&keyring, "shop", &[Read]);
    let session = |headers: &[(&str, &str)]| server.send(Method::GET, "/api/v1/session", headers, b"").json();
    assert_eq!(session(&[]), json!({ "key_required": true, "key_id": null, "project": null }));
    let login = |content_type: &str, body: &Value| {
        let headers = [("content-type", content_type)];
        server.send(Method::POST, "/api/v1/session", &headers, body.to_string().as_bytes())
    };
    assert_eq!(login("text/plain", &json!({ "key": read })).status, 415);
    assert_eq!(login(JSON, &json!({ "kei": read })).status, 400);
    assert_eq!(login(JSON, &json!({ "key": "tw_x" })).status, 401);
    assert_eq!(login(JSON, &json!({ "key": made(&keyring, "shop", &[Ingest]) })).status, 403);
    assert_eq!(login(JSON, &json!({ "key": "x".repeat(5000) })).status, 400);

    let reply = login(JSON, &json!({ "key": read }));
    assert_eq!((reply.status, reply.json()["project"].as_str()), (200, Some("shop")));
    let cookie = reply.header("set-cookie").to_owned();
    assert!(cookie.ends_with("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict"), "{cookie}");
    let sent = cookie.split(';').next().unwrap();
    assert_eq!(session(&[("cookie", sent)])["project"], "shop");
    let trace = format!("/api/v1/traces/{TRACE}");
    assert_eq!(server.send(Method::GET, &trace, &[("cookie", sent)], b"").status, 200);

    // A cookie brings no spans, even where its key could.
    let both = made(&keyring, "shop", &[Ingest, Read]);
    let cookie = format!("tracewood_key={both}");
    let headers = [("cookie", cookie.as_str()), ("content-type", JSON)];
    assert_eq!(server.send(Method::POST, "/v1/traces", &headers, b"{}").status, 401);

    let reply = server.send(Method::DELETE, "/api/v1/session", &[("cookie", sent)], b"");
    assert!(reply.status == 204 && reply.header("set-cookie").starts_with("tracewood_key=; Path=/; Max-Age=0"));
}

#[test]
fn open_server_takes_foreign_keys_and_ignores_them() {
    let server = Running::start();
    for key in ["local", "mt_123", "tw_abcdefghijabcdefghijabcdefghijabcdefghijab"] {
        let headers = [("authorization", &*format!("Bearer {key}"))];
        assert_eq!(server.send(Method::GET, "/api/v1/traces", &headers, b"").status, 200);
    }
    let session = server.get("/api/v1/session").json();
    assert_eq!(session, json!({ "key_required": false, "key_id": null, "project": "default" }));
}
