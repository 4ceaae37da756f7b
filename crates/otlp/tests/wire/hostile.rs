//! Whatever bytes come, no decoder panics, and both forms of a request are the same spans.

use proptest::prelude::*;
use prost::Message as _;
use serde_json::{Value as Json, json};
use tracewood_otlp::proto::{self, any_value};
use tracewood_otlp::{decode, mutagent};
use tracewood_span::Value;

fn decode_all(bytes: &[u8]) {
    let _ = decode::protobuf(bytes);
    let _ = decode::json(bytes);
    let _ = mutagent::batch(bytes);
    let _ = mutagent::trace(bytes);
}

/// Keys that the dialects know, so that random values reach every rule.
fn key() -> impl Strategy<Value = String> {
    let known: Vec<String> = include_str!("../fixtures/dialects.jsonl")
        .lines()
        .map(|line| serde_json::from_str::<Json>(line).unwrap())
        .flat_map(|row| row["attributes"].as_object().unwrap().keys().cloned().collect::<Vec<_>>())
        .collect();
    let prefixes = ["llm.input_messages.", "gen_ai.prompt.", "retrieval.documents.", "gen_ai.request.", "ai.settings."];
    prop_oneof![
        8 => proptest::sample::select(known),
        2 => (proptest::sample::select(prefixes.to_vec()), "[0-9a-z.]{0,12}").prop_map(|(prefix, rest)| prefix.to_owned() + &rest),
        1 => ".{0,8}",
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        // NaN is not equal to itself, so it has a test of its own.
        any::<f64>().prop_filter("not NaN", |number| !number.is_nan()).prop_map(Value::Double),
        "\\PC{0,8}".prop_map(Value::String),
        proptest::sample::select(vec![
            "{}",
            "[]",
            "[[",
            "{\"raw\":1}",
            "{\"text\":null}",
            "[{\"role\":1}]",
            "null",
            "start",
            "{\"input\":-1,\"total\":2}"
        ])
        .prop_map(Value::from),
        proptest::collection::vec(any::<u8>(), 0..4).prop_map(Value::Bytes),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            proptest::collection::vec(("\\PC{0,4}", inner), 0..4).prop_map(Value::Map),
        ]
    })
}

fn any_value(value: &Value) -> proto::AnyValue {
    let value = match value {
        Value::Null => None,
        Value::Bool(flag) => Some(any_value::Value::Bool(*flag)),
        Value::Int(number) => Some(any_value::Value::Int(*number)),
        Value::Double(number) => Some(any_value::Value::Double(*number)),
        Value::String(text) => Some(any_value::Value::String(text.clone().into_bytes())),
        Value::Bytes(bytes) => Some(any_value::Value::Bytes(bytes.clone())),
        Value::Array(items) => {
            Some(any_value::Value::Array(proto::ArrayValue { values: items.iter().map(any_value).collect() }))
        }
        Value::Map(entries) => Some(any_value::Value::Kvlist(proto::KeyValueList { values: key_values(entries) })),
    };
    proto::AnyValue { value }
}

fn key_values(entries: &[(String, Value)]) -> Vec<proto::KeyValue> {
    let key_value = |(key, value): &(String, Value)| proto::KeyValue {
        key: key.clone().into_bytes(),
        value: Some(any_value(value)),
    };
    entries.iter().map(key_value).collect()
}

fn json_value(value: &Value) -> Json {
    match value {
        Value::Null => json!({}),
        Value::Bool(flag) => json!({ "boolValue": flag }),
        Value::Int(number) => json!({ "intValue": number.to_string() }),
        Value::Double(number) if number.is_finite() => json!({ "doubleValue": number }),
        Value::Double(number) if *number > 0.0 => json!({ "doubleValue": "Infinity" }),
        Value::Double(_) => json!({ "doubleValue": "-Infinity" }),
        Value::String(text) => json!({ "stringValue": text }),
        Value::Bytes(bytes) => json!({ "bytesValue": base64(bytes) }),
        Value::Array(items) => json!({ "arrayValue": { "values": items.iter().map(json_value).collect::<Json>() } }),
        Value::Map(entries) => json!({ "kvlistValue": { "values": json_entries(entries) } }),
    }
}

