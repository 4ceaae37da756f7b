//! Whatever a span says, its bytes say the same.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use tracewood_span::{
    Attributes, Content, Event, Kind, Link, Names, Resource, Scope, SourceLocation, Span, SpanId, Status, TraceId,
    Usage, Value,
};

use super::{Batch, DEPTH_MAX, decode, encode};
use crate::Stored;

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<f64>().prop_filter("NaN is not equal to itself", |n| !n.is_nan()).prop_map(Value::Double),
        ".{0,20}".prop_map(Value::String),
        vec(any::<u8>(), 0..20).prop_map(Value::Bytes),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![vec(inner.clone(), 0..4).prop_map(Value::Array), vec((".{0,8}", inner), 0..4).prop_map(Value::Map),]
    })
}

fn attributes() -> impl Strategy<Value = Attributes> {
    vec((".{0,12}", value()), 0..4)
}

fn content() -> impl Strategy<Value = Option<Content>> {
    option::of(prop_oneof![any::<u32>().prop_map(Content::Attribute), value().prop_map(Content::Value)])
}

fn text() -> impl Strategy<Value = Option<String>> {
    option::of(".{0,12}")
}

fn trace_id() -> impl Strategy<Value = TraceId> {
    any::<[u8; 16]>().prop_filter_map("zero is no id", TraceId::new)
}

fn span_id() -> impl Strategy<Value = SpanId> {
    any::<[u8; 8]>().prop_filter_map("zero is no id", SpanId::new)
}

fn usage() -> impl Strategy<Value = Usage> {
    any::<[Option<u64>; 6]>().prop_map(|[a, b, c, d, e, f]| Usage {
        input_tokens: a,
        output_tokens: b,
        total_tokens: c,
        cache_read_tokens: d,
        cache_write_tokens: e,
        reasoning_tokens: f,
    })
}

prop_compose! {
    fn names()(texts in proptest::array::uniform10(text()), tools_offered in vec(".{0,8}", 0..3)) -> Names {
        let [title, trace, prompt, prompt_version, tool, tool_call_id, agent, workflow, release, service] = texts;
        Names { title, trace, prompt, prompt_version, tool, tool_call_id, tools_offered, agent, workflow, release, service }
    }
}

prop_compose! {
    fn raw()(
        ids in (trace_id(), span_id(), option::of(span_id()), any::<bool>()),
        texts in (text(), text(), ".{0,12}", ".{0,12}", ".{0,12}"),
        times in (any::<u64>(), option::of(any::<u64>())),
        numbers in (0..3_i32, any::<i32>(), any::<u32>()),
        attributes in attributes(),
        events in vec((".{0,8}", any::<u64>(), attributes(), any::<u32>()), 0..3),
        links in vec((option::of(trace_id()), option::of(span_id()), ".{0,8}", attributes(), any::<u32>()), 0..3),
        resource in (attributes(), ".{0,8}"),
        scope in (".{0,8}", ".{0,8}", attributes(), ".{0,8}"),
    ) -> Span {
        let mut span = Span::new(ids.0, ids.1, texts.2, times.0);
        span.parent_span_id = ids.2;
        span.is_parent_remote = ids.3;
        span.trace_id_text = texts.0;
        span.span_id_text = texts.1;
        span.status_message = texts.3;
        span.trace_state = texts.4;
        span.ended_at_unix_nanos = times.1;
        span.status = Status::from_code(numbers.0);
        span.otel_kind = numbers.1;
        span.n_dropped_by_client = numbers.2;
        span.attributes = attributes;
        let event = |(name, at_unix_nanos, attributes, n_dropped_attributes)| Event {
            name, at_unix_nanos, attributes, n_dropped_attributes,
        };
        span.events = events.into_iter().map(event).collect();
        let link = |(trace_id, span_id, trace_state, attributes, n_dropped_attributes)| Link {
            trace_id, span_id, trace_state, attributes, n_dropped_attributes,
        };
        span.links = links.into_iter().map(link).collect();
        span.resource = Arc::new(Resource { attributes: resource.0, schema_url: resource.1 });
        span.scope = Arc::new(Scope { name: scope.0, version: scope.1, attributes: scope.2, schema_url: scope.3 });
        span
    }
}

