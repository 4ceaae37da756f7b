//! Conditions on scores: which lie beside the spans, so that a store says which traces and spans are meant.

use std::collections::HashSet;

use tracewood_span::{SpanId, TraceId, Value};

use super::ast::{Check, Expr};
use super::field::Field;
use super::matching::leaf;
use crate::Score;

/// The traces and spans that a condition on scores means. A score of a trace holds for each of its spans.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Targets {
    traces: HashSet<TraceId>,
    spans: HashSet<(TraceId, SpanId)>,
}

impl Targets {
    /// Adds a trace, or one of its spans.
    pub(crate) fn add(&mut self, trace_id: TraceId, span_id: Option<SpanId>) {
        match span_id {
            Some(span_id) => self.spans.insert((trace_id, span_id)),
            None => self.traces.insert(trace_id),
        };
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.traces.len() + self.spans.len()
    }

    /// The traces of which every span is meant.
    pub(crate) fn traces(&self) -> impl Iterator<Item = TraceId> + '_ {
        self.traces.iter().copied()
    }

    /// The spans that are meant beside those.
    pub(crate) fn spans(&self) -> impl Iterator<Item = (TraceId, SpanId)> + '_ {
        self.spans.iter().copied()
    }

    pub(super) fn contains(&self, trace_id: TraceId, span_id: SpanId) -> bool {
        self.traces.contains(&trace_id) || self.spans.contains(&(trace_id, span_id))
    }
}

/// Whether a score is as a condition wants it.
pub(crate) fn holds_of_score(check: &Check, score: &Score) -> bool {
    let number = score.number.map(Value::Double);
    let text = score.text.clone().map(Value::String);
    number.iter().chain(&text).any(|value| leaf(check, value))
}

impl Expr {
    /// Whether a condition in it is about scores.
    pub(crate) fn asks_for_scores(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::asks_for_scores),
            Self::Not(inner) => inner.asks_for_scores(),
            Self::Test(test) => matches!(test.field, Field::Score(_)),
        }
    }
}
