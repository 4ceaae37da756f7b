//! The index thread: reads the log behind those who write it, and makes its spans findable.

mod indexer;
mod known;
pub(crate) mod payload;
mod writer;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::codec::Batch;
use super::progress::{Progress, Work};
use super::wal::reader::{SegmentReader, Step};
use super::wal::{self, Position, segment};
use crate::{Error, ErrorKind};
pub(crate) use indexer::Indexer;

/// How long to wait after a failure before the next try.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// How long to sleep when nothing at all is to be done.
const IDLE: Duration = Duration::from_hours(1);

/// The index thread's own state.
pub(crate) struct IndexThread {
    progress: Arc<Progress>,
    indexer: Indexer,
    wal: PathBuf,
    /// Behind the last record that was read.
    read: Position,
    segment: Option<(u64, SegmentReader)>,
}

impl IndexThread {
    pub(crate) fn new(progress: Arc<Progress>, indexer: Indexer, wal: PathBuf, from: Position) -> Self {
        Self { progress, indexer, wal, read: from, segment: None }
    }

    /// Indexes until the store is closed. Whatever fails is said in the health and tried again.
    pub(crate) fn run(mut self) {
        loop {
            let result = catch_unwind(AssertUnwindSafe(|| self.work()));
            let trouble = match result {
                Ok(Ok(by)) => {
                    self.indexer.close(by);
                    break;
                }
                Ok(Err(error)) => error.to_string(),
                Err(_) => "the index thread panicked".to_owned(),
            };
            tracing::error!("indexing failed and is tried again: {trouble}");
            self.progress.set_index_trouble(format!("spans are kept but cannot be found yet: {trouble}"));
            self.read = self.indexer.roll_back();
            self.segment = None;
            self.progress.pause(RETRY_AFTER);
            if self.is_past_closing() {
                break;
            }
        }
        self.progress.set_index_closed();
    }

    /// Indexes until the store is closed; says until when it may take to come to rest.
    fn work(&mut self) -> Result<Instant, Error> {
        self.indexer.refresh()?;
        loop {
            let has_uncommitted = self.indexer.commit_due_in().is_some();
            let due = self.indexer.commit_due_in().or_else(|| self.indexer.idle_in()).unwrap_or(IDLE);
            let work = self.progress.wait_for_work(self.read, has_uncommitted, due);
            self.read_while_due(&work)?;
            let is_caught_up = self.read >= work.durable;
            let is_over = work.closing_by.is_some_and(|by| Instant::now() >= by);
            let is_due = self.indexer.commit_due_in() == Some(Duration::ZERO);
            let is_wanted = is_caught_up && (work.is_settling || work.closing_by.is_some());
            if self.indexer.commit_due_in().is_some() && (is_due || is_wanted || is_over) {
                self.commit()?;
            }
            if work.has_tasks {
                self.run_tasks()?;
            }
            match work.closing_by {
                Some(by) if is_over || (is_caught_up && work.is_log_closed) => return Ok(by),
                Some(_) => {}
                None => self.indexer.drop_idle(),
            }
        }
    }

    /// Does what others have asked for, each between two rounds of commits.
    fn run_tasks(&mut self) -> Result<(), Error> {
        for task in self.progress.take_tasks() {
            if self.indexer.commit_due_in().is_some() {
                self.commit()?;
            }
            task(&mut self.indexer);
            if self.indexer.commit_due_in().is_some() {
                self.commit()?;
            }
        }
        Ok(())
    }

    /// Reads records until the durable ones are used up or a commit is due.
    fn read_while_due(&mut self, work: &Work) -> Result<(), Error> {
        while self.read < work.durable && self.indexer.commit_due_in() != Some(Duration::ZERO) {
            if work.closing_by.is_some_and(|by| Instant::now() >= by) {
                break;
            }
            let Some((number, end)) = self.progress.segment_at_or_after(self.read.segment) else {
                self.skip_to(work.durable);
                break;
            };
            if number > self.read.segment {
                self.read = Position { segment: number, offset: 0 };
            }
            self.read.offset = self.read.offset.max(segment::HEADER_BYTES);
            if !self.read_record(end)? {
                match self.progress.segment_at_or_after(number + 1) {
                    Some((next, _)) => self.read = Position { segment: next, offset: segment::HEADER_BYTES },
                    None => self.skip_to(work.durable),
                }
            }
        }
        Ok(())
    }

    /// Goes on where nothing is left to read, which only a lost file leads to.
    fn skip_to(&mut self, position: Position) {
        self.damage(format!("the write-ahead log ends before segment {} does; its spans are lost", position.segment));
        self.read = position;
    }

    /// Reads one record and indexes it; `false` at the end of the segment.
    fn read_record(&mut self, end: u64) -> Result<bool, Error> {
        let number = self.read.segment;
        if self.segment.as_ref().is_none_or(|(open, _)| *open != number) {
            let path = wal::path(&self.wal, number);
            let Some(reader) = SegmentReader::open(&path)? else {
                self.damage(format!("the header of '{}' is broken, its spans are lost", path.display()));
                return Ok(false);
            };
            self.segment = Some((number, reader));
        }
        let Some((_, reader)) = &mut self.segment else { return Ok(false) };
        match reader.step(self.read.offset, end)? {
            Step::End => Ok(false),
            Step::Record { header, payload, end } => {
                match header.unpack(payload) {
                    Ok(bytes) => self.index(header.n_spans, &bytes)?,
                    Err(error) => self.lose(header.n_spans, error)?,
                }
                self.read.offset = end;
                Ok(true)
            }
            Step::Gap(gap) | Step::Tail(gap) => {
                let path = wal::path(&self.wal, number);
                let n_bytes = gap.end - gap.start;
                self.damage(format!("{n_bytes} bytes at {} of '{}' are broken and lost", gap.start, path.display()));
                self.read.offset = gap.end;
                Ok(true)
            }
        }
    }

    /// Indexes a record. Only one that cannot be read is lost: whatever fails on its way into a partition is tried again.
    fn index(&mut self, n_spans: u32, bytes: &[u8]) -> Result<(), Error> {
        match Batch::read(bytes).and_then(|batch| Ok((batch.views()?, batch.resources()?, batch))) {
            Ok((views, resources, batch)) => self.indexer.add(&batch, &views, &resources, bytes.len() as u64),
            Err(error) => self.lose(n_spans, error),
        }
    }

    fn lose(&mut self, n_spans: u32, error: Error) -> Result<(), Error> {
        if error.kind() != ErrorKind::Corrupt {
            return Err(error);
        }
        self.damage(format!("a record of {n_spans} spans cannot be read: {error}"));
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Error> {
        let n_spans = self.indexer.commit(self.read)?;
        for number in self.progress.advance_searchable(self.read, n_spans) {
            let path = wal::path(&self.wal, number);
            if let Err(error) = std::fs::remove_file(&path) {
                tracing::warn!(%error, segment = %path.display(), "could not remove an indexed segment of the log");
            }
        }
        Ok(())
    }

    /// Something stored is lost. It counts as read, so that whoever waits for the index does not wait for it.
    fn damage(&mut self, text: String) {
        tracing::error!("{text}");
        self.progress.set_damage(text);
        self.indexer.touch();
    }

    fn is_past_closing(&self) -> bool {
        self.progress.wait_for_work(self.read, false, Duration::ZERO).closing_by.is_some()
    }
}
