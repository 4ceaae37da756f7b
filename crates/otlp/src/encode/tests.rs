//! What was written by hand, read back by prost's messages.

use proptest::prelude::*;
use prost::Message as _;
use tracewood_span::Value;

use super::*;
use crate::proto::{self, any_value};

fn read_value(value: Option<proto::AnyValue>) -> Value {
    match value.and_then(|value| value.value) {
        None => Value::Null,
        Some(any_value::Value::String(text)) => Value::String(String::from_utf8(text).unwrap()),
        Some(any_value::Value::Bool(flag)) => Value::Bool(flag),
        Some(any_value::Value::Int(number)) => Value::Int(number),
        Some(any_value::Value::Double(number)) => Value::Double(number),
        Some(any_value::Value::Bytes(bytes)) => Value::Bytes(bytes),
        Some(any_value::Value::Array(list)) => {
            Value::Array(list.values.into_iter().map(|value| read_value(Some(value))).collect())
        }
        Some(any_value::Value::Kvlist(list)) => Value::Map(list.values.into_iter().map(read_attribute).collect()),
    }
}

fn read_attribute(attribute: proto::KeyValue) -> (String, Value) {
    (String::from_utf8(attribute.key).unwrap(), read_value(attribute.value))
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        (-1e300..1e300).prop_map(Value::Double),
        ".{0,200}".prop_map(Value::String),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(Value::Bytes),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::vec((".{0,9}", inner), 0..6).prop_map(Value::Map),
        ]
    })
}

proptest! {
    #[test]
    fn attribute_of_any_type_reads_back(key in ".{0,150}", value in any_value()) {
        let mut out = Vec::new();
        attribute(&mut out, field::RESOURCE_ATTRIBUTES, &key, &value);
        let resource = proto::Resource::decode(out.as_slice()).unwrap();
        let read: Vec<_> = resource.attributes.into_iter().map(read_attribute).collect();
        prop_assert_eq!(read, vec![(key, value)]);
    }

    #[test]
    fn length_of_a_number_is_what_it_takes(number in any::<u64>(), shift in 0..64_u32) {
        let mut out = Vec::new();
        varint(&mut out, number >> shift);
        prop_assert_eq!(out.len(), varint_len(number >> shift));
    }
}

#[test]
fn attributes_written_by_type_are_those_written_by_value() {
    let mut by_type = Vec::new();
    text_attribute(&mut by_type, 9, "a", "é".repeat(100).as_bytes());
    int_attribute(&mut by_type, 9, "b", -1);
    double_attribute(&mut by_type, 9, "c", 0.5);
    bool_attribute(&mut by_type, 9, "d", true);
    texts_attribute(&mut by_type, 9, "e", ["x", "", "yy"].into_iter());

    let texts = Value::Array(vec![Value::from("x"), Value::from(""), Value::from("yy")]);
    let values = [
        ("a", Value::String("é".repeat(100))),
        ("b", Value::Int(-1)),
        ("c", Value::Double(0.5)),
        ("d", Value::Bool(true)),
        ("e", texts),
    ];
    let mut by_value = Vec::new();
    for (key, value) in &values {
        attribute(&mut by_value, 9, key, value);
    }
    assert_eq!(by_type, by_value);
}

#[test]
fn request_groups_spans_by_scope() {
    let mut out = Vec::new();
    let mut request =
        Request::begin(&mut out, |out| text_attribute(out, field::RESOURCE_ATTRIBUTES, "service.name", b"s"));
    for (scope, spans) in [("one", &[1, 2][..]), ("two", &[3][..])] {
        request.scope(scope, "1.0", &[], "");
        for at in spans {
            request.span(|out| {
                bytes_field(out, field::SPAN_NAME, &b"n".repeat(300));
                fixed64_field(out, field::SPAN_START, *at);
                fixed32_field(out, field::SPAN_FLAGS, FLAG_HAS_IS_REMOTE | FLAG_IS_REMOTE);
                let event = Message::begin(out, field::SPAN_EVENTS);
                fixed64_field(out, field::EVENT_TIME, at + 1);
                event.end(out);
            });
        }
    }
    request.end();

    let read = proto::ExportTraceServiceRequest::decode(out.as_slice()).unwrap();
    let resource_spans = &read.resource_spans[..];
    assert_eq!(resource_spans.len(), 1);
    let scopes: Vec<_> = resource_spans[0]
        .scope_spans
        .iter()
        .map(|scope_spans| {
            let scope = scope_spans.scope.as_ref().unwrap();
            let spans: Vec<_> = scope_spans.spans.iter().map(|span| (span.start_time_unix_nano, span.flags)).collect();
            assert!(scope_spans.spans.iter().all(|span| span.name.len() == 300 && span.events.len() == 1));
            (String::from_utf8(scope.name.clone()).unwrap(), String::from_utf8(scope.version.clone()).unwrap(), spans)
        })
        .collect();
    let flags = 0x300;
    assert_eq!(
        scopes,
        [
            ("one".to_owned(), "1.0".to_owned(), vec![(1, flags), (2, flags)]),
            ("two".to_owned(), "1.0".to_owned(), vec![(3, flags)])
        ]
    );
}
