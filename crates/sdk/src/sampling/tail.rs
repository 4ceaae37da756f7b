//! Traces that wait for their end, to be sent or forgotten then.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tracewood_span::{Status, TraceId};

use super::Settings;
use crate::{OpenSpan, open, record};

/// So many decisions are remembered for spans that end after their root; 24 bytes each, twice.
const N_DECISIONS_MAX: usize = 100_000;

/// Holds spans back until it is known whether their trace is worth sending.
#[derive(Debug, Default)]
pub(crate) struct Stage {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    traces: HashMap<TraceId, Waiting>,
    /// Those that wait, oldest first; decided ones may still be in it.
    order: VecDeque<(TraceId, Instant)>,
    n_bytes: usize,
    n_spans: usize,
    decisions: HashMap<TraceId, bool>,
    decided: VecDeque<TraceId>,
}

/// A trace that waits.
#[derive(Debug, Default)]
struct Waiting {
    spans: Vec<OpenSpan>,
    n_bytes: usize,
    has_error: bool,
    started_at_unix_nanos: u64,
    ended_at_unix_nanos: u64,
}

/// What follows from the end of a span.
#[derive(Debug, Default)]
pub(crate) struct Decided {
    /// Spans to be sent, in the order of their ends.
    pub(crate) kept: Vec<OpenSpan>,
    /// Spans that are not, to be freed outside of the lock.
    pub(crate) left_out: Vec<OpenSpan>,
}

impl Decided {
    fn add(&mut self, spans: Vec<OpenSpan>, is_kept: bool) {
        let place = if is_kept { &mut self.kept } else { &mut self.left_out };
        if place.is_empty() {
            *place = spans;
        } else {
            place.extend(spans);
        }
    }
}

impl Waiting {
    fn add(&mut self, span: OpenSpan, n_bytes: usize) {
        if self.spans.is_empty() {
            self.started_at_unix_nanos = span.started_at_unix_nanos;
        }
        self.started_at_unix_nanos = self.started_at_unix_nanos.min(span.started_at_unix_nanos);
        self.ended_at_unix_nanos = self.ended_at_unix_nanos.max(span.ended_at_unix_nanos);
        self.has_error |= span.status == Status::Error;
        self.n_bytes += n_bytes;
        self.spans.push(span);
    }

    /// Whether it is worth sending, whatever may follow.
    fn is_telling(&self, settings: &Settings) -> bool {
        let lasted_nanos = self.ended_at_unix_nanos.saturating_sub(self.started_at_unix_nanos);
        (self.has_error && settings.keeps_errors()) || lasted_nanos >= settings.slower_than_nanos()
    }
}

impl Stage {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in a span that has ended; answers which spans are decided by it.
    pub(crate) fn end(&self, span: OpenSpan, settings: &Settings, now: Instant) -> Decided {
        let mut decided = Decided::default();
        let (trace_id, n_bytes) = (span.trace_id, open::N_BYTES + record::n_bytes(&span));
        let is_local_root = span.parent_span_id.is_none() || span.is_parent_remote;
        let mut state = self.lock();
        if let Some(is_kept) = state.decisions.get(&trace_id) {
            decided.add(vec![span], *is_kept);
            return decided;
        }
        state.n_bytes += n_bytes;
        state.n_spans += 1;
        let waiting = state.traces.entry(trace_id).or_default();
        let is_new = waiting.spans.is_empty();
        waiting.add(span, n_bytes);
        let is_telling = waiting.is_telling(settings);
        if is_new {
            state.order.push_back((trace_id, now));
        }
        if is_local_root || is_telling {
            state.decide(trace_id, settings, &mut decided);
        }
        state.keep_to_bounds(settings, now, &mut decided);
        decided
    }

    /// Gives everything back that waits, to be sent: how it would have ended is not known.
    pub(crate) fn release(&self) -> Vec<OpenSpan> {
        let mut state = self.lock();
        (state.n_bytes, state.n_spans) = (0, 0);
        let order = std::mem::take(&mut state.order);
        let mut traces = std::mem::take(&mut state.traces);
        for trace_id in traces.keys() {
            state.remember(*trace_id, true);
        }
        let in_order = order.into_iter().filter_map(|(trace_id, _)| traces.remove(&trace_id));
        in_order.flat_map(|waiting| waiting.spans).collect()
    }

    /// How many spans wait.
    pub(crate) fn n_waiting(&self) -> usize {
        self.lock().n_spans
    }
}

impl State {
    fn decide(&mut self, trace_id: TraceId, settings: &Settings, decided: &mut Decided) {
        let Some(waiting) = self.traces.remove(&trace_id) else { return };
        let is_kept = waiting.is_telling(settings) || settings.keeps_of_others(trace_id);
        self.n_bytes = self.n_bytes.saturating_sub(waiting.n_bytes);
        self.n_spans = self.n_spans.saturating_sub(waiting.spans.len());
        self.remember(trace_id, is_kept);
        decided.add(waiting.spans, is_kept);
    }

