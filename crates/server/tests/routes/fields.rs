//! `GET /api/v1/fields`, the values of fields, traces over time, and groups by any field.

use serde_json::{Value, json};
use tracewood_otlp::proto::any_value::Value as Any;

use crate::support::otlp::{self, AT, PROTOBUF, attribute, request, text};
use crate::support::{Running, escaped};

/// Three traces, a second apart, with metadata of several sorts; the last one failed.
fn with_three() -> Running {
    let server = Running::start();
    let mut spans = Vec::new();
    for n in 1..=3_u8 {
        let mut root = otlp::span(&[n; 16], &[n; 8], &format!("run {}", n % 2));
        root.start_time_unix_nano = AT + u64::from(n) * 1_000_000_000;
        root.end_time_unix_nano = root.start_time_unix_nano + 1;
        let metadata = format!(r#"{{"plan": "Pro {n}", "seats": {n}, "ratio": 0.5, "is_new": {}}}"#, n == 1);
        root.attributes = vec![text("tracewood.kind", "agent"), text("tracewood.metadata", &metadata)];
        let mut tool = otlp::span(&[n; 16], &[n + 100; 8], "search");
        tool.parent_span_id = vec![n; 8];
        tool.start_time_unix_nano = root.start_time_unix_nano;
        tool.attributes = vec![text("tracewood.kind", "tool"), attribute("retries", Any::Int(i64::from(n)))];
        if n == 3 {
            tool.status = Some(tracewood_otlp::proto::SpanStatus { message: "broken".into(), code: 2 });
        }
        spans.extend([root, tool]);
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

/// The values of a field with their counts, as one line.
fn values(server: &Running, question: &str) -> String {
    let list = get(server, &format!("/api/v1/fields/{question}"));
    let values = list["values"].as_array().unwrap().iter();
    let shown = values.map(|value| format!("{} {}", value["value"].as_str().unwrap(), value["span_count"]));
    shown.collect::<Vec<_>>().join(", ") + if list["complete"] == true { "" } else { " …" }
}

#[test]
fn every_field_is_told_with_what_it_takes() {
    let server = Running::start();
    let list = get(&server, "/api/v1/fields");
    let fields = list["fields"].as_array().unwrap();
    let field = |name: &str| fields.iter().find(|field| field["name"] == name).unwrap().clone();
    assert_eq!(
        field("status"),
        json!({
            "name": "status", "aliases": [], "sort": "text", "operators": [":", "=", "!="],
            "values": ["ok", "error", "unset"], "has_path": false, "listed": true,
        })
    );
    assert_eq!(
        field("duration"),
        json!({
            "name": "duration", "aliases": ["latency"], "sort": "duration",
            "operators": [":", "=", "!=", "<", "<=", ">", ">="], "values": [], "has_path": false, "listed": false,
        })
    );
    assert_eq!(field("metadata")["has_path"], true);
    // What is told can be written: each field with each operator is a filter.
    for field in fields.iter().filter(|field| field["has_path"] == false) {
        let value = match field["sort"].as_str().unwrap() {
            "duration" => "1s",
            "count" | "money" => "1",
            "moment" => "2026-11-22",
            "flag" => "true",
            "id" if field["name"] == "trace.id" => "01010101010101010101010101010101",
            "id" => "0101010101010101",
            _ => field["values"][0].as_str().unwrap_or("x"),
        };
        for operator in field["operators"].as_array().unwrap() {
            let filter = format!("{}{}{value}", field["name"].as_str().unwrap(), operator.as_str().unwrap());
            let encoded = escaped(&filter);
            get(&server, &format!("/api/v1/search?filter={encoded}"));
        }
    }
}

#[test]
fn values_are_counted_within_prefix_time_and_filter() {
    let server = with_three();
    for (question, expected) in [
        ("name/values", "search 3, run 1 2, run 0 1"),
        ("name/values?prefix=RUN", "run 1 2, run 0 1"),
        ("name/values?limit=1", "search 3 …"),
        ("name/values?filter=kind%3Dtool", "search 3"),
        ("kind/values?started_after=2026-11-18T11:06:42Z", "agent 2, tool 2"),
        ("kind/values?started_before=2026-11-18T11:06:42Z", "agent 1, tool 1"),
        ("status/values", "unset 5, error 1"),
        ("root/values", "false 3, true 3"),
        ("pending/values", "false 6"),
        ("user/values", ""),
        ("metadata.plan/values", "Pro 1 1, Pro 2 1, Pro 3 1"),
        ("metadata.plan/values?prefix=pro%202", "Pro 2 1"),
        ("metadata.plan/values?filter=status%3Derror", ""),
        ("metadata.seats/values?filter=kind%3Dagent", "1 1, 2 1, 3 1"),
        ("metadata.ratio/values", "0.5 3"),
        ("metadata.is_new/values", "false 2, true 1"),
        ("attributes.retries/values", "1 1, 2 1, 3 1"),
        ("metadata/values", "is_new 3, plan 3, ratio 3, seats 3"),
        ("metadata/values?prefix=s", "seats 3"),
    ] {
        assert_eq!(values(&server, question), expected, "{question}");
    }
}

#[test]
fn conditions_of_values_find_what_was_counted() {
    let server = with_three();
    for field in ["name", "kind", "status", "root", "metadata.plan", "metadata.seats", "metadata.is_new"] {
        let list = get(&server, &format!("/api/v1/fields/{field}/values"));
        for value in list["values"].as_array().unwrap() {
            let condition = value["condition"].as_str().unwrap();
            let encoded = escaped(condition);
            let found = get(&server, &format!("/api/v1/search?filter={encoded}"));
            assert_eq!(found["spans"].as_array().unwrap().len() as u64, value["span_count"], "{condition}");
        }
    }
    let paths = get(&server, "/api/v1/fields/metadata/values");
    assert_eq!(paths["values"][1]["condition"], "metadata.plan");
}

#[test]
fn wrong_fields_are_told_which_is_right() {
    let server = Running::start();
    for (path, words) in [
        ("/api/v1/fields/modle/values", "did you mean 'model'?"),
        ("/api/v1/fields/duration/values", "cannot be listed"),
        ("/api/v1/fields/name%3Dx/values", "is no name of a field"),
        ("/api/v1/metrics?group_by=duration", "is one of name, kind"),
        ("/api/v1/metrics?group_by=metadata", "metadata.<path>"),
        ("/api/v1/histogram?steps=501", "from 1 to 500"),
    ] {
        let reply = server.get(path);
        assert!(reply.status == 400 && reply.text().contains(words), "{path}: {} {}", reply.status, reply.text());
    }
    let reply = server.get("/api/v1/traces?filter=kind%3Dllm%20modle%3Dx").json();
    assert_eq!(reply["error"]["place"], json!({"offset": 9, "length": 5}));
}

#[test]
fn histogram_has_every_step_and_tells_failed_traces() {
    let server = with_three();
    let line = |question: &str| {
        let histogram = get(&server, &format!("/api/v1/histogram?{question}"));
        let steps = histogram["steps"].as_array().unwrap().iter();
        let steps = steps.map(|step| {
            let at = step["begins_at"].as_str().unwrap();
            format!("{} {}/{}", &at[11..19], step["failed_trace_count"], step["trace_count"])
        });
        format!("{} s: {}", histogram["step_seconds"], steps.collect::<Vec<_>>().join(", "))
    };
    assert_eq!(line(""), "1 s: 11:06:41 0/1, 11:06:42 0/1, 11:06:43 1/1");
    assert_eq!(line("filter=status%3Derror"), "1 s: 11:06:43 1/1");
    assert_eq!(
        line("started_after=2026-11-18T11:06:40Z&started_before=2026-11-18T11:06:50Z&steps=6"),
        "2 s: 11:06:40 0/1, 11:06:42 1/2, 11:06:44 0/0, 11:06:46 0/0, 11:06:48 0/0"
    );
    assert_eq!(get(&Running::start(), "/api/v1/histogram"), json!({"step_seconds": 0, "steps": []}));
}

#[test]
fn numbers_are_grouped_by_any_field_with_values() {
    let server = with_three();
    for (field, expected) in [
        ("metadata.is_new", "null 3, false 2, true 1"),
        ("metadata.plan", "null 3, Pro 1 1, Pro 2 1, Pro 3 1"),
        ("attributes.retries", "null 3, 1 1, 2 1, 3 1"),
        ("root", "false 3, true 3"),
        ("resource.service.name", "tests 6"),
    ] {
        let rows = get(&server, &format!("/api/v1/metrics?group_by={field}"));
        let rows = rows["rows"].as_array().unwrap().iter();
        let shown = rows.map(|row| format!("{} {}", row["group"].as_str().unwrap_or("null"), row["span_count"]));
        assert_eq!(shown.collect::<Vec<_>>().join(", "), expected, "{field}");
    }
}
