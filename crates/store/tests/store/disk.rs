//! A disk that says no: exactly the batches concerned hear of it, and the store goes on when the disk does.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, mpsc};

use tracewood_store::embedded::disk::{Disk, LogFile, OsDisk};
use tracewood_store::embedded::{Embedded, Options};
use tracewood_store::{ErrorKind, Store};

use crate::support::{NOON, PATIENCE, append, copy, eventually, listed, open, options, stored};

/// What the disk does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Fault {
    #[default]
    None,
    /// Takes half of what is written, then is full.
    FullOnWrite,
    /// Cannot write down what it took.
    BrokenOnSync,
    /// Has no room for a new file.
    FullOnCreate,
    /// Waits with every sync until the fault is over.
    HangOnSync,
}

#[derive(Debug, Default)]
struct State {
    fault: Mutex<Fault>,
    changed: Condvar,
    n_syncs: AtomicU64,
    n_syncs_begun: AtomicU64,
}

impl State {
    fn set(&self, fault: Fault) {
        *self.fault.lock().unwrap() = fault;
        self.changed.notify_all();
    }

    fn is(&self, fault: Fault) -> bool {
        *self.fault.lock().unwrap() == fault
    }
}

#[derive(Debug, Clone, Default)]
struct Flaky(Arc<State>);

struct FlakyFile(Box<dyn LogFile>, Arc<State>);

impl Disk for Flaky {
    fn create(&self, path: &Path) -> io::Result<Box<dyn LogFile>> {
        if self.0.is(Fault::FullOnCreate) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(Box::new(FlakyFile(OsDisk.create(path)?, Arc::clone(&self.0))))
    }

    fn open(&self, path: &Path, n_bytes: u64) -> io::Result<Box<dyn LogFile>> {
        Ok(Box::new(FlakyFile(OsDisk.open(path, n_bytes)?, Arc::clone(&self.0))))
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        OsDisk.sync_directory(path)
    }
}

impl LogFile for FlakyFile {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.1.is(Fault::FullOnWrite) {
            self.0.write_all(&bytes[..bytes.len() / 2])?;
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.0.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.1.n_syncs_begun.fetch_add(1, Ordering::SeqCst);
        self.1.changed.notify_all();
        let fault = self.1.fault.lock().unwrap();
        drop(self.1.changed.wait_while(fault, |fault| *fault == Fault::HangOnSync).unwrap());
        if self.1.is(Fault::BrokenOnSync) {
            return Err(io::Error::from_raw_os_error(5));
        }
        self.1.n_syncs.fetch_add(1, Ordering::SeqCst);
        self.0.sync()
    }

    fn truncate(&mut self, n_bytes: u64) -> io::Result<()> {
        self.0.truncate(n_bytes)
    }
}

fn open_on(disk: &Flaky, root: &Path, mut options: Options) -> Embedded {
    options.disk = Arc::new(disk.clone());
    Embedded::open(root, options).unwrap()
}

#[test]
fn failing_disk_fails_its_batches_and_no_others() {
    for fault in [Fault::FullOnWrite, Fault::BrokenOnSync] {
        let directory = tempfile::tempdir().unwrap();
        let disk = Flaky::default();
        let store = open_on(&disk, directory.path(), options());
        append(&store, vec![stored(1, 1, None, NOON + 1)]).unwrap();
        disk.0.set(fault);
        for _ in 0..3 {
            let error = append(&store, vec![stored(2, 1, None, NOON + 2)]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Disk);
            assert!(error.is_retryable());
        }
        let health = store.health();
        assert!(!health.is_writable);
        assert!(health.trouble.unwrap().contains("cannot be written"));
        assert_eq!(health.n_spans_durable, 1);
        store.settle(PATIENCE).unwrap();
        assert_eq!(listed(&store, 5), [1], "reads go on");

        disk.0.set(Fault::None);
        append(&store, vec![stored(3, 1, None, NOON + 3)]).unwrap();
        assert!(store.health().is_writable);
        assert_eq!(store.health().trouble, None);
        store.settle(PATIENCE).unwrap();
        assert_eq!(listed(&store, 5), [3, 1], "{fault:?}");

        let copied = tempfile::tempdir().unwrap();
        copy(directory.path(), copied.path());
        let after = open(copied.path());
        after.settle(PATIENCE).unwrap();
        assert_eq!(listed(&after, 5), [3, 1], "{fault:?} after a crash");
    }
}

