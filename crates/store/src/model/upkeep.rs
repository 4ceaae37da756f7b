//! What a store is told to forget, and what it found when it was looked over.

use std::path::PathBuf;
use std::time::Duration;

/// How long the spans of a project are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// The project; `None` for all that no other rule names.
    pub project: Option<String>,
    /// How old spans get, counted from the end of the UTC day they belong to.
    pub keep: Duration,
}

/// What was forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retained {
    /// Partitions of which nothing is left.
    pub n_partitions_dropped: u64,
    /// Partitions that lost the spans of some projects.
    pub n_partitions_thinned: u64,
}

/// Something that is wrong with a data directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub path: PathBuf,
    /// What, and what it means, in sentences.
    pub text: String,
}

/// What a look over a data directory found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Everything that is wrong; nothing if all is well.
    pub findings: Vec<Finding>,
    /// How many spans the indexes hold.
    pub n_spans: u64,
    /// How many spans in the write-ahead log wait for the index.
    pub n_spans_waiting: u64,
}

/// How much room a store takes on its disk, and how much is left there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DiskRoom {
    /// Bytes of all its files.
    pub n_bytes_used: u64,
    /// Bytes that it may still write; `None` where the system does not say.
    pub n_bytes_free: Option<u64>,
}
