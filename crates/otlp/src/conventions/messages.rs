//! Messages that older emitters wrote as events of the span.

use tracewood_span::{Attributes, Event, Value, attribute};

use crate::json_text;

/// Events that are one message of the input each, and who speaks in it where the event does not say.
const INPUTS: &[(&str, &str)] = &[
    ("gen_ai.system.message", "system"),
    ("gen_ai.user.message", "user"),
    ("gen_ai.assistant.message", "assistant"),
    ("gen_ai.tool.message", "tool"),
];

/// Events that are one message of the output each.
const OUTPUTS: &[(&str, &str)] = &[("gen_ai.choice", "assistant")];

/// Attributes of any event that hold the whole input, the most trusted first.
const WHOLE_INPUTS: &[&str] = &["gen_ai.input.messages", "gen_ai.prompt"];

/// Attributes of any event that hold the whole output.
const WHOLE_OUTPUTS: &[&str] = &["gen_ai.output.messages", "gen_ai.completion"];

/// The input that the events tell, if they tell one.
pub(super) fn input(events: &[Event]) -> Option<Value> {
    content(events, INPUTS, WHOLE_INPUTS)
}

/// The output that the events tell, if they tell one.
pub(super) fn output(events: &[Event]) -> Option<Value> {
    content(events, OUTPUTS, WHOLE_OUTPUTS)
}

fn content(events: &[Event], roles: &[(&str, &str)], whole: &[&str]) -> Option<Value> {
    let of_genai = || events.iter().filter(|event| event.name.starts_with("gen_ai."));
    let found = of_genai().find_map(|event| whole.iter().find_map(|key| attribute(&event.attributes, key)));
    if let Some(value) = found {
        return Some(value.clone());
    }
    let messages: Vec<_> = of_genai()
        .filter_map(|event| {
            let (_, role) = roles.iter().find(|(name, _)| *name == event.name)?;
            Some(message(role, &event.attributes))
        })
        .collect();
    (!messages.is_empty()).then_some(Value::Array(messages))
}

fn message(role: &str, attributes: &Attributes) -> Value {
    let mut entries = Vec::with_capacity(attributes.len() + 1);
    if attribute(attributes, "role").is_none() {
        entries.push(("role".to_owned(), Value::from(role)));
    }
    // The provider's name is repeated on each event and says nothing of the message.
    let said = attributes.iter().filter(|(key, _)| !key.starts_with("gen_ai."));
    entries.extend(said.map(|(key, value)| (key.clone(), json_text::expanded(value))));
    Value::Map(entries)
}
