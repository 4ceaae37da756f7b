//! The write-ahead log: what is in it survives a power loss, and everything else is made from it.

pub(crate) mod log;
pub(crate) mod queue;
pub(crate) mod reader;
pub(crate) mod record;
pub(crate) mod scan;
pub(crate) mod segment;
#[cfg(test)]
mod tests;
pub(crate) mod writer;

use std::fs;
use std::path::{Path, PathBuf};

use super::fail;
use crate::Error;

/// A place in the log: between two records, or at the beginning of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Position {
    /// The number of the segment, counted from one.
    pub(crate) segment: u64,
    /// Bytes from the beginning of its file.
    pub(crate) offset: u64,
}

/// The file of a segment.
pub(crate) fn path(directory: &Path, segment: u64) -> PathBuf {
    directory.join(format!("{segment:016}.log"))
}

/// The numbers of the segments in a directory, in order.
pub(crate) fn list(directory: &Path) -> Result<Vec<u64>, Error> {
    let entries = fs::read_dir(directory).map_err(|e| fail::disk("list write-ahead log", directory, e))?;
    let mut found: Vec<u64> = entries
        .filter_map(|entry| {
            let name = entry.ok()?.file_name();
            let digits = name.to_str()?.strip_suffix(".log")?;
            (digits.len() == 16).then(|| digits.parse().ok())?
        })
        .collect();
    found.sort_unstable();
    Ok(found)
}
