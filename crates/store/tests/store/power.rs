//! A power loss drops what was written and not synced: everything that was acknowledged is there all the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, mpsc};
use std::time::Duration;

use tracewood_store::Store;
use tracewood_store::embedded::disk::{Disk, LogFile, OsDisk};
use tracewood_store::embedded::{Embedded, Options, verify};

use crate::support::{DAY, NOON, PATIENCE, eventually, listed, open, options, segments, spans, stored};

/// What of the log would survive: the names that were synced, and the first bytes of each file.
#[derive(Debug, Default)]
struct Safe {
    names: BTreeSet<PathBuf>,
    n_bytes: BTreeMap<PathBuf, u64>,
}

/// A disk that remembers what is safe. While the guard of [`Safe`] is held, it does nothing.
#[derive(Debug, Clone, Default)]
struct Mains(Arc<Mutex<Safe>>);

impl Mains {
    fn safe(&self) -> MutexGuard<'_, Safe> {
        self.0.lock().unwrap()
    }
}

struct MainsFile {
    file: Box<dyn LogFile>,
    path: PathBuf,
    n_written: u64,
    mains: Mains,
}

impl Disk for Mains {
    fn create(&self, path: &Path) -> io::Result<Box<dyn LogFile>> {
        let _on = self.safe();
        let file = OsDisk.create(path)?;
        Ok(Box::new(MainsFile { file, path: path.to_owned(), n_written: 0, mains: self.clone() }))
    }

    fn open(&self, path: &Path, n_bytes: u64) -> io::Result<Box<dyn LogFile>> {
        let mut safe = self.safe();
        // What an earlier process left was read at the start, so that it is on the disk.
        safe.names.insert(path.to_owned());
        safe.n_bytes.insert(path.to_owned(), n_bytes);
        let file = OsDisk.open(path, n_bytes)?;
        Ok(Box::new(MainsFile { file, path: path.to_owned(), n_written: n_bytes, mains: self.clone() }))
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        let mut safe = self.safe();
        let names = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<io::Result<BTreeSet<_>>>()?;
        safe.names.extend(names);
        Ok(())
    }
}

impl LogFile for MainsFile {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let _on = self.mains.safe();
        self.n_written += bytes.len() as u64;
        self.file.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.mains.safe().n_bytes.insert(self.path.clone(), self.n_written);
        Ok(())
    }

    fn truncate(&mut self, n_bytes: u64) -> io::Result<()> {
        let _on = self.mains.safe();
        self.n_written = n_bytes;
        self.file.truncate(n_bytes)
    }
}

/// Steele and Vigna's `SplitMix64`.
fn mix(n: u64) -> u64 {
    let z = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z ^ (z >> 27)
}

/// What is left of a directory when the power goes now: of each file of the log what is safe, and behind it, as disks
/// are, nothing, some of the rest, or noise. Says which traces were acknowledged.
fn lose_power(mains: &Mains, root: &Path, acknowledged: &mpsc::Receiver<u64>, to: &Path, seed: u64) -> BTreeSet<u64> {
    let safe = mains.safe();
    let acknowledged: BTreeSet<u64> = acknowledged.try_iter().collect();
    // The index goes on for a moment; a copy counts that was made while nothing changed.
    eventually(|| {
        let before = listing(root);
        let _ = fs::remove_dir_all(to);
        try_copy(root, to).is_ok() && listing(root) == before
    });
    for path in segments(to) {
        let source = root.join("wal").join(path.file_name().unwrap());
        let bytes = fs::read(&path).unwrap();
        let n_safe = safe.n_bytes.get(&source).copied().unwrap_or(0) as usize;
        if !safe.names.contains(&source) {
            fs::remove_file(&path).unwrap();
            continue;
        }
        let (kept, rest) = bytes.split_at(n_safe.min(bytes.len()));
        let n_more = if rest.is_empty() { 0 } else { mix(seed) as usize % (rest.len() + 1) };
        let rest: Vec<u8> = match seed % 3 {
            0 => Vec::new(),
            1 => rest[..n_more].to_vec(),
            _ => rest[..n_more].iter().map(|byte| byte ^ (mix(seed) as u8 | 1)).collect(),
        };
        fs::write(&path, [kept, &rest].concat()).unwrap();
    }
    acknowledged
}

