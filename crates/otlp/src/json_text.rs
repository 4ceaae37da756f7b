//! JSON text to attribute values.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use tracewood_span::{Attributes, Value};

/// The value that the text stands for; `None` if it is no JSON or nested deeper than 128 levels.
pub(crate) fn parse(text: &str) -> Option<Value> {
    serde_json::from_str::<Parsed>(text).ok().map(|parsed| parsed.0)
}

/// The entries of the object that the text stands for; `None` if it is no JSON object.
pub(crate) fn parse_object(text: &str) -> Option<Attributes> {
    // Most text that is no object is told apart here, without a parse.
    if !text.trim_start().starts_with('{') {
        return None;
    }
    match parse(text)? {
        Value::Map(entries) => Some(entries),
        _ => None,
    }
}

/// The items of the array that the text stands for; `None` if it is no JSON array.
pub(crate) fn parse_array(text: &str) -> Option<Vec<Value>> {
    if !text.trim_start().starts_with('[') {
        return None;
    }
    match parse(text)? {
        Value::Array(items) => Some(items),
        _ => None,
    }
}

/// Text that is a JSON object or array becomes that; every other value stays as it is.
pub(crate) fn expanded(value: &Value) -> Value {
    if let Value::String(text) = value
        && text.trim_start().starts_with(['{', '['])
        && let Some(parsed) = parse(text)
    {
        return parsed;
    }
    value.clone()
}

/// Parsed JSON as a value; text is moved.
pub(crate) fn from_json(json: serde_json::Value) -> Value {
    // Reading from a tree that was parsed already cannot fail: the visitor takes everything.
    Parsed::deserialize(json).map_or(Value::Null, |parsed| parsed.0)
}

/// A [`Value`] that serde can read.
pub(crate) struct Parsed(pub(crate) Value);

impl<'de> Deserialize<'de> for Parsed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor).map(Self)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Int(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(i64::try_from(number).map_or(Value::Double(number as f64), Value::Int))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Double(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Parsed(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, Parsed(value))) = map.next_entry()? {
            entries.push((key, value));
        }
        Ok(Value::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_json_type_has_a_value() {
        let parsed = parse(r#"{"a":[null,true,-1,18446744073709551615,0.5,"é"]}"#).unwrap();
        let items = [
            Value::Null,
            Value::Bool(true),
            Value::Int(-1),
            Value::Double(18_446_744_073_709_551_615.0),
            Value::Double(0.5),
            Value::from("é"),
        ];
        assert_eq!(parsed, Value::Map(vec![("a".to_owned(), Value::Array(items.to_vec()))]));
    }

    #[test]
    fn deep_nesting_is_refused_and_not_followed() {
        assert_eq!(parse(&"[".repeat(100_000)), None);
        assert_eq!(parse(&format!("{}1{}", "[".repeat(200), "]".repeat(200))), None);
    }

    #[test]
    fn only_objects_and_arrays_are_expanded() {
        assert_eq!(expanded(&Value::from("12")), Value::from("12"));
        assert_eq!(expanded(&Value::from("[12]")), Value::Array(vec![Value::Int(12)]));
        assert_eq!(expanded(&Value::from("[12")), Value::from("[12"));
    }
}
