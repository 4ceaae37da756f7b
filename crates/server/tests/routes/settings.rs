//! How a project is kept: projects, keys, prices, retention, clients, and pricing again.

use http::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use tracewood_otlp::proto::any_value::Value as Any;
use tracewood_server::{Access, Override, Prices, Settings};
use tracewood_store::embedded::{Embedded, Keyring, Options};
use tracewood_store::keys::Scope;

use crate::support::otlp::{self, JSON, PROTOBUF, attribute, good_span, request, text};
use crate::support::{Reply, Running, escaped};

fn send(server: &Running, method: Method, path: &str, headers: &[(&str, &str)], body: &Value) -> Reply {
    let headers = [headers, &[("content-type", JSON)]].concat();
    server.send(method, path, &headers, body.to_string().as_bytes())
}

/// A server on loopback that is open until the first key is made.
fn open_until_keyed() -> (Running, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = Embedded::open(folder.path(), Options::default()).unwrap();
    let access = Access::keyed(Arc::new(Keyring::open(folder.path()).unwrap()), true);
    (Running::with_settings(Arc::new(store), Settings { access, ..Settings::default() }), folder)
}

fn call(n: u8, model: &str) -> tracewood_otlp::proto::Span {
    let mut span = good_span(n, "chat");
    span.attributes = vec![
        text("gen_ai.operation.name", "chat"),
        text("gen_ai.request.model", model),
        attribute("gen_ai.usage.input_tokens", Any::Int(1_000_000)),
        attribute("gen_ai.usage.output_tokens", Any::Int(1_000_000)),
    ];
    span
}

#[test]
fn first_key_closes_an_open_server_and_lets_its_maker_go_on() {
    let (server, _folder) = open_until_keyed();
    let make = |headers: &[(&str, &str)], scopes: Value| {
        send(&server, Method::POST, "/api/v1/keys", headers, &json!({"name": "mine", "scopes": scopes}))
    };
    assert_eq!(server.get("/api/v1/keys").json(), json!({"keys": [], "can_create": true}));
    let reply = make(&[], json!(["ingest"]));
    assert!(reply.status == 400 && reply.text().contains("\\\"read\\\" and \\\"admin\\\""), "{}", reply.text());
    assert_eq!(make(&[], json!(["write"])).status, 400);
    assert_eq!(make(&[("x-forwarded-for", "10.0.0.1")], json!(["read", "admin"])).status, 403, "a proxy brought it");

    let reply = make(&[], json!(["ingest", "read", "admin"]));
    assert_eq!((reply.status, reply.header("cache-control")), (201, "no-store"));
    let created = reply.json();
    let key = created["text"].as_str().unwrap();
    assert_eq!(
        (&created["closed_server"], &created["key"]["scopes"]),
        (&json!(true), &json!(["ingest", "read", "admin"]))
    );
    assert!(reply.header("set-cookie").starts_with(&format!("tracewood_key={key};")));
    assert_eq!(server.get("/api/v1/traces").status, 401);

    let cookie = format!("tracewood_key={key}");
    let list = server.send(Method::GET, "/api/v1/keys", &[("cookie", &cookie)], b"");
    assert_eq!(list.json()["keys"].as_array().unwrap().len(), 1);
    assert!(!list.text().contains(key), "a key is shown once");
    let second = make(&[("cookie", &cookie)], json!(["ingest"]));
    assert_eq!((second.status, second.header("set-cookie")), (201, ""));
    let id = second.json()["key"]["id"].as_str().unwrap().to_owned();
    let reply = make(&[("cookie", &cookie)], json!(["metrics"]));
    assert_eq!(reply.status, 403, "nobody gives what they do not have");

    let text = second.json()["text"].as_str().unwrap().to_owned();
    let ingest = |key: &str| {
        let headers = [("content-type", PROTOBUF), ("x-api-key", key)];
        server.send(Method::POST, "/v1/traces", &headers, &request(vec![good_span(1, "a")])).status
    };
    let revoke =
        |id: &str| server.send(Method::DELETE, &format!("/api/v1/keys/{id}"), &[("cookie", &cookie)], b"").status;
    assert_eq!(ingest(&text), 200);
    assert_eq!((revoke(&id), revoke(&id), revoke("nothing")), (204, 404, 404));
    assert_eq!(ingest(&text), 401);
}

