//! Copies a data directory while it is in use, as it was between two rounds of commits.

use std::fs::{self, File};
use std::io::ErrorKind as IoKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::catalog::Catalog;
use super::day::Day;
use super::directory::{self, Directory, FORMAT};
use super::fail::lock;
use super::progress::Progress;
use super::{fail, wal};
use crate::{Error, ErrorKind};

const BACKUP: &str = "back up store";
/// How often a partition is tried whose segments are merged meanwhile; a merge takes longer than a try.
const TRIES: usize = 50;
const META: &str = "meta.json";

/// Makes backups of an open store, one at a time.
#[derive(Debug)]
pub(super) struct Backups {
    wal: PathBuf,
    directory: Arc<Mutex<Directory>>,
    catalog: Arc<Catalog>,
    progress: Arc<Progress>,
    making: Mutex<()>,
}

impl Backups {
    pub(super) fn new(
        wal: PathBuf,
        directory: Arc<Mutex<Directory>>,
        catalog: Arc<Catalog>,
        progress: Arc<Progress>,
    ) -> Self {
        Self { wal, directory, catalog, progress, making: Mutex::default() }
    }

    /// Copies everything that is durable now into a directory that is empty or not there yet.
    pub(super) fn make(&self, to: &Path) -> Result<(), Error> {
        check_free(to)?;
        let gathering = lock(&self.directory).backup();
        let _one_at_a_time = lock(&self.making);
        if gathering.exists() {
            fs::remove_dir_all(&gathering).map_err(|e| fail::disk(BACKUP, &gathering, e))?;
        }
        let (log, staging) = (self.wal.clone(), gathering.clone());
        self.progress.between_rounds(BACKUP, move |indexer| gather(&indexer.partition_paths(), &log, &staging))?;
        self.catalog.copy(&gathering.join("catalog.sqlite"))?;
        lock(&self.directory).copy_format(&gathering)?;
        deliver(&gathering, to)
    }
}

/// Gathers the files of the partitions and the log under a directory, without copying those that never change. To be
/// called where no commit can come in between.
pub(super) fn gather(partitions: &[(Day, PathBuf)], log: &Path, to: &Path) -> Result<(), Error> {
    let (partitions_to, log_to) = (to.join("partitions"), to.join("wal"));
    for path in [&partitions_to, &log_to] {
        fs::create_dir_all(path).map_err(|e| fail::disk(BACKUP, path, e))?;
    }
    for (day, path) in partitions {
        gather_partition(path, &partitions_to.join(day.to_string()))?;
    }
    let mut numbers = wal::list(log)?;
    // The last segment is written on; what is torn at the end of the copy was not acknowledged when it was asked for.
    if let Some(last) = numbers.pop() {
        copy(&wal::path(log, last), &wal::path(&log_to, last))?;
    }
    numbers.into_iter().try_for_each(|number| link(&wal::path(log, number), &wal::path(&log_to, number)))
}

fn gather_partition(from: &Path, to: &Path) -> Result<(), Error> {
    let meta_path = from.join(META);
    let read = || fs::read(&meta_path).map_err(|e| fail::disk(BACKUP, &meta_path, e));
    for _ in 0..TRIES {
        let meta = read()?;
        let is_whole = link_segments(from, to, &meta)?;
        // Files of segments go only after a new list of segments was written.
        if is_whole && read()? == meta {
            let meta_to = to.join(META);
            fs::write(&meta_to, &meta).map_err(|e| fail::disk(BACKUP, &meta_to, e))?;
            return match copy(&from.join(".managed.json"), &to.join(".managed.json")) {
                Err(error) if from.join(".managed.json").exists() => Err(error),
                _ => Ok(()),
            };
        }
        fs::remove_dir_all(to).map_err(|e| fail::disk(BACKUP, to, e))?;
    }
    let context = format!("'{}' changed all the time; try again", from.display());
    Err(Error::new(ErrorKind::Unavailable, BACKUP, context))
}

