//! MutagenT's batches, as the published SDKs send them.

use serde_json::{Value as Json, json};
use tracewood_otlp::mutagent;
use tracewood_span::{Span, Status, Value, keys};

use crate::canonical::{canonical, object};

const TRACE_ID: &str = "6f0d8d3a-52c4-4a51-9d27-1f6f6f5f7a11";
const ROOT_ID: &str = "0e8a3a70-51a5-4b0e-8f0e-2f7b6d1c9a01";

/// Two spans as `mutagent-sdk` 0.1.2 sends them with httpx 0.28.
fn batch_of_0_1() -> Json {
    json!({ "traces": [{
        "traceId": TRACE_ID,
        "source": "sdk",
        "startTime": "2026-11-22T03:07:10.329489+00:00",
        "sessionId": "session-1",
        "environment": "production",
        "spans": [
            {
                "spanId": "4c7b3a9e-3f05-4b9c-a5ea-6f0f8f8a0b02",
                "name": "answer",
                "kind": "llm.chat",
                "startTime": "2026-11-22T03:07:10.500000+00:00",
                "endTime": "2026-11-22T03:07:11+00:00",
                "durationMs": 500.0,
                "status": "ok",
                "parentSpanId": ROOT_ID,
                "input": { "messages": [{ "role": "user", "content": "hi", "toolCallId": "c" }] },
                "output": { "text": "hello" },
                "model": "gpt-4o",
                "provider": "openai",
                "tokens": { "input": 12, "output": 3 },
                "costUsd": 0.0001,
                "attributes": { "n": 1, "nested": { "a": [true] }, "mutagent.kind": "agent" },
                "events": [
                    { "name": "first", "timestamp": "2026-11-22T03:07:10.600000+00:00", "attributes": { "x": 1.5 } },
                    { "name": "last" }
                ]
            },
            {
                "spanId": ROOT_ID,
                "name": "run",
                "kind": "agent",
                "startTime": "2026-11-22T03:07:10.329489+00:00",
                "endTime": "2026-11-22T03:07:11.329489+00:00",
                "durationMs": 1000.0,
                "status": "error",
                "input": { "raw": { "args": ["q"], "kwargs": {} } },
                "output": {},
                "statusMessage": "boom",
                "error": "boom"
            }
        ]
    }] })
}

fn spans(body: &Json) -> Vec<Span> {
    let decoded = mutagent::batch(body.to_string().as_bytes()).unwrap();
    assert_eq!(decoded.rejected, [""; 0]);
    decoded.spans
}

/// The one span of a trace with these fields, with ids and a start where they give none.
fn span(mut fields: Json) -> Span {
    let object = fields.as_object_mut().unwrap();
    object.entry("spanId").or_insert_with(|| json!("b7ad6b7169203331"));
    object.entry("startTime").or_insert_with(|| json!("2026-11-22T03:07:10Z"));
    spans(&json!({ "traces": [{ "traceId": TRACE_ID, "spans": [fields] }] })).remove(0)
}

#[test]
fn model_call_of_the_published_sdk_arrives_whole() {
    let span = &spans(&batch_of_0_1())[0];
    assert_eq!(span.trace_id.to_string(), TRACE_ID.replace('-', ""));
    assert_eq!(span.trace_id_text, None);
    assert_eq!(span.span_id_text.as_deref(), Some("4c7b3a9e-3f05-4b9c-a5ea-6f0f8f8a0b02"));
    assert_eq!(span.started_at_unix_nanos, 1_795_316_830_500_000_000);
    assert_eq!(span.ended_at_unix_nanos, Some(1_795_316_831_000_000_000));
    assert_eq!(span.status, Status::Ok);
    let wanted = json!({
        "kind": "llm",
        "kind_text": "llm.chat",
        "input": "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\",\"toolCallId\":\"c\"}]}",
        "output": "hello",
        "model_requested": "gpt-4o",
        "provider": "openai",
        "input_tokens": 12,
        "output_tokens": 3,
        "total_tokens": null,
        "cost_usd": 0.0001,
        "session_id": "session-1",
        "environment": "production",
        "user_id": null,
    });
    let canonical = canonical(span);
    for (field, wanted) in wanted.as_object().unwrap() {
        assert_eq!(canonical[field], *wanted, "{field}");
    }
    let raw = json!({
        "mutagent.kind": "agent",
        "mutagent.durationMs": 500.0,
        "mutagent.input": "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\",\"toolCallId\":\"c\"}]}",
        "mutagent.output": "{\"text\":\"hello\"}",
        "mutagent.model": "gpt-4o",
        "mutagent.provider": "openai",
        "mutagent.tokens.input": 12,
        "mutagent.tokens.output": 3,
        "mutagent.costUsd": 0.0001,
        "mutagent.source": "sdk",
        "mutagent.trace.sessionId": "session-1",
        "mutagent.trace.environment": "production",
        "n": 1,
        "nested": { "a": [true] },
    });
    assert_eq!(object(&span.attributes), raw);
    assert_eq!(span.attributes[0], (keys::mutagent::KIND.to_owned(), Value::from("llm.chat")));
    assert_eq!(span.events[0].at_unix_nanos, 1_795_316_830_600_000_000);
    assert_eq!(span.events[0].attributes, [("x".to_owned(), Value::Double(1.5))]);
    assert_eq!(span.events[1].at_unix_nanos, 1_795_316_831_000_000_000);
}

