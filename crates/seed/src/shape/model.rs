//! Calls of models, with the conversation so far as they were given it.

use std::fmt::Write as _;

use tracewood_span::keys::genai;
use tracewood_span::keys::tracewood as own;
use tracewood_span::{Kind, Value};

use crate::build::{Builder, Place};
use crate::json;
use crate::story::{self, Model};

/// A conversation as JSON text that grows at its end, so that giving it to a model is one copy.
#[derive(Debug)]
pub(super) struct Conversation {
    messages: Vec<String>,
    /// How many of the last messages a call holds beside the first two; long conversations are cut like this.
    window: usize,
    n_calls: u64,
}

/// A tool that a model asked for.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) id: String,
    pub(super) tool: usize,
    pub(super) arguments: String,
}

impl Conversation {
    pub(super) fn new(question: &str, window: usize) -> Self {
        let system = "You are a careful assistant. Use the tools, name your sources, and say what you do not know.";
        Self { messages: vec![said("system", system), said("user", question)], window, n_calls: 0 }
    }

    pub(super) fn push(&mut self, role: &str, text: &str) {
        self.messages.push(said(role, text));
    }

    /// Adds what a tool answered.
    pub(super) fn answer(&mut self, call: &Call, result: &str) {
        let mut message = String::from(r#"{"role":"tool","parts":[{"type":"tool_call_response","id":"#);
        json::text(&mut message, &call.id);
        message.push_str(r#","response":"#);
        json::text(&mut message, result);
        message.push_str("}]}");
        self.messages.push(message);
    }

    fn json(&self) -> String {
        let first = self.messages.iter().take(2);
        let last = self.messages.iter().skip(2.max(self.messages.len().saturating_sub(self.window)));
        let messages: Vec<_> = first.chain(last).map(String::as_str).collect();
        format!("[{}]", messages.join(","))
    }
}

fn said(role: &str, text: &str) -> String {
    let mut message = format!(r#"{{"role":"{role}","parts":[{{"type":"text","content":"#);
    json::text(&mut message, text);
    message.push_str("}]}");
    message
}

/// A call of a model that asks for so many tools, or answers where that is none; returns its end and what it asked for.
pub(super) fn call(
    builder: &mut Builder<'_>,
    parent: Place,
    model: &Model,
    conversation: &mut Conversation,
    n_calls: u64,
    at: u64,
) -> (u64, Vec<Call>) {
    let place = builder.open(Some(parent), &format!("chat {}", model.name), Kind::Llm, at);
    let end = at + builder.millis(350, 9_000);
    let input = conversation.json();
    let n_input = input.len() as u64 / 4;
    builder.set(place, genai::OPERATION_NAME, "chat");
    builder.set(place, genai::PROVIDER_NAME, model.provider);
    builder.set(place, genai::REQUEST_MODEL, model.name);
    builder.set(place, "gen_ai.request.temperature", 0.2);
    builder.set(place, "gen_ai.request.max_tokens", 4096);
    builder.set(place, "gen_ai.input.messages", input);

    let mut parts = String::new();
    let mut n_reasoning = 0;
    if model.has_reasoning {
        n_reasoning = builder.random.between(32, 700);
        let thought = story::text(&mut builder.random, 2, 0);
        parts.push_str(r#"{"type":"reasoning","content":"#);
        json::text(&mut parts, &thought);
        parts.push_str("},");
    }
    let calls: Vec<_> = (0..n_calls).map(|_| next_call(builder, conversation)).collect();
    for call in &calls {
        let (tool, ..) = story::TOOLS[call.tool];
        let Call { id, arguments, .. } = call;
        let _ = write!(parts, r#"{{"type":"tool_call","id":"{id}","name":"{tool}","arguments":{arguments}}},"#);
    }
    if calls.is_empty() {
        let n_sentences = builder.random.between(2, 7);
        let answer = story::text(&mut builder.random, n_sentences, builder.plan.payload_bytes);
        parts.push_str(r#"{"type":"text","content":"#);
        json::text(&mut parts, &answer);
        parts.push_str("},");
    }
    parts.pop();
    let reason = if calls.is_empty() { "stop" } else { "tool_calls" };
    let message = format!(r#"{{"role":"assistant","parts":[{parts}],"finish_reason":"{reason}"}}"#);
    let n_output = message.len() as u64 / 4 + n_reasoning;
    builder.set(place, "gen_ai.output.messages", format!("[{message}]"));
    builder.set(place, "gen_ai.response.finish_reasons", Value::Array(vec![reason.into()]));
    builder.set(place, genai::USAGE_INPUT_TOKENS, n_input as i64);
    builder.set(place, genai::USAGE_OUTPUT_TOKENS, n_output as i64);
    if n_input > 400 && builder.random.percent(60) {
        builder.set(place, genai::USAGE_CACHE_READ, (n_input / 128 * 96) as i64);
    }
    if n_reasoning > 0 {
        builder.set(place, genai::USAGE_REASONING, n_reasoning as i64);
    }
    let first = (end - at) as f64 / 1e9 * builder.random.between(5, 45) as f64 / 100.0;
    builder.set(place, genai::RESPONSE_TIME_TO_FIRST_CHUNK, first);
    conversation.messages.push(message);
    builder.close(place, end);
    (end, calls)
}

fn next_call(builder: &mut Builder<'_>, conversation: &mut Conversation) -> Call {
    conversation.n_calls += 1;
    let tool = builder.random.between(0, story::TOOLS.len() as u64 - 1) as usize;
    let (_, argument, ..) = story::TOOLS[tool];
    let value =
        *builder.random.pick(&["Lisbon", "heat pumps 2026", "https://acme.example/help", "reports/october.csv"]);
    let id = format!("call_{:016x}", builder.random.next());
    Call { id, tool, arguments: json::object(&[(argument, value), ("language", "en")]) }
}

/// What a span that is no model call was given and gave.
pub(super) fn payload(builder: &mut Builder<'_>, place: Place, input: String, output: String) {
    builder.set(place, own::INPUT, input);
    builder.set(place, own::OUTPUT, output);
}
