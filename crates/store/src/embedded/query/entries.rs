//! The entries of a project, newest first, out of all partitions.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::query::{BooleanQuery, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader, TantivyError, Term};

use crate::Error;
use crate::embedded::partition::columns::Columns;
use crate::embedded::partition::snapshot::Snapshot;

/// How many entries are fetched from a partition at first; each further time it is twice as many.
const FETCH_MIN: usize = 64;
const FETCH_MAX: usize = 8_192;

/// An entry in the order of lists: by start, then by trace, then by span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EntryKey {
    pub(crate) started_at: u64,
    pub(crate) trace: u128,
    pub(crate) span_id: u64,
}

/// The entries of a project, newest first.
pub(super) struct Entries<'a> {
    project: &'a str,
    started: Range<u64>,
    /// Partitions that have not been asked, by their last start, the earliest first.
    waiting: Vec<(u64, Arc<Snapshot>)>,
    streams: Vec<Stream>,
    before: Option<EntryKey>,
}

/// The entries of one partition, a piece at a time.
struct Stream {
    snapshot: Arc<Snapshot>,
    fetched: VecDeque<EntryKey>,
    n_fetch: usize,
    is_over: bool,
}

impl<'a> Entries<'a> {
    /// Those that began in a range of time and come behind `before`.
    pub(super) fn new(
        snapshots: &[Arc<Snapshot>],
        project: &'a str,
        started: Range<u64>,
        before: Option<EntryKey>,
    ) -> Result<Self, Error> {
        let mut waiting = Vec::new();
        for snapshot in snapshots {
            if let Some((first, last)) = snapshot.started_range()?
                && first < started.end
                && last >= started.start
                && before.is_none_or(|before| first <= before.started_at)
            {
                waiting.push((last, Arc::clone(snapshot)));
            }
        }
        waiting.sort_by_key(|(last, _)| *last);
        Ok(Self { project, started, waiting, streams: Vec::new(), before })
    }

    /// The next entry.
    pub(super) fn next(&mut self) -> Result<Option<EntryKey>, Error> {
        loop {
            for stream in &mut self.streams {
                stream.fill(self.project, &self.started, self.before)?;
            }
            self.streams.retain(|stream| !stream.fetched.is_empty());
            let newest = self.streams.iter().filter_map(|stream| stream.fetched.front()).max().copied();
            // A partition that was not asked yet may have a newer one.
            let is_later_possible = |last: u64| newest.is_none_or(|newest| last >= newest.started_at);
            if let Some((_, snapshot)) = self.waiting.pop_if(|(last, _)| is_later_possible(*last)) {
                let stream = Stream { snapshot, fetched: VecDeque::new(), n_fetch: FETCH_MIN, is_over: false };
                self.streams.push(stream);
                continue;
            }
            if newest.is_some() {
                for stream in &mut self.streams {
                    // The same key in two partitions is a span on its way from one to the other.
                    stream.fetched.pop_front_if(|key| Some(*key) == newest);
                }
                self.before = newest;
            }
            return Ok(newest);
        }
    }
}

impl Stream {
    fn fill(&mut self, project: &str, started: &Range<u64>, before: Option<EntryKey>) -> Result<(), Error> {
        if !self.fetched.is_empty() || self.is_over {
            return Ok(());
        }
        let fields = self.snapshot.fields();
        let term =
            |term| -> Box<dyn tantivy::query::Query> { Box::new(TermQuery::new(term, IndexRecordOption::Basic)) };
        let query = BooleanQuery::intersection(vec![
            term(Term::from_field_text(fields.project, project)),
            term(Term::from_field_bool(fields.entry, true)),
        ]);
        let collector = Newest { snapshot: &self.snapshot, started: started.clone(), before, n_max: self.n_fetch };
        let found = self.snapshot.searcher().search(&query, &collector).map_err(|e| self.snapshot.fail(e))?;
        self.is_over = found.len() < self.n_fetch;
        self.n_fetch = (self.n_fetch * 2).min(FETCH_MAX);
        self.fetched = found.into();
        Ok(())
    }
}

/// Collects the newest entries of a partition.
struct Newest<'a> {
    snapshot: &'a Snapshot,
    started: Range<u64>,
    before: Option<EntryKey>,
    n_max: usize,
}

struct SegmentNewest {
    columns: Columns,
    started: Range<u64>,
    before: Option<EntryKey>,
    n_max: usize,
    heap: BinaryHeap<Reverse<EntryKey>>,
}

impl Collector for Newest<'_> {
    type Fruit = Vec<EntryKey>;
    type Child = SegmentNewest;

    fn for_segment(&self, segment: SegmentOrdinal, _: &SegmentReader) -> tantivy::Result<SegmentNewest> {
        let columns = self.snapshot.columns(segment).map_err(|e| TantivyError::InternalError(e.to_string()))?;
        Ok(SegmentNewest {
            columns: columns.clone(),
            started: self.started.clone(),
            before: self.before,
            n_max: self.n_max,
            heap: BinaryHeap::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Vec<EntryKey>>) -> tantivy::Result<Vec<EntryKey>> {
        let mut keys = fruits.concat();
        keys.sort_unstable_by_key(|key| Reverse(*key));
        keys.truncate(self.n_max);
        Ok(keys)
    }
}

impl SegmentCollector for SegmentNewest {
    type Fruit = Vec<EntryKey>;

    fn collect(&mut self, doc: DocId, _: Score) {
        let started_at = self.columns.started_at(doc);
        let is_too_late = self.before.is_some_and(|before| started_at > before.started_at);
        if is_too_late || !self.started.contains(&started_at) {
            return;
        }
        let is_full = self.heap.len() >= self.n_max;
        if is_full && self.heap.peek().is_some_and(|Reverse(oldest)| started_at < oldest.started_at) {
            return;
        }
        let span_id = self.columns.span_id.first(doc).unwrap_or(0);
        let key = EntryKey { started_at, trace: self.columns.trace(doc), span_id };
        if self.before.is_none_or(|before| key < before) {
            self.heap.push(Reverse(key));
            if self.heap.len() > self.n_max {
                self.heap.pop();
            }
        }
    }

    fn harvest(self) -> Vec<EntryKey> {
        self.heap.into_iter().map(|Reverse(key)| key).collect()
    }
}
