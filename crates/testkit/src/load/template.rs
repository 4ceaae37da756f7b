//! Requests that are encoded once, with the places where each copy differs.

use tracewood_otlp::encode::{self, field};
use tracewood_span::keys;

use super::text::{mix, words};

/// Spans of one trace in the usual shape.
const SPANS_PER_TRACE: u64 = 10;
/// Turns of one chat in the other.
const TURNS: u64 = 50;
/// Bytes of one message of a chat.
const MESSAGE_BYTES: usize = 300;
/// Digits of what is counted in session and user.
const N_DIGITS: usize = 9;
/// Traces of the same session.
const TRACES_PER_SESSION: u64 = 7;
/// Users that take turns.
const N_USERS: u64 = 5_000;
const MODELS: [(&str, &str); 6] = [
    ("openai", "gpt-5-mini"),
    ("openai", "gpt-4.1"),
    ("anthropic", "claude-sonnet-4-5"),
    ("anthropic", "claude-haiku-4-5"),
    ("gcp.gemini", "gemini-2.5-flash"),
    ("mistral_ai", "mistral-large-latest"),
];

/// What the spans of a request are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Agents with model calls, tools and retrieval: ten spans a trace, 1.2 kB each.
    Agent,
    /// One chat of fifty turns, each of which sends all that was said before.
    Chat,
}

/// What is written over at a place of a template.
#[derive(Debug, Clone, Copy)]
enum Stamp {
    Trace,
    Span(u64),
    At(u64),
    Session,
    User,
}

/// A request, and where its copies differ.
#[derive(Debug)]
pub struct Template {
    bytes: Vec<u8>,
    stamps: Vec<(usize, u64, Stamp)>,
    n_spans: u64,
    n_traces: u64,
}

impl Template {
    /// A request of about so many spans; `seed` tells it from others.
    pub fn new(shape: Shape, seed: u64, n_spans: u64) -> Self {
        let mut this = Self { bytes: Vec::new(), stamps: Vec::new(), n_spans: 0, n_traces: 0 };
        let mut stamps = Vec::new();
        let mut bytes = Vec::new();
        let mut request = encode::Request::begin(&mut bytes, |out| {
            encode::text_attribute(out, field::RESOURCE_ATTRIBUTES, "service.name", b"load");
            encode::text_attribute(out, field::RESOURCE_ATTRIBUTES, "deployment.environment.name", b"production");
        });
        request.scope("load", "1", &[], "");
        let per_trace = if shape == Shape::Chat { TURNS } else { SPANS_PER_TRACE };
        while this.n_spans < n_spans {
            let trace = this.n_traces;
            for index in 0..per_trace {
                let seed = mix(seed) ^ (trace * per_trace + index);
                request.span(|out| match shape {
                    Shape::Agent => agent_span(out, &mut stamps, trace, index, seed),
                    Shape::Chat => chat_span(out, &mut stamps, trace, index, mix(trace)),
                });
            }
            this.n_traces += 1;
            this.n_spans += per_trace;
        }
        request.end();
        Self { bytes, stamps, ..this }
    }

    /// How many spans it has.
    pub fn n_spans(&self) -> u64 {
        self.n_spans
    }

    /// How many traces it has.
    pub fn n_traces(&self) -> u64 {
        self.n_traces
    }

    /// How many bytes it has.
    pub fn n_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Writes a copy whose first trace is number `first_trace`, begun at a moment in nanoseconds since the Unix epoch.
    pub fn stamp(&self, out: &mut Vec<u8>, first_trace: u64, at_unix_nanos: u64) {
        let begin = out.len();
        out.extend_from_slice(&self.bytes);
        let Some(copy) = out.get_mut(begin..) else { return };
        for (place, trace, stamp) in &self.stamps {
            let trace = first_trace + trace;
            let mut write = |bytes: &[u8]| {
                if let Some(place) = copy.get_mut(*place..*place + bytes.len()) {
                    place.copy_from_slice(bytes);
                }
            };
            match stamp {
                Stamp::Trace => write(&trace_id(trace)),
                Stamp::Span(index) => write(&span_id(trace, *index)),
                Stamp::At(after) => write(&(at_unix_nanos + after).to_le_bytes()),
                Stamp::Session => write(&digits(trace / TRACES_PER_SESSION)),
                Stamp::User => write(&digits(mix(trace) % N_USERS)),
            }
        }
    }
}

/// The id of the trace with a number.
pub(super) fn trace_id(trace: u64) -> [u8; 16] {
    (u128::from(mix(trace)) << 64 | u128::from(trace + 1)).to_be_bytes()
}

