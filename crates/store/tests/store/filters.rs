//! What a filter finds in the index is what it finds in memory; lists in every order; spans, groups and metrics.

use tracewood_span::{Content, Kind, Names, Status, Usage, Value};
use tracewood_store::embedded::Embedded;
use tracewood_store::filter::{Field, Filter};
use tracewood_store::{ErrorKind, GroupQuery, MetricsQuery, Order, SpanQuery, Store, Stored, TraceQuery};

use crate::support::{
    DAY, NOON, PROJECT, SECOND, append_and_settle, number, open, query, span_id, stored, trace, trace_id,
};

const WORDS: [&str; 8] = ["weather", "Paris", "out", "of", "memory", "zürich", "rain", "sun"];

fn filter(text: &str) -> Filter {
    Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Forty traces over three days with five spans each, which differ in everything that a filter can ask for.
pub(crate) fn spans() -> Vec<Stored> {
    let mut all = Vec::new();
    for t in 1..=40_u64 {
        for s in 1..=5_u64 {
            let n = t * 7 + s * 3;
            let word = |k: u64| WORDS[((n + k) % 8) as usize];
            let mut one = stored(t, s, (s > 1).then(|| 1 + (s - 2) / 2), NOON + (t % 3) * DAY + t * SECOND + s);
            let span = &mut one.span;
            span.name = ["plan trip", "planner", "search", "a*b"][(n % 4) as usize].into();
            span.kind = [Kind::Agent, Kind::Llm, Kind::Tool, Kind::Embedding][(s % 4) as usize];
            span.kind_text = if s % 2 == 0 { "llm.chat".into() } else { String::new() };
            span.status = [Status::Unset, Status::Ok, Status::Error][(n % 3) as usize];
            span.status_message = if n % 3 == 2 { format!("{} {}", word(2), word(3)) } else { String::new() };
            span.ended_at_unix_nanos = (n % 11 != 0).then(|| span.started_at_unix_nanos + n * SECOND / 10);
            span.input = Some(Content::Value(format!("{} {}, {}!", word(0), word(1), word(2)).into()));
            span.attributes = vec![
                ("answer".into(), Value::Map(vec![("text".into(), word(4).into())])),
                ("http.method".into(), if n % 2 == 0 { "GET" } else { "POST" }.into()),
                ("http".into(), Value::Map(vec![("code".into(), Value::Int(n as i64 - 100))])),
                ("ratio".into(), Value::Double(n as f64 / 16.0)),
                ("flags".into(), Value::Array(vec![Value::Bool(n % 5 == 0), "x\ny".into()])),
                ("we\\ird key".into(), "v".into()),
            ];
            span.output = (n % 4 != 0).then_some(Content::Attribute(0));
            span.model_requested = (s % 2 == 1).then(|| format!("gpt-{}", n % 3));
            span.provider = Some("openai".into());
            let counted = |m: u64| (n % m != 0).then_some(n * 10);
            span.usage = Usage { input_tokens: counted(5), output_tokens: counted(7), ..Usage::default() };
            span.cost_usd = (n % 6 != 0).then(|| n as f64 / 1000.0);
            span.time_to_first_token_nanos = (n % 2 == 0).then_some(n * 1_000_000);
            span.session_id = (t % 4 != 0).then(|| format!("s {}", t % 5));
            span.user_id = (s == 1).then(|| format!("u{}", t % 3));
            span.tags = if n % 2 == 0 { vec!["production".into(), format!("t{}", n % 3)] } else { vec![] };
            span.environment = Some(if t % 2 == 0 { "live" } else { "test" }.into());
            span.metadata = vec![("plan".into(), if n % 3 == 0 { "pro" } else { "free" }.into())];
            // Not in the directories of older formats, which hold the first of these spans.
            if t > 12 {
                span.names = Names {
                    tool: (s % 4 == 2).then(|| format!("tool {}", n % 2)),
                    agent: (s % 4 == 0).then(|| "planner".to_owned()),
                    workflow: (n % 5 == 0).then(|| "nightly".to_owned()),
                    prompt: (n % 3 == 0).then(|| format!("prompt-{}", n % 4)),
                    release: Some(format!("v{}", t % 2)),
                    service: (s < 5).then(|| "trips".to_owned()),
                    ..Names::default()
                };
            }
            all.push(one);
        }
    }
    all
}

const FILTERS: &[&str] = &[
    "",
    "kind:llm",
    "kind:(llm,tool) status:error",
    "kind:l*",
    "kind_original:llm.chat",
    "kind_original:*",
    "not status:error",
    "status!=ok",
    "model:gpt-1",
    "model:gpt-*",
    "not model:*",
    "model:(gpt-0,gpt-2)",
    "provider:openai",
    "environment:live",
    "tool:\"tool 1\"",
    "tool:* kind:tool",
    "agent:plan*",
    "not agent:planner",
    "workflow:nightly or prompt:(prompt-1,prompt-2)",
    "release:v1 service:trips",
    "not service:*",
    "session:\"s 2\"",
    "session:s*",
    "not session:*",
    "user:u1",
    "user:*",
    "tag:production tag:t1",
    "tag:(t0,t2)",
    "not tag:*",
    "name:\"plan trip\"",
    "name:plan*",
    "name:*n*r*",
    "name:\"a*b\"",
    "name:*",
    "duration>2s",
    "duration<=1500ms",
    "duration:*",
    "not duration:*",
    "time_to_first_token>=100ms",
    "tokens>=1000",
    "tokens<500",
    "input_tokens:(100,170)",
    "output_tokens>1k",
    "reasoning_tokens:*",
    "cost>0.1",
    "cost<=0.05",
    "cost:0.1",
    "cost:*",
    "started_at>=2026-11-23",
    "started_at<2026-11-23T12:00:05Z",
    "received_at>2026-11-24",
    "trace.id:00000000000000000000000000000003",
    "span.id:0000000000000002",
    "parent.id:0000000000000001",
    "parent.id:*",
    "root:true",
    "root:false",
    "pending:true",
    "pending:false",
    "weather",
    "WEATHER",
    "\"weather paris\"",
    "\"paris weather\"",
    "\"out of memory\"",
    "input:zürich",
    "output:rain",
    "output:text",
    "message:\"out of\"",
    "message:*",
    "input:*",
    "output:*",
    "weath*",
    "*ory",
    "input:*a*",
    "metadata.plan:pro",
    "metadata.plan:p*",
    "metadata.plan:*",
    "metadata.none:*",
    "attributes.http.method:GET",
    "attributes.\"http.method\":(GET,PUT)",
    "attributes.http.code:-50",
    "attributes.http.code>0",
    "attributes.http.code<=-50.5",
    "attributes.http.code>=-50",
    "attributes.ratio>3.5",
    "attributes.ratio<2",
    "attributes.ratio:2",
    "attributes.ratio:1.5",
    "attributes.flags:true",
    "attributes.flags:\"x\\ny\"",
    "attributes.flags:x*",
    "attributes.\"we\\\\ird key\":v",
    "attributes.\"we\\\\ird key\":*",
    "attributes.answer.text:*",
    "attributes.http.method:G*",
    "(kind:llm or kind:tool) not (status:error tag:production)",
    "weather or not rain",
    "not not kind:llm",
    "not (kind:llm or kind:agent)",
    "kind:llm or status:error duration>1s",
];

fn found(store: &Embedded, text: &str) -> Vec<(u64, u64)> {
    let query = SpanQuery { project: PROJECT.into(), filter: filter(text), ..SpanQuery::default() };
    let mut found: Vec<_> = store.export(&query).unwrap().map(|hit| ids(&hit.unwrap().stored)).collect();
    found.sort_unstable();
    found
}

fn ids(stored: &Stored) -> (u64, u64) {
    (number(stored.span.trace_id), u64::from_be_bytes(*stored.span.span_id.as_bytes()))
}

fn traces(store: &Embedded, mut query: TraceQuery) -> Vec<u64> {
    let mut found = Vec::new();
    loop {
        let page = store.traces(&query).unwrap();
        assert!(page.traces.len() <= query.limit);
        found.extend(page.traces.iter().map(|trace| number(trace.trace_id)));
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            return found;
        }
    }
}

