//! The numbers of whole segments, which never change: a dashboard asks for the same ones again and again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tantivy::index::SegmentId;

use super::cells::Cells;
use crate::MetricsQuery;
use crate::embedded::fail::lock;
use crate::filter::Expr;

/// Bytes of numbers that are remembered: some dashboards over some weeks.
const BYTES_MAX: usize = 32 * 1024 * 1024;
/// Of smaller segments the numbers are had as quickly anew, and they soon merge into larger ones.
pub(super) const SPANS_MIN: u32 = 10_000;

/// What was asked of a segment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Asked {
    pub(super) segment: SegmentId,
    /// Spans that are not deleted; each deletion makes it another segment for us.
    pub(super) n_spans: u32,
    pub(super) question: Arc<Question>,
}

/// What the numbers of a segment depend on besides.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Question {
    project: String,
    filter: String,
    step_nanos: Option<u64>,
    group_by: Option<String>,
}

impl Question {
    /// `None` of a question whose answer may change while the segment does not.
    pub(super) fn of(query: &MetricsQuery) -> Option<Self> {
        if query.filter.expr().is_some_and(Expr::asks_for_scores) {
            return None;
        }
        Some(Self {
            project: query.project.clone(),
            filter: query.filter.to_string(),
            step_nanos: query.step_nanos,
            group_by: query.group_by.as_ref().map(ToString::to_string),
        })
    }
}

/// The numbers of segments that were asked for last.
#[derive(Debug, Default)]
pub(in crate::embedded) struct Remembered(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    parts: HashMap<Asked, Part>,
    n_bytes: usize,
    n_uses: u64,
}

#[derive(Debug)]
struct Part {
    cells: Arc<Cells>,
    n_bytes: usize,
    used: u64,
}

impl Remembered {
    pub(super) fn find(&self, asked: &Asked) -> Option<Arc<Cells>> {
        let mut state = lock(&self.0);
        state.n_uses += 1;
        let used = state.n_uses;
        let part = state.parts.get_mut(asked)?;
        part.used = used;
        Some(Arc::clone(&part.cells))
    }

    /// Takes numbers in; those that were not asked for longest give way.
    pub(super) fn keep(&self, asked: Asked, cells: Arc<Cells>) {
        let n_bytes = cells.n_bytes();
        if n_bytes > BYTES_MAX / 4 {
            return;
        }
        let mut state = lock(&self.0);
        state.n_uses += 1;
        let part = Part { cells, n_bytes, used: state.n_uses };
        let before = state.parts.insert(asked, part).map_or(0, |part| part.n_bytes);
        state.n_bytes = state.n_bytes + n_bytes - before;
        if state.n_bytes > BYTES_MAX {
            // Half of it at once, so that not every new one looks for the oldest.
            let mut uses: Vec<u64> = state.parts.values().map(|part| part.used).collect();
            let middle = uses.len() / 2;
            let bound = *uses.select_nth_unstable(middle).1;
            state.parts.retain(|_, part| part.used >= bound);
            state.n_bytes = state.parts.values().map(|part| part.n_bytes).sum();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded::query::cells::Cell;

    fn asked(n_spans: u32) -> Asked {
        let question = Question { project: String::new(), filter: String::new(), step_nanos: None, group_by: None };
        Asked { segment: SegmentId::generate_random(), n_spans, question: Arc::new(question) }
    }

    #[test]
    fn what_was_used_last_stays_within_the_bound() {
        let remembered = Remembered::default();
        let large = || {
            let mut cells = Cells::default();
            (0..20_000).for_each(|step| *cells.cell(step, None) = Cell::default());
            Arc::new(cells)
        };
        let n_bytes = large().n_bytes();
        let all: Vec<Asked> = (0..(BYTES_MAX / n_bytes + 4) as u32).map(asked).collect();
        for one in &all {
            remembered.keep(one.clone(), large());
            assert!(remembered.find(&all[0]).is_some(), "it is used all the time");
        }
        assert!(lock(&remembered.0).n_bytes <= BYTES_MAX);
        assert!(remembered.find(&all[1]).is_none());
        assert!(remembered.find(all.last().unwrap()).is_some());
    }
}