/// The id of a span of a trace.
fn span_id(trace: u64, index: u64) -> [u8; 8] {
    (mix(trace.wrapping_mul(64) + index) | 1).to_be_bytes()
}

fn digits(mut number: u64) -> [u8; N_DIGITS] {
    let mut text = [b'0'; N_DIGITS];
    for digit in text.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
    text
}

type Stamps = Vec<(usize, u64, Stamp)>;

/// Ids, times and name; the parent of every span but the first is the first.
fn head(out: &mut Vec<u8>, stamps: &mut Stamps, trace: u64, index: u64, name: &str, times: (u64, u64)) {
    encode::bytes_field(out, field::SPAN_TRACE_ID, &trace_id(trace));
    stamps.push((out.len() - 16, trace, Stamp::Trace));
    encode::bytes_field(out, field::SPAN_ID, &span_id(trace, index));
    stamps.push((out.len() - 8, trace, Stamp::Span(index)));
    if index > 0 {
        encode::bytes_field(out, field::SPAN_PARENT_ID, &span_id(trace, 0));
        stamps.push((out.len() - 8, trace, Stamp::Span(0)));
    }
    encode::bytes_field(out, field::SPAN_NAME, name.as_bytes());
    encode::fixed64_field(out, field::SPAN_START, 0);
    stamps.push((out.len() - 8, trace, Stamp::At(times.0)));
    encode::fixed64_field(out, field::SPAN_END, 0);
    stamps.push((out.len() - 8, trace, Stamp::At(times.1)));
}

fn text(out: &mut Vec<u8>, key: &str, value: &str) {
    encode::text_attribute(out, field::SPAN_ATTRIBUTES, key, value.as_bytes());
}

/// A text that ends in digits which are written over.
fn counted(out: &mut Vec<u8>, stamps: &mut Stamps, trace: u64, key: &str, word: &str, stamp: Stamp) {
    text(out, key, &format!("{word}-{}", "0".repeat(N_DIGITS)));
    stamps.push((out.len() - N_DIGITS, trace, stamp));
}