#[test]
fn index_finds_what_memory_finds() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let all = spans();
    for part in all.chunks(37) {
        append_and_settle(&store, part.to_vec());
    }
    for text in FILTERS {
        let Ok(wanted) = Filter::parse(text) else { panic!("{text}") };
        let mut expected: Vec<_> = all.iter().filter(|stored| wanted.matches(stored)).map(ids).collect();
        expected.sort_unstable();
        assert_eq!(found(&store, text), expected, "{text}");
        let mut expected: Vec<u64> = expected.into_iter().map(|(trace, _)| trace).collect();
        expected.dedup();
        for limit in [7, 100] {
            let mut listed = traces(&store, TraceQuery { filter: wanted.clone(), ..query(limit) });
            listed.sort_unstable();
            assert_eq!(listed, expected, "{text}");
        }
    }
}

#[test]
fn traces_are_listed_in_every_order_and_page_size() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    append_and_settle(&store, spans());
    let all: Vec<_> = (1..=40).map(|n| trace(&store, n).summary).collect();
    let tokens = |n: u64| all[n as usize - 1].usage.total_tokens.unwrap_or(0);
    let cost = |n: u64| all[n as usize - 1].cost_usd.unwrap_or(0.0);
    let start = |n: u64| all[n as usize - 1].started_at_unix_nanos;
    let duration = |n: u64| all[n as usize - 1].duration_nanos.unwrap_or(0);
    for text in ["", "status:error", "kind:llm tag:production"] {
        for order in [Order::Newest, Order::Oldest, Order::Longest, Order::Costliest, Order::MostTokens] {
            let of = |limit| traces(&store, TraceQuery { filter: filter(text), order, ..query(limit) });
            let listed = of(100);
            assert!(listed.len() > 10, "{text}");
            assert_eq!(of(3), listed, "{text} {order:?}");
            let is_ordered = listed.windows(2).all(|pair| match order {
                Order::Newest => start(pair[0]) > start(pair[1]),
                Order::Oldest => start(pair[0]) < start(pair[1]),
                Order::Longest => duration(pair[0]) >= duration(pair[1]),
                Order::Costliest => cost(pair[0]) >= cost(pair[1]) - 1e-12,
                Order::MostTokens => tokens(pair[0]) >= tokens(pair[1]),
            });
            assert!(is_ordered, "{text} {order:?}: {listed:?}");
        }
    }
    let cursor = store.traces(&TraceQuery { order: Order::Longest, ..query(3) }).unwrap().next_cursor;
    let other = TraceQuery { order: Order::Costliest, cursor, ..query(3) };
    assert_eq!(store.traces(&other).unwrap_err().kind(), ErrorKind::Query);
}

