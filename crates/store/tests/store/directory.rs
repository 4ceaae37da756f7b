//! The data directory: its lock, its format, what is in it after a close.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use tracewood_store::embedded::{DEFAULT_PROJECT, Embedded, Options};
use tracewood_store::{ErrorKind, Store};

use crate::support::{NOON, PATIENCE, append, append_and_settle, eventually, listed, open, options, segments, stored};

#[test]
fn directory_in_use_is_refused_until_it_is_free() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let error = Embedded::open(directory.path(), options()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unusable);
    assert!(error.to_string().contains("is in use by another tracewood (process "), "{error}");
    store.close().unwrap();
    open(directory.path());
    drop(store);
    open(directory.path());
}

#[test]
fn directory_of_a_newer_version_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    drop(open(directory.path()));
    assert_eq!(fs::read_to_string(directory.path().join("FORMAT")).unwrap(), "tracewood-store 3\n");
    fs::write(directory.path().join("FORMAT"), "tracewood-store 4\n").unwrap();
    let error = Embedded::open(directory.path(), options()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unusable);
    assert!(error.to_string().contains("newer tracewood (format 4, this one knows 3)"), "{error}");
    fs::write(directory.path().join("FORMAT"), "something\n").unwrap();
    assert_eq!(Embedded::open(directory.path(), options()).unwrap_err().kind(), ErrorKind::Corrupt);
}

#[test]
fn directory_of_somebody_else_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("thesis.tex"), "years of work").unwrap();
    let error = Embedded::open(directory.path(), options()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unusable);
    assert!(error.to_string().contains("holds 'thesis.tex'"), "{error}");
}

#[test]
fn new_directory_opens_at_once_and_has_the_default_project() {
    let directory = tempfile::tempdir().unwrap();
    let begin = Instant::now();
    let store = Embedded::open(&directory.path().join("made/here"), Options::default()).unwrap();
    assert!(begin.elapsed().as_millis() < 1_000, "{:?}", begin.elapsed());
    assert_eq!(store.projects().unwrap(), [DEFAULT_PROJECT]);
    assert_eq!(listed(&store, 5), [0; 0]);
    assert!(store.health().is_writable);
}

#[test]
fn closed_store_takes_nothing_and_leaves_no_log() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    append(&store, vec![stored(1, 1, None, NOON)]).unwrap();
    store.close().unwrap();
    store.close().unwrap();
    assert!(!store.health().is_writable);
    let error = append(&store, vec![stored(2, 1, None, NOON)]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.is_retryable());
    assert_eq!(segments(directory.path()), [""; 0].map(std::path::PathBuf::from));
    let store = open(directory.path());
    assert_eq!(listed(&store, 5), [1]);
    append_and_settle(&store, vec![stored(3, 1, None, NOON + 1)]);
    assert_eq!(listed(&store, 5), [3, 1]);
}

/// How many index segments the directory has.
fn n_index_segments(root: &Path) -> usize {
    let days = fs::read_dir(root.join("partitions")).unwrap().map(|day| day.unwrap().path());
    let files = days.flat_map(|day| fs::read_dir(day).unwrap()).map(|file| file.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "term")).count()
}

#[test]
fn what_is_not_merged_while_spans_come_quickly_is_merged_when_it_is_calm_and_leaves_no_file() {
    let directory = tempfile::tempdir().unwrap();
    let quick = Options { index_threads: 1, quick_spans_min: 2, calm_after: Duration::from_hours(1), ..options() };
    let store = Embedded::open(directory.path(), quick.clone()).unwrap();
    for n in 1..=20 {
        append_and_settle(&store, vec![stored(n, 1, None, NOON + n), stored(n, 2, Some(1), NOON + n)]);
    }
    assert_eq!(n_index_segments(directory.path()), 20);
    store.close().unwrap();
    let calm = Options { calm_after: Duration::from_millis(100), ..quick };
    let store = Embedded::open(directory.path(), calm).unwrap();
    append_and_settle(&store, vec![stored(21, 1, None, NOON + 21), stored(21, 2, Some(1), NOON + 21)]);
    eventually(|| n_index_segments(directory.path()) == 1);
    assert_eq!(listed(&store, 30).len(), 21);
}

#[test]
fn log_is_cut_into_segments_that_go_when_they_are_indexed() {
    let directory = tempfile::tempdir().unwrap();
    let store = Embedded::open(directory.path(), Options { wal_segment_bytes: 500, ..options() }).unwrap();
    for n in 1..=30 {
        append(&store, vec![stored(n, 1, None, NOON + n)]).unwrap();
    }
    store.settle(PATIENCE).unwrap();
    assert_eq!(listed(&store, 100).len(), 30);
    assert_eq!(store.health().wal_bytes, 0);
    eventually(|| segments(directory.path()).len() == 1);
}

#[test]
fn partition_that_a_crash_left_half_made_is_made_again() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir_all(directory.path().join("partitions/2026-11-22")).unwrap();
    fs::write(directory.path().join("FORMAT"), "tracewood-store 1\n").unwrap();
    let store = open(directory.path());
    let format = fs::read_to_string(directory.path().join("FORMAT")).unwrap();
    assert_eq!(format, "tracewood-store 3\n", "an older one is brought up to date");
    assert_eq!(listed(&store, 5), [0; 0]);
    append_and_settle(&store, vec![stored(1, 1, None, NOON)]);
    assert_eq!(listed(&store, 5), [1]);
}

#[test]
fn index_threads_go_when_they_are_idle_and_come_back() {
    let directory = tempfile::tempdir().unwrap();
    let idle = Options { index_idle: std::time::Duration::ZERO, ..options() };
    let store = Embedded::open(directory.path(), idle).unwrap();
    for n in 1..=5 {
        append_and_settle(&store, vec![stored(n, 1, None, NOON + n), stored(1, n + 10, Some(1), NOON + n)]);
    }
    assert_eq!(listed(&store, 100), [5, 4, 3, 2, 1]);
}
