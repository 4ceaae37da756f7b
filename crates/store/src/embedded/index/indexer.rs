//! Writes spans into their partitions and commits them in rounds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tantivy::indexer::NoMergePolicy;
use tantivy::{IndexWriter, Term};

use super::known::{Arrival, Known, Verdict};
use super::payload::Payload;
use super::writer::Writer;
use crate::embedded::codec::{Batch, Pairs, View};
use crate::embedded::day::Day;
use crate::embedded::options::Options;
use crate::embedded::partition::document::{Indexed, document};
use crate::embedded::partition::key::{TraceKey, span_number};
use crate::embedded::partition::registry::Registry;
use crate::embedded::retention::{self, Fate};
use crate::embedded::wal::Position;
use crate::{Error, Retained, Retention};

const NANOS_PER_DAY: u64 = 86_400 * 1_000_000_000;
/// A span that claims to have begun longer ago than this is put with the day it arrived on. Without a bound, one client
/// with a broken clock could fill the directory with partitions. Imports of a year of data stay within it.
const PAST_NANOS_MAX: u64 = 400 * NANOS_PER_DAY;
/// Likewise for a start in the future; clocks that are a day off stay within it.
const FUTURE_NANOS_MAX: u64 = 2 * NANOS_PER_DAY;

/// What comes so soon after a round has waited for its end.
const AT_ONCE: Duration = Duration::from_millis(5);

/// Writes spans into their partitions.
pub(crate) struct Indexer {
    partitions: Arc<Registry>,
    options: Options,
    known: Known,
    writers: BTreeMap<Day, Writer>,
    /// Behind the last record of the last round.
    committed: Position,
    n_uncommitted: u64,
    n_bytes_uncommitted: u64,
    uncommitted_since: Option<Instant>,
    /// When the last round began and ended.
    last_round: Option<(Instant, Instant)>,
    /// Partitions that may have committed what readers do not see yet.
    stale: BTreeSet<Day>,
    /// The bytes of the span at hand, kept for the room that they take.
    alone: Vec<u8>,
}

impl Indexer {
    pub(crate) fn new(partitions: Arc<Registry>, options: Options, committed: Position) -> Self {
        Self {
            partitions,
            options,
            known: Known::default(),
            writers: BTreeMap::new(),
            committed,
            n_uncommitted: 0,
            n_bytes_uncommitted: 0,
            stale: BTreeSet::new(),
            uncommitted_since: None,
            last_round: None,
            alone: Vec::new(),
        }
    }

