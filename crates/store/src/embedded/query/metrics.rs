//! Counts, sums and quantiles over time and by a field, from columns alone.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tantivy::DocId;
use tantivy::columnar::StrColumn;

use super::cells::Cells;
use super::plan::plan;
use super::range;
use super::remembered::{Asked, Question, Remembered, SPANS_MIN};
use super::said::{self, Budget};
use super::scan::{self, Found};
use crate::embedded::partition::columns::unix_nanos;
use crate::embedded::partition::snapshot::Snapshot;
use crate::{Error, ErrorKind, Metrics, MetricsQuery};

const ASK: &str = "ask for metrics";
/// How many rows an answer has at the most: a week by hour for 100 models. Each costs some kilobytes on the way.
const ROWS_MAX: usize = 20_000;
/// Threads that go through the segments of one question, so that a few questions at once do not make dozens.
const THREADS_MAX: usize = 4;

/// The numbers of the spans that pass.
pub(in crate::embedded) fn metrics(
    snapshots: &[Arc<Snapshot>],
    query: &MetricsQuery,
    remembered: &Remembered,
) -> Result<Metrics, Error> {
    let started = range(ASK, query.started_at_or_after_unix_nanos, query.started_before_unix_nanos)?;
    if query.step_nanos == Some(0) {
        return Err(Error::new(ErrorKind::Query, ASK, "a step of time is longer than nothing"));
    }
    if let Some(field) = query.group_by.as_ref().filter(|field| !field.is_grouped()) {
        let context = format!("spans cannot be grouped by '{field}'; group by a field whose values can be listed");
        return Err(Error::new(ErrorKind::Query, ASK, context));
    }
    let mut parts = Vec::new();
    for snapshot in snapshots {
        let is_in = snapshot.started_range()?.is_some_and(|(first, last)| first < started.end && last >= started.start);
        if is_in {
            parts.extend((0..snapshot.searcher().segment_readers().len() as u32).map(|segment| (snapshot, segment)));
        }
    }
    let question = Question::of(query).map(Arc::new);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut table = Table::new(query);
        while let Some((snapshot, segment)) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            let asked = question.as_ref().and_then(|question| asked(snapshot, *segment, question, &started));
            let known = asked.as_ref().and_then(|asked| remembered.find(asked));
            let part = match known {
                Some(part) => part,
                None => Arc::new(numbers(snapshot, *segment, query, &started)?),
            };
            table.merge(&part)?;
            if let Some(asked) = asked {
                remembered.keep(asked, part);
            }
        }
        Ok(table)
    };
    // Numbers of a week are asked for by one person at a time, who then has all processors.
    let n_threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX).min(parts.len());
    let tables: Vec<Result<Table<'_>, Error>> = thread::scope(|scope| {
        let others: Vec<_> = (1..n_threads).map(|_| scope.spawn(work)).collect();
        let own = work();
        others.into_iter().filter_map(|thread| thread.join().ok()).chain([own]).collect()
    });
    let mut all = Table::new(query);
    for table in tables {
        all.merge(&table?.cells)?;
    }
    Ok(Metrics { rows: all.cells.rows(query) })
}

/// Under what the numbers of a segment are remembered; `None` if only some of its spans are asked about, or it is small.
fn asked(snapshot: &Snapshot, segment: u32, question: &Arc<Question>, started: &Range<u64>) -> Option<Asked> {
    let reader = snapshot.searcher().segment_readers().get(segment as usize)?;
    let column = &snapshot.columns(segment).ok()?.started;
    let is_whole = unix_nanos(column.min_value()) >= started.start && unix_nanos(column.max_value()) < started.end;
    let n_spans = reader.num_docs();
    (is_whole && n_spans >= SPANS_MIN).then(|| Asked {
        segment: reader.segment_id(),
        n_spans,
        question: Arc::clone(question),
    })
}

/// The numbers of one segment.
fn numbers(snapshot: &Arc<Snapshot>, segment: u32, query: &MetricsQuery, started: &Range<u64>) -> Result<Cells, Error> {
    let mut table = Table::new(query);
    let plan = plan(snapshot, &query.project, &query.filter, None)?;
    scan::segment(snapshot, plan.as_ref(), segment, |mut found| {
        found.retain_started(started);
        table.add(&found)
    })?;
    Ok(table.cells)
}

/// The numbers on their way.
struct Table<'a> {
    query: &'a MetricsQuery,
    cells: Cells,
    budget: Budget,
}

impl<'a> Table<'a> {
    fn new(query: &'a MetricsQuery) -> Self {
        Self { query, cells: Cells::default(), budget: Budget::default() }
    }

    /// Adds what was found elsewhere.
    fn merge(&mut self, other: &Cells) -> Result<(), Error> {
        self.cells.merge(other);
        self.check()
    }

    fn add(&mut self, found: &Found<'_>) -> Result<(), Error> {
        let errors = found.error_ord()?;
        let column = self.query.group_by.as_ref().and_then(|field| said::column(field, found.columns));
        let others = self.others(found)?;
        let mut places: Vec<Option<u32>> = vec![None; column.map_or(0, |column| column.num_terms())];
        for doc in &found.docs {
            let step = self.query.step_nanos.map_or(0, |step| found.columns.started_at(*doc) / step);
            let is_error = found.is_error(errors, *doc);
            let mut n_groups = 0;
            for ord in column.iter().flat_map(|column| column.term_ords(*doc)) {
                let place = if let Some(place) = places.get(ord as usize).copied().flatten() {
                    place
                } else {
                    let place = self.place(found, column, ord)?;
                    if let Some(known) = places.get_mut(ord as usize) {
                        *known = Some(place);
                    }
                    place
                };
                n_groups += 1;
                self.cells.cell(step, Some(place)).add(found.columns, *doc, is_error);
            }
            for place in others.get(doc).into_iter().flatten() {
                n_groups += 1;
                self.cells.cell(step, Some(*place)).add(found.columns, *doc, is_error);
            }
            if n_groups == 0 {
                self.cells.cell(step, None).add(found.columns, *doc, is_error);
            }
            self.check()?;
        }
        Ok(())
    }

    /// The groups of spans by a field that has no column.
    fn others(&mut self, found: &Found<'_>) -> Result<HashMap<DocId, Vec<u32>>, Error> {
        let mut others: HashMap<DocId, Vec<u32>> = HashMap::new();
        let Some(field) = &self.query.group_by else { return Ok(others) };
        if said::column(field, found.columns).is_some() {
            return Ok(others);
        }
        let said = said::said(found, field, &mut self.budget)?;
        if self.budget.is_used_up() {
            let context = format!("'{field}' has too many values to group by; ask for a shorter time or a filter");
            return Err(Error::new(ErrorKind::Query, ASK, context));
        }
        for (value, docs) in said {
            let place = self.cells.place_of(value);
            for doc in docs {
                let places = others.entry(doc).or_default();
                if !places.contains(&place) {
                    places.push(place);
                }
            }
        }
        Ok(others)
    }

    fn place(&mut self, found: &Found<'_>, column: Option<&StrColumn>, ord: u64) -> Result<u32, Error> {
        let mut text = String::new();
        if let Some(column) = column {
            column.ord_to_str(ord, &mut text).map_err(|e| found.snapshot.fail(e.into()))?;
        }
        Ok(self.cells.place_of(text))
    }

    fn check(&self) -> Result<(), Error> {
        if self.cells.len() <= ROWS_MAX {
            return Ok(());
        }
        let context =
            format!("the answer has more than {ROWS_MAX} rows; ask for longer steps, a shorter time or a filter");
        Err(Error::new(ErrorKind::Query, ASK, context))
    }
}
