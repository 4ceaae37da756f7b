//! Every field of the filter language by itself and together with every other, against what the spans say.

use serde_json::Value;
use tracewood_otlp::proto::any_value::Value as Any;

use crate::support::otlp::{self, AT, PROTOBUF, attribute, request, text};
use crate::support::{Running, escaped};

/// A condition for each field that holds for the span "a" and not for "b", which differs in everything.
const CONDITIONS: [&str; 22] = [
    "name:a",
    "kind:llm",
    "status:error",
    "model:gpt-4o*",
    "provider:openai",
    "environment:production",
    "session:s1",
    "user:\"u 1\"",
    "tag:red",
    "duration>=2s",
    "tokens>100",
    "input_tokens:1000",
    "output_tokens<=200",
    "cost>0",
    "started_at<2026-11-18T11:06:41Z",
    "root:true",
    "\"out of memory\"",
    "input:lighthouse",
    "output:hill*",
    "metadata.plan:pro",
    "attributes.retries>2",
    "resource.service.name:shop",
];

fn with_two() -> Running {
    let server = Running::start();
    let mut a = otlp::span(&[1; 16], &[1; 8], "a");
    a.end_time_unix_nano = AT + 3_000_000_000;
    a.status = Some(tracewood_otlp::proto::SpanStatus { message: "out of memory".into(), code: 2 });
    a.attributes = vec![
        text("gen_ai.operation.name", "chat"),
        text("gen_ai.provider.name", "openai"),
        text("gen_ai.request.model", "gpt-4o-mini"),
        attribute("gen_ai.usage.input_tokens", Any::Int(1000)),
        attribute("gen_ai.usage.output_tokens", Any::Int(100)),
        text("session.id", "s1"),
        text("user.id", "u 1"),
        text("tracewood.input", "where is the lighthouse"),
        text("tracewood.output", "on the hilltop"),
        text("tracewood.metadata", r#"{"plan": "pro"}"#),
        attribute(
            "tracewood.tags",
            Any::Array(tracewood_otlp::proto::ArrayValue {
                values: vec![tracewood_otlp::proto::AnyValue { value: Some(Any::String("red".into())) }],
            }),
        ),
        attribute("retries", Any::Int(3)),
    ];
    let resource = vec![text("service.name", "shop"), text("deployment.environment.name", "production")];
    assert_eq!(server.post("/v1/traces", PROTOBUF, otlp::request_of(resource, vec![a])).status, 200);
    let mut b = otlp::span(&[2; 16], &[2; 8], "b");
    b.parent_span_id = vec![9; 8];
    b.start_time_unix_nano = AT + 5_000_000_000;
    b.end_time_unix_nano = b.start_time_unix_nano + 1;
    assert_eq!(server.post("/v1/traces", PROTOBUF, request(vec![b])).status, 200);
    server.settle();
    server
}

fn found(server: &Running, path: &str, key: &str, filter: &str) -> String {
    let encoded = escaped(filter);
    let reply = server.get(&format!("/api/v1/{path}?filter={encoded}"));
    assert_eq!(reply.status, 200, "{filter}: {}", reply.text());
    let list: Value = reply.json();
    let mut names: Vec<&str> =
        list[key].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    names.concat()
}

#[test]
fn every_condition_holds_by_itself_and_with_every_other() {
    let server = with_two();
    for condition in CONDITIONS {
        for (path, key) in [("search", "spans"), ("traces", "traces")] {
            assert_eq!(found(&server, path, key, condition), "a", "{condition}");
            assert_eq!(found(&server, path, key, &format!("not {condition}")), "b", "not {condition}");
        }
    }
    for (place, one) in CONDITIONS.iter().enumerate() {
        for other in &CONDITIONS[place + 1..] {
            for (filter, expected) in [(format!("{one} {other}"), "a"), (format!("not ({one} or {other})"), "b")] {
                assert_eq!(found(&server, "search", "spans", &filter), expected, "{filter}");
            }
        }
    }
    assert_eq!(found(&server, "traces", "traces", &CONDITIONS.join(" ")), "a");
    assert_eq!(found(&server, "traces", "traces", &format!("not ({})", CONDITIONS.join(" or "))), "b");
}

#[test]
fn every_order_goes_with_every_condition() {
    let server = with_two();
    for sort in ["newest", "oldest", "duration", "cost", "tokens"] {
        for condition in CONDITIONS {
            let encoded = escaped(condition);
            let list = server.get(&format!("/api/v1/traces?sort={sort}&filter={encoded}")).json();
            assert_eq!(list["traces"].as_array().map(Vec::len), Some(1), "{sort} {condition}");
        }
    }
}
