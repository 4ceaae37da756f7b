//! The numbers of many spans by step of time and by group, which two tables of them add up to a third.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use tantivy::DocId;

use super::quantiles::Histogram;
use crate::embedded::partition::columns::{Columns, value};
use crate::{MetricRow, MetricsQuery};

/// The number of a step, and the place of a value among the groups.
type CellKey = (u64, Option<u32>);

/// Numbers by step and group.
#[derive(Debug, Default)]
pub(super) struct Cells {
    groups: Vec<String>,
    places: HashMap<String, u32>,
    all: Vec<Cell>,
    by_key: HashMap<CellKey, u32, BuildHasherDefault<Mix>>,
    row: Row,
}

/// The cells of the step that was asked for last, since spans lie in the order of time: by place, that of no group first.
#[derive(Debug, Default)]
struct Row {
    step: u64,
    indexes: Vec<Option<u32>>,
}

impl Cells {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// The bytes that they take.
    pub(super) fn n_bytes(&self) -> usize {
        let of_cells: usize = self.all.iter().map(Cell::n_bytes).sum();
        of_cells + self.groups.iter().map(|group| 2 * group.len() + 80).sum::<usize>()
    }

    /// The place of a group.
    pub(super) fn place_of(&mut self, text: String) -> u32 {
        let next = self.groups.len() as u32;
        let place = *self.places.entry(text.clone()).or_insert(next);
        if place == next {
            self.groups.push(text);
        }
        place
    }

    /// The cell of a step and a group.
    #[expect(clippy::indexing_slicing, reason = "an index is noted where its cell is made, and no cell is taken away")]
    pub(super) fn cell(&mut self, step: u64, place: Option<u32>) -> &mut Cell {
        if self.row.step != step {
            self.row.step = step;
            self.row.indexes.fill(None);
        }
        let slot = place.map_or(0, |place| place as usize + 1);
        if self.row.indexes.len() <= slot {
            self.row.indexes.resize(slot + 1, None);
        }
        let next = self.all.len() as u32;
        let index = match self.row.indexes.get(slot).copied().flatten() {
            Some(index) => index,
            None => *self.by_key.entry((step, place)).or_insert(next),
        };
        if let Some(known) = self.row.indexes.get_mut(slot) {
            *known = Some(index);
        }
        if index == next {
            self.all.push(Cell::default());
        }
        &mut self.all[index as usize]
    }

    /// Adds those of another.
    pub(super) fn merge(&mut self, other: &Self) {
        let places: Vec<u32> = other.groups.iter().map(|group| self.place_of(group.clone())).collect();
        for ((step, place), index) in &other.by_key {
            let Some(cell) = other.all.get(*index as usize) else { continue };
            let place = place.and_then(|place| places.get(place as usize).copied());
            self.cell(*step, place).merge(cell);
        }
    }

    /// One row for each, in order.
    pub(super) fn rows(&self, query: &MetricsQuery) -> Vec<MetricRow> {
        let row = |((step, place), index): (&CellKey, &u32)| {
            let cell = self.all.get(*index as usize)?;
            Some(MetricRow {
                step_at_unix_nanos: query.step_nanos.map(|nanos| step * nanos),
                group: place.and_then(|place| self.groups.get(place as usize).cloned()),
                n_spans: cell.n_spans,
                n_errors: cell.n_errors,
                input_tokens: cell.input_tokens,
                output_tokens: cell.output_tokens,
                total_tokens: cell.total_tokens,
                cost_usd: cell.cost_usd,
                duration_nanos: cell.durations.quantiles(),
                time_to_first_token_nanos: cell.first_tokens.quantiles(),
            })
        };
        let mut rows: Vec<MetricRow> = self.by_key.iter().filter_map(row).collect();
        rows.sort_unstable_by(|one, other| {
            (one.step_at_unix_nanos, &one.group).cmp(&(other.step_at_unix_nanos, &other.group))
        });
        rows
    }
}

/// Hashes the key of a cell, whose parts are numbers of ours: millions of spans look for theirs.
#[derive(Debug, Default)]
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

/// The numbers of some spans.
#[derive(Debug, Default)]
pub(super) struct Cell {
    n_spans: u64,
    n_errors: u64,
    input_tokens: u64,
    output_tokens: u64,
    total_tokens: u64,
    cost_usd: f64,
    durations: Histogram,
    first_tokens: Histogram,
}

impl Cell {
    fn n_bytes(&self) -> usize {
        size_of::<Self>() + self.durations.n_bytes() + self.first_tokens.n_bytes() + 48
    }

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

    /// Counts a span in.
    pub(super) fn add(&mut self, columns: &Columns, doc: DocId, is_error: bool) {
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
