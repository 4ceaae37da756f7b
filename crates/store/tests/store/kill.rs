//! A process that is killed at any moment has lost nothing that it acknowledged.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use tracewood_store::Store;
use tracewood_store::embedded::{Embedded, Options};

use crate::support::{DAY, NOON, PATIENCE, append, listed, open, options, spans, stored};

const DIRECTORY: &str = "TRACEWOOD_STORE_TEST_DIRECTORY";
const FIRST: &str = "TRACEWOOD_STORE_TEST_FIRST";
/// Batches that the victim has not heard of at any time.
const UNDER_WAY: u64 = 64;

/// Not a test of its own: the process that is killed. Appends for ever and says which traces are acknowledged.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a test binary gets no arguments of its own, so that it asks the environment"
)]
fn victim() {
    let (Ok(directory), Ok(first)) = (std::env::var(DIRECTORY), std::env::var(FIRST)) else { return };
    let quick = Options { commit_interval: Duration::from_millis(20), wal_segment_bytes: 20_000, ..options() };
    let store = Embedded::open(Path::new(&directory), quick).unwrap();
    let (sender, answers) = mpsc::channel();
    let first = first.parse::<u64>().unwrap();
    for n in first.. {
        let sender = sender.clone();
        // Three days, so that a round of commits has several partitions and can be torn between two.
        let at = NOON + n + n % 3 * DAY;
        let batch = vec![stored(n, 1, None, at), stored(n, 2, Some(1), at), stored(n / 10, n, Some(1), NOON)];
        store.append(batch, Box::new(move |result| sender.send(result.is_ok().then_some(n)).unwrap()));
        // Only so many are under way, or the log would grow faster than any index.
        if n - first >= UNDER_WAY
            && let Some(n) = answers.recv().unwrap()
        {
            // One write a line, so that the line is whole or not there.
            std::io::stderr().write_all(format!("acknowledged {n}\n").as_bytes()).unwrap();
        }
    }
}

#[test]
fn killed_process_has_lost_nothing_that_it_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let mut acknowledged: Vec<u64> = Vec::new();
    for round in 0..6_u64 {
        let first = 1_000_000 * (round + 1);
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kill::victim", "--nocapture"])
            .env(DIRECTORY, directory.path())
            .env(FIRST, first.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let numbers = |line: std::io::Result<String>| line.ok()?.strip_prefix("acknowledged ")?.parse::<u64>().ok();
        // Killed after a different number of answers each time, so at a different point of the rounds of commits.
        let before: Vec<u64> = lines.by_ref().filter_map(numbers).take(20 + round as usize * 197).collect();
        child.kill().unwrap();
        acknowledged.extend(before);
        acknowledged.extend(lines.filter_map(numbers));
        child.wait().unwrap();
    }
    assert!(acknowledged.len() > 6 * 20);

    let store = open(directory.path());
    store.settle(PATIENCE).unwrap();
    append(&store, vec![stored(7, 1, None, NOON)]).unwrap();
    store.settle(PATIENCE).unwrap();
    for n in &acknowledged {
        assert_eq!(&spans(&store, *n)[..2], [1, 2], "trace {n}");
        assert!(spans(&store, n / 10).contains(n), "span {n}");
    }
    let traces = listed(&store, 1_000);
    let mut once = traces.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), traces.len(), "no trace is listed twice");
    assert_eq!(store.health().trouble, None);
}