prop_compose! {
    fn stored()(
        span in raw(),
        outer in (".{0,8}", any::<u64>(), ".{0,8}"),
        kind in (proptest::sample::select(Kind::ALL.to_vec()), ".{0,8}"),
        contents in (content(), content()),
        texts in [text(), text(), text(), text(), text(), text(), text(), text()],
        maps in (attributes(), attributes(), vec(".{0,8}", 0..3), vec(".{0,8}", 0..3)),
        numbers in (usage(), option::of(0.0..1e6_f64), option::of(any::<u64>())),
        source in option::of((".{0,8}", option::of(any::<u32>()), text())),
        names in names(),
    ) -> Stored {
        let [model_requested, model_responded, provider, session_id, user_id, environment, git_repo, git_ref] = texts;
        let span = Span {
            kind: kind.0,
            kind_text: kind.1,
            input: contents.0,
            output: contents.1,
            model_requested,
            model_responded,
            provider,
            session_id,
            user_id,
            environment,
            git_repo,
            git_ref,
            model_parameters: maps.0,
            metadata: maps.1,
            finish_reasons: maps.2,
            tags: maps.3,
            usage: numbers.0,
            cost_usd: numbers.1,
            time_to_first_token_nanos: numbers.2,
            names,
            source: source.map(|(file, line, function)| SourceLocation { file, line, function }),
            ..span
        };
        Stored { project: outer.0, received_at_unix_nanos: outer.1, price_version: outer.2, span }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn spans_read_back_as_they_were_written(spans in vec(stored(), 0..4)) {
        let chunks = encode(&spans);
        let back: Vec<Stored> = chunks.iter().flat_map(|chunk| decode(&chunk.bytes).unwrap()).collect();
        prop_assert_eq!(&back, &spans);
        let mut alone = Vec::new();
        for chunk in &chunks {
            let batch = Batch::read(&chunk.bytes).unwrap();
            for (place, view) in batch.views().unwrap().iter().enumerate() {
                let mut bytes = Vec::new();
                batch.write_alone(place, view, &mut bytes);
                alone.extend(decode(&bytes).unwrap());
            }
        }
        prop_assert_eq!(&alone, &spans);
    }

    #[test]
    fn foreign_bytes_are_an_error_or_spans_but_never_a_panic(bytes in vec(any::<u8>(), 0..200)) {
        let views = Batch::read(&bytes).and_then(|batch| batch.views().map(|views| views.len()));
        if let Ok(spans) = decode(&bytes) {
            prop_assert_eq!(views.unwrap(), spans.len());
        }
    }
}

fn plain(n: u8) -> Stored {
    let span = Span::new(TraceId::new([1; 16]).unwrap(), SpanId::new([n; 8]).unwrap(), "work", 5);
    Stored { project: "default".into(), received_at_unix_nanos: 7, price_version: String::new(), span }
}

#[test]
fn spans_of_one_batch_go_on_sharing_their_resource() {
    let resource =
        Arc::new(Resource { attributes: vec![("service.name".into(), "agent".into())], ..Resource::default() });
    let mut spans = vec![plain(1), plain(2)];
    for stored in &mut spans {
        stored.span.resource = Arc::clone(&resource);
    }
    let chunks = encode(&spans);
    let back = decode(&chunks[0].bytes).unwrap();
    assert!(Arc::ptr_eq(&back[0].span.resource, &back[1].span.resource));
    assert_eq!(back[0].span.resource, resource);
}

#[test]
fn large_batch_is_cut_into_chunks() {
    let spans: Vec<_> = (1..=20)
        .map(|n| {
            let mut stored = plain(n);
            stored.span.input = Some(Content::Value("x".repeat(1024 * 1024).into()));
            stored
        })
        .collect();
    let chunks = encode(&spans);
    assert_eq!(chunks.iter().map(|chunk| chunk.n_spans).collect::<Vec<_>>(), [4, 4, 4, 4, 4]);
    assert_eq!(chunks.iter().flat_map(|chunk| decode(&chunk.bytes).unwrap()).collect::<Vec<_>>(), spans);
}

#[test]
fn deep_value_is_readable_to_its_bound_and_cut_below_it() {
    let deep = |depth: usize| (0..depth).fold(Value::Int(1), |inner, _| Value::Map(vec![("k".into(), inner)]));
    let mut stored = plain(1);
    stored.span.attributes = vec![("deep".into(), deep(DEPTH_MAX))];
    let chunks = encode(std::slice::from_ref(&stored));
    assert_eq!(decode(&chunks[0].bytes).unwrap(), [stored.clone()]);

    stored.span.attributes = vec![("deeper".into(), deep(DEPTH_MAX + 500))];
    let chunks = encode(&[stored]);
    let back = decode(&chunks[0].bytes).unwrap();
    assert!(format!("{back:?}").contains("deeper than 256 levels"));
}
