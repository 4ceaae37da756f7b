//! All partitions of a directory, each opened when it is first asked for; a broken one is set aside.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::Partition;
use super::snapshot::Snapshot;
use crate::embedded::day::Day;
use crate::embedded::directory;
use crate::embedded::fail::{self, lock};
use crate::{Error, ErrorKind};

const REMOVE: &str = "remove partition";
/// What the directory of a partition is called while it is removed, so that half of one is never opened.
const REMOVED: &str = "removed";
const DAMAGED: &str = "damaged";

/// All partitions of a directory.
#[derive(Debug)]
pub(crate) struct Registry {
    directory: PathBuf,
    partitions: Mutex<BTreeMap<Day, Option<Arc<Partition>>>>,
    /// What was set aside, for a person to read.
    trouble: Mutex<Option<String>>,
}

impl Registry {
    /// Finds out which partitions there are, without opening one.
    pub(crate) fn open(directory: &Path) -> Result<Self, Error> {
        let entries = fs::read_dir(directory).map_err(|e| fail::disk("list partitions", directory, e))?;
        let mut days = BTreeMap::new();
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            if path.extension().is_some_and(|extension| extension == REMOVED) {
                fs::remove_dir_all(&path).map_err(|e| fail::disk(REMOVE, &path, e))?;
            }
            let name = path.file_name().and_then(|name| name.to_str());
            if let Some(Ok(day)) = name.map(str::parse::<Day>)
                && Partition::exists(&path)
            {
                days.insert(day, None);
            }
        }
        Ok(Self { directory: directory.to_owned(), partitions: Mutex::new(days), trouble: Mutex::default() })
    }

    /// The directory of each partition, oldest first.
    pub(crate) fn paths(&self) -> Vec<(Day, PathBuf)> {
        lock(&self.partitions).keys().map(|day| (*day, self.path(*day))).collect()
    }

    /// What was set aside, if something was.
    pub(crate) fn trouble(&self) -> Option<String> {
        lock(&self.trouble).clone()
    }

    /// The partition of a day, made where there is none.
    pub(crate) fn get_or_create(&self, day: Day) -> Result<Arc<Partition>, Error> {
        let mut partitions = lock(&self.partitions);
        if let Some(partition) = self.get(&mut partitions, day)? {
            return Ok(partition);
        }
        let partition = Arc::new(Partition::create(&self.path(day), day)?);
        partitions.insert(day, Some(Arc::clone(&partition)));
        Ok(partition)
    }

    /// What the partition of a day looked like after its last commit.
    pub(crate) fn snapshot(&self, day: Day) -> Result<Option<Arc<Snapshot>>, Error> {
        Ok(self.get(&mut lock(&self.partitions), day)?.map(|partition| partition.snapshot()))
    }

    /// What all partitions looked like after their last commits, newest first.
    pub(crate) fn snapshots(&self) -> Result<Vec<Arc<Snapshot>>, Error> {
        let mut partitions = lock(&self.partitions);
        let days: Vec<Day> = partitions.keys().rev().copied().collect();
        let mut snapshots = Vec::with_capacity(days.len());
        for day in days {
            snapshots.extend(self.get(&mut partitions, day)?.map(|partition| partition.snapshot()));
        }
        Ok(snapshots)
    }

    /// Lets readers see what the partitions of some days have committed, all at once.
    pub(crate) fn refresh(&self, days: &BTreeSet<Day>) -> Result<(), Error> {
        let stale: Vec<Arc<Partition>> = {
            let partitions = lock(&self.partitions);
            days.iter().filter_map(|day| partitions.get(day)?.clone()).collect()
        };
        let snapshots = stale.iter().map(|partition| partition.reload()).collect::<Result<Vec<_>, _>>()?;
        let _readers_wait = lock(&self.partitions);
        for (partition, snapshot) in stale.iter().zip(snapshots) {
            partition.show(snapshot);
        }
        Ok(())
    }

    /// Removes the partition of a day with all its spans. Readers that have begun go on with what they see.
    pub(crate) fn remove(&self, day: Day) -> Result<(), Error> {
        let removed = {
            let mut partitions = lock(&self.partitions);
            let removed = self.rename(day, REMOVED)?;
            partitions.remove(&day);
            removed
        };
        fs::remove_dir_all(&removed).map_err(|e| fail::disk(REMOVE, &removed, e))
    }

    /// The partition of a day, opened if it is not; `None` if there is none, or if it was broken.
    fn get(
        &self,
        partitions: &mut BTreeMap<Day, Option<Arc<Partition>>>,
        day: Day,
    ) -> Result<Option<Arc<Partition>>, Error> {
        let Some(slot) = partitions.get_mut(&day) else { return Ok(None) };
        if let Some(partition) = slot {
            return Ok(Some(Arc::clone(partition)));
        }
        match Partition::open(&self.path(day), day) {
            Ok(partition) => Ok(Some(Arc::clone(slot.insert(Arc::new(partition))))),
            // One broken day does not keep people from all others, nor new spans from the disk.
            Err(error) if error.kind() == ErrorKind::Corrupt => {
                let aside = self.rename(day, DAMAGED)?;
                partitions.remove(&day);
                let trouble = format!(
                    "the partition of {day} is broken and its spans cannot be found; it was set aside as '{}': {error}",
                    aside.display()
                );
                tracing::error!("{trouble}");
                lock(&self.trouble).get_or_insert(trouble);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Gives the directory of a day another name, which is not used yet.
    fn rename(&self, day: Day, word: &str) -> Result<PathBuf, Error> {
        let names = (1..).map(|n| if n == 1 { format!("{day}.{word}") } else { format!("{day}-{n}.{word}") });
        let free = names.map(|name| self.directory.join(name)).find(|path| !path.exists());
        let to = free.unwrap_or_else(|| self.directory.join(word));
        let from = self.path(day);
        fs::rename(&from, &to)
            .and_then(|()| directory::sync(&self.directory))
            .map_err(|e| fail::disk(REMOVE, &from, e))?;
        Ok(to)
    }

    fn path(&self, day: Day) -> PathBuf {
        self.directory.join(day.to_string())
    }
}
