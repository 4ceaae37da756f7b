//! What is appended is found: one trace, lists of traces, pages, projects.

use tracewood_span::{Content, Kind, Status, Usage, Value};
use tracewood_store::{ErrorKind, Store, TraceQuery};

use crate::support::{
    NOON, PROJECT, SECOND, append_and_settle, listed, number, open, query, spans, stored, trace, trace_id,
};

#[test]
fn appended_trace_is_found_with_all_its_spans() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let batch = vec![stored(1, 1, None, NOON), stored(1, 2, Some(1), NOON + 5), stored(2, 1, None, NOON + 9)];
    append_and_settle(&store, batch.clone());

    let found = trace(&store, 1);
    assert_eq!(found.spans, batch[..2]);
    assert_eq!(found.summary.name, "span 1.1");
    assert_eq!(found.summary.n_spans, 2);
    assert_eq!(listed(&store, 10), [2, 1]);
    assert_eq!(store.trace(PROJECT, trace_id(3)).unwrap(), None);
    let health = store.health();
    assert_eq!((health.n_spans_durable, health.n_spans_searchable, health.wal_bytes), (3, 3, 0));
    assert!(health.is_writable);
    assert_eq!(health.trouble, None);
}

#[test]
fn summary_adds_up_model_calls_and_only_those() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let usage = |input, output| Usage { input_tokens: Some(input), output_tokens: Some(output), ..Usage::default() };
    let mut root = stored(1, 1, None, NOON);
    root.span.kind = Kind::Agent;
    root.span.input = Some(Content::Value("what is the weather?".into()));
    root.span.attributes = vec![("answer".into(), Value::Map(vec![("text".into(), "rain".into())]))];
    root.span.output = Some(Content::Attribute(0));
    root.span.usage = usage(1_000, 1_000);
    root.span.cost_usd = Some(9.0);
    root.span.tags = vec!["a".into(), "b".into()];
    root.span.user_id = Some("ada".into());
    let mut first = stored(1, 2, Some(1), NOON + 5);
    first.span.kind = Kind::Llm;
    first.span.usage = usage(10, 5);
    first.span.cost_usd = Some(0.25);
    first.span.model_requested = Some("gpt-5".into());
    first.span.session_id = Some("s1".into());
    let mut second = stored(1, 3, Some(1), NOON + 6);
    second.span.kind = Kind::Embedding;
    second.span.usage = Usage { total_tokens: Some(7), ..Usage::default() };
    second.span.cost_usd = Some(0.5);
    second.span.model_responded = Some("embed-3".into());
    second.span.tags = vec!["b".into(), "c".into()];
    second.span.status = Status::Error;
    let mut again = stored(1, 4, Some(1), NOON + 7);
    again.span.kind = Kind::Llm;
    again.span.model_requested = Some("gpt-5".into());
    append_and_settle(&store, vec![second, again, root, first]);

    let summary = trace(&store, 1).summary;
    assert_eq!(store.traces(&query(5)).unwrap().traces, std::slice::from_ref(&summary));
    assert_eq!(summary.kind, Kind::Agent);
    assert_eq!(summary.input_preview, "what is the weather?");
    assert_eq!(summary.output_preview, r#"{"text": "rain"}"#);
    assert_eq!((summary.n_spans, summary.n_errors), (4, 1));
    let expected = Usage { input_tokens: Some(10), output_tokens: Some(5), total_tokens: Some(22), ..Usage::default() };
    assert_eq!(summary.usage, expected);
    assert_eq!(summary.cost_usd, Some(0.75));
    assert_eq!(summary.models, ["gpt-5", "embed-3"]);
    assert_eq!(summary.user_id.as_deref(), Some("ada"));
    assert_eq!(summary.session_id.as_deref(), Some("s1"));
    assert_eq!(summary.environment, None);
    assert_eq!(summary.tags, ["a", "b", "c"]);
    assert_eq!(summary.duration_nanos, Some(SECOND));
    assert!(!summary.is_root_missing);
}

