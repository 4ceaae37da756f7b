//! A request that the official protobuf library encoded is read whole.

use prost::Message as _;
use tracewood_otlp::decode;
use tracewood_otlp::proto::{
    AnyValue, ArrayValue, ExportTraceServiceRequest, KeyValue, ResourceSpans, ScopeSpans, Span as SpanMessage,
    any_value,
};
use tracewood_span::{Event, Kind, Link, Span, SpanId, Status, TraceId, Value};

/// Made by `fixtures/request.py`.
pub(crate) const REQUEST: &[u8] = include_bytes!("../fixtures/request.pb");

fn trace_id() -> TraceId {
    "0af7651916cd43dd8448eb211c80319c".parse().unwrap()
}

fn map(entries: &[(&str, Value)]) -> Vec<(String, Value)> {
    entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
}

fn encoded(span: SpanMessage) -> Vec<u8> {
    let scope_spans = vec![ScopeSpans { scope: None, spans: vec![span], ..Default::default() }];
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans { resource: None, scope_spans, ..Default::default() }],
    }
    .encode_to_vec()
}

#[test]
fn every_field_of_a_span_arrives() {
    let decoded = decode::protobuf(REQUEST).unwrap();
    let span = &decoded.spans[0];
    let mut wanted =
        Span::new(trace_id(), "b7ad6b7169203331".parse().unwrap(), "chat gpt-4o", 1_700_000_000_123_456_789);
    wanted.parent_span_id = Some("00f067aa0ba902b7".parse().unwrap());
    wanted.is_parent_remote = true;
    wanted.ended_at_unix_nanos = Some(1_700_000_001_123_456_789);
    wanted.status = Status::Error;
    wanted.status_message = "boom".to_owned();
    wanted.otel_kind = 3;
    wanted.trace_state = "vendor=1".to_owned();
    wanted.n_dropped_by_client = 6;
    let list = [
        Value::from("a"),
        Value::Int(1),
        Value::Double(2.5),
        Value::Bool(true),
        Value::Null,
        Value::Array(vec![Value::from("nested")]),
    ];
    wanted.attributes = map(&[
        ("gen_ai.operation.name", Value::from("chat")),
        ("text", Value::from("é \"quoted\"\n")),
        ("flag", Value::Bool(false)),
        ("small", Value::Int(i64::MIN)),
        ("large", Value::Int(i64::MAX)),
        ("fraction", Value::Double(0.1)),
        ("infinite", Value::Double(f64::NEG_INFINITY)),
        ("bytes", Value::Bytes(vec![0, 255, 251])),
        ("list", Value::Array(list.to_vec())),
        ("map", Value::Map(map(&[("a", Value::Map(map(&[("b", Value::Array(vec![Value::Bytes(b"c".to_vec())]))])))]))),
        ("empty list", Value::Array(Vec::new())),
        ("nothing", Value::Null),
        ("", Value::from("no key")),
    ]);
    wanted.events = vec![Event {
        name: "exception".to_owned(),
        at_unix_nanos: 1_700_000_000_500_000_000,
        attributes: map(&[("exception.type", Value::from("ValueError"))]),
        n_dropped_attributes: 4,
    }];
    wanted.links = vec![Link {
        trace_state: "l=1".to_owned(),
        attributes: map(&[("why", Value::from("retry"))]),
        n_dropped_attributes: 5,
        ..Link::new(trace_id(), "0000000000000001".parse().unwrap())
    }];
    wanted.resource = span.resource.clone();
    wanted.scope = span.scope.clone();
    wanted.kind = Kind::Llm;
    wanted.kind_text = "chat".to_owned();
    wanted.environment = Some("staging".to_owned());
    wanted.names.service = Some("shop".to_owned());
    assert_eq!(*span, wanted);
    assert_eq!((span.scope.name.as_str(), span.scope.version.as_str()), ("my.library", "1.2.3"));
    assert_eq!(span.resource.schema_url, "https://opentelemetry.io/schemas/1.44.0");
    assert_eq!(span.scope.attributes, map(&[("scope", Value::Bool(true))]));
    assert_eq!(span.resource.attributes[0], ("service.name".to_owned(), Value::from("shop")));
}