#[test]
fn parents_and_children_meet_although_uuids_do_not_fit() {
    let spans = spans(&batch_of_0_1());
    assert_eq!(spans[0].parent_span_id, Some(spans[1].span_id));
    assert_eq!(spans[1].parent_span_id, None);
    assert_eq!(spans[1].span_id_text.as_deref(), Some(ROOT_ID));
}

#[test]
fn failed_call_has_its_arguments_and_message() {
    let span = &spans(&batch_of_0_1())[1];
    let canonical = canonical(span);
    assert_eq!(canonical["input"], json!({ "args": ["q"], "kwargs": {} }));
    assert_eq!(canonical["output"], Json::Null);
    assert_eq!((span.status, span.status_message.as_str()), (Status::Error, "boom"));
}

#[test]
fn batch_of_0_4_with_text_and_extras_is_read() {
    let body = json!({ "traceId": "run/7", "name": "hook", "status": "ok", "sessionId": "s", "userId": "u",
        "tags": ["a", "b"], "metadata": { "k": 1, "l": 2 }, "startTime": "2026-11-22T03:07:10Z",
        "endTime": "2026-11-22T03:07:11Z",
        "spans": [{ "spanId": "b7ad6b7169203331", "parentSpanId": "0000000000000000", "name": "step",
            "startTime": "2026-11-22T03:07:10Z", "input": "what?", "output": "{\"a\": 1}", "latencyMs": 5,
            "ttftMs": 2.5, "metadata": { "k": 0 }, "future": [1, { "x": null }] }] });
    let decoded = mutagent::trace(body.to_string().as_bytes()).unwrap();
    assert_eq!(decoded.trace_ids, ["run/7"]);
    let span = &decoded.spans[0];
    assert_eq!(span.trace_id_text.as_deref(), Some("run/7"));
    assert_eq!((span.span_id.to_string().as_str(), &span.span_id_text), ("b7ad6b7169203331", &None));
    assert_eq!(span.parent_span_id, None);
    let canonical = canonical(span);
    for (field, wanted) in [
        ("is_pending", json!(true)),
        ("input", json!("what?")),
        ("output", json!("{\"a\": 1}")),
        ("time_to_first_token_nanos", json!(2_500_000)),
        ("session_id", json!("s")),
        ("user_id", json!("u")),
        ("tags", json!(["a", "b"])),
        ("metadata", json!({ "k": 0, "l": 2 })),
    ] {
        assert_eq!(canonical[field], wanted, "{field}");
    }
    let raw = object(&span.attributes);
    assert_eq!(raw["mutagent.latencyMs"], 5);
    assert_eq!(raw["mutagent.future"], "[1,{\"x\":null}]");
    assert_eq!(raw["mutagent.trace.name"], "hook");
    assert_eq!(raw["mutagent.trace.endTime"], "2026-11-22T03:07:11Z");
}

