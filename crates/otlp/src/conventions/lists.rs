//! Fields that several attributes add to: parameters, metadata, tags and reasons to stop.

use std::collections::HashSet;

use tracewood_span::{Attributes, Value};

use super::find::{Addend, Addition};
use crate::json_text;

/// Where the model that was asked stands among the parameters.
const MODELS: [&str; 2] = ["model", "model_name"];

/// Parameters that have a field of their own, or say how the answer is sent and not how it is made.
const NOT_PARAMETERS: [&str; 8] =
    ["model", "model_name", "messages", "tools", "functions", "stream", "stream_options", "_type"];

/// What Vercel and others call the limit on the answer's length.
const MAX_TOKENS: [&str; 1] = ["max_output_tokens"];

/// Model parameters; the most trusted value for each name.
pub(super) fn parameters(additions: Vec<Addition<'_>>) -> Attributes {
    let mut entries = merged(additions, |name, value| {
        let name = snake_case(name);
        let name = if MAX_TOKENS.contains(&name.as_str()) { "max_tokens".to_owned() } else { name };
        (name, value.clone())
    });
    // What was left open is written as nothing by some, and as an empty text by OpenInference for Mistral.
    entries.retain(|(name, value)| {
        !NOT_PARAMETERS.contains(&name.as_str()) && !value.is_null() && value.as_str() != Some("")
    });
    entries
}

/// The model that was asked, which OpenInference keeps there while its own key comes to hold the one that answered.
pub(super) fn model_asked(additions: &[Addition<'_>]) -> Option<String> {
    let among = |entries: &Attributes| {
        let found = MODELS.iter().find_map(|name| entries.iter().find(|(key, _)| key == name));
        found.and_then(|(_, value)| text(value))
    };
    additions.iter().find_map(|addition| match addition.what {
        Addend::All(Value::Map(entries)) => among(entries),
        Addend::All(Value::String(text)) => json_text::parse_object(text).as_ref().and_then(among),
        _ => None,
    })
}

/// What the user attached; the span's own value first, then that of its trace.
pub(super) fn metadata(additions: Vec<Addition<'_>>) -> Attributes {
    merged(additions, |name, value| (name.to_owned(), json_text::expanded(value)))
}

/// Labels, each once, in the order of trust.
pub(super) fn tags(mut additions: Vec<Addition<'_>>) -> Vec<String> {
    additions.sort_by_key(|addition| addition.order);
    let mut tags = Vec::new();
    for addition in additions {
        match addition.what {
            Addend::All(value) | Addend::One(_, value) => tags.extend(texts(value)),
        }
    }
    let mut seen = HashSet::new();
    tags.retain(|tag| seen.insert(tag.clone()));
    tags
}

/// The texts of an array, of a JSON array in text, or of a single text.
pub(super) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().filter_map(text).collect(),
        Value::String(whole) => match json_text::parse_array(whole) {
            Some(items) => items.iter().filter_map(text).collect(),
            None => text(value).into_iter().collect(),
        },
        _ => text(value).into_iter().collect(),
    }
}

/// The value as a short text; `None` if it is empty or cannot name anything.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(text.clone()),
        Value::Int(number) => Some(number.to_string()),
        Value::Double(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn merged(mut additions: Vec<Addition<'_>>, one: impl Fn(&str, &Value) -> (String, Value)) -> Attributes {
    if additions.is_empty() {
        return Vec::new();
    }
    additions.sort_by_key(|addition| addition.order);
    let mut entries = Vec::new();
    for addition in additions {
        match addition.what {
            Addend::All(Value::Map(more)) => entries.extend(more.iter().cloned()),
            Addend::All(Value::String(text)) => entries.extend(json_text::parse_object(text).unwrap_or_default()),
            Addend::All(_) => {}
            Addend::One(name, value) => entries.push(one(name, value)),
        }
    }
    let mut seen = HashSet::with_capacity(entries.len());
    entries.retain(|(name, _)| seen.insert(name.clone()));
    entries
}

/// `maxTokens` as `max_tokens`.
fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut was_lower = false;
    for character in name.chars() {
        if character.is_ascii_uppercase() && was_lower {
            snake.push('_');
        }
        was_lower = character.is_ascii_lowercase() || character.is_ascii_digit();
        snake.push(character.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_snake_case() {
        assert_eq!(snake_case("maxOutputTokens"), "max_output_tokens");
        assert_eq!(snake_case("topP"), "top_p");
        assert_eq!(snake_case("reasoning.level"), "reasoning.level");
    }

    #[test]
    fn texts_come_as_arrays_json_or_alone() {
        let array = Value::Array(vec![Value::from("a"), Value::Int(1), Value::Null]);
        assert_eq!(texts(&array), ["a", "1"]);
        assert_eq!(texts(&Value::from(r#"["a", "b"]"#)), ["a", "b"]);
        assert_eq!(texts(&Value::from("[a")), ["[a"]);
        assert_eq!(texts(&Value::from(" ")), [""; 0]);
    }
}
