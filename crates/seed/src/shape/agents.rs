//! An agent as one finds them in the field: it asks a model, does what that wants, and asks again.

use std::fmt::Write as _;

use tracewood_span::keys::{genai, otel};
use tracewood_span::{Event, Kind, Value};

use super::model::{self, Call, Conversation};
use crate::build::{Builder, Place};
use crate::json;
use crate::story;

/// Deeper sub-agents are rare, and 50 000 spans should not become one long chain.
const DEPTH_MAX: u64 = 5;
/// What a model is given of a long conversation, so that a trace grows with its spans and not with their square.
const WINDOW: usize = 10;

pub(super) fn fill(builder: &mut Builder<'_>, n_spans: u64) {
    let at = builder.started_at;
    let (name, question) = *builder.random.pick(&story::AGENTS);
    let root = builder.open(None, name, Kind::Agent, at);
    builder.belong(root);
    let has_judge = n_spans > 6 && builder.random.percent(30);
    let end = work(builder, root, question, n_spans - 1 - u64::from(has_judge), at, 0);
    let end = if has_judge { judge(builder, root, end) } else { end };
    builder.close(root, end);
}

/// Lets an agent work until so many spans are used up; returns when it is done.
fn work(builder: &mut Builder<'_>, agent: Place, question: &str, budget: u64, at: u64, depth: u64) -> u64 {
    let chosen = builder.random.pick(&story::MODELS);
    let mut conversation = Conversation::new(question, WINDOW);
    let mut left = budget;
    let mut now = at + builder.millis(2, 30);
    while left > 0 {
        // A last call of the model gives the answer.
        let n_wanted = if left < 3 { 0 } else { builder.random.between(1, 3.min(left - 2)) };
        let (end, calls) = model::call(builder, agent, chosen, &mut conversation, n_wanted, now);
        left -= 1;
        now = end + builder.millis(1, 10);
        let is_parallel = builder.random.percent(40);
        let mut latest = now;
        for (n, wanted) in calls.iter().enumerate() {
            // What is not yet begun needs a span each, and the answer one.
            let spare = left.saturating_sub(calls.len() as u64 - n as u64 + 1);
            let begin = if is_parallel { now } else { latest };
            let (n_used, end, result) = fulfil(builder, agent, wanted, spare, begin, depth);
            conversation.answer(wanted, &result);
            left -= n_used;
            latest = latest.max(end);
        }
        now = latest + builder.millis(1, 20);
    }
    let output = story::text(&mut builder.random, 3, builder.plan.payload_bytes);
    let input = if depth == 0 { question.to_owned() } else { json::object(&[("task", question)]) };
    model::payload(builder, agent, input, output);
    where_it_is(builder, agent, "src/agents/planner.py", 118 + depth as i64 * 40);
    now
}

/// Does what a model asked for, with at most `spare` spans beyond the one that it needs.
fn fulfil(
    builder: &mut Builder<'_>,
    agent: Place,
    wanted: &Call,
    spare: u64,
    at: u64,
    depth: u64,
) -> (u64, u64, String) {
    let sort = builder.random.between(0, 99);
    if spare >= 6 && depth < DEPTH_MAX && (sort < 18 || spare > 400) {
        // Very large traces are bushy: many agents of some hundred spans rather than one of thousands of steps.
        let budget = builder.random.between(4, (spare / 2).clamp(4, 600));
        let name = *builder.random.pick(&story::SUB_AGENTS);
        let place = builder.open(Some(agent), name, Kind::Agent, at);
        let end = work(builder, place, "Check what was found, and answer in two sentences.", budget, at, depth + 1);
        builder.close(place, end);
        (budget + 1, end, "done, see above".into())
    } else if spare >= 2 && sort < 38 {
        let (end, result) = retrieval(builder, agent, at);
        (3, end, result)
    } else if spare >= 6 && sort < 52 {
        // The same call over and over, as agents do.
        let n_pages = builder.random.between(5, spare.min(14));
        let mut now = at;
        for _ in 0..n_pages {
            now = tool(builder, agent, wanted.tool, &wanted.arguments, now).0;
        }
        (n_pages, now, "all of them were read".into())
    } else {
        let (end, result) = tool(builder, agent, wanted.tool, &wanted.arguments, at);
        (1, end, result)
    }
}