#[test]
fn pages_show_each_trace_once_also_where_starts_are_equal() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    // Ids of spans repeat from trace to trace and starts come in clumps, as with clients that count milliseconds.
    let batch: Vec<_> = (1..=100)
        .flat_map(|n| {
            let start = NOON + n / 10 * SECOND;
            [stored(n, 1, None, start), stored(n, 2, Some(1), start), stored(n, 3, Some(99), start)]
        })
        .collect();
    for part in batch.chunks(41) {
        append_and_settle(&store, part.to_vec());
    }
    let mut expected: Vec<u64> = (1..=100).collect();
    expected.sort_by_key(|n| std::cmp::Reverse((n / 10, *n)));
    for limit in [1, 7, 50, 99, 100, 101] {
        assert_eq!(listed(&store, limit), expected, "limit {limit}");
    }
}

#[test]
fn last_page_has_no_cursor() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    assert_eq!(store.traces(&query(5)).unwrap().next_cursor, None);
    append_and_settle(&store, (1..=5).map(|n| stored(n, 1, None, NOON + n)).collect());
    assert_eq!(store.traces(&query(5)).unwrap().next_cursor, None);
    assert!(store.traces(&query(4)).unwrap().next_cursor.is_some());
}

#[test]
fn range_of_time_takes_its_beginning_and_leaves_its_end() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    append_and_settle(&store, (1..=9).map(|n| stored(n, 1, None, NOON + n)).collect());
    let range = |from: Option<u64>, to: Option<u64>| {
        let query = TraceQuery {
            started_at_or_after_unix_nanos: from.map(|n| NOON + n),
            started_before_unix_nanos: to.map(|n| NOON + n),
            ..query(100)
        };
        store.traces(&query).map(|page| page.traces.iter().map(|t| number(t.trace_id)).collect::<Vec<_>>())
    };
    assert_eq!(range(Some(3), Some(6)).unwrap(), [5, 4, 3]);
    assert_eq!(range(Some(8), None).unwrap(), [9, 8]);
    assert_eq!(range(None, Some(2)).unwrap(), [1]);
    assert_eq!(range(Some(4), Some(4)).unwrap(), [0; 0]);
    assert_eq!(range(Some(5), Some(4)).unwrap_err().kind(), ErrorKind::Query);
}

#[test]
fn broken_cursor_and_cursor_of_another_project_are_errors_of_the_question() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    append_and_settle(&store, (1..=5).map(|n| stored(n, 1, None, NOON + n)).collect());
    let cursor = store.traces(&query(2)).unwrap().next_cursor;
    let elsewhere = TraceQuery { project: "other".into(), cursor, ..query(2) };
    assert_eq!(store.traces(&elsewhere).unwrap_err().kind(), ErrorKind::Query);
    let broken = TraceQuery { cursor: Some("nonsense".into()), ..query(2) };
    assert_eq!(store.traces(&broken).unwrap_err().kind(), ErrorKind::Query);
}

#[test]
fn projects_do_not_see_each_other() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let in_project = |project: &str, name: &str| {
        let mut stored = stored(1, 1, None, NOON);
        stored.project = project.into();
        stored.span.name = name.into();
        stored
    };
    let names = ["", "a", "ab", "default", "default\u{0}", "Default"];
    append_and_settle(&store, names.iter().map(|name| in_project(name, &format!("of {name}"))).collect());
    for name in names {
        let found = store.trace(name, trace_id(1)).unwrap().unwrap();
        assert_eq!(found.spans.len(), 1);
        assert_eq!(found.summary.name, format!("of {name}"));
        let page = store.traces(&TraceQuery { project: name.into(), ..query(10) }).unwrap();
        assert_eq!(page.traces, [found.summary]);
    }
    assert_eq!(store.trace("b", trace_id(1)).unwrap(), None);
    assert_eq!(spans(&store, 1), [1]);
}