#[test]
fn spans_come_newest_first_in_pages_that_meet() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let mut all = spans();
    append_and_settle(&store, all.clone());
    all.retain(|stored| stored.span.kind == Kind::Llm);
    all.sort_by_key(|stored| std::cmp::Reverse((stored.span.started_at_unix_nanos, stored.span.trace_id)));
    let mut query = SpanQuery { project: PROJECT.into(), filter: filter("kind:llm"), limit: 9, ..SpanQuery::default() };
    let mut listed = Vec::new();
    loop {
        let page = store.spans(&query).unwrap();
        listed.extend(page.spans.into_iter().map(|hit| hit.stored));
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            break;
        }
    }
    assert_eq!(listed, all);
    let after_ten = store.export(&query).unwrap().nth(9).unwrap().unwrap().cursor;
    let rest = store.export(&SpanQuery { cursor: Some(after_ten), ..query }).unwrap();
    assert_eq!(rest.map(|hit| hit.unwrap().stored).collect::<Vec<_>>(), all[10..]);
}

#[test]
fn tree_has_no_payloads_and_a_span_has_its_own() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    append_and_settle(&store, spans());
    let whole = trace(&store, 7);
    let tree = store.tree(PROJECT, trace_id(7)).unwrap().unwrap();
    assert_eq!(tree.summary, whole.summary);
    assert_eq!(tree.spans.len(), 5);
    for (line, stored) in tree.spans.iter().zip(&whole.spans) {
        let span = &stored.span;
        assert_eq!((line.span_id, line.parent_span_id), (span.span_id, span.parent_span_id));
        assert_eq!((&line.name, line.kind, line.status), (&span.name, span.kind, span.status));
        assert_eq!((line.duration_nanos, line.cost_usd), (span.duration_nanos(), span.cost_usd));
        assert_eq!((line.model.as_deref(), line.usage.total_tokens), (span.model(), span.usage.total()));
        assert_eq!(store.span(PROJECT, trace_id(7), span.span_id).unwrap().as_ref(), Some(stored));
    }
    assert_eq!(store.tree(PROJECT, trace_id(99)).unwrap(), None);
    assert_eq!(store.span(PROJECT, trace_id(7), span_id(99)).unwrap(), None);
    assert_eq!(store.span("other", trace_id(7), span_id(1)).unwrap(), None);
}