fn agent_span(out: &mut Vec<u8>, stamps: &mut Stamps, trace: u64, index: u64, seed: u64) {
    const MILLI: u64 = 1_000_000;
    let start = trace * MILLI + index * 20 * MILLI;
    let lasts = 5 * MILLI + seed % (900 * MILLI);
    let (name, operation) = match index {
        0 => ("invoke_agent planner", "invoke_agent"),
        3 | 7 => ("execute_tool search_web", "execute_tool"),
        5 => ("retrieval handbook", "retrieval"),
        _ => ("chat", "chat"),
    };
    let ends = if index == 0 { trace * MILLI + 1_100 * MILLI } else { start + lasts };
    head(out, stamps, trace, index, name, (start, ends));
    text(out, "gen_ai.operation.name", operation);
    counted(out, stamps, trace, "gen_ai.conversation.id", "session", Stamp::Session);
    counted(out, stamps, trace, "user.id", "user", Stamp::User);
    let said = |salt: u64, n_bytes: usize| words(mix(seed ^ salt), n_bytes);
    let message =
        |role: &str, content: &str| format!(r#"{{"role":"{role}","parts":[{{"type":"text","content":"{content}"}}]}}"#);
    match operation {
        "execute_tool" => {
            text(out, "gen_ai.tool.name", "search_web");
            text(out, "gen_ai.tool.call.id", &format!("call_{seed:016x}"));
            text(out, "gen_ai.tool.call.arguments", &format!(r#"{{"query":"{}"}}"#, said(1, 200)));
            text(out, "gen_ai.tool.call.result", &format!(r#"{{"found":"{}"}}"#, said(2, 560)));
        }
        "retrieval" => {
            text(out, "gen_ai.data_source.id", "handbook");
            text(out, "gen_ai.retrieval.query.text", &said(1, 160));
            text(out, "gen_ai.retrieval.documents", &format!(r#"[{{"id":"d1","content":"{}"}}]"#, said(2, 600)));
        }
        _ => {
            let (provider, model) = MODELS[(seed % MODELS.len() as u64) as usize];
            let input = [message("system", &said(1, 120)), message("user", &said(2, 300))].join(",");
            text(out, "gen_ai.input.messages", &format!("[{input}]"));
            text(out, "gen_ai.output.messages", &format!("[{}]", message("assistant", &said(3, 260))));
            if operation == "chat" {
                text(out, "gen_ai.provider.name", provider);
                text(out, "gen_ai.request.model", model);
                let int = |out: &mut Vec<u8>, key, n| encode::int_attribute(out, field::SPAN_ATTRIBUTES, key, n);
                int(out, "gen_ai.usage.input_tokens", (seed % 4_000) as i64);
                int(out, "gen_ai.usage.output_tokens", (seed >> 12) as i64 & 0x3ff);
                int(out, "gen_ai.usage.cache_read.input_tokens", (seed % 4_000 / 3) as i64);
            } else {
                text(out, "gen_ai.agent.name", "planner");
                text(out, keys::tracewood::METADATA, &format!(r#"{{"tenant":"t{}","release":"2026.11"}}"#, seed % 40));
                encode::texts_attribute(
                    out,
                    field::SPAN_ATTRIBUTES,
                    keys::tracewood::TAGS,
                    ["load", "nightly"].into_iter(),
                );
            }
        }
    }
    if seed.is_multiple_of(50) {
        let status = encode::Message::begin(out, field::SPAN_STATUS);
        encode::bytes_field(out, field::STATUS_MESSAGE, b"upstream timed out");
        encode::varint_field(out, field::STATUS_CODE, 2);
        status.end(out);
    }
}

fn chat_span(out: &mut Vec<u8>, stamps: &mut Stamps, trace: u64, turn: u64, seed: u64) {
    const MILLI: u64 = 1_000_000;
    let start = turn * 1_000 * MILLI;
    head(out, stamps, trace, turn, "chat", (start, start + 700 * MILLI));
    text(out, "gen_ai.operation.name", "chat");
    text(out, "gen_ai.provider.name", "openai");
    text(out, "gen_ai.request.model", "gpt-5-mini");
    counted(out, stamps, trace, "gen_ai.conversation.id", "session", Stamp::Session);
    counted(out, stamps, trace, "user.id", "user", Stamp::User);
    let message = |n: u64| {
        let role = if n.is_multiple_of(2) { "user" } else { "assistant" };
        let content = words(mix(seed ^ mix(n)), MESSAGE_BYTES);
        format!(r#"{{"role":"{role}","parts":[{{"type":"text","content":"{content}"}}]}}"#)
    };
    let history: Vec<String> = (0..=turn * 2).map(message).collect();
    text(out, "gen_ai.input.messages", &format!("[{}]", history.join(",")));
    text(out, "gen_ai.output.messages", &format!("[{}]", message(turn * 2 + 1)));
    encode::int_attribute(out, field::SPAN_ATTRIBUTES, "gen_ai.usage.input_tokens", (turn * 150 + 75) as i64);
    encode::int_attribute(out, field::SPAN_ATTRIBUTES, "gen_ai.usage.output_tokens", 75);
}

#[cfg(test)]
mod tests {
    use tracewood_otlp::decode;

    use super::*;

    #[test]
    fn copies_differ_in_ids_times_session_and_user_and_in_nothing_else() {
        let template = Template::new(Shape::Agent, 1, 500);
        assert_eq!((template.n_spans(), template.n_traces()), (500, 50));
        let n_bytes = template.n_bytes() / 500;
        assert!((1_100..1_300).contains(&n_bytes), "{n_bytes} bytes a span");
        let copy = |first, at| {
            let mut bytes = Vec::new();
            template.stamp(&mut bytes, first, at);
            decode::protobuf(&bytes).unwrap()
        };
        let (one, other) = (copy(0, 1_000), copy(700, 2_000));
        assert!(one.rejected.is_empty() && other.rejected.is_empty());
        for (one, other) in one.spans.iter().zip(&other.spans) {
            assert_ne!((one.trace_id, one.span_id), (other.trace_id, other.span_id));
            assert_ne!(one.session_id, other.session_id);
            assert_eq!(one.started_at_unix_nanos + 1_000, other.started_at_unix_nanos);
            assert_eq!((&one.name, one.kind, one.usage), (&other.name, other.kind, other.usage));
            assert_eq!(one.input_value(), other.input_value());
        }
        let keys: std::collections::HashSet<_> =
            one.spans.iter().chain(&other.spans).map(|span| (span.trace_id, span.span_id)).collect();
        assert_eq!(keys.len(), 1_000);
    }

    #[test]
    fn each_turn_of_a_chat_sends_all_that_was_said_before() {
        let template = Template::new(Shape::Chat, 1, 1);
        assert_eq!((template.n_spans(), template.n_traces()), (50, 1));
        let mut bytes = Vec::new();
        template.stamp(&mut bytes, 3, 0);
        let decoded = decode::protobuf(&bytes).unwrap();
        let texts: Vec<String> =
            decoded.spans.iter().map(|span| span.input_value().unwrap().as_str().unwrap().to_owned()).collect();
        for pair in texts.windows(2) {
            assert!(pair[1].starts_with(&pair[0][..pair[0].len() - 1]));
        }
    }
}
