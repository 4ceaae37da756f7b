//! Spans as trees on standard output, each trace printed when its root ends.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write as _;

use tracewood_span::{SpanId, Status, TraceId};

use super::understood::understood;
use super::{Attempt, Exporter, Outcome};
use crate::load::Batch;
use crate::record::Entry;

/// So many traces wait for their root; one that never comes must not keep its children in memory for ever.
const N_TRACES_MAX: usize = 1000;
/// So many spans of one trace are shown.
const N_SPANS_MAX: usize = 10_000;
/// A tree is indented so deep at most.
const N_INDENTS_MAX: usize = 40;

/// Prints spans.
#[derive(Debug, Default)]
pub(crate) struct Console {
    traces: HashMap<TraceId, Vec<Line>>,
}

#[derive(Debug)]
struct Line {
    span_id: SpanId,
    parent_span_id: Option<SpanId>,
    started_at_unix_nanos: u64,
    text: String,
}

impl Line {
    fn of(entry: &Entry<'_>) -> Self {
        let millis = entry.ended_at_unix_nanos.saturating_sub(entry.started_at_unix_nanos) as f64 / 1e6;
        let understood = understood(entry);
        let inferred = understood.as_ref().filter(|_| entry.kind_stated().is_none()).map(|span| span.kind.as_str());
        let mut text = format!("{} [{}] {millis:.1} ms", entry.name(), inferred.unwrap_or_else(|| entry.kind()));
        if let Some(extra) = entry.extra() {
            // Writing to a string cannot fail.
            if let Some(model) = extra.model_responded.as_deref().or(extra.model.as_deref()) {
                let _ = write!(text, " {model}");
            }
            if let Some(n_tokens) = extra.usage.total() {
                let _ = write!(text, " {n_tokens} tokens");
            }
            if let Some(cost_usd) = extra.cost_usd {
                let _ = write!(text, " ${cost_usd}");
            }
        }
        if entry.status == Status::Error {
            let _ = write!(text, " ERROR {}", entry.status_message());
        }
        Self {
            span_id: entry.span_id,
            parent_span_id: entry.parent_span_id,
            started_at_unix_nanos: entry.started_at_unix_nanos,
            text,
        }
    }
}

impl Exporter for Console {
    fn export(&mut self, batch: &Batch, _attempt: &Attempt) -> Outcome {
        let mut out = String::new();
        for entry in batch.entries() {
            let lines = self.traces.entry(entry.trace_id).or_default();
            if lines.len() < N_SPANS_MAX {
                lines.push(Line::of(&entry));
            }
            let is_last = entry.parent_span_id.is_none() || entry.is_parent_remote;
            if is_last && let Some(lines) = self.traces.remove(&entry.trace_id) {
                print(entry.trace_id, lines, &mut out);
            }
        }
        if self.traces.len() > N_TRACES_MAX {
            self.print_all(&mut out);
        }
        // Standard output may be closed, which is nobody's loss.
        let _ = std::io::stdout().write_all(out.as_bytes());
        Outcome::Taken { n_rejected: 0, message: String::new(), n_bytes_sent: out.len() as u64 }
    }

    fn close(&mut self) {
        let mut out = String::new();
        self.print_all(&mut out);
        let _ = std::io::stdout().write_all(out.as_bytes());
    }
}

impl Console {
    fn print_all(&mut self, out: &mut String) {
        for (trace_id, lines) in self.traces.drain() {
            print(trace_id, lines, out);
        }
    }
}

/// Prints the tree of a trace; spans whose parent is not there stand at the left.
fn print(trace_id: TraceId, mut lines: Vec<Line>, out: &mut String) {
    lines.sort_by_key(|line| line.started_at_unix_nanos);
    let indices: HashMap<SpanId, usize> = lines.iter().enumerate().map(|(i, line)| (line.span_id, i)).collect();
    let mut children: HashMap<Option<usize>, Vec<usize>> = HashMap::new();
    for (index, line) in lines.iter().enumerate() {
        let parent = line.parent_span_id.and_then(|parent| indices.get(&parent).copied()).filter(|p| *p != index);
        children.entry(parent).or_default().push(index);
    }
    let _ = writeln!(out, "trace {trace_id}");
    let mut next: Vec<(usize, usize)> = Vec::new();
    let follow = |next: &mut Vec<_>, parent, depth| {
        next.extend(children.get(&parent).into_iter().flatten().rev().map(|index| (*index, depth)));
    };
    follow(&mut next, None, 1);
    while let Some((index, depth)) = next.pop() {
        if let Some(line) = lines.get(index) {
            let _ = writeln!(out, "{}{}", "  ".repeat(depth.min(N_INDENTS_MAX)), line.text);
        }
        follow(&mut next, Some(index), depth + 1);
    }
}
