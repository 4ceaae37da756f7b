//! What the index thread knows of the traces that it is writing: which spans they have, where, and in which form.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use foldhash::fast::RandomState;
use tracewood_span::Kind;

use crate::Error;
use crate::embedded::codec::ValueView;
use crate::embedded::day::Day;
use crate::embedded::partition::columns::value;
use crate::embedded::partition::key::TraceKey;
use crate::embedded::partition::registry::Registry;
use crate::embedded::partition::said::Said;
use crate::embedded::partition::seen::Seen;

/// How many days before and after its start a span's trace is looked for. Forms of one span say the same start, so that
/// they meet in one day; a trace that lasts for longer than this only costs the list a second look.
const REACH_DAYS: u32 = 7;

/// A span as it stands in the index or is about to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KnownSpan {
    pub(crate) day: Day,
    pub(crate) is_ended: bool,
    pub(crate) is_entry: bool,
}

/// The spans of a trace, by id.
#[derive(Debug, Default)]
pub(crate) struct KnownTrace {
    spans: HashMap<u64, KnownSpan, RandomState>,
    n_entries: usize,
    /// The days whose filter has it.
    days: Vec<Day>,
    said: Said,
    /// The round in which it was last asked for.
    round: u64,
}

/// What to do with a span that arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is new.
    Add { is_entry: bool },
    /// It takes the place of the form of it that is in that partition.
    Replace { old: Day, is_entry: bool },
    /// It is the beginning of a span whose end is known.
    Ignore,
}

/// A span that arrives, as far as the decision about it goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival {
    pub(crate) day: Day,
    pub(crate) span_id: u64,
    pub(crate) parent_id: Option<u64>,
    pub(crate) is_ended: bool,
}

impl KnownTrace {
    /// Decides about a span and notes it as it will stand then.
    pub(crate) fn take(&mut self, arrival: Arrival) -> Verdict {
        let Arrival { day, span_id, parent_id, is_ended } = arrival;
        let old = self.spans.get(&span_id).copied();
        if old.is_some_and(|old| old.is_ended) && !is_ended {
            return Verdict::Ignore;
        }
        let n_other_entries = self.n_entries - usize::from(old.is_some_and(|old| old.is_entry));
        let has_parent = parent_id.is_some_and(|parent| parent != span_id && self.spans.contains_key(&parent));
        // Every trace keeps an entry, also where parents go in a circle; without one no list would show it.
        let is_entry = !has_parent || n_other_entries == 0;
        self.n_entries = n_other_entries + usize::from(is_entry);
        self.spans.insert(span_id, KnownSpan { day, is_ended, is_entry });
        match old {
            None => Verdict::Add { is_entry },
            Some(old) => Verdict::Replace { old: old.day, is_entry },
        }
    }
}

/// The traces of the recent rounds. What it does not know it looks up in the index, so that it may forget at any time
/// between two rounds.
#[derive(Debug, Default)]
pub(crate) struct Known {
    traces: HashMap<TraceKey, KnownTrace, RandomState>,
    /// Spans and messages together.
    n_spans: usize,
    round: u64,
    /// What each day may have, so that a new trace costs no look into any dictionary.
    filters: HashMap<Day, Seen>,
    hasher: RandomState,
}

