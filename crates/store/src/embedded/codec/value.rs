//! Attribute values to and from their bytes, with a count of how deep they go.

use prost::Message;
use tracewood_span::{Attributes, Value};

use super::message::{AnyValue, ArrayValue, KeyValue, KeyValueList, OneValue};

/// How deep a value may go. Decoders of the wire stop at 128 or before; what is deeper is cut off rather than made
/// unreadable.
pub(crate) const DEPTH_MAX: usize = 256;

const CUT: &str = "…<deeper than 256 levels>";

/// The attributes as messages.
pub(crate) fn attributes_to(attributes: Attributes) -> Vec<KeyValue> {
    to_pairs(attributes, 0)
}

/// The value as a message.
pub(crate) fn value_to(value: Value) -> AnyValue {
    to_any(value, 0)
}

/// The attributes that the messages stand for; `None` if the bytes are not what this crate wrote.
pub(crate) fn attributes_from(pairs: Vec<KeyValue>) -> Option<Attributes> {
    from_pairs(pairs, 0)
}

/// The value that the message stands for, likewise.
pub(crate) fn value_from(any: AnyValue) -> Option<Value> {
    from_any(any, 0)
}

fn to_pairs(attributes: Attributes, depth: usize) -> Vec<KeyValue> {
    attributes.into_iter().map(|(key, value)| KeyValue { key, value: Some(to_any(value, depth)) }).collect()
}

fn to_any(value: Value, depth: usize) -> AnyValue {
    let value = match value {
        Value::Null => None,
        Value::Bool(flag) => Some(OneValue::Bool(flag)),
        Value::Int(number) => Some(OneValue::Int(number)),
        Value::Double(number) => Some(OneValue::Double(number)),
        Value::String(text) => Some(OneValue::String(text)),
        Value::Bytes(bytes) => Some(OneValue::Bytes(bytes)),
        Value::Array(_) | Value::Map(_) if depth >= DEPTH_MAX => Some(OneValue::String(CUT.to_owned())),
        Value::Array(values) => {
            let values = values.into_iter().map(|value| to_any(value, depth + 1)).collect();
            Some(OneValue::Array(ArrayValue { values }.encode_to_vec()))
        }
        Value::Map(pairs) => Some(OneValue::Map(KeyValueList { values: to_pairs(pairs, depth + 1) }.encode_to_vec())),
    };
    AnyValue { value }
}

fn from_pairs(pairs: Vec<KeyValue>, depth: usize) -> Option<Attributes> {
    pairs.into_iter().map(|KeyValue { key, value }| Some((key, from_any(value.unwrap_or_default(), depth)?))).collect()
}

fn from_any(any: AnyValue, depth: usize) -> Option<Value> {
    if depth > DEPTH_MAX {
        return None;
    }
    Some(match any.value {
        None => Value::Null,
        Some(OneValue::Bool(flag)) => Value::Bool(flag),
        Some(OneValue::Int(number)) => Value::Int(number),
        Some(OneValue::Double(number)) => Value::Double(number),
        Some(OneValue::String(text)) => Value::String(text),
        Some(OneValue::Bytes(bytes)) => Value::Bytes(bytes),
        Some(OneValue::Array(bytes)) => {
            let values = ArrayValue::decode(bytes.as_slice()).ok()?.values;
            Value::Array(values.into_iter().map(|value| from_any(value, depth + 1)).collect::<Option<_>>()?)
        }
        Some(OneValue::Map(bytes)) => {
            Value::Map(from_pairs(KeyValueList::decode(bytes.as_slice()).ok()?.values, depth + 1)?)
        }
    })
}
