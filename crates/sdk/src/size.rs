//! What rare parts of a span weigh in memory, about.

use tracewood_span::Value;

use crate::captured::Captured;
use crate::open::Extra;

/// What the boxed part of a span weighs.
pub(crate) fn of_extra(extra: &Extra) -> usize {
    let texts = [&extra.session_id, &extra.user_id, &extra.model, &extra.provider, &extra.trace_state];
    let captured =
        [&extra.metadata, &extra.trace_metadata, &extra.model_parameters, &extra.usage_stated, &extra.prompt];
    let tags = [&extra.tags, &extra.trace_tags];
    size_of::<Extra>()
        + extra.status_message.as_ref().map_or(0, |message| message.len())
        + texts.into_iter().flatten().map(String::len).sum::<usize>()
        + captured.into_iter().flatten().map(of_captured).sum::<usize>()
        + tags.into_iter().flatten().flatten().map(|tag| tag.len() + size_of::<String>()).sum::<usize>()
        + of_attributes(&extra.attributes)
        + extra.events.iter().map(|event| 64 + event.name.len() + of_attributes(&event.attributes)).sum::<usize>()
        + extra.links.iter().map(|link| 48 + link.trace_state.len() + of_attributes(&link.attributes)).sum::<usize>()
}

fn of_captured(captured: &Captured) -> usize {
    captured.bytes.capacity()
}

fn of_attributes(attributes: &[(String, Value)]) -> usize {
    attributes.iter().map(|(key, value)| size_of::<String>() + key.len() + of_value(value)).sum()
}

fn of_value(value: &Value) -> usize {
    size_of::<Value>()
        + match value {
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Double(_) => 0,
            Value::String(text) => text.len(),
            Value::Bytes(bytes) => bytes.len(),
            Value::Array(values) => values.iter().map(of_value).sum(),
            Value::Map(entries) => of_attributes(entries),
        }
}
