//! All partitions of a directory, each opened when it is asked for, the last used ones kept open; a broken one is set
//! aside.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
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
    n_open_max: usize,
    partitions: Mutex<Partitions>,
    /// What was set aside, for a person to read.
    trouble: Mutex<Option<String>>,
}

/// The partitions by day, and a count that says which were used last.
#[derive(Debug, Default)]
struct Partitions {
    slots: BTreeMap<Day, Slot>,
    n_uses: u64,
}

#[derive(Debug, Default)]
struct Slot {
    partition: Option<Arc<Partition>>,
    /// The first and the last start of its spans, or more; `None` if that is not known before it is opened.
    started: Option<(u64, u64)>,
    used: u64,
}

impl Registry {
    /// Finds out which partitions there are, without opening one. At most `n_open_max` stay open that nobody uses.
    pub(crate) fn open(directory: &Path, n_open_max: usize) -> Result<Self, Error> {
        let entries = fs::read_dir(directory).map_err(|e| fail::disk("list partitions", directory, e))?;
        let mut slots = BTreeMap::new();
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            if path.extension().is_some_and(|extension| extension == REMOVED) {
                fs::remove_dir_all(&path).map_err(|e| fail::disk(REMOVE, &path, e))?;
            }
            let name = path.file_name().and_then(|name| name.to_str());
            if let Some(Ok(day)) = name.map(str::parse::<Day>)
                && Partition::exists(&path)
            {
                slots.insert(day, Slot::default());
            }
        }
        let partitions = Mutex::new(Partitions { slots, n_uses: 0 });
        Ok(Self { directory: directory.to_owned(), n_open_max, partitions, trouble: Mutex::default() })
    }

    /// The directory of each partition, oldest first.
    pub(crate) fn paths(&self) -> Vec<(Day, PathBuf)> {
        lock(&self.partitions).slots.keys().map(|day| (*day, self.path(*day))).collect()
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
        partitions.put(day, Arc::clone(&partition), self.n_open_max);
        Ok(partition)
    }

    /// Notes when the spans of a day began, as its last commit says or its writer knows.
    pub(crate) fn note_started(&self, day: Day, started: (u64, u64)) {
        if let Some(slot) = lock(&self.partitions).slots.get_mut(&day) {
            let (first, last) = slot.started.unwrap_or(started);
            slot.started = Some((first.min(started.0), last.max(started.1)));
        }
    }

    /// What the partition of a day looked like after its last commit.
    pub(crate) fn snapshot(&self, day: Day) -> Result<Option<Arc<Snapshot>>, Error> {
        Ok(self.get(&mut lock(&self.partitions), day)?.map(|partition| partition.snapshot()))
    }

    /// What all partitions looked like after their last commits, newest first.
    pub(crate) fn snapshots(&self) -> Result<Vec<Arc<Snapshot>>, Error> {
        self.snapshots_of(&(0..u64::MAX))
    }

    /// Likewise of those that may have spans which began in a range of time; the others are not opened for it.
    pub(crate) fn snapshots_of(&self, started: &Range<u64>) -> Result<Vec<Arc<Snapshot>>, Error> {
        let mut partitions = lock(&self.partitions);
        let is_in = |slot: &Slot| slot.started.is_none_or(|(first, last)| first < started.end && last >= started.start);
        let days: Vec<Day> =
            partitions.slots.iter().rev().filter(|(_, slot)| is_in(slot)).map(|(day, _)| *day).collect();
        let mut snapshots = Vec::with_capacity(days.len());
        for day in days {
            let Some(partition) = self.get(&mut partitions, day)? else { continue };
            let snapshot = partition.snapshot();
            if let Some(slot) = partitions.slots.get_mut(&day)
                && slot.started.is_none()
            {
                slot.started = snapshot.started_range()?;
            }
            snapshots.push(snapshot);
        }
        Ok(snapshots)
    }

    /// Lets readers see what the partitions of some days have committed, all at once.
    pub(crate) fn refresh(&self, days: &BTreeSet<Day>) -> Result<(), Error> {
        let stale: Vec<Arc<Partition>> = {
            let partitions = lock(&self.partitions);
            days.iter().filter_map(|day| partitions.slots.get(day)?.partition.clone()).collect()
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
            partitions.slots.remove(&day);
            removed
        };
        fs::remove_dir_all(&removed).map_err(|e| fail::disk(REMOVE, &removed, e))
    }

    /// The partition of a day, opened if it is not; `None` if there is none, or if it was broken.
    fn get(&self, partitions: &mut Partitions, day: Day) -> Result<Option<Arc<Partition>>, Error> {
        if let Some(partition) = partitions.open(day) {
            return Ok(Some(partition));
        }
        if !partitions.slots.contains_key(&day) {
            return Ok(None);
        }
        match Partition::open(&self.path(day), day) {
            Ok(partition) => {
                let partition = Arc::new(partition);
                partitions.put(day, Arc::clone(&partition), self.n_open_max);
                Ok(Some(partition))
            }
            // One broken day does not keep people from all others, nor new spans from the disk.
            Err(error) if error.kind() == ErrorKind::Corrupt => {
                let aside = self.rename(day, DAMAGED)?;
                partitions.slots.remove(&day);
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

impl Partitions {
    /// The partition of a day if it is open.
    fn open(&mut self, day: Day) -> Option<Arc<Partition>> {
        let slot = self.slots.get_mut(&day)?;
        self.n_uses += 1;
        slot.used = self.n_uses;
        slot.partition.clone()
    }

    /// Keeps a partition open, and closes those that were not used for longest if they are too many. One that somebody
    /// writes to stays; readers go on with the snapshots that they have.
    fn put(&mut self, day: Day, partition: Arc<Partition>, n_open_max: usize) {
        self.n_uses += 1;
        let slot = self.slots.entry(day).or_default();
        slot.used = self.n_uses;
        slot.partition = Some(partition);
        let mut open: Vec<&mut Slot> = self.slots.values_mut().filter(|slot| slot.partition.is_some()).collect();
        let n_too_many = open.len().saturating_sub(n_open_max.max(1));
        open.sort_by_key(|slot| slot.used);
        let is_idle = |slot: &&mut Slot| slot.partition.as_ref().is_some_and(|held| Arc::strong_count(held) == 1);
        open.into_iter().filter(is_idle).take(n_too_many).for_each(|slot| slot.partition = None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NANOS_PER_DAY: u64 = 86_400 * 1_000_000_000;

    fn n_open(registry: &Registry) -> usize {
        lock(&registry.partitions).slots.values().filter(|slot| slot.partition.is_some()).count()
    }

    #[test]
    fn partitions_are_opened_on_demand_and_only_the_last_used_stay_open() {
        let root = tempfile::tempdir().unwrap();
        let day = |n: u64| Day::of_unix_nanos((20_000 + n) * NANOS_PER_DAY);
        let registry = Registry::open(root.path(), 3).unwrap();
        let written = registry.get_or_create(day(0)).unwrap();
        (1..10).for_each(|n| drop(registry.get_or_create(day(n)).unwrap()));
        assert_eq!(n_open(&registry), 3);
        assert!(Arc::ptr_eq(&written, &registry.get_or_create(day(0)).unwrap()), "what is in use stays open");
        drop((written, registry));

        let registry = Registry::open(root.path(), 3).unwrap();
        assert_eq!(n_open(&registry), 0);
        for n in 0..10 {
            let noon = (20_000 + n) * NANOS_PER_DAY + NANOS_PER_DAY / 2;
            registry.note_started(day(n), (noon, noon + 5));
        }
        let noon = 20_004 * NANOS_PER_DAY + NANOS_PER_DAY / 2;
        let days = |range: Range<u64>| -> Vec<Day> {
            registry.snapshots_of(&range).unwrap().iter().map(|snapshot| snapshot.day()).collect()
        };
        assert_eq!(days(noon..noon + 1), [day(4)]);
        assert_eq!(n_open(&registry), 1, "days out of the range are not opened");
        assert_eq!(days(noon..noon + NANOS_PER_DAY + 1), [day(5), day(4)]);
        assert_eq!(days(noon + 6..noon + 7), []);
        assert_eq!(days(0..u64::MAX).len(), 10);
        assert_eq!(n_open(&registry), 3);
    }
}
