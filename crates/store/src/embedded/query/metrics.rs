//! Counts, sums and quantiles over time and by a field, from columns alone.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tantivy::DocId;
use tantivy::columnar::StrColumn;

use super::plan::plan;
use super::quantiles::Histogram;
use super::range;
use super::said::{self, Budget};
use super::scan::{self, Found};
use crate::embedded::partition::columns::{Columns, value};
use crate::embedded::partition::snapshot::Snapshot;
use crate::{Error, ErrorKind, MetricRow, Metrics, MetricsQuery};

const ASK: &str = "ask for metrics";
/// How many rows an answer has at the most: a week by hour for 100 models. Each costs some kilobytes on the way.
const ROWS_MAX: usize = 20_000;
/// Threads that go through the segments of one question, so that a few questions at once do not make dozens.
const THREADS_MAX: usize = 4;

/// The numbers of the spans that pass.
pub(in crate::embedded) fn metrics(snapshots: &[Arc<Snapshot>], query: &MetricsQuery) -> Result<Metrics, Error> {
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
    let next = AtomicUsize::new(0);
    let work = || {
        let mut table = Table::new(query);
        while let Some((snapshot, segment)) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            let plan = plan(snapshot, &query.project, &query.filter, None)?;
            scan::segment(snapshot, plan.as_ref(), *segment, |mut found| {
                found.retain_started(&started);
                table.add(&found)
            })?;
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
        all.merge(table?)?;
    }
    Ok(Metrics { rows: all.rows() })
}

/// The number of a step, and the place of a value among the groups.
type CellKey = (u64, Option<u32>);

struct Table<'a> {
    query: &'a MetricsQuery,
    groups: Vec<String>,
    places: HashMap<String, u32>,
    cells: HashMap<CellKey, Cell, BuildHasherDefault<Mix>>,
    budget: Budget,
}

/// Hashes the key of a cell, whose parts are numbers of ours: millions of spans look for theirs.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn write_isize(&mut self, number: isize) {
        self.write_u64(number as u64);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

#[derive(Default)]
struct Cell {
    n_spans: u64,
    n_errors: u64,
    input_tokens: u64,
    output_tokens: u64,
    total_tokens: u64,
    cost_usd: f64,
    durations: Histogram,
    first_tokens: Histogram,
}

impl<'a> Table<'a> {
    fn new(query: &'a MetricsQuery) -> Self {
        Self { query, groups: Vec::new(), places: HashMap::new(), cells: HashMap::default(), budget: Budget::default() }
    }

    /// Adds what another thread has found.
    fn merge(&mut self, other: Self) -> Result<(), Error> {
        let Self { groups, cells, .. } = other;
        let places: Vec<u32> = groups.into_iter().map(|group| self.place_of(group)).collect();
        for ((step, place), cell) in cells {
            let place = place.and_then(|place| places.get(place as usize).copied());
            self.cell((step, place))?.merge(&cell);
        }
        Ok(())
    }

    fn place_of(&mut self, text: String) -> u32 {
        let next = self.groups.len() as u32;
        let place = *self.places.entry(text.clone()).or_insert(next);
        if place == next {
            self.groups.push(text);
        }
        place
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
                self.cell((step, Some(place)))?.add(found.columns, *doc, is_error);
            }
            for place in others.get(doc).into_iter().flatten() {
                n_groups += 1;
                self.cell((step, Some(*place)))?.add(found.columns, *doc, is_error);
            }
            if n_groups == 0 {
                self.cell((step, None))?.add(found.columns, *doc, is_error);
            }
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
            let place = self.place_of(value);
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
        Ok(self.place_of(text))
    }

    fn cell(&mut self, key: CellKey) -> Result<&mut Cell, Error> {
        if self.cells.len() >= ROWS_MAX && !self.cells.contains_key(&key) {
            let context =
                format!("the answer has more than {ROWS_MAX} rows; ask for longer steps, a shorter time or a filter");
            return Err(Error::new(ErrorKind::Query, ASK, context));
        }
        Ok(self.cells.entry(key).or_default())
    }

    fn rows(self) -> Vec<MetricRow> {
        let Self { query, groups, cells, .. } = self;
        let row = |((step, place), cell): (CellKey, Cell)| MetricRow {
            step_at_unix_nanos: query.step_nanos.map(|nanos| step * nanos),
            group: place.and_then(|place| groups.get(place as usize).cloned()),
            n_spans: cell.n_spans,
            n_errors: cell.n_errors,
            input_tokens: cell.input_tokens,
            output_tokens: cell.output_tokens,
            total_tokens: cell.total_tokens,
            cost_usd: cell.cost_usd,
            duration_nanos: cell.durations.quantiles(),
            time_to_first_token_nanos: cell.first_tokens.quantiles(),
        };
        let mut rows: Vec<MetricRow> = cells.into_iter().map(row).collect();
        rows.sort_unstable_by(|one, other| {
            (one.step_at_unix_nanos, &one.group).cmp(&(other.step_at_unix_nanos, &other.group))
        });
        rows
    }
}

impl Cell {
    fn merge(&mut self, other: &Self) {
        self.n_spans += other.n_spans;
        self.n_errors += other.n_errors;
        self.input_tokens = self.input_tokens.saturating_add(other.input_tokens);
        self.output_tokens = self.output_tokens.saturating_add(other.output_tokens);
        self.total_tokens = self.total_tokens.saturating_add(other.total_tokens);
        self.cost_usd += other.cost_usd;
        self.durations.merge(&other.durations);
        self.first_tokens.merge(&other.first_tokens);
    }

    fn add(&mut self, columns: &Columns, doc: DocId, is_error: bool) {
        self.n_spans += 1;
        self.n_errors += u64::from(is_error);
        if let Some(nanos) = value(columns.duration.as_ref(), doc) {
            self.durations.add(nanos);
        }
        if let Some(nanos) = value(columns.time_to_first_token.as_ref(), doc) {
            self.first_tokens.add(nanos);
        }
        if columns.model_call.first(doc) == Some(true) {
            let count = |column: &Option<_>| value(column.as_ref(), doc).unwrap_or(0_u64);
            self.input_tokens = self.input_tokens.saturating_add(count(&columns.input_tokens));
            self.output_tokens = self.output_tokens.saturating_add(count(&columns.output_tokens));
            self.total_tokens = self.total_tokens.saturating_add(count(&columns.total_tokens));
            self.cost_usd += value(columns.cost.as_ref(), doc).unwrap_or(0.0);
        }
    }
}
