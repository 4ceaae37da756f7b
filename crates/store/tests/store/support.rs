//! Spans and stores for the tests.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use tracewood_span::{Span, SpanId, TraceId};
use tracewood_store::embedded::{Embedded, Options};
use tracewood_store::{Error, Store, Stored, Trace, TracePage, TraceQuery};

pub(crate) const PROJECT: &str = "default";
/// 2026-11-22T12:00:00Z.
pub(crate) const NOON: u64 = 1_795_348_800_000_000_000;
pub(crate) const SECOND: u64 = 1_000_000_000;
pub(crate) const DAY: u64 = 86_400 * SECOND;
/// No wait of a test is longer; it is only ever waited for in full when the test fails.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Small and quick: commits come often, and an index takes as little memory as it can.
pub(crate) fn options() -> Options {
    Options { index_thread_bytes: 15_000_000, ..Options::default() }
}

pub(crate) fn open(root: &Path) -> Embedded {
    Embedded::open(root, options()).unwrap()
}

pub(crate) fn trace_id(n: u64) -> TraceId {
    TraceId::new(u128::from(n).to_be_bytes()).unwrap()
}

pub(crate) fn span_id(n: u64) -> SpanId {
    SpanId::new(n.to_be_bytes()).unwrap()
}

/// A span that took a second, as it arrives a second later.
pub(crate) fn stored(trace: u64, span: u64, parent: Option<u64>, started_at: u64) -> Stored {
    let mut made = Span::new(trace_id(trace), span_id(span), format!("span {trace}.{span}"), started_at);
    made.parent_span_id = parent.map(span_id);
    made.ended_at_unix_nanos = Some(started_at + SECOND);
    let received_at_unix_nanos = started_at + 2 * SECOND;
    Stored { project: PROJECT.into(), received_at_unix_nanos, price_version: String::new(), span: made }
}

pub(crate) fn pending(mut stored: Stored) -> Stored {
    stored.span.ended_at_unix_nanos = None;
    stored
}

/// Appends and waits for the answer.
pub(crate) fn append(store: &dyn Store, spans: Vec<Stored>) -> Result<(), Error> {
    let (sender, receiver) = mpsc::sync_channel(1);
    store.append(spans, Box::new(move |result| sender.send(result).unwrap()));
    receiver.recv_timeout(PATIENCE).expect("the callback is called")
}

pub(crate) fn append_and_settle(store: &dyn Store, spans: Vec<Stored>) {
    append(store, spans).unwrap();
    store.settle(PATIENCE).unwrap();
}

pub(crate) fn query(limit: usize) -> TraceQuery {
    TraceQuery {
        project: PROJECT.into(),
        started_at_or_after_unix_nanos: None,
        started_before_unix_nanos: None,
        limit,
        cursor: None,
        ..TraceQuery::default()
    }
}

pub(crate) fn page(store: &dyn Store, query: &TraceQuery) -> TracePage {
    store.traces(query).unwrap()
}

/// The traces of all pages, as numbers.
pub(crate) fn listed(store: &dyn Store, limit: usize) -> Vec<u64> {
    let mut query = query(limit);
    let mut traces = Vec::new();
    loop {
        let page = page(store, &query);
        traces.extend(page.traces.iter().map(|trace| number(trace.trace_id)));
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            return traces;
        }
    }
}

pub(crate) fn number(trace_id: TraceId) -> u64 {
    u128::from_be_bytes(*trace_id.as_bytes()) as u64
}

pub(crate) fn trace(store: &dyn Store, n: u64) -> Trace {
    store.trace(PROJECT, trace_id(n)).unwrap().expect("the trace is there")
}

/// The spans of a trace, as numbers.
pub(crate) fn spans(store: &dyn Store, n: u64) -> Vec<u64> {
    let spans = store.trace(PROJECT, trace_id(n)).unwrap().map(|trace| trace.spans).unwrap_or_default();
    spans.iter().map(|stored| u64::from_be_bytes(*stored.span.span_id.as_bytes())).collect()
}

/// Waits until something is so.
pub(crate) fn eventually(mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "it never became so");
        // A pause, since a loop that only yields takes the processor from the index, which steps back.
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The segments of the write-ahead log, in order.
pub(crate) fn segments(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root.join("wal")).unwrap();
    let mut paths: Vec<_> =
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some()).collect();
    paths.sort();
    paths
}

/// Copies a directory as a power loss would leave it if all was written.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            match std::fs::copy(entry.path(), target) {
                // An open store has files that live for a moment: locks, and what is renamed once it is whole.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                copied => drop(copied.unwrap()),
            }
        }
    }
}