#[test]
fn sessions_and_users_add_up_the_traces_that_name_them() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let all = spans();
    append_and_settle(&store, all.clone());
    let mut query = GroupQuery { project: PROJECT.into(), limit: 2, ..GroupQuery::default() };
    let mut users = Vec::new();
    loop {
        let page = store.users(&query).unwrap();
        users.extend(page.groups);
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            break;
        }
    }
    users.sort_by(|one, other| one.id.cmp(&other.id));
    assert_eq!(users.iter().map(|user| user.id.as_str()).collect::<Vec<_>>(), ["u0", "u1", "u2"]);
    for (user, rest) in users.iter().zip(0..) {
        // Only the root names the user, and all of the trace counts.
        let theirs: Vec<_> = all.iter().filter(|stored| number(stored.span.trace_id) % 3 == rest).collect();
        let calls = || theirs.iter().filter(|stored| stored.span.kind.is_model_call());
        assert_eq!(user.n_spans, theirs.len() as u64);
        assert_eq!(user.n_traces * 5, theirs.len() as u64);
        assert_eq!(user.n_errors, theirs.iter().filter(|stored| stored.span.status == Status::Error).count() as u64);
        assert_eq!(user.total_tokens, calls().filter_map(|stored| stored.span.usage.total()).sum::<u64>());
        let cost: f64 = calls().filter_map(|stored| stored.span.cost_usd).sum();
        assert!((user.cost_usd.unwrap() - cost).abs() < 1e-9);
        let starts = || theirs.iter().map(|stored| stored.span.started_at_unix_nanos);
        assert_eq!(Some(user.first_started_at_unix_nanos), starts().min());
        assert_eq!(Some(user.last_started_at_unix_nanos), starts().max());
    }
    let query = GroupQuery { filter: filter("user:u1"), limit: 100, ..query };
    let sessions = store.sessions(&query).unwrap().groups;
    assert_eq!(sessions.iter().map(|session| session.n_traces).sum::<u64>(), 10, "14 of user 1, 4 without session");
    assert!(sessions.windows(2).all(|pair| pair[0].last_started_at_unix_nanos >= pair[1].last_started_at_unix_nanos));
}

