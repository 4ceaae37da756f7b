//! Questions across traces: lists by filter and order, search, trees, sessions, users, metrics and export.

use serde_json::{Value, json};
use tracewood_otlp::proto::any_value::Value as Any;

use crate::support::Running;
use crate::support::otlp::{self, AT, PROTOBUF, attribute, request, text};

/// Three traces of one model call below a root; the n-th takes n milliseconds and costs n times as much.
fn with_three() -> Running {
    let server = Running::start();
    let mut spans = Vec::new();
    for n in 1..=3_u8 {
        let trace = [n; 16];
        let mut root = otlp::span(&trace, &[n; 8], &format!("run {n}"));
        root.start_time_unix_nano = AT + u64::from(n) * 1_000_000_000;
        root.end_time_unix_nano = root.start_time_unix_nano + u64::from(n) * 1_000_000;
        root.attributes = vec![
            text("tracewood.kind", "agent"),
            text("session.id", if n < 3 { "first" } else { "second" }),
            text("user.id", "ada"),
            text("tracewood.input", &format!("where is the lighthouse of {n}")),
        ];
        let mut call = otlp::span(&trace, &[n + 100; 8], "chat");
        call.parent_span_id = vec![n; 8];
        call.start_time_unix_nano = root.start_time_unix_nano;
        call.end_time_unix_nano = root.end_time_unix_nano;
        call.attributes = vec![
            text("gen_ai.operation.name", "chat"),
            text("gen_ai.provider.name", "openai"),
            text("gen_ai.request.model", "gpt-4o-mini"),
            attribute("gen_ai.usage.input_tokens", Any::Int(1000 * i64::from(n))),
        ];
        spans.extend([root, call]);
    }
    assert_eq!(server.post("/v1/traces", PROTOBUF, request(spans)).status, 200);
    server.settle();
    server
}

fn get(server: &Running, path: &str) -> Value {
    let reply = server.get(path);
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.json()
}

fn names(list: &Value, key: &str, field: &str) -> Vec<String> {
    list[key].as_array().unwrap().iter().map(|item| item[field].as_str().unwrap().to_owned()).collect()
}

#[test]
fn traces_are_filtered_and_put_in_order() {
    let server = with_three();
    for (query, expected) in [
        ("", &["run 3", "run 2", "run 1"][..]),
        ("sort=oldest", &["run 1", "run 2", "run 3"]),
        ("sort=duration&limit=1", &["run 3"]),
        ("sort=cost", &["run 3", "run 2", "run 1"]),
        ("sort=tokens&limit=2", &["run 3", "run 2"]),
        ("filter=session%3Dfirst", &["run 2", "run 1"]),
        ("filter=session%3Dfirst&sort=oldest", &["run 1", "run 2"]),
        ("filter=lighthouse", &["run 3", "run 2", "run 1"]),
        ("filter=name%3Dnothing", &[]),
    ] {
        let list = get(&server, &format!("/api/v1/traces?{query}"));
        assert_eq!(names(&list, "traces", "name"), expected, "{query}");
    }
    let first = get(&server, "/api/v1/traces?sort=duration&limit=2");
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = get(&server, &format!("/api/v1/traces?sort=duration&limit=2&cursor={cursor}"));
    assert_eq!(names(&rest, "traces", "name"), ["run 1"]);
}

#[test]
fn wrong_questions_are_told_what_is_right() {
    let server = with_three();
    for (path, words) in [
        ("/api/v1/traces?sort=name", "newest, oldest, duration, cost or tokens"),
        ("/api/v1/traces?filter=%28", "(at byte "),
        ("/api/v1/search?filter=%28", "(at byte "),
        ("/api/v1/search?limit=0", "from 1 to 200"),
        ("/api/v1/sessions?cursor=x", ""),
        ("/api/v1/users?page=2", "page"),
        ("/api/v1/metrics?group_by=colour", "one of name, kind"),
        ("/api/v1/metrics?step_seconds=0", "step_seconds"),
        ("/api/v1/export?started_after=soon", "RFC 3339"),
    ] {
        let reply = server.get(path);
        assert!(reply.status == 400 && reply.text().contains(words), "{path}: {} {}", reply.status, reply.text());
    }
}