fn json_entries(entries: &[(String, Value)]) -> Json {
    entries.iter().map(|(key, value)| json!({ "key": key, "value": json_value(value) })).collect()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    let digit = |bits: &[u8]| bits.iter().fold(0, |digit, bit| digit << 1 | bit) << (6 - bits.len());
    bits.chunks(6).map(|bits| char::from(DIGITS[usize::from(digit(bits))])).collect()
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..256)) {
        decode_all(&bytes);
    }

    #[test]
    fn damaged_protobuf_never_panics(position in any::<prop::sample::Index>(), byte in any::<u8>(), n in any::<prop::sample::Index>()) {
        let mut bytes = crate::protobuf::REQUEST.to_vec();
        let position = position.index(bytes.len());
        bytes[position] = byte;
        decode_all(&bytes);
        bytes.truncate(n.index(bytes.len()));
        decode_all(&bytes);
    }

    #[test]
    fn damaged_json_never_panics(position in any::<prop::sample::Index>(), text in "[\\[\\]{}:,\"\\\\a-z0-9NaI-]{0,6}") {
        let json = include_str!("../fixtures/request.json");
        let position = json.floor_char_boundary(position.index(json.len()));
        decode_all(format!("{}{text}{}", &json[..position], &json[position..]).as_bytes());
        decode_all(format!("{}{text}", &json[..position]).as_bytes());
    }

    #[test]
    fn random_fields_of_a_batch_never_panic(fields in proptest::collection::vec((
        proptest::sample::select(vec!["spanId", "name", "kind", "startTime", "endTime", "input", "output", "tokens",
            "events", "attributes", "parentSpanId", "status", "metadata", "error", "ttftMs", "costUsd"]),
        proptest::sample::select(vec!["null", "1", "-1e400", "\"\"", "\"é\"", "\"2026-11-22T03:07:10\"", "\"\\ud800\"", "{}", "[]",
            "[[]]", "[{}]", "{\"a\":{}}", "{\"raw\":NaN}", "true", "\"0000000000000000\""]),
    ), 0..10)) {
        let fields: Vec<String> = fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        let body = format!("{{\"traces\":[{{\"traceId\":\"t\",\"spans\":[{{{}}}]}}]}}", fields.join(","));
        let decoded = mutagent::batch(body.as_bytes()).unwrap();
        prop_assert_eq!(decoded.spans.len() + decoded.rejected.len(), 1);
    }

    #[test]
    fn json_and_protobuf_are_the_same_spans(
        name in "\\PC{0,8}",
        times in any::<(u64, u64)>(),
        flags in any::<u32>(),
        attributes in proptest::collection::vec((key(), value()), 0..12),
        resource in proptest::collection::vec((key(), value()), 0..3),
    ) {
        let span = proto::Span {
            trace_id: vec![1; 16],
            span_id: vec![2; 8],
            name: name.clone().into_bytes(),
            start_time_unix_nano: times.0,
            end_time_unix_nano: times.1,
            flags,
            attributes: key_values(&attributes),
            events: vec![proto::Event { time_unix_nano: times.1, name: name.clone().into_bytes(), ..proto::Event::default() }],
            ..proto::Span::default()
        };
        let resource_spans = proto::ResourceSpans {
            resource: Some(proto::Resource { attributes: key_values(&resource) }),
            scope_spans: vec![proto::ScopeSpans { scope: None, spans: vec![span], ..Default::default() }],
            ..Default::default()
        };
        let bytes = proto::ExportTraceServiceRequest { resource_spans: vec![resource_spans] }.encode_to_vec();
        let span = json!({
            "traceId": "01".repeat(16),
            "spanId": "02".repeat(8),
            "name": name,
            "startTimeUnixNano": times.0.to_string(),
            "endTimeUnixNano": times.1,
            "flags": flags,
            "attributes": json_entries(&attributes),
            "events": [{ "timeUnixNano": times.1, "name": name }],
        });
        let body = json!({ "resourceSpans": [{
            "resource": { "attributes": json_entries(&resource) },
            "scopeSpans": [{ "spans": [span] }],
        }] });
        let from_protobuf = decode::protobuf(&bytes).unwrap();
        prop_assert_eq!(decode::json(body.to_string().as_bytes()).unwrap(), from_protobuf);
    }
}

#[test]
fn fifty_thousand_attributes_of_one_prefix_take_no_time() {
    let attributes: Vec<_> = (0..50_000)
        .map(|i| (format!("llm.input_messages.{i}.message.content"), Value::from("x")))
        .chain((0..50_000).map(|i| (format!("ai.telemetry.metadata.{i}"), Value::from("x"))))
        .collect();
    let span = proto::Span {
        trace_id: vec![1; 16],
        span_id: vec![2; 8],
        attributes: key_values(&attributes),
        ..proto::Span::default()
    };
    let scope_spans = vec![proto::ScopeSpans { scope: None, spans: vec![span], ..Default::default() }];
    let request = proto::ExportTraceServiceRequest {
        resource_spans: vec![proto::ResourceSpans { resource: None, scope_spans, ..Default::default() }],
    };
    let decoded = decode::protobuf(&request.encode_to_vec()).unwrap();
    assert_eq!(decoded.spans[0].metadata.len(), 50_000);
}
