//! OTLP's JSON form gives the spans that its protobuf form gives, and forgives what is harmless.

use serde_json::{Value as Json, json};
use tracewood_otlp::decode;
use tracewood_span::{Span, Status, Value};

use crate::protobuf;

/// Made by `fixtures/request.py`, of the same request as `request.pb`.
const REQUEST: &str = include_str!("../fixtures/request.json");

/// The one span of a request with these fields, with good ids where they give none.
fn span(mut fields: Json) -> Span {
    let object = fields.as_object_mut().unwrap();
    object.entry("traceId").or_insert_with(|| json!("0AF7651916CD43DD8448EB211C80319C"));
    object.entry("spanId").or_insert_with(|| json!("B7ad6b7169203331"));
    let body = json!({ "resourceSpans": [{ "scopeSpans": [{ "spans": [fields] }] }] });
    let mut decoded = decode::json(body.to_string().as_bytes()).unwrap();
    assert_eq!(decoded.rejected, [""; 0]);
    decoded.spans.remove(0)
}

fn value(any_value: &Json) -> Value {
    span(json!({ "attributes": [{ "key": "k", "value": any_value }] })).attributes.remove(0).1
}

#[test]
fn json_and_protobuf_of_one_request_are_the_same_spans() {
    assert_eq!(decode::json(REQUEST.as_bytes()).unwrap(), decode::protobuf(protobuf::REQUEST).unwrap());
}

#[test]
fn ids_are_hex_in_any_case() {
    let span = span(json!({ "parentSpanId": "00F067AA0BA902B7" }));
    assert_eq!(span.trace_id.to_string(), "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(span.span_id.to_string(), "b7ad6b7169203331");
    assert_eq!(span.parent_span_id.unwrap().to_string(), "00f067aa0ba902b7");
}

#[test]
fn numbers_come_as_numbers_or_text() {
    let numbers = span(json!({ "startTimeUnixNano": 1_700_000_000_123_456_789_u64, "flags": 769, "kind": 2 }));
    let texts = span(json!({ "startTimeUnixNano": "1700000000123456789", "flags": "769", "kind": "SPAN_KIND_SERVER" }));
    assert_eq!(numbers, texts);
    assert_eq!(numbers.started_at_unix_nanos, 1_700_000_000_123_456_789);
    assert!(numbers.is_parent_remote);
    assert_eq!(span(json!({ "status": { "code": "STATUS_CODE_ERROR" } })).status, Status::Error);
    assert_eq!(span(json!({ "status": { "code": 1 } })).status, Status::Ok);
    assert_eq!(span(json!({ "status": { "code": 77 }, "kind": "what" })).status, Status::Unset);
}

#[test]
fn values_of_every_type_are_read() {
    for (any_value, wanted) in [
        (json!({ "intValue": "-9" }), Value::Int(-9)),
        (json!({ "intValue": -9 }), Value::Int(-9)),
        (json!({ "doubleValue": "Infinity" }), Value::Double(f64::INFINITY)),
        (json!({ "doubleValue": 1 }), Value::Double(1.0)),
        (json!({ "bytesValue": "AP_7" }), Value::Bytes(vec![0, 255, 251])),
        (json!({ "boolValue": true }), Value::Bool(true)),
        (json!({ "stringValue": "" }), Value::from("")),
        (json!({ "arrayValue": {} }), Value::Array(Vec::new())),
        (
            json!({ "kvlistValue": { "values": [{ "key": "a", "value": {} }] } }),
            Value::Map(vec![("a".into(), Value::Null)]),
        ),
        (json!({}), Value::Null),
        (json!(null), Value::Null),
        (json!({ "stringValueStrindex": 4 }), Value::Null),
        // Of another type than the field says.
        (json!({ "stringValue": 5 }), Value::Int(5)),
        (json!({ "intValue": "many" }), Value::from("many")),
        (json!({ "bytesValue": "*" }), Value::from("*")),
        (json!("bare"), Value::from("bare")),
    ] {
        assert_eq!(value(&any_value), wanted, "{any_value}");
    }
    assert!(matches!(value(&json!({ "doubleValue": "NaN" })), Value::Double(number) if number.is_nan()));
}

#[test]
fn bare_nan_is_forgiven() {
    let body = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c",
        "spanId":"b7ad6b7169203331","attributes":[{"key":"k","value":{"doubleValue":NaN}}]}]}]}]}"#;
    let decoded = decode::json(body.as_bytes()).unwrap();
    assert!(matches!(decoded.spans[0].attributes[0].1, Value::Double(number) if number.is_nan()));
}

#[test]
fn unknown_null_and_snake_case_fields_are_ignored() {
    let span =
        span(json!({ "future": [1], "name": null, "events": null, "trace_state": "x", "attributes": [null, 1] }));
    assert_eq!((span.name.as_str(), span.trace_state.as_str(), span.attributes.len()), ("", "", 0));
}

#[test]
fn bad_spans_are_listed_with_the_reason() {
    let spans = json!([
        { "name": "a", "traceId": "0af7", "spanId": "b7ad6b7169203331" },
        { "name": "b", "traceId": "xyz-", "spanId": "b7ad6b7169203331" },
        { "name": "c", "traceId": "0af", "spanId": "b7ad6b7169203331" },
        { "name": "d", "traceId": "0af7651916cd43dd8448eb211c80319c" },
        { "name": "e", "traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331", "startTimeUnixNano": -1 },
        5,
    ]);
    let body = json!({ "resourceSpans": [{ "scopeSpans": [{ "spans": spans }] }] });
    let decoded = decode::json(body.to_string().as_bytes()).unwrap();
    assert_eq!(decoded.spans.len(), 0);
    assert_eq!(
        decoded.rejected,
        [
            "span 0 'a': trace id has 2 bytes, 16 are needed",
            "span 1 'b': trace id is not hex",
            "span 2 'c': trace id has 3 hex digits, which is an odd number",
            "span 3 'd': span id has 0 bytes, 8 are needed",
            "span 4 'e': \"startTimeUnixNano\" is not a whole number from zero up",
            "span 5 '': it is not an object",
        ]
    );
}

#[test]
fn what_is_no_request_is_an_error() {
    for (body, reason) in [
        ("", "not JSON: EOF"),
        ("[]", "not an ExportTraceServiceRequest: an object is needed"),
        (r#"{"resourceSpans":{}}"#, "\"resourceSpans\" is not an array"),
        (r#"{"resourceSpans":[1]}"#, "an item of \"resourceSpans\" is not an object"),
        (r#"{"resourceSpans":[{"scopeSpans":[{"spans":1}]}]}"#, "\"spans\" is not an array"),
        (r#"{"resourceSpans":[]"#, "not JSON: EOF"),
    ] {
        let error = decode::json(body.as_bytes()).unwrap_err();
        assert!(error.to_string().starts_with(reason), "{body}: {error}");
    }
    for body in ["{}", r#"{"resourceSpans":null}"#, r#"{"resourceSpans":[{},{"scopeSpans":[{}]}]}"#] {
        assert_eq!(decode::json(body.as_bytes()).unwrap(), decode::Decoded::default(), "{body}");
    }
}

#[test]
fn endless_depth_is_an_error() {
    for (open, close) in [("[", "]"), ("{\"resourceSpans\":", "}")] {
        let body = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        assert!(decode::json(body.as_bytes()).unwrap_err().to_string().contains("recursion limit"));
    }
}