#[test]
fn metrics_count_by_field_and_step() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let all = spans();
    append_and_settle(&store, all.clone());
    let query = MetricsQuery {
        project: PROJECT.into(),
        group_by: Some(Field::Model),
        step_nanos: Some(DAY),
        filter: filter("kind:(llm,agent)"),
        ..MetricsQuery::default()
    };
    let rows = store.metrics(&query).unwrap().rows;
    for row in &rows {
        let step = row.step_at_unix_nanos.unwrap();
        let theirs: Vec<_> = all
            .iter()
            .map(|stored| &stored.span)
            .filter(|span| matches!(span.kind, Kind::Llm | Kind::Agent) && span.model() == row.group.as_deref())
            .filter(|span| (step..step + DAY).contains(&span.started_at_unix_nanos))
            .collect();
        assert_eq!(row.n_spans, theirs.len() as u64, "{row:?}");
        assert_eq!(row.n_errors, theirs.iter().filter(|span| span.status == Status::Error).count() as u64);
        let calls = || theirs.iter().filter(|span| span.kind.is_model_call());
        assert_eq!(row.total_tokens, calls().filter_map(|span| span.usage.total()).sum::<u64>());
        assert_eq!(row.input_tokens, calls().filter_map(|span| span.usage.input_tokens).sum::<u64>());
        let mut durations: Vec<u64> = theirs.iter().filter_map(|span| span.duration_nanos()).collect();
        durations.sort_unstable();
        let median = durations[durations.len().div_ceil(2) - 1] as f64;
        assert!((row.duration_nanos.unwrap().p50 as f64 / median - 1.0).abs() < 0.016);
    }
    assert_eq!(rows.iter().map(|row| row.n_spans).sum::<u64>(), 120);
    assert!(rows.is_sorted_by_key(|row| (row.step_at_unix_nanos, row.group.clone())));

    let by_tag = MetricsQuery { group_by: Some(Field::Tag), step_nanos: None, filter: filter(""), ..query };
    let rows = store.metrics(&by_tag).unwrap().rows;
    let of = |tag: Option<&str>| rows.iter().find(|row| row.group.as_deref() == tag).map_or(0, |row| row.n_spans);
    assert_eq!(of(Some("production")) + of(None), 200);
    let by_release = MetricsQuery { group_by: Some(Field::Release), ..by_tag.clone() };
    let rows = store.metrics(&by_release).unwrap().rows.into_iter().map(|row| (row.group, row.n_spans));
    let version = |text: &str, n| (Some(text.to_owned()), n);
    assert_eq!(rows.collect::<Vec<_>>(), [(None, 60), version("v0", 70), version("v1", 70)]);
    let too_many = MetricsQuery { step_nanos: Some(0), ..by_tag };
    assert_eq!(store.metrics(&too_many).unwrap_err().kind(), ErrorKind::Query);
}

/// Enough for segments whose numbers are remembered.
const N_SPANS: u64 = 25_000;

#[test]
fn metrics_of_a_large_store_follow_what_changes_in_it() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let span = |n: u64, model: &str| {
        let mut stored = stored(n, 1, None, NOON + n);
        stored.span.kind = Kind::Llm;
        stored.span.model_requested = Some(model.to_owned());
        stored
    };
    append_and_settle(&store, (1..=N_SPANS).map(|n| span(n, ["a", "b"][n as usize % 2])).collect());
    let query = MetricsQuery { project: PROJECT.into(), group_by: Some(Field::Model), ..MetricsQuery::default() };
    let counts = |query: &MetricsQuery| -> Vec<(Option<String>, u64)> {
        store.metrics(query).unwrap().rows.into_iter().map(|row| (row.group, row.n_spans)).collect()
    };
    let model = |name: &str, n| (Some(name.to_owned()), n);
    for _ in 0..2 {
        assert_eq!(counts(&query), [model("a", N_SPANS / 2), model("b", N_SPANS / 2)]);
        let narrow = MetricsQuery { filter: filter("model:b"), ..query.clone() };
        assert_eq!(counts(&narrow), [model("b", N_SPANS / 2)]);
        let early = MetricsQuery { started_before_unix_nanos: Some(NOON + 101), ..query.clone() };
        assert_eq!(counts(&early), [model("a", 50), model("b", 50)]);
    }
    // Each takes the place of one that was there.
    append_and_settle(&store, (1..=10).map(|n| span(n, "c")).collect());
    assert_eq!(counts(&query), [model("a", N_SPANS / 2 - 5), model("b", N_SPANS / 2 - 5), model("c", 10)]);
}
