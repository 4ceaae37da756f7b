//! One long conversation with a tool now and then: every model call holds everything said so far.

use tracewood_span::Kind;
use tracewood_span::keys::genai;

use super::model::{self, Conversation};
use crate::build::Builder;
use crate::story;

pub(super) fn fill(builder: &mut Builder<'_>, n_spans: u64) {
    let at = builder.started_at;
    let root = builder.open(None, "chat_session", Kind::Agent, at);
    builder.belong(root);
    let chosen = builder.random.pick(&story::MODELS);
    let (_, question) = *builder.random.pick(&story::AGENTS);
    let mut conversation = Conversation::new(question, usize::MAX);
    let mut now = at;
    let mut left = n_spans - 1;
    while left > 0 {
        let n_calls = u64::from(left > 2 && builder.random.percent(30));
        let (end, calls) = model::call(builder, root, chosen, &mut conversation, n_calls, now);
        left -= 1;
        now = end + builder.millis(1, 50);
        for call in &calls {
            let (name, ..) = story::TOOLS[call.tool];
            let place = builder.open(Some(root), name, Kind::Tool, now);
            now += builder.millis(15, 900);
            let result = story::text(&mut builder.random, 4, builder.plan.payload_bytes);
            builder.set(place, genai::OPERATION_NAME, "execute_tool");
            builder.set(place, "gen_ai.tool.call.arguments", call.arguments.clone());
            builder.set(place, "gen_ai.tool.call.result", result.clone());
            builder.close(place, now);
            conversation.answer(call, &result);
            left -= 1;
        }
        if calls.is_empty() {
            let follow_up = story::text(&mut builder.random, 2, builder.plan.payload_bytes);
            conversation.push("user", &follow_up);
        }
    }
    let output = story::text(&mut builder.random, 3, builder.plan.payload_bytes);
    model::payload(builder, root, question.into(), output);
    builder.close(root, now);
}
