//! What can be chosen about an embedded store, and where the defaults come from.

use std::sync::Arc;
use std::time::Duration;

use super::disk::{Disk, OsDisk};

/// What can be chosen about an embedded store.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long a durable span waits at the most before a commit begins that lets it be found. A second is promised, of
    /// which a third is left for the commit; each one costs a segment, so that more of them cost more merging.
    pub commit_interval: Duration,
    /// How many spans are indexed at the most before a commit; bounds what is remembered between two commits.
    pub commit_spans_max: u64,
    /// Bytes of spans that are indexed at the most before a commit; bounds the memory of those on their way into the index.
    pub commit_bytes_max: u64,
    /// Bytes of encoded batches that wait for the disk; more are refused. One request of the largest size fits.
    pub queue_bytes_max: usize,
    /// Size at which a segment of the write-ahead log is closed and the next one begun.
    pub wal_segment_bytes: u64,
    /// Bytes of the write-ahead log that may wait for the index; more batches are refused until it caught up.
    pub wal_backlog_bytes_max: u64,
    /// zstd level for the write-ahead log, or `None` to leave it plain, which costs less processor and more disk.
    pub wal_zstd_level: Option<i32>,
    /// Threads that build each index. One alone leaves a second processor idle while it finishes a segment.
    pub index_threads: usize,
    /// Memory in which one such thread gathers spans before it writes them out; tantivy wants 15 MB or more.
    pub index_thread_bytes: usize,
    /// How many spans of one commit count as quick: while they come like that, merges of segments are put off, since the
    /// processors are needed for indexing.
    pub quick_spans_min: u64,
    /// When nothing has come for so long, what was put off is merged.
    pub calm_after: Duration,
    /// How many days are written to at the same time; each has its own threads and memory.
    pub index_writers_max: usize,
    /// How many partitions stay open that nobody writes to: a month. Each holds some files and up to some megabytes.
    pub partitions_open_max: usize,
    /// How long the threads and memory of an index stay after its last span.
    pub index_idle: Duration,
    /// Spans and messages that are remembered from commit to commit, so that those of the same traces need no look into
    /// the index and no message is indexed twice. Each takes about 50 bytes.
    pub known_spans_max: usize,
    /// How long closing may go on indexing; what is left stays in the write-ahead log for the next start.
    pub close_timeout: Duration,
    /// How the write-ahead log reaches the disk; tests put a disk there that fails.
    pub disk: Arc<dyn Disk>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            commit_interval: Duration::from_millis(500),
            commit_spans_max: 100_000,
            commit_bytes_max: 32 * 1024 * 1024,
            queue_bytes_max: 128 * 1024 * 1024,
            wal_segment_bytes: 64 * 1024 * 1024,
            wal_backlog_bytes_max: 4 * 1024 * 1024 * 1024,
            wal_zstd_level: None,
            index_threads: 2,
            index_thread_bytes: 48 * 1024 * 1024,
            // Some ten thousand a second.
            quick_spans_min: 6_000,
            calm_after: Duration::from_secs(1),
            index_writers_max: 4,
            partitions_open_max: 32,
            index_idle: Duration::from_secs(30),
            known_spans_max: 500_000,
            close_timeout: Duration::from_secs(5),
            disk: Arc::new(OsDisk),
        }
    }
}
