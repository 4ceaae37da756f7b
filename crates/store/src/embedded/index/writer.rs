//! The writer of one partition: hands spans over in batches, and puts merges off while they come quickly.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use tantivy::indexer::UserOperation;
use tantivy::{IndexWriter, TantivyDocument};

use crate::Error;
use crate::embedded::options::Options;
use crate::embedded::partition::key::TraceKey;
use crate::embedded::partition::one_span::OneSpan;
use crate::embedded::partition::{Merge, Partition, merge_policy};

/// Documents that are handed over together; each hand-over wakes a thread.
const BATCH_SPANS: usize = 128;
/// Bytes of their spans, likewise, so that the index sees in time how much memory they take.
const BATCH_BYTES: usize = 256 * 1024;
/// How long until the next look whether merges have ended.
const MERGE_LOOK: Duration = Duration::from_millis(250);

/// The writer of one partition.
pub(super) struct Writer {
    pub(super) partition: Arc<Partition>,
    pub(super) index: IndexWriter,
    /// What was not handed over yet.
    batch: Vec<UserOperation<TantivyDocument>>,
    n_batch_bytes: usize,
    /// The first and the last start of the partition's spans.
    pub(super) started: Option<(u64, u64)>,
    pub(super) is_dirty: bool,
    /// Whether merges are put off, since spans come quickly.
    pub(super) is_quick: bool,
    /// What was put off and is under way now.
    pub(super) merges: Vec<Merge>,
    pub(super) used_at: Instant,
}

impl Writer {
    pub(super) fn new(partition: Arc<Partition>, options: &Options) -> Result<Self, Error> {
        Ok(Self {
            index: partition.writer(options)?,
            started: partition.snapshot().started_range()?,
            partition,
            batch: Vec::new(),
            n_batch_bytes: 0,
            is_dirty: false,
            is_quick: false,
            merges: Vec::new(),
            used_at: Instant::now(),
        })
    }

    /// Puts merges off while spans come quickly.
    pub(super) fn set_quick(&mut self, is_quick: bool) {
        if self.is_quick != is_quick {
            self.is_quick = is_quick;
            self.index.set_merge_policy(Box::new(merge_policy(is_quick)));
        }
    }

    /// How long until there is something to do for want of work.
    pub(super) fn idle_in(&self, options: &Options) -> Duration {
        if !self.merges.is_empty() {
            return MERGE_LOOK;
        }
        let after = if self.is_quick { options.calm_after } else { options.index_idle };
        after.saturating_sub(self.used_at.elapsed())
    }

    /// Whether nothing was written for so long that it may go.
    pub(super) fn is_retired(&self, options: &Options) -> bool {
        !self.is_dirty && self.merges.is_empty() && self.used_at.elapsed() >= options.index_idle
    }

    /// Begins what was put off, once it is calm.
    pub(super) fn merge_when_calm(&mut self, options: &Options) {
        if !self.is_quick || !self.idle_in(options).is_zero() {
            return;
        }
        self.set_quick(false);
        match self.partition.merge_what_waits(&mut self.index) {
            Ok(merges) => self.merges = merges,
            Err(error) => tracing::warn!(%error, "merging segments of an index is tried again later"),
        }
    }

    /// Whether merges that were put off have just ended.
    pub(super) fn has_merged(&mut self) -> bool {
        let n_before = self.merges.len();
        let mut context = Context::from_waker(Waker::noop());
        self.merges.retain_mut(|merge| Pin::new(merge).poll(&mut context).is_pending());
        n_before > 0 && self.merges.is_empty()
    }

    /// Removes the files of segments that nobody reads any more.
    pub(super) fn give_room_back(&self) {
        if let Err(error) = self.index.garbage_collect_files().wait() {
            tracing::warn!(%error, "files of segments that were merged stay until later");
        }
    }

    pub(super) fn add(&mut self, document: TantivyDocument, n_bytes: usize, started_at: u64) -> Result<(), Error> {
        let (first, last) = self.started.unwrap_or((started_at, started_at));
        self.started = Some((first.min(started_at), last.max(started_at)));
        self.batch.push(UserOperation::Add(document));
        self.n_batch_bytes += n_bytes;
        if self.batch.len() >= BATCH_SPANS || self.n_batch_bytes >= BATCH_BYTES {
            self.hand_over()?;
        }
        Ok(())
    }

    /// Removes a span as it stands in the partition, or as it was added before.
    pub(super) fn remove(&mut self, key: &TraceKey, span_id: u64) -> Result<(), Error> {
        self.hand_over()?;
        let query = OneSpan::new(self.partition.fields(), key, span_id);
        self.index.delete_query(Box::new(query)).map(drop).map_err(|e| self.partition.fail(e))
    }

    pub(super) fn hand_over(&mut self) -> Result<(), Error> {
        self.n_batch_bytes = 0;
        if self.batch.is_empty() {
            return Ok(());
        }
        self.index.run(std::mem::take(&mut self.batch)).map(drop).map_err(|e| self.partition.fail(e))
    }
}
