//! What a crash left in the log is indexed at the next start, once.

use std::path::Path;
use std::time::Duration;

use tracewood_store::Store;
use tracewood_store::embedded::{Embedded, Options};

use crate::support::{NOON, PATIENCE, append, copy, listed, open, options, segments, spans, stored, trace};

/// A store that commits only when it is asked to.
fn open_lazy(root: &Path) -> Embedded {
    Embedded::open(root, Options { commit_interval: Duration::from_hours(1), ..options() }).unwrap()
}

#[test]
fn acknowledged_spans_are_found_after_a_crash_before_any_commit() {
    let directory = tempfile::tempdir().unwrap();
    let copied = tempfile::tempdir().unwrap();
    let store = open_lazy(directory.path());
    for n in 1..=5 {
        append(&store, vec![stored(n, 1, None, NOON + n), stored(n, 2, Some(1), NOON + n)]).unwrap();
    }
    copy(directory.path(), copied.path());

    let after = open(copied.path());
    after.settle(PATIENCE).unwrap();
    assert_eq!(listed(&after, 2), [5, 4, 3, 2, 1]);
    assert_eq!(after.health().n_spans_searchable, 10);
    for n in 1..=5 {
        assert_eq!(spans(&after, n), [1, 2]);
    }
}

#[test]
fn replay_begins_where_the_index_stopped_and_doubles_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let copied = tempfile::tempdir().unwrap();
    let store = open_lazy(directory.path());
    append(&store, vec![stored(1, 1, None, NOON)]).unwrap();
    store.settle(PATIENCE).unwrap();
    append(&store, vec![stored(1, 2, Some(1), NOON), stored(2, 1, None, NOON + 1)]).unwrap();
    copy(directory.path(), copied.path());

    let after = open(copied.path());
    after.settle(PATIENCE).unwrap();
    assert_eq!(after.health().n_spans_searchable, 2, "the first span was in the index already");
    assert_eq!(listed(&after, 5), [2, 1]);
    assert_eq!(spans(&after, 1), [1, 2]);
}

#[test]
fn log_that_was_indexed_but_not_removed_is_harmless() {
    let directory = tempfile::tempdir().unwrap();
    let (early, copied) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open_lazy(directory.path());
    append(&store, vec![stored(1, 1, None, NOON), stored(1, 2, Some(1), NOON)]).unwrap();
    copy(&directory.path().join("wal"), early.path());
    store.close().unwrap();
    copy(directory.path(), copied.path());
    copy(early.path(), &copied.path().join("wal"));

    let after = open(copied.path());
    append(&after, vec![stored(2, 1, None, NOON + 1)]).unwrap();
    after.settle(PATIENCE).unwrap();
    assert_eq!(listed(&after, 5), [2, 1]);
    assert_eq!(trace(&after, 1).summary.n_spans, 2);
}

#[test]
fn log_that_lost_what_was_indexed_takes_new_spans_that_are_found() {
    let directory = tempfile::tempdir().unwrap();
    let copied = tempfile::tempdir().unwrap();
    let store = open_lazy(directory.path());
    append(&store, vec![stored(1, 1, None, NOON)]).unwrap();
    append(&store, vec![stored(2, 1, None, NOON + 1)]).unwrap();
    store.settle(PATIENCE).unwrap();
    copy(directory.path(), copied.path());
    // The disk lost the end of a log whose spans the index has.
    let log = segments(copied.path()).pop().unwrap();
    let bytes = std::fs::read(&log).unwrap();
    std::fs::write(&log, &bytes[..bytes.len() - 150]).unwrap();

    for n in 3..=5 {
        let after = open(copied.path());
        append(&after, vec![stored(n, 1, None, NOON + n)]).unwrap();
        after.settle(PATIENCE).unwrap();
        assert_eq!(listed(&after, 9).first(), Some(&n));
    }
    assert_eq!(listed(&open(copied.path()), 9), [5, 4, 3, 2, 1]);
}

#[test]
fn torn_tail_costs_only_the_batch_that_was_never_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let store = open_lazy(directory.path());
    append(&store, vec![stored(1, 1, None, NOON)]).unwrap();
    let whole = std::fs::metadata(&segments(directory.path())[0]).unwrap().len();
    append(&store, vec![stored(2, 1, None, NOON + 1)]).unwrap();
    let torn = std::fs::metadata(&segments(directory.path())[0]).unwrap().len();
    for cut in [whole, whole + 1, whole + 23, whole + 24, whole + 30, torn - 1] {
        let copied = tempfile::tempdir().unwrap();
        copy(directory.path(), copied.path());
        let log = &segments(copied.path())[0];
        std::fs::OpenOptions::new().write(true).open(log).unwrap().set_len(cut).unwrap();
        let after = open(copied.path());
        after.settle(PATIENCE).unwrap();
        assert_eq!(listed(&after, 5), [1], "cut at {cut}");
        assert_eq!(after.health().trouble, None);
        append(&after, vec![stored(3, 1, None, NOON + 2)]).unwrap();
        after.settle(PATIENCE).unwrap();
        assert_eq!(listed(&after, 5), [3, 1], "cut at {cut}");
    }
}

#[test]
fn broken_record_is_said_and_those_around_it_are_found() {
    let directory = tempfile::tempdir().unwrap();
    let copied = tempfile::tempdir().unwrap();
    let store = open_lazy(directory.path());
    let mut ends = Vec::new();
    for n in 1..=3 {
        append(&store, vec![stored(n, 1, None, NOON + n)]).unwrap();
        ends.push(std::fs::metadata(&segments(directory.path())[0]).unwrap().len());
    }
    copy(directory.path(), copied.path());
    let log = &segments(copied.path())[0];
    let mut bytes = std::fs::read(log).unwrap();
    bytes[ends[1] as usize - 5] ^= 1;
    std::fs::write(log, bytes).unwrap();

    let after = open(copied.path());
    after.settle(PATIENCE).unwrap();
    assert_eq!(listed(&after, 5), [3, 1]);
    assert!(after.health().trouble.unwrap().contains("are broken and lost"));
    assert!(after.health().is_writable);
}