#[test]
fn keys_of_another_project_are_out_of_reach() {
    let (server, keyring) = Running::keyed();
    let admin = keyring.create("shop", &[Scope::Admin, Scope::Read], "").unwrap();
    let other = keyring.create("other", &[Scope::Read], "").unwrap();
    let headers = [("x-api-key", admin.text.as_str())];
    let list = server.send(Method::GET, "/api/v1/keys", &headers, b"").json();
    let ids: Vec<&Value> = list["keys"].as_array().unwrap().iter().map(|key| &key["id"]).collect();
    assert_eq!(ids, [&json!(admin.key.id)]);
    let path = format!("/api/v1/keys/{}", other.key.id);
    assert_eq!(server.send(Method::DELETE, &path, &headers, b"").status, 404);
    let projects = server.send(Method::GET, "/api/v1/projects", &headers, b"").json();
    assert_eq!((&projects["projects"][0]["id"], &projects["can_create"]), (&json!("shop"), &json!(false)));
    assert_eq!(projects["projects"].as_array().unwrap().len(), 1);
    let reply = send(&server, Method::POST, "/api/v1/projects", &headers, &json!({"id": "third"}));
    assert_eq!(reply.status, 403);
}

#[test]
fn open_server_has_projects_that_do_not_meet() {
    let server = Running::start();
    let make = |id: &str| send(&server, Method::POST, "/api/v1/projects", &[], &json!({"id": id}));
    assert_eq!((make("shop").status, make("shop").status, make("No Good").status), (201, 200, 400));
    let into = |project: &str| {
        let headers = [("content-type", PROTOBUF), ("x-tracewood-project", project)];
        server.send(Method::POST, "/v1/traces", &headers, &request(vec![good_span(1, project)])).status
    };
    assert_eq!((into("shop"), into("nowhere"), into("default")), (200, 404, 200));
    server.settle();
    let names = |header: (&str, &str)| {
        let list = server.send(Method::GET, "/api/v1/search", &[header], b"").json();
        list["spans"]
            .as_array()
            .unwrap()
            .iter()
            .map(|span| span["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(("x-tracewood-project", "shop")), ["shop"]);
    assert_eq!(names(("cookie", "tracewood_project=shop")), ["shop"]);
    assert_eq!(names(("accept", "*/*")), ["default"]);
    let list = server.send(Method::GET, "/api/v1/projects", &[("x-tracewood-project", "shop")], b"").json();
    let shown = list["projects"].as_array().unwrap().iter();
    let shown: Vec<String> = shown.map(|project| format!("{} {}", project["id"], project["current"])).collect();
    assert_eq!(shown, ["\"default\" false", "\"shop\" true"]);
}

#[test]
fn price_of_the_project_counts_before_the_others_and_for_old_spans_on_demand() {
    let folder = tempfile::tempdir().unwrap();
    let store = Embedded::open(folder.path(), Options::default()).unwrap();
    let mut own = Override::new("our-*", 0);
    own.input_usd_per_million = 1.0;
    let prices = Prices::new(vec![own]);
    let server = Running::with_settings(Arc::new(store), Settings { prices, ..Settings::default() });
    let mut stated = call(2, "our-model");
    stated.attributes.push(attribute("tracewood.cost_usd", Any::Double(7.0)));
    let spans = vec![call(1, "our-model"), stated, call(3, "other")];
    assert_eq!(server.post("/v1/traces", PROTOBUF, request(spans)).status, 200);
    let costs = || {
        let trace = server.trace(otlp::TRACE);
        trace["spans"].as_array().unwrap().iter().map(|span| span["cost_usd"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(costs(), [json!(1.0), json!(7.0), Value::Null]);

    let price = json!({"model": "our-*", "input_usd_per_million": 2, "output_usd_per_million": 3});
    let put = send(&server, Method::POST, "/api/v1/prices", &[], &price);
    assert_eq!(put.status, 200, "{}", put.text());
    let again = send(&server, Method::POST, "/api/v1/prices", &[], &price);
    assert_eq!(put.json(), again.json(), "the same price has the same id");
    assert_eq!(costs(), [json!(1.0), json!(7.0), Value::Null], "old spans stay as they are");
    server.post("/v1/traces", PROTOBUF, request(vec![call(4, "OUR-next")]));
    let reprice = |body: Value| send(&server, Method::POST, "/api/v1/reprice", &[], &body).json();
    assert_eq!(costs()[3], json!(5.0), "new ones have the new price");
    assert_eq!(reprice(json!({})), json!({"span_count": 4, "changed_span_count": 1, "next_cursor": null}));
    assert_eq!(costs(), [json!(5.0), json!(7.0), Value::Null, json!(5.0)]);
    assert_eq!(server.trace(otlp::TRACE)["spans"][0]["price_version"], "own our-* from 1970-01-01");
    assert_eq!(reprice(json!({"filter": "name:chat model:our-*"}))["changed_span_count"], 0);

    let list = server.get("/api/v1/prices").json();
    assert_eq!((&list["prices"][0]["input_usd_per_million"], &list["prices"][0]["from"]), (&json!(2.0), &Value::Null));
    assert_eq!(list["server_prices"][0]["input_usd_per_million"], 1.0);
    let id = list["prices"][0]["id"].as_str().unwrap();
    let remove = || server.send(Method::DELETE, &format!("/api/v1/prices/{id}"), &[], b"").status;
    assert_eq!((remove(), remove()), (204, 404));
    assert_eq!(reprice(json!({}))["changed_span_count"], 2);
    assert_eq!(costs(), [json!(1.0), json!(7.0), Value::Null, json!(1.0)]);
}

#[test]
fn what_is_no_price_is_told_why() {
    let server = Running::start();
    for (price, words) in [
        (json!({"model": "", "input_usd_per_million": 1, "output_usd_per_million": 1}), "1 to 200 bytes"),
        (json!({"model": "a", "input_usd_per_million": -1, "output_usd_per_million": 1}), "not negative"),
        (json!({"model": "a", "input_usd_per_million": 1}), "missing field"),
        (json!({"model": "a", "input_usd_per_million": 1, "output_usd_per_million": 1, "from": "soon"}), "RFC 3339"),
    ] {
        let reply = send(&server, Method::POST, "/api/v1/prices", &[], &price);
        assert!(reply.status == 400 && reply.text().contains(words), "{price}: {} {}", reply.status, reply.text());
    }
    let reply = send(&server, Method::POST, "/api/v1/reprice", &[], &json!({"filter": "("}));
    assert!(reply.status == 400 && reply.json()["error"]["place"].is_object());
}

#[test]
fn retention_of_the_project_forgets_old_days() {
    let server = Running::start();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let mut old = good_span(1, "old");
    // Not so old that its clock would not be believed.
    old.start_time_unix_nano = now.checked_sub(std::time::Duration::from_hours(4 * 24)).unwrap().as_nanos() as u64;
    old.end_time_unix_nano = old.start_time_unix_nano + 1;
    server.post("/v1/traces", PROTOBUF, request(vec![old]));
    server.settle();
    assert_eq!(server.get("/api/v1/retention").json(), json!({"keep_days": null, "server_keep_days": null}));
    for (rule, status) in [(json!({"keep_days": 0}), 400), (json!({}), 200), (json!({"keep_days": "1"}), 400)] {
        assert_eq!(send(&server, Method::PUT, "/api/v1/retention", &[], &rule).status, status, "{rule}");
    }
    assert_eq!(server.get("/api/v1/search").json()["spans"].as_array().unwrap().len(), 1);
    let reply = send(&server, Method::PUT, "/api/v1/retention", &[], &json!({"keep_days": 1}));
    assert_eq!(reply.json(), json!({"keep_days": 1, "server_keep_days": null}));
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while !server.get("/api/v1/search").json()["spans"].as_array().unwrap().is_empty() {
        assert!(std::time::Instant::now() < deadline, "the old day is still there");
        std::thread::yield_now();
    }
}

#[test]
fn clients_tell_what_they_lost() {
    let server = Running::start();
    let post = |service: &str, lost: &[(&str, i64)]| {
        let mut attributes = vec![text("service.name", service), text("telemetry.sdk.name", "tracewood")];
        attributes.extend(lost.iter().map(|(reason, n)| attribute(&format!("tracewood.loss.{reason}"), Any::Int(*n))));
        let body = otlp::request_of(attributes, vec![good_span(1, "a"), good_span(2, "b")]);
        assert_eq!(server.post("/v1/traces", PROTOBUF, body).status, 200);
    };
    post("shop", &[("queue_full", 3)]);
    post("shop", &[("queue_full", 5), ("unreachable", 1)]);
    post("quiet", &[]);
    let list = server.get("/api/v1/clients").json();
    assert_eq!(list["lost"], json!({"queue_full": 5, "unreachable": 1}));
    // The clock may begin another step between two batches.
    let steps = list["lost_steps"].as_array().unwrap();
    assert!(steps.iter().all(|step| step["begins_at"].as_str().unwrap().ends_with(":00.000000000Z")), "{steps:?}");
    assert_eq!(steps.iter().map(|step| step["span_count"].as_u64().unwrap()).sum::<u64>(), 6);
    let shown = list["clients"].as_array().unwrap().iter();
    let shown: Vec<String> =
        shown.map(|client| format!("{} {} {}", client["service"], client["span_count"], client["lost"])).collect();
    assert_eq!(shown, ["\"quiet\" 2 {}", "\"shop\" 4 {\"queue_full\":5,\"unreachable\":1}"]);
    let lossy = server.get("/api/v1/clients?lossy=true").json();
    assert_eq!((lossy["clients"].as_array().unwrap().len(), &lossy["next_cursor"]), (1, &Value::Null));
    let first = server.get("/api/v1/clients?limit=1").json();
    let cursor = escaped(first["next_cursor"].as_str().unwrap());
    let rest = server.get(&format!("/api/v1/clients?limit=1&cursor={cursor}")).json();
    assert_eq!((&rest["clients"][0]["service"], &rest["next_cursor"]), (&json!("shop"), &Value::Null));
}
