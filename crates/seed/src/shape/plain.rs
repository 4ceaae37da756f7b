//! Traces that only have a form: a chain, and a root with children.

use tracewood_span::{Kind, Value};

use super::model;
use crate::build::{Builder, Place};
use crate::story;

const LEVELS: [Kind; 4] = [Kind::Chain, Kind::Agent, Kind::Node, Kind::Tool];

/// A chain in which every span is the child of the one before.
pub(super) fn deep(builder: &mut Builder<'_>, n_spans: u64) {
    let at = builder.started_at;
    let step = builder.millis(1, 1).max(1);
    let mut parent = None;
    let end = at + step * n_spans * 2 + builder.millis(100, 2_000);
    for n in 0..n_spans {
        let kind = LEVELS[(n % 4) as usize];
        let place = builder.open(parent, &format!("level {n}"), kind, at + step * n);
        if parent.is_none() {
            builder.belong(place);
        }
        texts(builder, place);
        builder.close(place, end - step * n);
        parent = Some(place);
    }
}

/// A root and its children with ten attributes each.
pub(super) fn flat(builder: &mut Builder<'_>, n_spans: u64) {
    let at = builder.started_at;
    let root = builder.open(None, "batch", Kind::Workflow, at);
    builder.belong(root);
    texts(builder, root);
    let mut now = at;
    for n in 1..n_spans {
        let kind = if n % 3 == 0 { Kind::Llm } else { Kind::Tool };
        let place = builder.open(Some(root), ["step", "fetch", "score"][(n % 3) as usize], kind, now);
        for key in 0..7 {
            let word = *builder.random.pick(&["lisbon", "porto", "madeira", "faro", "braga"]);
            builder.set(place, &format!("app.key{key}"), word);
        }
        builder.set(place, "app.index", Value::Int(n as i64));
        builder.set(place, "app.share", (n % 100) as f64 / 100.0);
        texts(builder, place);
        now += builder.millis(1, 400);
        builder.close(place, now);
    }
    builder.close(root, now);
}

fn texts(builder: &mut Builder<'_>, place: Place) {
    let input = story::text(&mut builder.random, 1, builder.plan.payload_bytes);
    let output = story::text(&mut builder.random, 1, builder.plan.payload_bytes);
    model::payload(builder, place, input, output);
}