    fn remember(&mut self, trace_id: TraceId, is_kept: bool) {
        self.decisions.insert(trace_id, is_kept);
        self.decided.push_back(trace_id);
        if self.decided.len() > N_DECISIONS_MAX
            && let Some(oldest) = self.decided.pop_front()
        {
            self.decisions.remove(&oldest);
        }
    }

    fn keep_to_bounds(&mut self, settings: &Settings, now: Instant, decided: &mut Decided) {
        while let Some((trace_id, since)) = self.order.front().copied() {
            let is_waiting = self.traces.contains_key(&trace_id);
            let is_too_much = self.n_bytes > settings.n_bytes_max() || self.traces.len() > settings.n_traces_max();
            if is_waiting && !is_too_much && now.saturating_duration_since(since) < settings.waits_for() {
                return;
            }
            self.order.pop_front();
            self.decide(trace_id, settings, decided);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::sampling::{Policy, Tail};
    use crate::{Config, Recorder, Site};

    const SECOND: u64 = 1_000_000_000;

    fn settings(tail: Tail) -> Settings {
        Settings::new(&Policy { tail: Some(tail), ..Policy::default() })
    }

    /// A root, and a child of it that took so many seconds.
    fn trace(seconds: u64) -> (OpenSpan, OpenSpan) {
        let (recorder, site) = (Recorder::new(Config::default()), Arc::new(Site::named("a", "span")));
        let root = recorder.start(&site, None);
        let mut child = recorder.start(&site, Some(&root.context()));
        child.ended_at_unix_nanos = child.started_at_unix_nanos + seconds * SECOND;
        (root, child)
    }

    fn counts(decided: &Decided) -> (usize, usize) {
        (decided.kept.len(), decided.left_out.len())
    }

    #[test]
    fn trace_waits_for_its_root_and_errors_and_slow_ones_are_sent_at_once() {
        let (settings, stage, now) = (settings(Tail::default()), Stage::default(), Instant::now());
        let (root, child) = trace(1);
        assert_eq!(counts(&stage.end(child, &settings, now)), (0, 0));
        assert_eq!(stage.n_waiting(), 1);
        assert_eq!(counts(&stage.end(root, &settings, now)), (0, 2));
        let (root, child) = trace(6);
        assert_eq!(counts(&stage.end(child, &settings, now)), (1, 0));
        assert_eq!(counts(&stage.end(root, &settings, now)), (1, 0));
        let (root, mut child) = trace(1);
        child.set_status(Status::Error, "");
        assert_eq!(counts(&stage.end(child, &settings, now)), (1, 0));
        assert_eq!(counts(&stage.end(root, &settings, now)), (1, 0));
        assert_eq!(stage.n_waiting(), 0);
    }

    #[test]
    fn late_spans_follow_the_decision() {
        let (settings, stage, now) = (settings(Tail::default()), Stage::default(), Instant::now());
        let (root, mut child) = trace(1);
        assert_eq!(counts(&stage.end(root, &settings, now)), (0, 1));
        child.set_status(Status::Error, "");
        assert_eq!(counts(&stage.end(child, &settings, now)), (0, 1));
    }

    #[test]
    fn oldest_trace_is_decided_when_there_are_too_many_or_too_much_or_it_waits_too_long() {
        let later = Duration::from_mins(2);
        for (tail, wait) in [
            (Tail { n_traces_max: 1, ..Tail::default() }, Duration::ZERO),
            (Tail { n_bytes_max: 2 * open::N_BYTES, ..Tail::default() }, Duration::ZERO),
            (Tail::default(), later),
        ] {
            let (settings, stage, now) = (settings(tail), Stage::default(), Instant::now());
            let (_root, child) = trace(1);
            assert_eq!(counts(&stage.end(child, &settings, now)), (0, 0));
            let (_other_root, other_child) = trace(1);
            assert_eq!(counts(&stage.end(other_child, &settings, now + wait)), (0, 1));
            assert_eq!(stage.n_waiting(), 1);
        }
    }

    #[test]
    fn share_of_the_others_is_kept_and_what_waits_at_the_end_too() {
        let (settings, stage, now) =
            (settings(Tail { ratio_of_others: 1.0, ..Tail::default() }), Stage::default(), Instant::now());
        let (root, child) = trace(1);
        stage.end(child, &settings, now);
        assert_eq!(counts(&stage.end(root, &settings, now)), (2, 0));
        let (_root, child) = trace(1);
        stage.end(child, &settings, now);
        assert_eq!((stage.release().len(), stage.n_waiting()), (1, 0));
    }
}
