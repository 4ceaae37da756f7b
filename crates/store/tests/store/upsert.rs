//! Spans that come twice, in pieces, in any order, on any day.

use tracewood_span::{Content, Kind, Usage};
use tracewood_store::{Store, Stored};

use crate::support::{
    DAY, NOON, SECOND, append, append_and_settle, listed, number, open, page, pending, query, spans, stored, trace,
};

fn batch() -> Vec<Stored> {
    (1..=4)
        .flat_map(|n| {
            let mut call = stored(n, 2, Some(1), NOON + n);
            call.span.kind = Kind::Llm;
            call.span.usage = Usage { input_tokens: Some(n), ..Usage::default() };
            call.span.cost_usd = Some(0.5);
            [stored(n, 1, None, NOON + n), call]
        })
        .collect()
}

#[test]
fn batch_sent_five_times_counts_once() {
    let directory = tempfile::tempdir().unwrap();
    for round in 0..5 {
        // Opened anew each time, settled only sometimes, so that copies meet in memory, in the index and in a replay.
        let store = open(directory.path());
        let mut copy = batch();
        copy.rotate_left(round * 3 % 8);
        if round % 2 == 0 {
            copy.reverse();
        }
        append(&store, copy.clone()).unwrap();
        append(&store, copy[..3].to_vec()).unwrap();
        store.close().unwrap();
    }
    let store = open(directory.path());
    store.settle(crate::support::PATIENCE).unwrap();
    assert_eq!(listed(&store, 2), [4, 3, 2, 1]);
    for n in 1..=4 {
        let found = trace(&store, n);
        assert_eq!(found.spans, batch()[n as usize * 2 - 2..n as usize * 2]);
        assert_eq!((found.summary.n_spans, found.summary.cost_usd), (2, Some(0.5)));
        assert_eq!(found.summary.usage.input_tokens, Some(n));
    }
}

#[test]
fn end_takes_the_place_of_its_beginning_in_whatever_order_they_come() {
    for is_settled_between in [false, true] {
        for is_end_first in [false, true] {
            let directory = tempfile::tempdir().unwrap();
            let store = open(directory.path());
            let mut end = stored(1, 1, None, NOON);
            end.span.output = Some(Content::Value("done".into()));
            let begin = pending(stored(1, 1, None, NOON));
            let (first, second) = if is_end_first { (end.clone(), begin) } else { (begin, end.clone()) };
            append(&store, vec![first]).unwrap();
            if is_settled_between {
                store.settle(crate::support::PATIENCE).unwrap();
            }
            append_and_settle(&store, vec![second]);
            let found = trace(&store, 1);
            assert_eq!(found.spans, [end], "settled {is_settled_between}, end first {is_end_first}");
            assert_eq!(found.summary.duration_nanos, Some(SECOND));
        }
    }
}

#[test]
fn pending_span_is_shown_without_a_duration() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    append_and_settle(&store, vec![pending(stored(1, 1, None, NOON))]);
    let found = trace(&store, 1);
    assert_eq!(found.summary.duration_nanos, None);
    assert_eq!(found.spans[0].span.ended_at_unix_nanos, None);
    assert_eq!(page(&store, &query(5)).traces, [found.summary]);
}

#[test]
fn later_form_of_a_span_counts_also_on_another_day() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    append_and_settle(&store, vec![pending(stored(1, 1, None, NOON)), stored(1, 2, Some(1), NOON)]);
    append_and_settle(&store, vec![stored(1, 1, None, NOON - DAY)]);
    append_and_settle(&store, vec![pending(stored(1, 1, None, NOON + DAY))]);
    let found = trace(&store, 1);
    assert_eq!(found.summary.started_at_unix_nanos, NOON - DAY);
    assert_eq!(spans(&store, 1), [1, 2]);
    assert_eq!(listed(&store, 1), [1]);
}

#[test]
fn trace_without_root_is_listed_at_its_first_orphan_until_the_root_comes() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    // Grandchildren, then children, then the root, each after a commit.
    append_and_settle(&store, vec![stored(1, 4, Some(2), NOON + 4), stored(1, 5, Some(3), NOON + 5)]);
    let found = page(&store, &query(5)).traces;
    assert_eq!(found.iter().map(|t| (t.name.as_str(), t.is_root_missing)).collect::<Vec<_>>(), [("span 1.4", true)]);

    append_and_settle(&store, vec![stored(1, 3, Some(1), NOON + 3), stored(1, 2, Some(1), NOON + 2)]);
    let found = page(&store, &query(5)).traces;
    assert_eq!(found.iter().map(|t| (t.name.as_str(), t.is_root_missing)).collect::<Vec<_>>(), [("span 1.2", true)]);

    append_and_settle(&store, vec![stored(1, 1, None, NOON + DAY)]);
    let found = page(&store, &query(5)).traces;
    assert_eq!(found.iter().map(|t| (t.name.as_str(), t.is_root_missing)).collect::<Vec<_>>(), [("span 1.1", false)]);
    assert_eq!(found[0].n_spans, 5);
    assert_eq!(spans(&store, 1), [2, 3, 4, 5, 1]);
}

