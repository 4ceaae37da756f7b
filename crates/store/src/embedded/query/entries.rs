//! Walks down the entries or spans of a project in the order of a list, out of all partitions.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use tantivy::{DocAddress, DocId};

use super::plan::plan;
use super::scan::{self, Found, Traces};
use crate::embedded::partition::columns::value;
use crate::embedded::partition::snapshot::Snapshot;
use crate::filter::Filter;
use crate::{Error, Order};

/// How many entries are fetched from a partition at first; each further time it is twice as many.
const FETCH_MIN: usize = 64;
const FETCH_MAX: usize = 8_192;

/// A place in a list: by rank, then by start, then by trace, then by span; the largest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EntryKey {
    pub(crate) rank: u64,
    pub(crate) started_at: u64,
    pub(crate) trace: u128,
    pub(crate) span_id: u64,
}

/// What is walked down.
pub(super) struct Wanted {
    pub(super) project: String,
    /// Which spans; everything for entries.
    pub(super) filter: Filter,
    /// Whether only spans that may stand for their traces.
    pub(super) is_entries: bool,
    pub(super) started: Range<u64>,
    pub(super) order: Order,
    /// Only entries of these traces.
    pub(super) traces: Option<Arc<HashSet<u128>>>,
    /// The ranks of traces, for orders that no column has.
    pub(super) ranks: Arc<HashMap<u128, u64>>,
}

/// A span that was met.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    pub(super) key: EntryKey,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) address: DocAddress,
}

/// The walk.
pub(super) struct Entries {
    wanted: Wanted,
    /// Partitions that have not been asked, by their last start, the earliest first.
    waiting: Vec<(u64, Arc<Snapshot>)>,
    streams: Vec<Stream>,
    before: Option<EntryKey>,
}

/// The entries of one partition, a piece at a time.
struct Stream {
    snapshot: Arc<Snapshot>,
    fetched: VecDeque<Hit>,
    n_fetch: usize,
    is_over: bool,
}

impl Entries {
    /// Those that come behind `before`.
    pub(super) fn new(snapshots: &[Arc<Snapshot>], wanted: Wanted, before: Option<EntryKey>) -> Result<Self, Error> {
        let mut waiting = Vec::new();
        let is_by_time = wanted.order == Order::Newest;
        for snapshot in snapshots {
            if let Some((first, last)) = snapshot.started_range()?
                && first < wanted.started.end
                && last >= wanted.started.start
                && before.is_none_or(|before| !is_by_time || first <= before.started_at)
            {
                waiting.push((last, Arc::clone(snapshot)));
            }
        }
        waiting.sort_by_key(|(last, _)| *last);
        Ok(Self { wanted, waiting, streams: Vec::new(), before })
    }

    /// The next entry.
    pub(super) fn next(&mut self) -> Result<Option<Hit>, Error> {
        let is_by_time = self.wanted.order == Order::Newest;
        loop {
            for stream in &mut self.streams {
                stream.fill(&self.wanted, self.before)?;
            }
            self.streams.retain(|stream| !stream.fetched.is_empty());
            let newest = self.streams.iter().filter_map(|stream| stream.fetched.front()).map(|hit| hit.key).max();
            // A partition that was not asked yet may have a newer one.
            let is_later_possible = |last: u64| !is_by_time || newest.is_none_or(|newest| last >= newest.started_at);
            if let Some((_, snapshot)) = self.waiting.pop_if(|(last, _)| is_later_possible(*last)) {
                let stream = Stream { snapshot, fetched: VecDeque::new(), n_fetch: FETCH_MIN, is_over: false };
                self.streams.push(stream);
                continue;
            }
            let Some(newest) = newest else { return Ok(None) };
            let mut found = None;
            for stream in &mut self.streams {
                // The same key in two partitions is a span on its way from one to the other.
                found = stream.fetched.pop_front_if(|hit| hit.key == newest).or(found);
            }
            self.before = Some(newest);
            return Ok(found);
        }
    }
}

impl Stream {
    fn fill(&mut self, wanted: &Wanted, before: Option<EntryKey>) -> Result<(), Error> {
        if !self.fetched.is_empty() || self.is_over {
            return Ok(());
        }
        let flag = wanted.is_entries.then_some(self.snapshot.fields().entry);
        let query = plan(&self.snapshot, &wanted.project, &wanted.filter, flag)?;
        let mut hits = Vec::new();
        scan::each_segment(&self.snapshot, query.as_ref(), |found| {
            wanted.select(&found, before, self.n_fetch, &mut hits)
        })?;
        hits.sort_unstable_by_key(|hit| Reverse(hit.key));
        hits.truncate(self.n_fetch);
        self.is_over = hits.len() < self.n_fetch;
        self.n_fetch = (self.n_fetch * 2).min(FETCH_MAX);
        self.fetched = hits.into();
        Ok(())
    }
}

/// A document as far as it is ranked before its trace is known.
type Rough = (u64, u64, DocId);

impl Wanted {
    /// Adds the first spans of a segment behind `before`, at least `n_max` if there are as many.
    fn select(
        &self,
        found: &Found<'_>,
        before: Option<EntryKey>,
        n_max: usize,
        hits: &mut Vec<Hit>,
    ) -> Result<(), Error> {
        let bound = before.map(|before| (before.rank, before.started_at));
        let (mut behind, mut beside): (Vec<Rough>, Vec<Rough>) = (Vec::new(), Vec::new());
        for doc in &found.docs {
            let started_at = found.columns.started_at(*doc);
            if !self.started.contains(&started_at) {
                continue;
            }
            let Some(rank) = self.rank(found, *doc, started_at) else { continue };
            match bound {
                Some(bound) if (rank, started_at) > bound => {}
                // Only trace and span tell these from the one before.
                Some(bound) if (rank, started_at) == bound => beside.push((rank, started_at, *doc)),
                _ => behind.push((rank, started_at, *doc)),
            }
        }
        if behind.len() > n_max {
            behind.select_nth_unstable_by_key(n_max, |(rank, started_at, _)| Reverse((*rank, *started_at)));
            let last = behind.get(n_max).map_or((0, 0), |(rank, started_at, _)| (*rank, *started_at));
            behind.retain(|(rank, started_at, _)| (*rank, *started_at) >= last);
        }
        behind.append(&mut beside);
        let docs: Vec<DocId> = behind.iter().map(|(_, _, doc)| *doc).collect();
        let traces = Traces::of(found.snapshot, found.segment, &docs)?;
        for ((rank, started_at, doc), trace) in behind.into_iter().zip(traces.each()) {
            let span_id = found.columns.span_id.first(doc).unwrap_or(0);
            let key = EntryKey { rank, started_at, trace, span_id };
            if before.is_none_or(|before| key < before) {
                let address = DocAddress::new(found.segment, doc);
                hits.push(Hit { key, snapshot: Arc::clone(found.snapshot), address });
            }
        }
        Ok(())
    }

    /// Where a span stands in the order; `None` if it is not wanted.
    fn rank(&self, found: &Found<'_>, doc: DocId, started_at: u64) -> Option<u64> {
        let trace = || found.columns.trace(doc);
        if self.traces.as_ref().is_some_and(|traces| !traces.contains(&trace())) {
            return None;
        }
        Some(match self.order {
            Order::Newest => 0,
            Order::Oldest => u64::MAX - started_at,
            Order::Longest => value(found.columns.duration.as_ref(), doc).unwrap_or(0),
            Order::Costliest | Order::MostTokens => self.ranks.get(&trace()).copied().unwrap_or(0),
        })
    }
}
