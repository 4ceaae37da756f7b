//! `/api/v1/scores`: what was thought of traces and spans, and filters that ask for it.

use http::Method;
use serde_json::{Value, json};

use crate::support::otlp::{self, AT, JSON, PROTOBUF, request};
use crate::support::{Reply, Running, escaped};

/// Traces 01…, 02… and 03… of a root and a child each.
fn with_three() -> Running {
    let server = Running::start();
    let mut spans = Vec::new();
    for n in 1..=3_u8 {
        let mut root = otlp::span(&[n; 16], &[n; 8], &format!("run {n}"));
        root.start_time_unix_nano = AT + u64::from(n);
        let mut child = otlp::span(&[n; 16], &[n + 100; 8], &format!("call {n}"));
        child.parent_span_id = vec![n; 8];
        child.start_time_unix_nano = AT + u64::from(n);
        spans.extend([root, child]);
    }
    assert_eq!(server.post("/v1/traces", PROTOBUF, request(spans)).status, 200);
    server.settle();
    server
}

fn put(server: &Running, score: &Value) -> Reply {
    server.post("/api/v1/scores", JSON, score.to_string())
}

fn trace(n: u8) -> String {
    format!("{n:02x}").repeat(16)
}

fn found(server: &Running, filter: &str) -> Vec<String> {
    let encoded = escaped(filter);
    let reply = server.get(&format!("/api/v1/search?filter={encoded}"));
    assert_eq!(reply.status, 200, "{filter}: {}", reply.text());
    let list = reply.json();
    let mut names: Vec<String> =
        list["spans"].as_array().unwrap().iter().map(|span| span["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

#[test]
fn score_is_kept_shown_replaced_and_removed() {
    let server = with_three();
    let score = json!({
        "id": "a", "trace_id": trace(1), "span_id": "6565656565656565", "name": "helpful", "number": 0.5, "text": "so so",
        "comment": "too long", "source": "ada", "scored_at": "2026-11-22T08:00:00Z",
    });
    let mut kept = score.clone();
    kept["scored_at"] = json!("2026-11-22T08:00:00.000000000Z");
    let reply = put(&server, &score);
    assert_eq!((reply.status, reply.json()), (200, kept.clone()));
    assert_eq!(put(&server, &score).status, 200, "sending it again changes nothing");
    let whole = server.get(&format!("/api/v1/traces/{}", trace(1))).json();
    assert_eq!(whole["scores"], json!([kept]));
    assert_eq!(server.get(&format!("/api/v1/traces/{}/tree", trace(1))).json()["scores"], json!([kept]));
    assert_eq!(server.get(&format!("/api/v1/traces/{}", trace(2))).json()["scores"], json!([]));
    let span = |id: &str| server.get(&format!("/api/v1/traces/{}/spans/{id}", trace(1))).json();
    assert_eq!(span("6565656565656565")["scores"], json!([kept]));
    assert_eq!(span("0101010101010101")["scores"], json!([]));

    let better = json!({"id": "a", "trace_id": trace(1), "name": "helpful", "number": 1});
    assert_eq!(put(&server, &better).status, 200);
    let list = server.get("/api/v1/scores").json();
    assert_eq!(list["scores"].as_array().unwrap().len(), 1);
    assert_eq!((&list["scores"][0]["number"], &list["scores"][0]["span_id"]), (&json!(1.0), &Value::Null));

    let remove = |id: &str| server.send(Method::DELETE, &format!("/api/v1/scores/{id}"), &[], b"").status;
    assert_eq!((remove("a"), remove("a"), remove("b")), (204, 404, 404));
    assert_eq!(server.get("/api/v1/scores").json(), json!({"scores": [], "next_cursor": null}));
}

#[test]
fn scores_are_filtered_by() {
    let server = with_three();
    for score in [
        json!({"id": "1", "trace_id": trace(1), "name": "helpful", "number": 0.9}),
        json!({"id": "2", "trace_id": trace(2), "name": "helpful", "number": 0.2}),
        json!({"id": "3", "trace_id": trace(3), "span_id": "6767676767676767", "name": "helpful", "number": 0.7}),
        json!({"id": "4", "trace_id": trace(2), "name": "verdict", "text": "bad tone"}),
    ] {
        assert_eq!(put(&server, &score).status, 200);
    }
    for (filter, expected) in [
        ("score.helpful>0.5", &["call 1", "call 3", "run 1"][..]),
        ("score.helpful > 0.5 root:true", &["run 1"]),
        ("score.helpful:0.2", &["call 2", "run 2"]),
        ("score.helpful:* not score.helpful>0.5", &["call 2", "run 2"]),
        ("score.verdict:\"bad tone\"", &["call 2", "run 2"]),
        ("score.verdict:bad* or score.helpful>0.8", &["call 1", "call 2", "run 1", "run 2"]),
        ("not score.helpful:*", &["run 3"]),
        ("score.nothing:*", &[]),
    ] {
        assert_eq!(found(&server, filter), expected, "{filter}");
    }
    let list = server.get("/api/v1/traces?filter=score.helpful%3E0.5").json();
    let names: Vec<&Value> = list["traces"].as_array().unwrap().iter().map(|trace| &trace["name"]).collect();
    assert_eq!(names, ["run 3", "run 1"]);
    let values = |field: &str| server.get(&format!("/api/v1/fields/{field}/values")).json()["values"].clone();
    assert_eq!(values("score")[0], json!({"value": "helpful", "span_count": 3, "condition": "score.helpful"}));
    assert_eq!(values("score.verdict")[0]["condition"], "score.verdict:\"bad tone\"");
}

#[test]
fn lists_of_scores_go_on_at_their_cursor() {
    let server = with_three();
    for n in 0..5 {
        let at = format!("2026-11-22T08:00:0{}Z", n / 2);
        let score = json!({
            "id": format!("s{n}"), "trace_id": trace(1 + n % 2), "name": if n == 4 { "b" } else { "a" }, "number": n,
            "scored_at": at,
        });
        assert_eq!(put(&server, &score).status, 200);
    }
    let ids = |list: &Value| -> String {
        list["scores"]
            .as_array()
            .unwrap()
            .iter()
            .map(|score| score["id"].as_str().unwrap())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let mut path = "/api/v1/scores?limit=2".to_owned();
    let mut pages = Vec::new();
    loop {
        let page = server.get(&path).json();
        pages.push(ids(&page));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/api/v1/scores?limit=2&cursor={cursor}");
    }
    assert_eq!(pages, ["s4 s3", "s2 s1", "s0"]);
    let asked = |question: &str| ids(&server.get(&format!("/api/v1/scores?{question}")).json());
    assert_eq!(asked(&format!("trace_id={}", trace(2))), "s3 s1");
    assert_eq!(asked("name=b"), "s4");
    assert_eq!(asked("span_id=0101010101010101"), "");
}

#[test]
fn what_is_no_score_is_told_why() {
    let server = Running::start();
    for (score, words) in [
        (json!({"trace_id": trace(1), "name": "a"}), "a number, a text or both"),
        (json!({"trace_id": trace(1), "name": "", "number": 1}), "the name of a score"),
        (json!({"trace_id": "", "name": "a", "number": 1}), "trace id"),
        (json!({"trace_id": trace(1), "span_id": "x", "name": "a", "number": 1}), "16 hex digits"),
        (json!({"trace_id": trace(1), "name": "a", "number": "1"}), "invalid type"),
        (json!({"trace_id": trace(1), "name": "a", "value": 1}), "unknown field `value`"),
        (json!({"trace_id": trace(1), "name": "a", "number": 1, "comment": "c".repeat(20_000)}), "16384 bytes"),
        (json!({"trace_id": trace(1), "name": "a", "number": 1, "scored_at": "soon"}), "RFC 3339"),
    ] {
        let reply = put(&server, &score);
        assert!(reply.status == 400 && reply.text().contains(words), "{score}: {} {}", reply.status, reply.text());
    }
    assert_eq!(server.post("/api/v1/scores", "text/plain", "{}").status, 415);
    assert_eq!(server.post("/api/v1/scores", JSON, " ".repeat(300_000)).status, 413);
    assert_eq!(server.get("/api/v1/scores?cursor=x").status, 400);
}