#[test]
fn tree_comes_without_payloads_and_a_span_with_its_own() {
    let server = with_three();
    let trace = "02".repeat(16);
    let tree = get(&server, &format!("/api/v1/traces/{trace}/tree"));
    assert!(!tree["spans"].to_string().contains("lighthouse"));
    assert_eq!(names(&tree, "spans", "span_id"), ["02".repeat(8), "66".repeat(8)]);
    assert_eq!(
        (tree["trace"]["name"].as_str(), tree["spans"][1]["model"].as_str()),
        (Some("run 2"), Some("gpt-4o-mini"))
    );
    let whole = get(&server, &format!("/api/v1/traces/{trace}"));
    let mut wanted = whole["spans"][0].clone();
    wanted["unit_prices"] = Value::Null;
    wanted["scores"] = json!([]);
    assert_eq!(get(&server, &format!("/api/v1/traces/{trace}/spans/{}", "02".repeat(8))), wanted);
    let call = get(&server, &format!("/api/v1/traces/{trace}/spans/{}", "66".repeat(8)));
    assert_eq!(call["price_version"], "genai-prices 0.2.1");
    assert_eq!(call["unit_prices"]["output_usd_per_million"], 0.6);
    for path in [format!("/api/v1/traces/{trace}/spans/{}", "ff".repeat(8)), format!("/api/v1/traces/{trace}/spans/x")]
    {
        assert_eq!(server.get(&path).status, 404);
    }
    assert_eq!(server.get(&format!("/api/v1/traces/{}/tree", "0f".repeat(16))).status, 404);
}

#[test]
fn sessions_users_and_metrics_add_up() {
    let server = with_three();
    let sessions = get(&server, "/api/v1/sessions");
    assert_eq!(names(&sessions, "groups", "id"), ["second", "first"]);
    let first = &sessions["groups"][1];
    assert_eq!(json!([first["trace_count"], first["span_count"], first["total_tokens"]]), json!([2, 4, 3000]));
    let users = get(&server, "/api/v1/users?filter=session%3Dsecond");
    assert_eq!(json!([users["groups"][0]["id"], users["groups"][0]["trace_count"]]), json!(["ada", 1]));

    let metrics = get(&server, "/api/v1/metrics?group_by=kind");
    let rows = metrics["rows"].as_array().unwrap();
    let row = |kind: &str| rows.iter().find(|row| row["group"] == kind).unwrap();
    assert_eq!(json!([row("agent")["span_count"], row("llm")["input_tokens"]]), json!([3, 6000]));
    assert!((row("llm")["cost_usd"].as_f64().unwrap() - 0.000_9).abs() < 1e-9);
    let p50 = row("agent")["duration_nanos"]["p50"].as_f64().unwrap();
    assert!((p50 / 2_000_000.0 - 1.0).abs() < 0.02, "{p50}");
    let steps = get(&server, "/api/v1/metrics?step_seconds=1&filter=kind%3Dllm");
    assert_eq!(steps["rows"].as_array().unwrap().len(), 3);
}

#[test]
fn search_and_export_give_the_same_spans() {
    let server = with_three();
    let found = get(&server, "/api/v1/search?filter=kind%3Dagent&limit=2");
    assert_eq!(names(&found, "spans", "name"), ["run 3", "run 2"]);
    let rest =
        get(&server, &format!("/api/v1/search?filter=kind%3Dagent&cursor={}", found["next_cursor"].as_str().unwrap()));
    assert_eq!((names(&rest, "spans", "name"), &rest["next_cursor"]), (vec!["run 1".to_owned()], &Value::Null));

    assert_eq!(rest["spans"][0]["excerpts"], serde_json::json!([]), "no words were asked for");
    let words = get(&server, "/api/v1/search?filter=%22the+Lighthouse%22&limit=1");
    assert_eq!(
        words["spans"][0]["excerpts"],
        serde_json::json!([{
            "field": "input",
            "parts": [
                {"text": "where is ", "marked": false},
                {"text": "the lighthouse", "marked": true},
                {"text": " of 3", "marked": false},
            ],
        }])
    );

    let export = |query: &str| -> Vec<Value> {
        let reply = server.get(&format!("/api/v1/export?{query}"));
        assert_eq!((reply.status, reply.header("content-type")), (200, "application/jsonl"));
        reply.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let all = export("");
    assert_eq!(all.len(), 6);
    let behind = export(&format!("cursor={}", all[3]["cursor"].as_str().unwrap()));
    assert_eq!(behind, all[4..], "it goes on where it stopped");
    let agents: Vec<Value> = export("filter=kind%3Dagent").iter().map(|line| line["span"]["name"].clone()).collect();
    assert_eq!(agents, ["run 3", "run 2", "run 1"]);
    assert!(all.iter().all(|line| line["span"]["attributes"].is_object()));
}
