//! `GET /api/v1/sessions/{session_id}` and `GET /api/v1/users/{user_id}`.

use serde_json::{Value, json};

use crate::support::Running;
use crate::support::otlp::{self, AT, PROTOBUF, request, text};

const SECOND: u64 = 1_000_000_000;

/// Three turns of one session of two users, and one of another session; the third turn is long.
fn with_sessions() -> Running {
    let server = Running::start();
    let turn = |n: u8, session: &str, user: &str, input: &str, output: &str| {
        let mut span = otlp::span(&[n; 16], &[n; 8], &format!("turn {n}"));
        span.start_time_unix_nano = AT + u64::from(n) * SECOND;
        span.end_time_unix_nano = span.start_time_unix_nano + SECOND;
        span.attributes = vec![
            text("tracewood.kind", "agent"),
            text("session.id", session),
            text("user.id", user),
            text("tracewood.input", input),
            text("tracewood.output", output),
        ];
        span
    };
    let spans = vec![
        turn(1, "s/1", "ada", "hello", r#"{"say": "hi"}"#),
        turn(2, "s/1", "ada", "and now?", "later"),
        turn(3, "s/1", "bob", &"long ".repeat(10_000), "short"),
        turn(4, "other", "ada", "x", "y"),
    ];
    assert_eq!(server.post("/v1/traces", PROTOBUF, request(spans)).status, 200);
    server.settle();
    server
}

fn get(server: &Running, path: &str) -> Value {
    let reply = server.get(path);
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.json()
}

#[test]
fn session_is_a_conversation_in_pages_with_the_totals_of_all_of_it() {
    let server = with_sessions();
    let first = get(&server, "/api/v1/sessions/s%2F1?limit=2");
    let totals = json!({
        "id": "s/1", "trace_count": 3, "span_count": 3, "error_count": 0, "total_tokens": 0, "cost_usd": null,
        "first_started_at": "2026-11-18T11:06:41.000000000Z", "last_started_at": "2026-11-18T11:06:43.000000000Z",
    });
    assert_eq!(first["session"], totals);
    let turns = |page: &Value| -> Vec<Value> {
        let turns = page["turns"].as_array().unwrap().iter();
        turns.map(|turn| json!([turn["trace"]["name"], turn["input"], turn["output"], turn["shortened"]])).collect()
    };
    assert_eq!(
        turns(&first),
        [json!(["turn 1", "hello", {"say": "hi"}, false]), json!(["turn 2", "and now?", "later", false])]
    );
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = get(&server, &format!("/api/v1/sessions/s%2F1?limit=2&cursor={cursor}"));
    assert_eq!(turns(&second), [json!(["turn 3", null, "short", true])]);
    assert_eq!((&second["session"], &second["next_cursor"]), (&totals, &Value::Null));
    // What was left out is found at the span that stands for the trace.
    let trace = &second["turns"][0]["trace"];
    let (trace_id, span_id) = (trace["trace_id"].as_str().unwrap(), trace["entry_span_id"].as_str().unwrap());
    let span = get(&server, &format!("/api/v1/traces/{trace_id}/spans/{span_id}"));
    assert_eq!(span["input"].as_str().unwrap().len(), 50_000);
}

#[test]
fn user_has_sessions_and_totals() {
    let server = with_sessions();
    let ada = get(&server, "/api/v1/users/ada?limit=1");
    assert_eq!((&ada["user"]["id"], &ada["user"]["trace_count"]), (&json!("ada"), &json!(3)));
    let line = |page: &Value| json!([page["sessions"][0]["id"], page["sessions"][0]["trace_count"]]);
    assert_eq!(line(&ada), json!(["other", 1]));
    let cursor = ada["next_cursor"].as_str().unwrap();
    let rest = get(&server, &format!("/api/v1/users/ada?limit=1&cursor={cursor}"));
    assert_eq!((line(&rest), &rest["next_cursor"]), (json!(["s/1", 2]), &Value::Null));
}

#[test]
fn unknown_sessions_and_users_are_not_there() {
    let server = with_sessions();
    for path in ["/api/v1/sessions/s", "/api/v1/users/eve"] {
        let reply = server.get(path);
        assert_eq!((reply.status, reply.json()["error"]["code"].as_str()), (404, Some("not_found")), "{path}");
    }
}
