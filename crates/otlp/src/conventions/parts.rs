//! Content that was flattened into many keys, put together again.

use std::collections::BTreeMap;

use tracewood_span::{Attributes, Value};

/// Segments that only repeat what the list around them is called.
const WRAPPERS: [&str; 5] = ["message", "message_content", "tool_call", "document", "tool"];

/// The deepest key that is taken apart; OpenInference's deepest has nine segments. What is left is one name.
const SEGMENTS_MAX: usize = 12;

/// Puts together all attributes whose keys begin with `prefix`: `0.message.role` and `0.message.content` become
/// `[{"role": .., "content": ..}]`, in the order of the numbers and without gaps.
pub(super) fn together(attributes: &Attributes, prefix: &str) -> Value {
    let mut root = Node::default();
    for (key, value) in attributes {
        if let Some(path) = key.strip_prefix(prefix)
            && !value.is_null()
        {
            root.insert(path, value);
        }
    }
    root.into_value()
}

/// A place in the tree of keys: a value, numbered places, or named places.
#[derive(Default)]
struct Node<'a> {
    value: Option<&'a Value>,
    items: BTreeMap<u32, Node<'a>>,
    entries: BTreeMap<&'a str, Node<'a>>,
}

impl<'a> Node<'a> {
    fn insert(&mut self, path: &'a str, value: &'a Value) {
        let mut node = self;
        let mut was_number = false;
        for segment in path.splitn(SEGMENTS_MAX, '.') {
            if let Ok(number) = segment.parse() {
                node = node.items.entry(number).or_default();
                was_number = true;
            } else if was_number && WRAPPERS.contains(&segment) {
                was_number = false;
            } else {
                // OpenInference has `contents` for a list of parts beside `content` for a text.
                let name = if segment == "contents" { "content" } else { segment };
                node = node.entries.entry(name).or_default();
                was_number = false;
            }
        }
        // A key may stand twice; then the first one counts.
        node.value.get_or_insert(value);
    }

    fn into_value(self) -> Value {
        if !self.items.is_empty() {
            return Value::Array(self.items.into_values().map(Self::into_value).collect());
        }
        if self.entries.is_empty() {
            return self.value.cloned().unwrap_or_default();
        }
        let mut entries: Attributes =
            self.entries.into_iter().map(|(name, node)| (name.to_owned(), node.into_value())).collect();
        // Who speaks is read before what is said.
        entries.sort_by_key(|(name, _)| match name.as_str() {
            "role" => 0,
            "content" => 1,
            _ => 2,
        });
        Value::Map(entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(entries: &[(&str, &str)]) -> Attributes {
        entries.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value))).collect()
    }

    fn map(entries: &[(&str, Value)]) -> Value {
        Value::Map(entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
    }

    #[test]
    fn messages_and_tool_calls_come_out_as_a_list() {
        let attributes = attributes(&[
            ("m.10.message.content", "later"),
            ("m.2.message.content", "hello"),
            ("m.2.message.role", "user"),
            ("m.10.message.tool_calls.0.tool_call.function.name", "weather"),
            ("m.10.message.tool_calls.0.tool_call.id", "call_1"),
            ("other", "x"),
        ]);
        let call = map(&[("function", map(&[("name", Value::from("weather"))])), ("id", Value::from("call_1"))]);
        let wanted = Value::Array(vec![
            map(&[("role", Value::from("user")), ("content", Value::from("hello"))]),
            map(&[("content", Value::from("later")), ("tool_calls", Value::Array(vec![call]))]),
        ]);
        assert_eq!(together(&attributes, "m."), wanted);
    }

    #[test]
    fn contents_become_a_list_under_content() {
        let attributes = attributes(&[
            ("m.0.message.contents.0.message_content.type", "text"),
            ("m.0.message.contents.0.message_content.text", "hello"),
        ]);
        let part = map(&[("text", Value::from("hello")), ("type", Value::from("text"))]);
        let wanted = Value::Array(vec![map(&[("content", Value::Array(vec![part]))])]);
        assert_eq!(together(&attributes, "m."), wanted);
    }

    #[test]
    fn huge_numbers_and_endless_keys_cost_nothing() {
        let endless = format!("m.4000000000.{}", "a.".repeat(100_000));
        let attributes = attributes(&[(&endless, "x"), ("m.99999999999", "y")]);
        assert!(matches!(together(&attributes, "m."), Value::Array(items) if items.len() == 1));
    }
}