#[test]
fn trace_of_many_days_is_one_trace() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    // More days than writers are kept open at once, there and back.
    let days: Vec<u64> = (0..8).chain((0..8).rev()).collect();
    for (n, day) in (1..).zip(&days) {
        append(&store, vec![stored(1, n, (n > 1).then_some(1), NOON + day * DAY)]).unwrap();
    }
    store.settle(crate::support::PATIENCE).unwrap();
    assert_eq!(spans(&store, 1).len(), days.len());
    assert_eq!(listed(&store, 3), [1]);
    assert_eq!(std::fs::read_dir(directory.path().join("partitions")).unwrap().count(), 8);
}

#[test]
fn parents_in_a_circle_and_own_parents_are_listed_once() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    append_and_settle(&store, vec![stored(1, 1, Some(2), NOON), stored(1, 2, Some(1), NOON + 1)]);
    append_and_settle(&store, vec![stored(1, 1, Some(2), NOON), stored(2, 7, Some(7), NOON + 2)]);
    assert_eq!(listed(&store, 1), [2, 1]);
    assert!(trace(&store, 2).summary.is_root_missing);
}

#[test]
fn two_roots_of_a_trace_are_listed_as_one() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    append_and_settle(
        &store,
        vec![stored(1, 2, None, NOON + 1), stored(1, 1, None, NOON + 2), stored(2, 1, None, NOON)],
    );
    let traces = page(&store, &query(9)).traces;
    assert_eq!(
        traces.iter().map(|t| (number(t.trace_id), t.name.as_str())).collect::<Vec<_>>(),
        [(1, "span 1.2"), (2, "span 2.1")]
    );
}

#[test]
fn absurd_clocks_do_not_make_partitions_and_are_found() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let odd = [0, 1, NOON - 5_000 * DAY, NOON + 5_000 * DAY, u64::MAX - 3 * SECOND];
    let batch = (1..).zip(odd).map(|(n, start)| Stored { received_at_unix_nanos: NOON, ..stored(n, 1, None, start) });
    append_and_settle(&store, batch.chain([stored(9, 1, None, NOON)]).collect());
    assert_eq!(listed(&store, 2), [5, 4, 9, 3, 2, 1]);
    assert_eq!(trace(&store, 5).summary.started_at_unix_nanos, u64::MAX - 3 * SECOND);
    let partitions: Vec<_> = std::fs::read_dir(directory.path().join("partitions")).unwrap().collect();
    assert_eq!(partitions.len(), 1);
}

#[test]
fn end_before_start_and_empty_texts_are_kept() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let mut odd = stored(1, 1, None, NOON);
    odd.span.ended_at_unix_nanos = Some(NOON - 1);
    odd.span.name = String::new();
    odd.span.input = Some(Content::Value("x".repeat(70_000).into()));
    odd.span.tags = vec!["t".repeat(70_000)];
    odd.span.cost_usd = Some(f64::INFINITY);
    odd.span.attributes = vec![("k".repeat(70_000), "v".repeat(70_000).into()), ("\u{0}\u{1}".into(), 1.into())];
    append_and_settle(&store, vec![odd.clone()]);
    let found = trace(&store, 1);
    assert_eq!(found.spans, [odd]);
    assert_eq!(found.summary.duration_nanos, Some(0));
    assert_eq!(store.health().trouble, None);
}

#[test]
fn large_deep_trace_that_comes_from_its_leaves_up_is_one_trace() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    // A chain of a thousand, and three thousand leaves below its end; the root comes last.
    let chain = (1..=1_000).map(|n| stored(1, n, (n > 1).then(|| n - 1), NOON + n));
    let leaves = (1_001..=4_000).map(|n| stored(1, n, Some(1_000), NOON + n));
    let mut all: Vec<Stored> = chain.chain(leaves).chain([stored(2, 1, None, NOON)]).collect();
    all.reverse();
    for part in all.chunks(700) {
        append_and_settle(&store, part.to_vec());
    }
    assert_eq!(listed(&store, 1), [1, 2]);
    let found = trace(&store, 1);
    assert_eq!(found.summary.name, "span 1.1");
    assert_eq!(found.summary.n_spans, 4_000);
    assert_eq!(spans(&store, 1), (1..=4_000).collect::<Vec<u64>>());
}
