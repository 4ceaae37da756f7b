//! What plans give: the same spans for the same seed, as many as wanted, and such as the server understands.

use std::collections::HashSet;

use tracewood_otlp::{conventions, decode};
use tracewood_seed::{Plan, Shape, request};
use tracewood_span::{Kind, Span, Status};

const UNTIL: u64 = 1_795_000_000_000_000_000;

fn plan(shape: Shape, n_spans: u64) -> Plan {
    Plan { shape, n_traces: 20, n_spans_min: n_spans, n_spans_max: n_spans, ..Plan::new(7, UNTIL) }
}

/// The spans as the server has them after decoding and normalising.
fn understood(spans: &[Span]) -> Vec<Span> {
    let decoded = decode::protobuf(&request(spans)).unwrap();
    assert!(decoded.rejected.is_empty(), "{:?}", decoded.rejected);
    let mut spans = decoded.spans;
    spans.iter_mut().for_each(conventions::normalise);
    spans
}

#[test]
fn one_seed_gives_the_same_spans_twice_and_another_one_others() {
    for shape in Shape::ALL {
        let plan = plan(shape, 30);
        let bytes = |plan: &Plan| plan.traces().map(|spans| request(&spans)).collect::<Vec<_>>();
        assert_eq!(bytes(&plan), bytes(&plan), "{shape}");
        assert_eq!(plan.trace(9), plan.traces().nth(9).unwrap(), "{shape}");
        let ids = |plan: &Plan| plan.traces().map(|spans| spans[0].trace_id).collect::<HashSet<_>>();
        let others = Plan { seed: 8, ..plan.clone() };
        assert_eq!(ids(&plan).len(), 20, "{shape}");
        assert!(ids(&plan).is_disjoint(&ids(&others)), "{shape}");
    }
}

#[test]
fn plans_that_differ_never_share_a_trace() {
    let ids = |plan: &Plan| plan.traces().map(|spans| spans[0].trace_id).collect::<Vec<_>>();
    let plans = Shape::ALL.into_iter().flat_map(|shape| [5, 6].map(|n_spans| plan(shape, n_spans)));
    let all: Vec<_> = plans.flat_map(|plan| ids(&plan)).collect();
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
}

#[test]
fn every_shape_has_exactly_the_spans_that_were_asked_for_in_one_tree() {
    for shape in Shape::ALL {
        for n_spans in [1, 2, 3, 7, 64, 333] {
            for spans in plan(shape, n_spans).traces() {
                assert_eq!(spans.len() as u64, n_spans, "{shape}");
                let ids: HashSet<_> = spans.iter().map(|span| span.span_id).collect();
                assert_eq!(ids.len(), spans.len(), "{shape}");
                let (roots, children): (Vec<_>, Vec<_>) = spans.iter().partition(|span| span.parent_span_id.is_none());
                assert_eq!(roots.len(), 1, "{shape}");
                assert!(children.iter().all(|span| ids.contains(&span.parent_span_id.unwrap())), "{shape}");
            }
        }
    }
}

#[test]
fn traces_lie_within_the_days_before_the_end() {
    let plan = Plan { days: 2.0, ..plan(Shape::Agents, 40) };
    let starts: Vec<_> = plan.traces().map(|spans| spans[0].started_at_unix_nanos).collect();
    let ends = plan.traces().flatten().filter_map(|span| span.ended_at_unix_nanos).max();
    assert_eq!(ends, Some(UNTIL));
    let two_days_and_the_first_trace = 2 * 86_400_000_000_000 + 600_000_000_000;
    assert!(starts.iter().all(|start| UNTIL - start < two_days_and_the_first_trace));
}

#[test]
fn agents_have_something_of_everything() {
    let plan = Plan { n_traces: 60, errors_percent: 10, pending_percent: 10, ..plan(Shape::Agents, 50) };
    let spans: Vec<_> = plan.traces().flat_map(|spans| understood(&spans)).collect();
    let kinds: HashSet<_> = spans.iter().map(|span| span.kind).collect();
    let expected =
        [Kind::Agent, Kind::Llm, Kind::Tool, Kind::Retrieval, Kind::Embedding, Kind::Rerank, Kind::Evaluator];
    assert_eq!(kinds, HashSet::from(expected));
    let models: HashSet<_> = spans.iter().filter(|span| span.kind == Kind::Llm).filter_map(Span::model).collect();
    assert_eq!(models.len(), 6);
    let calls = || spans.iter().filter(|span| span.kind == Kind::Llm);
    assert!(calls().all(|call| call.usage.input_tokens > Some(0) && call.usage.output_tokens > Some(0)));
    assert!(calls().all(|call| call.input_value().is_some() && call.output_value().is_some()));
    assert!(calls().any(|call| call.usage.cache_read_tokens > Some(0)));
    assert!(calls().any(|call| call.usage.reasoning_tokens > Some(0)));
    assert!(calls().all(|call| call.time_to_first_token_nanos > Some(0)));
    let failed: Vec<_> = spans.iter().filter(|span| span.status == Status::Error).collect();
    assert!(!failed.is_empty() && failed.iter().all(|span| span.events[0].name == "exception"));
    let open: HashSet<_> =
        spans.iter().filter(|span| span.ended_at_unix_nanos.is_none()).map(|span| span.trace_id).collect();
    assert_eq!(open.len(), 6);
    let roots: Vec<_> = spans.iter().filter(|span| span.parent_span_id.is_none()).collect();
    let count = |of: fn(&Span) -> Option<&str>| roots.iter().filter_map(|root| of(root)).collect::<HashSet<_>>().len();
    assert_eq!((count(|root| root.session_id.as_deref()), count(|root| root.user_id.as_deref())), (15, 12));
    assert!(spans.iter().all(|span| span.environment.is_some() && span.git_ref.is_some()));
}

#[test]
fn a_chat_holds_all_that_was_said_before() {
    let spans = understood(&plan(Shape::Chat, 40).trace(0));
    let inputs: Vec<_> = spans
        .iter()
        .filter(|span| span.kind == Kind::Llm)
        .map(|span| span.input_value().unwrap().as_str().unwrap())
        .collect();
    for pair in inputs.windows(2) {
        assert!(pair[1].starts_with(pair[0].trim_end_matches(']')));
    }
}

#[test]
fn a_deep_trace_is_one_chain() {
    let spans = plan(Shape::Deep, 1000).trace(0);
    for pair in spans.windows(2) {
        assert_eq!(pair[1].parent_span_id, Some(pair[0].span_id));
    }
}

#[test]
fn payloads_have_the_size_that_was_asked_for() {
    let plan = Plan { payload_bytes: 5_000, ..plan(Shape::Flat, 10) };
    for span in understood(&plan.trace(3)) {
        let sizes = [span.input_value(), span.output_value()].map(|value| value.unwrap().as_str().unwrap().len());
        assert!(sizes.iter().all(|size| (5_000..5_400).contains(size)), "{sizes:?}");
    }
}

#[test]
fn hostile_strings_stand_in_every_field() {
    let corpus: Vec<String> = serde_json::from_str(include_str!("../src/hostile.json")).unwrap();
    let spans = understood(&plan(Shape::Hostile, corpus.len() as u64).trace(0));
    for (span, text) in spans.iter().zip(&corpus) {
        assert_eq!(&span.name, text);
        assert_eq!(&span.status_message, text);
        assert_eq!(&span.scope.name, text);
        assert_eq!(&span.events[1].name, text);
        assert!(span.attributes.iter().any(|(key, _)| key == text));
        assert!(span.input.is_some() && span.output.is_some());
    }
}