/// Every file with its length, and what the indexes say of themselves.
fn listing(path: &Path) -> BTreeMap<PathBuf, (u64, Vec<u8>)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(listing(&path));
        } else if let Ok(metadata) = entry.metadata() {
            let said = if path.ends_with("meta.json") { fs::read(&path).unwrap_or_default() } else { Vec::new() };
            found.insert(path, (metadata.len(), said));
        }
    }
    found
}

fn try_copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (path, target) = {
            let entry = entry?;
            (entry.path(), to.join(entry.file_name()))
        };
        if path.is_dir() { try_copy(&path, &target)? } else { fs::copy(path, target).map(drop)? }
    }
    Ok(())
}

/// Appends from three threads until the store is dropped, and tells which traces are acknowledged.
fn load(store: &Arc<Embedded>) -> mpsc::Receiver<u64> {
    let (sender, receiver) = mpsc::sync_channel(1 << 20);
    for thread in 0..3_u64 {
        let (store, sender) = (Arc::downgrade(store), sender.clone());
        std::thread::spawn(move || {
            for n in (1 + thread..).step_by(3) {
                let Some(store) = store.upgrade() else { return };
                let (sender, at) = (sender.clone(), NOON + n + n % 2 * DAY);
                let (done, wait) = mpsc::sync_channel(1);
                let durable = Box::new(move |result: Result<(), _>| {
                    if result.is_ok() {
                        let _ = sender.send(n);
                    }
                    let _ = done.send(result.is_ok());
                });
                store.append(vec![stored(n, 1, None, at), stored(n, 2, Some(1), at)], durable);
                // Batches of the three share a sync, and some are under way whenever the power goes.
                if wait.recv_timeout(PATIENCE) == Ok(false) {
                    let _ = store.settle(PATIENCE);
                }
            }
        });
    }
    receiver
}

fn check(root: &Path, acknowledged: &BTreeSet<u64>) {
    let store = open(root);
    store.settle(PATIENCE).unwrap();
    let found = listed(&store, 500);
    let each: BTreeSet<u64> = found.iter().copied().collect();
    assert_eq!(each.len(), found.len(), "none is there twice");
    let missing: Vec<u64> = acknowledged.difference(&each).copied().collect();
    assert_eq!(missing, [0; 0]);
    assert!(acknowledged.iter().take(50).all(|n| spans(&store, *n) == [1, 2]));
    store.close().unwrap();
    drop(store);
    assert_eq!(verify(root).unwrap().findings, []);
}

fn round(seed: u64, options: &Options, is_ready: impl Fn(&Embedded) -> bool) {
    let (root, after) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mains = Mains::default();
    let options =
        Options { wal_segment_bytes: 20_000 + mix(seed) % 60_000, disk: Arc::new(mains.clone()), ..options.clone() };
    let store = Arc::new(Embedded::open(root.path(), options).unwrap());
    let acknowledged = load(&store);
    eventually(|| is_ready(&store));
    let acknowledged = lose_power(&mains, root.path(), &acknowledged, after.path(), seed);
    drop(store);
    assert!(acknowledged.len() > 20);
    check(after.path(), &acknowledged);
}

#[test]
fn power_loss_before_any_commit_loses_nothing_that_was_acknowledged() {
    for seed in 0..6 {
        let never = Options { commit_interval: Duration::from_hours(1), ..options() };
        round(seed, &never, |store| store.health().n_spans_durable > 200 + mix(seed) % 2_000);
    }
}

#[test]
fn power_loss_between_commits_loses_and_doubles_nothing() {
    for seed in 10..13 {
        // Little may wait for the index, so that it is soon at rest once the power is off.
        let often = Options { commit_interval: Duration::from_millis(30), wal_backlog_bytes_max: 200_000, ..options() };
        round(seed, &often, |store| store.health().n_spans_searchable > 500 + mix(seed) % 2_000);
    }
}
