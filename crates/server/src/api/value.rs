//! Attribute values as JSON, and moments as text.

use jiff::Timestamp;
use serde_json::{Map, Number, Value as Json};
use tracewood_span::{Attributes, Value};

/// How deep a value is shown; parsers of JSON commonly refuse more than 128 levels, and an answer wraps some around it.
const DEPTH_MAX: usize = 96;

/// Named values as a JSON object; where a name stands twice, the first one counts.
pub(crate) fn object(attributes: &Attributes) -> Map<String, Json> {
    nested_object(attributes, 0)
}

/// A value as JSON.
pub(crate) fn json(value: &Value) -> Json {
    nested(value, 0)
}

/// The value of an input or output: text that is a JSON object or array is shown as what it stands for.
pub(crate) fn content(value: &Value) -> Json {
    let Value::String(text) = value else { return json(value) };
    if !text.trim_start().starts_with(['{', '[']) {
        return Json::from(text.as_str());
    }
    match serde_json::from_str::<Json>(text) {
        Ok(parsed) if is_within(&parsed, DEPTH_MAX) => parsed,
        _ => Json::from(text.as_str()),
    }
}

/// About how many bytes a value has as JSON.
pub(crate) fn n_bytes(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Double(_) => 8,
        Value::String(text) => text.len(),
        Value::Bytes(bytes) => bytes.len() / 3 * 4,
        Value::Array(values) => values.iter().map(n_bytes).sum(),
        Value::Map(pairs) => pairs.iter().map(|(key, value)| key.len() + n_bytes(value)).sum(),
    }
}

/// A moment in RFC 3339, in UTC with nine digits.
pub(crate) fn moment(unix_nanos: u64) -> String {
    // Nanoseconds in 64 bits end in the year 2554, which is within what a timestamp can be.
    Timestamp::from_nanosecond(i128::from(unix_nanos)).map(|at| format!("{at:.9}")).unwrap_or_default()
}

fn nested_object(attributes: &Attributes, depth: usize) -> Map<String, Json> {
    let mut map = Map::with_capacity(attributes.len());
    for (name, value) in attributes {
        if !map.contains_key(name) {
            map.insert(name.clone(), nested(value, depth));
        }
    }
    map
}

fn nested(value: &Value, depth: usize) -> Json {
    if depth >= DEPTH_MAX {
        return Json::from("…");
    }
    match value {
        Value::Null => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Int(number) => Json::from(*number),
        Value::Double(number) => double(*number),
        Value::String(text) => Json::from(text.as_str()),
        Value::Bytes(bytes) => Json::from_iter([("bytes_base64", base64(bytes))]),
        Value::Array(values) => values.iter().map(|value| nested(value, depth + 1)).collect(),
        Value::Map(attributes) => Json::Object(nested_object(attributes, depth + 1)),
    }
}

fn double(number: f64) -> Json {
    match Number::from_f64(number) {
        Some(number) => Json::Number(number),
        None if number.is_nan() => Json::from("NaN"),
        None if number > 0.0 => Json::from("Infinity"),
        None => Json::from("-Infinity"),
    }
}

fn is_within(value: &Json, depth: usize) -> bool {
    match value {
        Json::Array(values) => depth > 0 && values.iter().all(|value| is_within(value, depth - 1)),
        Json::Object(map) => depth > 0 && map.values().all(|value| is_within(value, depth - 1)),
        _ => true,
    }
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The bytes that padded base64 stands for; `None` for every other text.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let n_padding = text.len() - digits.len();
    if !text.len().is_multiple_of(4) || n_padding > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut n_bits) = (0_u32, 0);
    for digit in digits.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            bytes.push((bits >> n_bits) as u8);
        }
    }
    Some(bytes)
}

/// Bytes as padded base64.
pub(crate) fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().enumerate().fold(0, |bits, (i, byte)| bits | u32::from(*byte) << (16 - 8 * i));
        for i in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * i) & 63) as usize];
            out.push(if i <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json as j;

    use super::*;

    #[test]
    fn every_value_has_its_json() {
        let attributes = vec![
            ("null".to_owned(), Value::Null),
            ("int".to_owned(), Value::Int(-3)),
            ("int".to_owned(), Value::Int(4)),
            ("double".to_owned(), Value::Double(0.5)),
            ("nan".to_owned(), Value::Double(f64::NAN)),
            ("low".to_owned(), Value::Double(f64::NEG_INFINITY)),
            ("bytes".to_owned(), Value::Bytes(b"wood!".to_vec())),
            ("list".to_owned(), Value::Array(vec![Value::Bool(true), Value::from("{}")])),
        ];
        assert_eq!(
            Json::Object(object(&attributes)),
            j!({"null": null, "int": -3, "double": 0.5, "nan": "NaN", "low": "-Infinity",
                "bytes": {"bytes_base64": "d29vZCE="}, "list": [true, "{}"]})
        );
    }

    #[test]
    fn base64_is_padded() {
        for (bytes, text) in [(&b""[..], ""), (b"w", "dw=="), (b"wo", "d28="), (b"woo", "d29v"), (b"\xff\xfe", "//4=")]
        {
            assert_eq!(base64(bytes), text);
            assert_eq!(from_base64(text).as_deref(), Some(bytes));
        }
    }

    #[test]
    fn what_is_no_base64_is_nothing() {
        for text in ["a", "dw=", "d===", "d!==", "dw==dw==", "ä==="] {
            assert_eq!(from_base64(text), None, "{text}");
        }
    }

    #[test]
    fn content_is_parsed_only_where_it_is_an_object_or_an_array() {
        assert_eq!(content(&Value::from(r#" {"a": [1]}"#)), j!({"a": [1]}));
        assert_eq!(content(&Value::from("12")), j!("12"));
        assert_eq!(content(&Value::from("[broken")), j!("[broken"));
        assert_eq!(content(&Value::from(12)), j!(12));
        let deep = "[".repeat(100) + &"]".repeat(100);
        assert_eq!(content(&Value::from(deep.as_str())), j!(deep));
    }

    #[test]
    fn moment_has_nine_digits() {
        assert_eq!(moment(0), "1970-01-01T00:00:00.000000000Z");
        assert_eq!(moment(1_700_000_000_123_456_789), "2023-11-14T22:13:20.123456789Z");
        assert_eq!(moment(u64::MAX), "2554-07-21T23:34:33.709551615Z");
    }
}