/// Links the files of the segments that are listed; `false` if one went meanwhile.
fn link_segments(from: &Path, to: &Path, meta: &[u8]) -> Result<bool, Error> {
    fs::create_dir_all(to).map_err(|e| fail::disk(BACKUP, to, e))?;
    let meta: Value = serde_json::from_slice(meta).unwrap_or_default();
    let segments = meta.get("segments").and_then(Value::as_array).cloned().unwrap_or_default();
    let ids: Vec<String> =
        segments.iter().filter_map(|segment| Some(segment.get("segment_id")?.as_str()?.replace('-', ""))).collect();
    let entries = fs::read_dir(from).map_err(|e| fail::disk(BACKUP, from, e))?;
    for entry in entries {
        let name = entry.map_err(|e| fail::disk(BACKUP, from, e))?.file_name();
        let is_listed =
            name.to_str().and_then(|name| name.split('.').next()).is_some_and(|id| ids.iter().any(|i| i == id));
        if is_listed && let Err(error) = link(&from.join(&name), &to.join(&name)) {
            return if from.join(&name).exists() { Err(error) } else { Ok(false) };
        }
    }
    Ok(true)
}

/// Another name for a file that never changes, or a copy where that cannot be had.
fn link(from: &Path, to: &Path) -> Result<(), Error> {
    fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(drop)).map_err(|e| fail::disk(BACKUP, from, e))
}

fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    fs::copy(from, to).map(drop).map_err(|e| fail::disk(BACKUP, from, e))
}

/// Brings a gathered directory to its place, on whatever disk that is. `FORMAT` comes last, so that half a copy is not
/// taken for a data directory.
pub(super) fn deliver(from: &Path, to: &Path) -> Result<(), Error> {
    let is_moved = !to.exists() && to.parent().is_some_and(Path::exists) && fs::rename(from, to).is_ok();
    if !is_moved {
        copy_tree(from, to)?;
        fs::remove_dir_all(from).map_err(|e| fail::disk(BACKUP, from, e))?;
    }
    sync_tree(to)?;
    match to.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => directory::sync(parent).map_err(|e| fail::disk(BACKUP, parent, e)),
        None => Ok(()),
    }
}

/// Copies a directory with all below it; its own `FORMAT` comes last.
pub(super) fn copy_tree(from: &Path, to: &Path) -> Result<(), Error> {
    fs::create_dir_all(to).map_err(|e| fail::disk(BACKUP, to, e))?;
    let mut format = None;
    for entry in fs::read_dir(from).map_err(|e| fail::disk(BACKUP, from, e))? {
        let entry = entry.map_err(|e| fail::disk(BACKUP, from, e))?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_tree(&path, &target)?;
        } else if entry.file_name() == FORMAT {
            format = Some((path, target));
        } else if entry.file_name() != "LOCK" {
            copy(&path, &target)?;
        }
    }
    if let Some((path, target)) = format {
        sync_tree(to)?;
        copy(&path, &target)?;
    }
    Ok(())
}

fn sync_tree(path: &Path) -> Result<(), Error> {
    let fail = |e| fail::disk(BACKUP, path, e);
    if path.is_dir() {
        for entry in fs::read_dir(path).map_err(fail)? {
            sync_tree(&entry.map_err(fail)?.path())?;
        }
    }
    File::open(path).and_then(|file| file.sync_all()).map_err(fail)
}

/// Says no where something is already, before any work is done.
pub(super) fn check_free(to: &Path) -> Result<(), Error> {
    match fs::read_dir(to).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Err(error) if error.kind() == IoKind::NotFound => Ok(()),
        Ok(false) => {
            let context = format!("'{}' is not empty; name a directory that is empty or not there yet", to.display());
            Err(Error::new(ErrorKind::Unusable, BACKUP, context))
        }
        Err(error) => Err(fail::disk(BACKUP, to, error)),
    }
}