#[test]
fn bad_spans_are_listed_and_the_others_are_taken() {
    let decoded = decode::protobuf(REQUEST).unwrap();
    assert_eq!(decoded.spans.iter().map(|span| span.name.as_str()).collect::<Vec<_>>(), ["chat gpt-4o", "", "bare"]);
    assert_eq!(
        decoded.rejected,
        [
            "span 2 'short id': trace id has 15 bytes, 16 are needed",
            "span 3 'zero id': span id is all zero",
            "span 4 'bad parent': parent span id has 3 bytes, 8 are needed",
        ]
    );
}

#[test]
fn zero_parent_is_none_and_remote_needs_both_bits() {
    let decoded = decode::protobuf(REQUEST).unwrap();
    assert_eq!(decoded.spans[1].parent_span_id, None);
    // Its flags have bit 9 without bit 8, which says that nothing is known of the parent.
    assert!(!decoded.spans[1].is_parent_remote);
    assert_eq!(decoded.spans[1].ended_at_unix_nanos, None);
    assert_eq!(decoded.spans[1].environment.as_deref(), Some("staging"));
    assert_eq!(decoded.spans[2].environment, None);
}

#[test]
fn empty_request_holds_nothing() {
    assert_eq!(decode::protobuf(b"").unwrap(), decode::Decoded::default());
}

#[test]
fn text_that_is_not_utf_8_costs_only_itself() {
    let ids = (trace_id().as_bytes().to_vec(), vec![1; 8]);
    let bytes =
        encoded(SpanMessage { trace_id: ids.0, span_id: ids.1, name: b"a\xffb".to_vec(), ..SpanMessage::default() });
    assert_eq!(decode::protobuf(&bytes).unwrap().spans[0].name, "a\u{fffd}b");
}

#[test]
fn long_names_are_cut_in_reasons() {
    let bytes = encoded(SpanMessage { name: "é".repeat(1000).into_bytes(), ..SpanMessage::default() });
    let rejected = decode::protobuf(&bytes).unwrap().rejected;
    assert_eq!(rejected, [format!("span 0 '{}': trace id has 0 bytes, 16 are needed", "é".repeat(50))]);
}

#[test]
fn value_that_is_too_deep_costs_its_span_and_broken_bytes_the_request() {
    // An array in an array in an array, some deep.
    let lists = |n: usize| {
        let one = AnyValue { value: Some(any_value::Value::Int(1)) };
        let value = (0..n).fold(one, |inner, _| AnyValue {
            value: Some(any_value::Value::Array(ArrayValue { values: vec![inner] })),
        });
        let attributes = vec![KeyValue { key: b"deep".to_vec(), value: Some(value) }];
        let trace_id = trace_id().as_bytes().to_vec();
        encoded(SpanMessage {
            trace_id,
            span_id: vec![1; 8],
            name: b"s".to_vec(),
            attributes,
            ..SpanMessage::default()
        })
    };
    assert_eq!(decode::protobuf(&lists(47)).unwrap().spans.len(), 1);
    for n in [48, 1000] {
        let decoded = decode::protobuf(&lists(n)).unwrap();
        assert_eq!(
            (decoded.spans, decoded.rejected),
            (vec![], vec!["span 0 's': values lie in each other too deep".to_owned()])
        );
    }
    let error = decode::protobuf(&REQUEST[..REQUEST.len() - 7]).unwrap_err();
    assert_eq!(error.kind(), tracewood_otlp::ErrorKind::Protobuf);
    assert_eq!(error.to_string(), "not an ExportTraceServiceRequest: a field goes on behind the end of the bytes");
}

#[test]
fn spans_of_a_batch_share_resource_and_scope() {
    let decoded = decode::protobuf(REQUEST).unwrap();
    assert!(std::sync::Arc::ptr_eq(&decoded.spans[0].resource, &decoded.spans[1].resource));
    assert!(std::sync::Arc::ptr_eq(&decoded.spans[0].scope, &decoded.spans[1].scope));
    assert_eq!(
        decoded.spans[0].parent_span_id,
        Some(SpanId::from_slice(&[0, 240, 103, 170, 11, 169, 2, 183]).unwrap())
    );
}
