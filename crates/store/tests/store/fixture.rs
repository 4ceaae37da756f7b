//! Data directories that earlier versions wrote open, answer and take spans.

use std::path::{Path, PathBuf};

use tracewood_store::filter::Filter;
use tracewood_store::{GroupQuery, Order, SpanQuery, Store, Stored, TraceQuery};

use crate::filters::spans;
use crate::support::{
    NOON, PATIENCE, PROJECT, SECOND, append_and_settle, copy, listed, open, page, query, stored, trace,
};

fn by_id(mut spans: Vec<Stored>) -> Vec<Stored> {
    spans.sort_by_key(|stored| (stored.span.trace_id, stored.span.span_id));
    spans
}

fn fixture(format: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/directory-{format}"))
}

/// `cargo test --package tracewood-store --test store -- --ignored write_directory`, once for a new format.
#[test]
#[ignore = "writes the fixture of the present format"]
fn write_directory_of_the_present_format() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    append_and_settle(&store, spans().into_iter().take(60).collect());
    let format = std::fs::read_to_string(directory.path().join("FORMAT")).unwrap();
    let format = format.split_whitespace().nth(1).unwrap().parse().unwrap();
    // While it is open, so that its log is there.
    copy(directory.path(), &fixture(format));
    std::fs::remove_file(fixture(format).join("LOCK")).unwrap();
}

#[test]
fn first_format_opens_answers_and_takes_spans() {
    opens_answers_and_takes_spans(1);
}

#[test]
fn second_format_opens_answers_and_takes_spans() {
    opens_answers_and_takes_spans(2);
}

#[test]
fn third_format_opens_answers_and_takes_spans() {
    opens_answers_and_takes_spans(3);
}

fn opens_answers_and_takes_spans(format: u32) {
    let directory = tempfile::tempdir().unwrap();
    copy(&fixture(format), directory.path());
    let store = open(directory.path());
    store.settle(PATIENCE).unwrap();
    assert_eq!(store.health().trouble, None);
    let expected = by_id(spans().into_iter().take(60).collect());

    let found = |text: &str| {
        let filter = Filter::parse(text).unwrap();
        let query = SpanQuery { project: PROJECT.into(), filter, ..SpanQuery::default() };
        by_id(store.export(&query).unwrap().map(|hit| hit.unwrap().stored).collect())
    };
    assert_eq!(found(""), expected);
    let filter = Filter::parse("status:error tag:production").unwrap();
    let passing: Vec<_> = expected.iter().filter(|stored| filter.matches(stored)).cloned().collect();
    assert!(passing.len() > 3);
    assert_eq!(found("status:error tag:production"), passing);
    for text in ["input:*", "output:*", "message:*", "text:weather", "text:\"a b\"", "input:w*"] {
        let filter = Filter::parse(text).unwrap();
        let passing: Vec<_> = expected.iter().filter(|stored| filter.matches(stored)).cloned().collect();
        assert_eq!(found(text), passing, "{text}");
    }

    assert_eq!(listed(&store, 5).len(), 12);
    let costliest = page(&store, &TraceQuery { order: Order::Costliest, filter, ..query(100) });
    assert!(costliest.traces.len() > 3 && costliest.traces.is_sorted_by(|one, other| one.cost_usd >= other.cost_usd));
    let groups = GroupQuery { project: PROJECT.into(), limit: 100, ..GroupQuery::default() };
    assert_eq!(store.users(&groups).unwrap().groups.iter().map(|user| user.n_traces).sum::<u64>(), 12);

    let mut again = stored(1, 1, None, NOON + 40 * SECOND);
    again.span.name = "again".into();
    append_and_settle(&store, vec![again, stored(99, 1, None, NOON + 50 * SECOND)]);
    assert_eq!(trace(&store, 1).summary.name, "again");
    assert_eq!(trace(&store, 1).spans.len(), 5);
    assert_eq!(listed(&store, 5).len(), 13);
}
