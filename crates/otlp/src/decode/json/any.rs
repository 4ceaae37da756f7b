//! Attribute values in OTLP's JSON form.

use serde_json::{Map, Value as Json};
use tracewood_span::{Attributes, Value};

use crate::json_text;

/// Takes a list of `{"key": .., "value": ..}` out; what is no such thing is left out.
pub(super) fn attributes(list: Option<&mut Json>) -> Attributes {
    match list.map(Json::take) {
        Some(Json::Array(entries)) => entries.into_iter().filter_map(entry).collect(),
        _ => Vec::new(),
    }
}

fn entry(entry: Json) -> Option<(String, Value)> {
    let Json::Object(mut fields) = entry else {
        return None;
    };
    let key = super::text(&mut fields, "key");
    Some((key, fields.get_mut("value").map(Json::take).map_or(Value::Null, any_value)))
}

/// Not deeper than the parser's own limit of 128 levels.
fn any_value(value: Json) -> Value {
    let Json::Object(fields) = value else {
        // No `AnyValue`, but what is meant is clear.
        return plain(value);
    };
    fields.into_iter().find_map(|(name, value)| typed(&name, value)).unwrap_or_default()
}

/// The value of one field of an `AnyValue`; `None` for unknown and null fields. A value of another type than its field
/// says is taken as what it is.
fn typed(name: &str, value: Json) -> Option<Value> {
    if value.is_null() {
        return None;
    }
    let typed = match (name, value) {
        ("intValue", Json::String(text)) => text.trim().parse().map_or(Value::String(text), Value::Int),
        ("doubleValue", Json::Number(number)) => number.as_f64().map_or(Value::Null, Value::Double),
        ("doubleValue", Json::String(text)) => {
            // Rust reads "NaN", "Infinity" and "-Infinity" as protobuf writes them.
            text.trim().parse().map_or(Value::String(text), Value::Double)
        }
        ("boolValue", Json::String(text)) => text.parse().map_or(Value::String(text), Value::Bool),
        ("bytesValue", Json::String(text)) => base64(&text).map_or(Value::String(text), Value::Bytes),
        ("arrayValue", Json::Object(fields)) => Value::Array(values(fields).map(any_value).collect()),
        ("kvlistValue", Json::Object(fields)) => Value::Map(values(fields).filter_map(entry).collect()),
        (
            "stringValue" | "boolValue" | "intValue" | "doubleValue" | "bytesValue" | "arrayValue" | "kvlistValue",
            value,
        ) => plain(value),
        _ => return None,
    };
    Some(typed)
}

fn values(mut fields: Map<String, Json>) -> impl Iterator<Item = Json> {
    super::items(&mut fields, "values")
}

/// Any JSON as the value that it looks like.
fn plain(value: Json) -> Value {
    match value {
        Json::String(text) => Value::String(text),
        value => json_text::from_json(value),
    }
}

/// The bytes of base64 text, of the standard or the URL alphabet, with or without padding, as protobuf demands.
fn base64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let (mut bits, mut n_bits) = (0_u32, 0);
    for digit in text.bytes() {
        let digit = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(digit);
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            bytes.push((bits >> n_bits) as u8);
        }
    }
    // A lone digit holds less than a byte.
    (n_bits < 6).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_either_alphabet_is_read() {
        assert_eq!(base64("AAH/+w=="), Some(vec![0, 1, 255, 251]));
        assert_eq!(base64("AAH_-w"), Some(vec![0, 1, 255, 251]));
        assert_eq!(base64(""), Some(Vec::new()));
        assert_eq!(base64("A"), None);
        assert_eq!(base64("A A="), None);
    }
}