    /// Writes the spans of a record of so many bytes, to be found after the next commit. After an error only
    /// [`roll_back`](Self::roll_back) helps.
    pub(crate) fn add(
        &mut self,
        batch: &Batch<'_>,
        views: &[View<'_>],
        resources: &[Pairs<'_>],
        n_bytes: u64,
    ) -> Result<(), Error> {
        self.n_bytes_uncommitted += n_bytes;
        self.n_uncommitted += views.len() as u64;
        self.touch();
        let nothing = Pairs::new();
        for (place, view) in views.iter().enumerate() {
            let resource = resources.get(view.resource).unwrap_or(&nothing);
            let mut alone = std::mem::take(&mut self.alone);
            alone.clear();
            batch.write_alone(place, view, &mut alone);
            let added = self.add_span(view, resource, &alone);
            self.alone = alone;
            added?;
        }
        self.writers.values_mut().try_for_each(Writer::hand_over)
    }

    /// Has a commit come, also if nothing was written.
    ///
    /// Under load spans wait while a round is committed, so that the time until the next one counts from the beginning of
    /// that, but for half of it, in which spans are gathered in any case.
    pub(crate) fn touch(&mut self) {
        if self.uncommitted_since.is_some() {
            return;
        }
        let now = Instant::now();
        let half_ago = now.checked_sub(self.options.commit_interval / 2).unwrap_or(now);
        self.uncommitted_since = Some(match self.last_round {
            Some((began, ended)) if now.duration_since(ended) < AT_ONCE => began.max(half_ago),
            _ => now,
        });
    }

    /// How long until a commit is due; `None` if there is nothing to commit.
    pub(crate) fn commit_due_in(&self) -> Option<Duration> {
        let since = self.uncommitted_since?;
        let is_much = self.n_bytes_uncommitted >= self.options.commit_bytes_max;
        if is_much || self.n_uncommitted >= self.options.commit_spans_max {
            return Some(Duration::ZERO);
        }
        Some(self.options.commit_interval.saturating_sub(since.elapsed()))
    }

    /// Lets readers find everything that was added; `position` is behind the last record of it. Says how many spans.
    pub(crate) fn commit(&mut self, position: Position) -> Result<u64, Error> {
        let began = Instant::now();
        let days = self.writers.iter().filter(|(_, writer)| writer.is_dirty).map(|(day, _)| day.to_string()).collect();
        let mut payload = Payload { position, since: self.committed, days, started: None };
        let is_quick = self.n_uncommitted >= self.options.quick_spans_min;
        for writer in self.writers.values_mut().filter(|writer| writer.is_dirty) {
            writer.set_quick(is_quick);
            let Writer { partition, index, is_dirty, started, .. } = writer;
            payload.started = *started;
            if let Some(started) = *started {
                self.partitions.note_started(partition.day(), started);
            }
            let mut prepared = index.prepare_commit().map_err(|e| partition.fail(e))?;
            prepared.set_payload(&payload.encode());
            self.stale.insert(partition.day());
            prepared.commit().map_err(|e| partition.fail(e))?;
            *is_dirty = false;
        }
        self.refresh()?;
        self.committed = position;
        self.n_bytes_uncommitted = 0;
        self.known.end_round(self.options.known_spans_max);
        self.uncommitted_since = None;
        self.last_round = Some((began, Instant::now()));
        Ok(std::mem::take(&mut self.n_uncommitted))
    }

    /// Lets readers see what was committed, in all partitions at once: a span that moved from one to another is never
    /// missing in between. After a failure this comes first, since spans are looked up in what readers see.
    pub(crate) fn refresh(&mut self) -> Result<(), Error> {
        self.partitions.refresh(&self.stale)?;
        self.stale.clear();
        Ok(())
    }

    /// Forgets everything that was added since the last commit, and says where to read from again.
    pub(crate) fn roll_back(&mut self) -> Position {
        // Dropping a writer drops what it had not committed.
        self.writers.clear();
        self.known.clear();
        self.n_uncommitted = 0;
        self.n_bytes_uncommitted = 0;
        self.uncommitted_since = None;
        self.committed
    }

    /// Merges what was put off, and gives back the threads and memory of the writers that have had nothing to do for a
    /// while.
    pub(crate) fn drop_idle(&mut self) {
        let mut rested = Vec::new();
        for (day, writer) in &mut self.writers {
            writer.merge_when_calm(&self.options);
            if writer.has_merged() || writer.is_retired(&self.options) {
                rested.push(*day);
            }
        }
        // As long as readers look at segments that were merged, their files stay.
        self.stale.extend(&rested);
        if !rested.is_empty() && self.refresh().is_ok() {
            rested.iter().filter_map(|day| self.writers.get(day)).for_each(Writer::give_room_back);
        }
        for (_, writer) in self.writers.extract_if(.., |_, writer| writer.is_retired(&self.options)) {
            retire(writer.index);
        }
        if self.writers.is_empty() {
            self.known.clear();
        }
    }

    /// When [`drop_idle`](Self::drop_idle) has something to do; `None` if never.
    pub(crate) fn idle_in(&self) -> Option<Duration> {
        self.writers.values().map(|writer| writer.idle_in(&self.options)).min()
    }

    /// Forgets what is past its time; to be called between two rounds, and followed by a commit.
    pub(crate) fn retain(&mut self, rules: &[Retention], now_unix_nanos: u64) -> Result<Retained, Error> {
        let mut retained = Retained::default();
        for (day, _) in self.partitions.paths() {
            if !retention::may_concern(day, rules, now_unix_nanos) {
                continue;
            }
            let Some(snapshot) = self.partitions.snapshot(day)? else { continue };
            match retention::decide(day, &snapshot.projects()?, rules, now_unix_nanos) {
                Fate::Keep => {}
                Fate::Drop => {
                    self.writers.remove(&day);
                    self.stale.remove(&day);
                    self.partitions.remove(day)?;
                    self.known.forget(day);
                    retained.n_partitions_dropped += 1;
                }
                Fate::Thin(projects) => {
                    let writer = self.writer(day)?;
                    let field = writer.partition.fields().project;
                    for project in projects {
                        writer.index.delete_term(Term::from_field_text(field, &project));
                    }
                    self.touch();
                    retained.n_partitions_thinned += 1;
                }
            }
        }
        // What was remembered of the spans that are gone is wrong now.
        self.known.clear();
        Ok(retained)
    }

    /// The directory of each partition, oldest first.
    pub(crate) fn partition_paths(&self) -> Vec<(Day, PathBuf)> {
        self.partitions.paths()
    }

    /// Ends the writers; merges that are under way get until then to finish.
    pub(crate) fn close(&mut self, by: Instant) {
        for writer in std::mem::take(&mut self.writers).into_values() {
            writer.index.set_merge_policy(Box::new(NoMergePolicy));
            let (done, wait) = std::sync::mpsc::sync_channel(1);
            std::thread::spawn(move || {
                retire(writer.index);
                let _ = done.send(());
            });
            let _ = wait.recv_timeout(by.saturating_duration_since(Instant::now()));
        }
    }

    fn add_span(&mut self, span: &View<'_>, resource: &Pairs<'_>, alone: &[u8]) -> Result<(), Error> {
        let day = day_of(span.started_at_unix_nanos, span.received_at_unix_nanos);
        let key = TraceKey::new(span.project, span.trace_id);
        let span_id = span_number(span.span_id);
        let arrival = Arrival {
            day,
            span_id,
            parent_id: span.parent_span_id.map(span_number),
            is_ended: span.ended_at_unix_nanos.is_some(),
        };
        let is_entry = match self.known.take(&key, arrival, &self.partitions)? {
            Verdict::Ignore => return Ok(()),
            Verdict::Add { is_entry } => is_entry,
            Verdict::Replace { old, is_entry } => {
                self.writer(old)?.remove(&key, span_id)?;
                is_entry
            }
        };
        let fields = *self.writer(day)?.partition.fields();
        let known = &mut self.known;
        let indexed = Indexed { view: span, resource, alone, is_entry };
        let document = document(&fields, &key, &indexed, |value| known.news(&key, span.kind, span_id, value));
        self.writer(day)?.add(document, alone.len(), span.started_at_unix_nanos)
    }

    /// The writer of a day, marked as having something to commit.
    fn writer(&mut self, day: Day) -> Result<&mut Writer, Error> {
        if !self.writers.contains_key(&day) && self.writers.len() >= self.options.index_writers_max.max(2) {
            self.drop_least_used(day)?;
        }
        let writer = match self.writers.entry(day) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => {
                let partition = self.partitions.get_or_create(day)?;
                entry.insert(Writer::new(partition, &self.options)?)
            }
        };
        writer.is_dirty = true;
        writer.used_at = Instant::now();
        Ok(writer)
    }

    /// Makes room for another writer.
    fn drop_least_used(&mut self, wanted: Day) -> Result<(), Error> {
        let oldest = self.writers.iter().min_by_key(|(_, writer)| writer.used_at).map(|(day, _)| *day);
        let Some(mut writer) = oldest.and_then(|day| self.writers.remove(&day)) else { return Ok(()) };
        tracing::debug!(day = %writer.partition.day(), %wanted, "many days are written to at once; one gives way");
        if writer.is_dirty {
            writer.hand_over()?;
            // This commit is no round: it leaves the position where it was, and a replay meets its spans again.
            let (position, started) = (self.committed, writer.started);
            let payload = Payload { position, since: position, days: Vec::new(), started }.encode();
            let partition = &writer.partition;
            if let Some(started) = started {
                self.partitions.note_started(partition.day(), started);
            }
            let mut prepared = writer.index.prepare_commit().map_err(|e| partition.fail(e))?;
            prepared.set_payload(&payload);
            self.stale.insert(partition.day());
            prepared.commit().map_err(|e| partition.fail(e))?;
        }
        Ok(())
    }
}

/// The day whose partition a span belongs to: that of its start, unless that is past belief.
fn day_of(started_at: u64, received_at: u64) -> Day {
    let is_believed = started_at >= received_at.saturating_sub(PAST_NANOS_MAX)
        && started_at <= received_at.saturating_add(FUTURE_NANOS_MAX);
    Day::of_unix_nanos(if is_believed { started_at } else { received_at })
}

fn retire(writer: IndexWriter) {
    if let Err(error) = writer.wait_merging_threads() {
        tracing::warn!(%error, "merging segments of an index failed; it is tried again later");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn span_belongs_to_the_day_of_its_start_unless_that_is_past_belief() {
        let now = 20_000 * NANOS_PER_DAY + 5;
        let today = Day::of_unix_nanos(now);
        assert_eq!(day_of(now - NANOS_PER_DAY, now), Day::of_unix_nanos(now - NANOS_PER_DAY));
        assert_eq!(day_of(now + NANOS_PER_DAY, now), Day::of_unix_nanos(now + NANOS_PER_DAY));
        assert_eq!(day_of(0, now), today);
        assert_eq!(day_of(u64::MAX, now), today);
        assert_eq!(day_of(5, 5), Day::of_unix_nanos(5));
        assert_eq!(day_of(u64::MAX, u64::MAX), Day::of_unix_nanos(u64::MAX));
    }
}