#[test]
fn bare_nan_and_huge_numbers_cost_only_themselves() {
    let digits = "9".repeat(400);
    let body = format!(
        r#"{{"traces": [{{"traceId": "t", "spans": [{{"spanId": "s", "startTime": "2026-11-22T03:07:10Z",
        "costUsd": NaN, "input": {{"raw": [NaN, -Infinity, {digits}]}}, "attributes": {{"big": {digits}, "f": Infinity}},
        "output": {{"raw": "NaN"}}}}]}}]}}"#
    );
    let decoded = mutagent::batch(body.as_bytes()).unwrap();
    let span = &decoded.spans[0];
    assert_eq!(span.cost_usd, None);
    let raw = object(&span.attributes);
    assert_eq!(raw["mutagent.input"], format!(r#"{{"raw": ["NaN", "-Infinity", {digits}]}}"#));
    assert_eq!((&raw["big"], &raw["f"]), (&json!(digits), &json!("Infinity")));
    assert_eq!(canonical(span)["output"], "NaN");
}

#[test]
fn ids_of_a_batch_are_answered_as_they_came_and_once() {
    let body = json!({ "traces": [
        { "traceId": TRACE_ID, "spans": [] }, { "traceId": "b" }, { "traceId": TRACE_ID }, { "spans": [] }
    ] });
    assert_eq!(mutagent::batch(body.to_string().as_bytes()).unwrap().trace_ids, [TRACE_ID, "b"]);
}

#[test]
fn any_kind_and_status_are_taken() {
    let own = span(json!({ "kind": "my own", "status": "unset", "name": "n" }));
    assert_eq!((own.kind_text.as_str(), own.status), ("my own", Status::Unset));
    let odd = span(json!({ "status": "cancelled", "kind": 7, "name": 8, "tokens": 9, "events": 1, "attributes": [2] }));
    assert_eq!(odd.name, "8");
    let raw = json!({ "mutagent.status": "cancelled", "mutagent.kind": 7, "mutagent.tokens": 9, "mutagent.events": 1,
        "mutagent.attributes": "[2]" });
    assert_eq!(object(&odd.attributes), raw);
}

#[test]
fn bad_spans_are_listed_with_the_reason() {
    let spans = json!([
        { "name": "a", "startTime": "2026-11-22T03:07:10Z" },
        { "name": "b", "spanId": "s" },
        { "kind": "tool", "spanId": "s", "startTime": "yesterday" },
        { "name": "d", "spanId": "s", "startTime": "2026-11-22T03:07:10Z", "endTime": 5 },
        null,
    ]);
    let body = json!({ "traces": [{ "traceId": "t", "spans": spans }, { "spans": [{ "name": "f" }] }] });
    let decoded = mutagent::batch(body.to_string().as_bytes()).unwrap();
    assert_eq!(decoded.spans.len(), 0);
    assert_eq!(
        decoded.rejected,
        [
            "span 0 'a': \"spanId\" is missing",
            "span 1 'b': \"startTime\" is missing",
            "span 2 'tool': \"startTime\" is \"yesterday\", an ISO 8601 time since 1970 is needed",
            "span 3 'd': \"endTime\" is 5, an ISO 8601 time since 1970 is needed",
            "span 4 '': it is not an object",
            "span 5 'f': the trace has no \"traceId\"",
        ]
    );
}

#[test]
fn what_is_no_batch_is_an_error() {
    for (body, reason) in [
        ("", "not a JSON object: EOF"),
        ("[]", "not a JSON object: invalid type: sequence"),
        ("{}", "the field \"traces\" is missing"),
        (r#"{"traces":{}}"#, "\"traces\" is not an array"),
        (r#"{"traces":[5]}"#, "an item of \"traces\" is not an object"),
        (r#"{"traces":[{"traceId":"t","spans":5}]}"#, "\"spans\" is not an array"),
    ] {
        let error = mutagent::batch(body.as_bytes()).unwrap_err();
        assert!(error.to_string().starts_with(reason), "{body}: {error}");
    }
    assert!(mutagent::batch(&b"[".repeat(100_000)).is_err());
}

#[test]
fn endless_depth_in_content_is_kept_as_text() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let body = format!(
        r#"{{"traces":[{{"traceId":"t","spans":[{{"spanId":"s","startTime":"2026-11-22T03:07:10Z",
        "input":{{"raw":{deep}}},"attributes":{{"deep":{deep}}}}}]}}]}}"#
    );
    let decoded = mutagent::batch(body.as_bytes()).unwrap();
    assert_eq!(decoded.spans[0].attributes.last().unwrap().1, Value::from(deep.as_str()));
}