#[test]
fn disk_without_room_for_a_new_segment_recovers() {
    let directory = tempfile::tempdir().unwrap();
    let disk = Flaky::default();
    let store = open_on(&disk, directory.path(), Options { wal_segment_bytes: 1, ..options() });
    append(&store, vec![stored(1, 1, None, NOON + 1)]).unwrap();
    disk.0.set(Fault::FullOnCreate);
    for _ in 0..3 {
        assert_eq!(append(&store, vec![stored(2, 1, None, NOON + 2)]).unwrap_err().kind(), ErrorKind::Disk);
    }
    disk.0.set(Fault::None);
    append(&store, vec![stored(3, 1, None, NOON + 3)]).unwrap();
    store.settle(PATIENCE).unwrap();
    assert_eq!(listed(&store, 5), [3, 1]);
}

#[test]
fn store_notices_by_itself_that_the_disk_is_well_again() {
    let directory = tempfile::tempdir().unwrap();
    let disk = Flaky::default();
    let store = open_on(&disk, directory.path(), options());
    disk.0.set(Fault::BrokenOnSync);
    append(&store, vec![stored(1, 1, None, NOON)]).unwrap_err();
    assert!(!store.health().is_writable);
    disk.0.set(Fault::None);
    eventually(|| store.health().is_writable);
}

#[test]
fn batches_that_wait_share_one_sync_and_too_many_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let disk = Flaky::default();
    let store = open_on(&disk, directory.path(), Options { queue_bytes_max: 3_000, ..options() });
    append(&store, vec![stored(1, 1, None, NOON)]).unwrap();
    let n_before = disk.0.n_syncs_begun.load(Ordering::SeqCst);
    disk.0.set(Fault::HangOnSync);

    let (sender, receiver) = mpsc::sync_channel(2_000);
    let send = |n: u64| {
        let sender = sender.clone();
        store.append(vec![stored(n, 1, None, NOON + n)], Box::new(move |result| sender.send((n, result)).unwrap()));
    };
    send(2);
    let fault = disk.0.fault.lock().unwrap();
    let is_hanging = |_: &mut Fault| disk.0.n_syncs_begun.load(Ordering::SeqCst) == n_before;
    let (guard, timeout) = disk.0.changed.wait_timeout_while(fault, PATIENCE, is_hanging).unwrap();
    assert!(!timeout.timed_out());
    drop(guard);
    let answer_to = |n: u64| {
        send(n);
        Some((n, receiver.try_recv().ok()?))
    };
    let (n_refused, (n, result)) = (3..1_000).find_map(answer_to).unwrap();
    assert_eq!(n, n_refused, "the one that did not fit hears at once");
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Unavailable);
    assert!(n_refused > 5);

    let n_before = disk.0.n_syncs.load(Ordering::SeqCst);
    disk.0.set(Fault::None);
    for expected in 2..n_refused {
        let (n, result) = receiver.recv_timeout(PATIENCE).unwrap();
        assert_eq!(n, expected, "answers come in order");
        result.unwrap();
    }
    assert_eq!(disk.0.n_syncs.load(Ordering::SeqCst), n_before + 2, "one for the first, one for all that waited");
    append(&store, vec![stored(2_000, 1, None, NOON)]).unwrap();
}

#[test]
fn full_backlog_refuses_until_the_index_caught_up() {
    let directory = tempfile::tempdir().unwrap();
    let lazy = Options { commit_interval: std::time::Duration::from_hours(1), wal_backlog_bytes_max: 10, ..options() };
    let store = Embedded::open(directory.path(), lazy).unwrap();
    append(&store, vec![stored(1, 1, None, NOON)]).unwrap();
    let error = append(&store, vec![stored(2, 1, None, NOON)]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(!store.health().is_writable);
    assert!(store.health().trouble.unwrap().contains("wait for the index"));
    store.settle(PATIENCE).unwrap();
    append(&store, vec![stored(2, 1, None, NOON)]).unwrap();
}

#[test]
fn index_that_cannot_be_written_is_said_and_tried_again() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    // A file stands where the directory of the partition has to be made.
    let obstacle = directory.path().join("partitions/2026-11-22");
    std::fs::write(&obstacle, "in the way").unwrap();
    append(&store, vec![stored(1, 1, None, NOON)]).unwrap();
    eventually(|| store.health().trouble.is_some());
    assert!(store.health().trouble.unwrap().contains("spans are kept but cannot be found yet"));
    append(&store, vec![stored(2, 1, None, NOON + 1)]).unwrap();
    std::fs::remove_file(&obstacle).unwrap();
    store.settle(PATIENCE).unwrap();
    assert_eq!(listed(&store, 5), [2, 1]);
    assert_eq!(store.health().trouble, None);
}
