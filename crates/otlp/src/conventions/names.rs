//! What prompt, tool, agent and the like are called.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use tracewood_span::{Attributes, Kind, Names, Span, Value, attribute};

use super::find::Found;
use super::lists;
use super::resource::Inherited;
use super::rule::Text;

/// Tools whose names are kept; a call that offers more is told by its attributes.
const TOOLS_MAX: usize = 128;

/// Writes the names of a span whose kind is known.
pub(super) fn fill(span: &mut Span, found: &Found<'_>, inherited: &Inherited) {
    let text = |which| found.text(which).and_then(lists::text);
    let title = text(Text::Title);
    // The span of a tool or agent is called as these are, by those who have no key for it.
    let own = |kind| (span.kind == kind).then(|| title.clone().unwrap_or_else(|| span.name.clone()));
    span.names = Names {
        trace: text(Text::TraceName),
        prompt: text(Text::Prompt),
        prompt_version: text(Text::PromptVersion),
        tool: text(Text::Tool).or_else(|| own(Kind::Tool)),
        tool_call_id: text(Text::ToolCallId),
        tools_offered: offered(found),
        agent: text(Text::Agent).or_else(|| own(Kind::Agent)),
        workflow: text(Text::Workflow),
        release: text(Text::Release).or_else(|| inherited.release.clone()),
        service: inherited.service.clone(),
        title,
    };
}

/// The names of the tools in the most trusted list.
fn offered(found: &Found<'_>) -> Vec<String> {
    let Some(best) = found.tools.iter().map(|(rank, ..)| *rank).min() else { return Vec::new() };
    let mut names = Vec::new();
    for (_, rest, value) in found.tools.iter().filter(|(rank, ..)| *rank == best) {
        // A piece such as `0.name` is the name, one such as `0.tool.json_schema` an object that has one, and what is
        // called `0.description` neither.
        match rest.rsplit_once('.') {
            Some((_, "name")) => names.extend(lists::text(value)),
            Some((_, "json_schema")) | None => gather(value, &mut names),
            Some(_) => {}
        }
    }
    names.truncate(TOOLS_MAX);
    names
}

/// Adds the name of a tool, or those of a list of tools; each may be JSON in text.
fn gather(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().take(TOOLS_MAX).for_each(|item| gather(item, names)),
        Value::Map(entries) => names.extend(name_of(entries)),
        Value::String(text) => match serde_json::from_str::<Vec<&RawValue>>(text) {
            Ok(items) => names.extend(items.iter().take(TOOLS_MAX).filter_map(|item| name_in(item.get()))),
            Err(_) => names.extend(name_in(text)),
        },
        _ => {}
    }
}

/// The name of a tool: its own, or that of the function (`OpenAI`) or specification (Bedrock) in it.
fn name_of(tool: &Attributes) -> Option<String> {
    let inner = ["function", "toolSpec"].iter().find_map(|key| match attribute(tool, key) {
        Some(Value::Map(entries)) => attribute(entries, "name"),
        _ => None,
    });
    attribute(tool, "name").or(inner).and_then(lists::text)
}

/// The same of a tool in JSON, or in a text in JSON that is one. Its schema, which is most of it and comes with every
/// call, is passed over and not made into values.
fn name_in(json: &str) -> Option<String> {
    if json.starts_with('"') {
        return serde_json::from_str::<String>(json).ok().and_then(|json| name_in(&json));
    }
    let tool: Tool<'_> = serde_json::from_str(json).ok()?;
    let inner = tool.function.or(tool.specification).and_then(|inner| inner.name);
    tool.name.or(inner).map(Cow::into_owned).filter(|name| !name.trim().is_empty())
}

#[derive(Deserialize)]
struct Tool<'a> {
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    function: Option<Inner<'a>>,
    #[serde(borrow, rename = "toolSpec")]
    specification: Option<Inner<'a>>,
}

#[derive(Deserialize)]
struct Inner<'a> {
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
}
