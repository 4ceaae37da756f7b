//! All partitions of a directory, each opened when it is first asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::Partition;
use super::snapshot::Snapshot;
use crate::Error;
use crate::embedded::day::Day;
use crate::embedded::fail::{self, lock};

/// All partitions of a directory.
#[derive(Debug)]
pub(crate) struct Registry {
    directory: PathBuf,
    partitions: Mutex<BTreeMap<Day, Option<Arc<Partition>>>>,
}

impl Registry {
    /// Finds out which partitions there are, without opening one.
    pub(crate) fn open(directory: &Path) -> Result<Self, Error> {
        let entries = fs::read_dir(directory).map_err(|e| fail::disk("list partitions", directory, e))?;
        let days = entries.filter_map(|entry| {
            let entry = entry.ok()?;
            let day: Day = entry.file_name().to_str()?.parse().ok()?;
            Partition::exists(&entry.path()).then_some((day, None))
        });
        Ok(Self { directory: directory.to_owned(), partitions: Mutex::new(days.collect()) })
    }

    /// The directory of each partition, oldest first.
    pub(crate) fn paths(&self) -> Vec<(Day, PathBuf)> {
        lock(&self.partitions).keys().map(|day| (*day, self.path(*day))).collect()
    }

    /// The partition of a day, made where there is none.
    pub(crate) fn get_or_create(&self, day: Day) -> Result<Arc<Partition>, Error> {
        let mut partitions = lock(&self.partitions);
        let slot = partitions.entry(day).or_default();
        if let Some(partition) = slot {
            return Ok(Arc::clone(partition));
        }
        let path = self.path(day);
        let partition =
            if Partition::exists(&path) { Partition::open(&path, day) } else { Partition::create(&path, day) };
        match partition {
            Ok(partition) => Ok(Arc::clone(slot.insert(Arc::new(partition)))),
            Err(error) => {
                // A partition that could not be made is not there for readers either.
                if !Partition::exists(&path) {
                    partitions.remove(&day);
                }
                Err(error)
            }
        }
    }

    /// What all partitions looked like after their last commits, newest first.
    pub(crate) fn snapshots(&self) -> Result<Vec<Arc<Snapshot>>, Error> {
        let mut partitions = lock(&self.partitions);
        let mut snapshots = Vec::with_capacity(partitions.len());
        for (day, slot) in partitions.iter_mut().rev() {
            let partition = match slot {
                Some(partition) => partition,
                None => slot.insert(Arc::new(Partition::open(&self.path(*day), *day)?)),
            };
            snapshots.push(partition.snapshot());
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

    fn path(&self, day: Day) -> PathBuf {
        self.directory.join(day.to_string())
    }
}