impl Known {
    /// What of a span's input or output no span of its kind said in its trace before, as far as is known; at worst it is found
    /// with another span too.
    pub(crate) fn news<'a>(&mut self, key: &TraceKey, kind: Kind, span_id: u64, value: ValueView<'a>) -> Cow<'a, str> {
        let Some(trace) = self.traces.get_mut(key) else {
            return Said::default().news(&self.hasher, kind, span_id, value);
        };
        let n_before = trace.said.len();
        let news = trace.said.news(&self.hasher, kind, span_id, value);
        self.n_spans += trace.said.len() - n_before;
        news
    }

    /// Decides about a span.
    pub(crate) fn take(&mut self, key: &TraceKey, arrival: Arrival, partitions: &Registry) -> Result<Verdict, Error> {
        if !self.traces.contains_key(key) {
            let trace = self.load(key, arrival.day, partitions)?;
            self.n_spans += trace.spans.len();
            self.traces.insert(key.clone(), trace);
        }
        let Some(trace) = self.traces.get_mut(key) else { return Ok(Verdict::Add { is_entry: true }) };
        trace.round = self.round;
        let verdict = trace.take(arrival);
        if matches!(verdict, Verdict::Replace { .. }) {
            self.n_spans -= trace.said.forget(arrival.span_id);
        }
        if matches!(verdict, Verdict::Add { .. }) {
            self.n_spans += 1;
            if !trace.days.contains(&arrival.day) {
                trace.days.push(arrival.day);
                self.filters.entry(arrival.day).or_default().insert(key.as_bytes());
            }
        }
        Ok(verdict)
    }

    /// The spans of a trace as the last commits have them.
    fn load(&mut self, key: &TraceKey, day: Day, partitions: &Registry) -> Result<KnownTrace, Error> {
        let mut trace = KnownTrace::default();
        for day in day.around(REACH_DAYS) {
            if !self.filter(day, partitions)?.is_some_and(|filter| filter.may_have(key)) {
                continue;
            }
            let Some(snapshot) = partitions.snapshot(day)? else { continue };
            for address in snapshot.spans_of(key)? {
                let columns = snapshot.columns(address.segment_ord)?;
                let doc = address.doc_id;
                let Some(span_id) = value(Some(&columns.span_id), doc) else { continue };
                let span = KnownSpan {
                    day,
                    is_ended: value(Some(&columns.pending), doc) == Some(false),
                    is_entry: value(Some(&columns.entry), doc) == Some(true),
                };
                trace.n_entries += usize::from(span.is_entry);
                trace.spans.insert(span_id, span);
            }
            trace.days.push(day);
        }
        Ok(trace)
    }

    /// The filter of a day, filled from its partition when it is first asked for; `None` if nothing began on it.
    fn filter(&mut self, day: Day, partitions: &Registry) -> Result<Option<&Seen>, Error> {
        if let Entry::Vacant(entry) = self.filters.entry(day) {
            let Some(snapshot) = partitions.snapshot(day)? else { return Ok(None) };
            let mut seen = Seen::default();
            snapshot.each_trace_key(|key| seen.insert(key))?;
            entry.insert(seen);
        }
        Ok(self.filters.get(&day))
    }

    /// Forgets what a day has, which was removed.
    pub(crate) fn forget(&mut self, day: Day) {
        self.filters.remove(&day);
    }

    /// Ends a round, after a commit that readers see. Forgets the traces that were not asked for in it, and all of them
    /// if there are still too many spans.
    pub(crate) fn end_round(&mut self, n_spans_max: usize) {
        let round = self.round;
        self.round += 1;
        if self.n_spans > n_spans_max {
            self.traces.retain(|_, trace| trace.round == round);
            self.n_spans = self.traces.values().map(|trace| trace.spans.len() + trace.said.len()).sum();
        }
        if self.n_spans > n_spans_max {
            self.clear();
        }
    }

    /// Forgets all traces: after a failure, when what was about to be written is not, and to give memory back. The
    /// filters may go on knowing more than there is.
    pub(crate) fn clear(&mut self) {
        self.traces = HashMap::default();
        self.n_spans = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Day = Day::of_unix_nanos(0);

    fn arrival(span_id: u64, parent_id: Option<u64>, is_ended: bool) -> Arrival {
        Arrival { day: DAY, span_id, parent_id, is_ended }
    }

    #[test]
    fn pending_span_never_takes_the_place_of_its_end() {
        let mut trace = KnownTrace::default();
        assert_eq!(trace.take(arrival(1, None, false)), Verdict::Add { is_entry: true });
        assert_eq!(trace.take(arrival(1, None, true)), Verdict::Replace { old: DAY, is_entry: true });
        assert_eq!(trace.take(arrival(1, None, false)), Verdict::Ignore);
        assert_eq!(trace.take(arrival(1, None, true)), Verdict::Replace { old: DAY, is_entry: true });
    }

    #[test]
    fn spans_without_a_parent_in_the_store_are_entries() {
        let mut trace = KnownTrace::default();
        assert_eq!(trace.take(arrival(3, Some(2), true)), Verdict::Add { is_entry: true });
        assert_eq!(trace.take(arrival(2, Some(1), true)), Verdict::Add { is_entry: true });
        assert_eq!(trace.take(arrival(1, None, true)), Verdict::Add { is_entry: true });
        assert_eq!(trace.take(arrival(4, Some(1), true)), Verdict::Add { is_entry: false });
    }

    #[test]
    fn circle_of_parents_keeps_an_entry() {
        let mut trace = KnownTrace::default();
        assert_eq!(trace.take(arrival(1, Some(1), true)), Verdict::Add { is_entry: true });
        let mut trace = KnownTrace::default();
        assert_eq!(trace.take(arrival(1, Some(2), true)), Verdict::Add { is_entry: true });
        assert_eq!(trace.take(arrival(2, Some(1), true)), Verdict::Add { is_entry: false });
        assert_eq!(trace.take(arrival(1, Some(2), true)), Verdict::Replace { old: DAY, is_entry: true });
    }
}
