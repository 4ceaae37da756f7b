//! Inputs and outputs: from where they were found to what is shown.

use tracewood_span::{Attributes, Content, Value};

use super::find::{Found, Source};
use super::parts;
use crate::json_text;

/// The content that a source stands for; `None` if it turns out to hold nothing.
pub(super) fn content(source: Source, found: &Found<'_>, attributes: &Attributes) -> Option<Content> {
    let at = |position: u32| attributes.get(position as usize);
    match source {
        Source::Attribute(position) => Some(Content::Attribute(position)),
        Source::Wrapped(position) => unwrapped(position, &at(position)?.1),
        Source::Messages(position) => {
            let instructions = found.instructions.get().and_then(at);
            let together = instructions.and_then(|(_, instructions)| instructed(instructions, &at(position)?.1));
            Some(together.map_or(Content::Attribute(position), Content::Value))
        }
        Source::Parts(position, n_prefix_bytes) => {
            let prefix = at(position)?.0.get(..n_prefix_bytes)?;
            Some(Content::Value(parts::together(attributes, prefix)))
        }
        Source::Sides => Some(sides(found, attributes)),
    }
}

/// MutagenT wraps content by its sort; a wrapping that holds only text or only a raw value is taken off.
fn unwrapped(position: u32, value: &Value) -> Option<Content> {
    let as_it_is = Some(Content::Attribute(position));
    let Value::String(text) = value else {
        return as_it_is;
    };
    // A look at the beginning saves the parse of all others.
    let name = text.strip_prefix('{').map(str::trim_start).unwrap_or_default();
    if !name.starts_with(r#""text""#) && !name.starts_with(r#""raw""#) {
        return as_it_is;
    }
    let Some(entries) = json_text::parse_object(text) else {
        return as_it_is;
    };
    match <[(String, Value); 1]>::try_from(entries) {
        Ok([(name, value)]) if name == "text" || name == "raw" => (!value.is_null()).then_some(Content::Value(value)),
        _ => as_it_is,
    }
}

/// The messages with a system message of the instructions in front; `None` if either is of an unknown shape.
fn instructed(instructions: &Value, messages: &Value) -> Option<Value> {
    if let (Value::String(instructions), Value::String(messages)) = (instructions, messages) {
        // Both are JSON text and stay so; a whole chat need not be parsed for this.
        let rest = messages.trim_start().strip_prefix('[')?.trim_start();
        let comma = if rest.starts_with(']') { "" } else { "," };
        let instructions = instructions.trim();
        if !instructions.starts_with('[') {
            return None;
        }
        return Some(Value::String(format!(r#"[{{"role":"system","parts":{instructions}}}{comma}{rest}"#)));
    }
    let Value::Array(mut messages) = json_text::expanded(messages) else {
        return None;
    };
    let parts = json_text::expanded(instructions);
    messages.insert(0, Value::Map(vec![("role".to_owned(), Value::from("system")), ("parts".to_owned(), parts)]));
    Some(Value::Array(messages))
}

/// The only side as it is, several side by side under their names.
fn sides(found: &Found<'_>, attributes: &Attributes) -> Content {
    let mut sides = found.sides.clone();
    sides.sort_by_key(|(rank, ..)| *rank);
    if let [(_, _, position)] = sides[..] {
        return Content::Attribute(position);
    }
    let entry = |(_, name, position): (_, &str, u32)| {
        let (_, value) = attributes.get(position as usize)?;
        Some((name.to_owned(), json_text::expanded(value)))
    };
    Content::Value(Value::Map(sides.into_iter().filter_map(entry).collect()))
}