fn tool(builder: &mut Builder<'_>, parent: Place, index: usize, arguments: &str, at: u64) -> (u64, String) {
    let (name, _, file, line) = story::TOOLS[index];
    let place = builder.open(Some(parent), name, Kind::Tool, at);
    builder.set(place, genai::OPERATION_NAME, "execute_tool");
    builder.set(place, "gen_ai.tool.name", name);
    where_it_is(builder, place, file, line);
    let end = at + builder.millis(15, 2_500);
    if builder.random.percent(builder.plan.errors_percent) {
        let (exception, message) = *builder.random.pick(&story::EXCEPTIONS);
        builder.set(place, "gen_ai.tool.call.arguments", arguments);
        let stack = story::stack(file, line, name, exception, message);
        builder.fail(place, exception, message, &stack, end);
        return (end, format!("{exception}: {message}"));
    }
    let answer = story::text(&mut builder.random, 1, builder.plan.payload_bytes);
    let result = json::object(&[("status", "ok"), ("result", &answer)]);
    builder.set(place, "gen_ai.tool.call.arguments", arguments);
    builder.set(place, "gen_ai.tool.call.result", result.clone());
    builder.close(place, end);
    (end, result)
}

/// A question turned into a vector, documents found and put in order: three spans.
fn retrieval(builder: &mut Builder<'_>, parent: Place, at: u64) -> (u64, String) {
    let place = builder.open(Some(parent), "search_handbook", Kind::Retrieval, at);
    let query = "what does the handbook say about this?";
    let begin = at + builder.millis(1, 3);
    let embedding = builder.open(Some(place), "embeddings", Kind::Embedding, begin);
    builder.set(embedding, genai::REQUEST_MODEL, story::EMBEDDING_MODEL);
    builder.set(embedding, genai::PROVIDER_NAME, "openai");
    builder.set(embedding, genai::USAGE_INPUT_TOKENS, 9);
    model::payload(builder, embedding, query.into(), "1536 numbers".into());
    let found_at = at + builder.millis(40, 300);
    builder.close(embedding, found_at);
    let rerank = builder.open(Some(place), "rerank", Kind::Rerank, found_at);
    builder.set(rerank, genai::REQUEST_MODEL, story::RERANK_MODEL);
    builder.set(rerank, genai::PROVIDER_NAME, "cohere");
    let mut documents = String::from("[");
    for n in 0..builder.random.between(2, 5) {
        let text = story::text(&mut builder.random, 2, builder.plan.payload_bytes / 4);
        let score = 0.97 - n as f64 * 0.11;
        documents.push_str(if n > 0 { "," } else { "" });
        let (id, chapter) = (n * 7, n + 1);
        let _ = write!(documents, r#"{{"id":"handbook-{id}","score":{score:.2},"title":"Chapter {chapter}","text":"#);
        json::text(&mut documents, &text);
        documents.push('}');
    }
    documents.push(']');
    model::payload(builder, rerank, query.into(), documents.clone());
    let end = found_at + builder.millis(20, 200);
    builder.close(rerank, end);
    model::payload(builder, place, query.into(), documents);
    builder.close(place, end);
    (end, "see the handbook, chapter 1".into())
}

fn judge(builder: &mut Builder<'_>, root: Place, at: u64) -> u64 {
    let place = builder.open(Some(root), "faithfulness", Kind::Evaluator, at);
    let score = builder.random.between(40, 100) as f64 / 100.0;
    model::payload(
        builder,
        place,
        "the answer and its sources".into(),
        format!(r#"{{"score":{score},"label":"faithful"}}"#),
    );
    let event = Event {
        name: "judged".into(),
        at_unix_nanos: at,
        attributes: vec![("score".into(), Value::Double(score))],
        ..Event::default()
    };
    builder.event(place, event);
    let end = at + builder.millis(5, 400);
    builder.close(place, end);
    end
}

fn where_it_is(builder: &mut Builder<'_>, place: Place, file: &str, line: i64) {
    builder.set(place, otel::CODE_FILE, file);
    builder.set(place, otel::CODE_LINE, line);
}
