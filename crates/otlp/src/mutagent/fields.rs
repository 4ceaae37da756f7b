//! A JSON object whose values stay text until somebody wants them.
//!
//! Prompts and answers are most of a batch and are kept as JSON text anyway, so they are never taken apart; a value
//! that no parser takes, such as a number of 400 digits, costs nothing but itself.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use tracewood_span::{Attributes, Value};

use crate::json_text;

/// The fields of an object, in order.
pub(super) struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Fields<'a> {
    /// The fields of the object that the text stands for.
    pub(super) fn parse(text: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The fields of an object; `None` if it is something else.
    pub(super) fn of(raw: &'a RawValue) -> Option<Self> {
        Self::parse(raw.get()).ok()
    }

    /// A field that is there and not null.
    pub(super) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, raw)| *raw).filter(|raw| raw.get() != "null")
    }

    /// A field as text, also where the sender wrote a number; `None` if it is empty or no scalar.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match scalar(self.get(name)?)? {
            Value::String(text) => Some(text).filter(|text| !text.is_empty()),
            Value::Int(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// All fields, in order, null ones left out.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().filter(|(_, raw)| raw.get() != "null").map(|(name, raw)| (name.as_str(), *raw))
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some(entry) = map.next_entry()? {
            fields.push(entry);
        }
        Ok(Fields(fields))
    }
}

/// The items of an array; `None` if it is something else.
pub(super) fn items(raw: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(raw.get()).ok()
}

/// A scalar; a number too large for any type as its digits; `None` for objects and arrays.
fn scalar(raw: &RawValue) -> Option<Value> {
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'{' | b'[') => None,
        Some(b'"') => Some(json_text::parse(text).unwrap_or_else(|| Value::from(text.trim_matches('"')))),
        _ => Some(json_text::parse(text).unwrap_or_else(|| Value::from(text))),
    }
}

/// A scalar as it is, an object or array as JSON text.
pub(super) fn flat(raw: &RawValue) -> Value {
    scalar(raw).unwrap_or_else(|| Value::from(raw.get()))
}

/// Any value as it is; what is nested too deep as JSON text.
pub(super) fn value(raw: &RawValue) -> Value {
    json_text::parse(raw.get()).unwrap_or_else(|| flat(raw))
}

/// The entries of an object as they are; `None` if it is something else.
pub(super) fn attributes(raw: &RawValue) -> Option<Attributes> {
    Some(Fields::of(raw)?.0.into_iter().map(|(name, raw)| (name, value(raw))).collect())
}
