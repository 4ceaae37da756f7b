//! When to send what waits: by count, by bytes or by time.

use std::time::{Duration, Instant};

use tracewood_span::limits;

use crate::clock;

/// In a steady stream, requests follow each other after so long at the earliest: each one wakes its thread, which costs
/// the program a system call and a share of its processor. Nobody sees a trace sooner than a page can show it.
const LINGER_TIME: Duration = Duration::from_millis(5);
/// More than so many waiting spans are sent at once, also in a steady stream: two chunks of the queue, so that the same
/// few stay in the processor's cache.
const LINGER_SPANS_MAX: usize = 1024;

/// When to send what waits, and how much of it at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// So many waiting spans are sent without waiting longer.
    pub n_spans_trigger: usize,
    /// So many spans go into one request at most.
    pub n_spans_max: usize,
    /// So many captured bytes go into one request, unless a single span has more.
    pub n_bytes_max: usize,
    /// No span waits longer than this for others to join it.
    pub interval: Duration,
    /// So many spans may wait, those in flight included; the newest is dropped when there are more.
    pub n_spans_queued_max: usize,
    /// So many bytes may wait, those in flight included; the newest is dropped when there are more.
    pub n_bytes_queued_max: usize,
    /// What happens to a span for which there is no room.
    pub overflow: Overflow,
}

/// What happens to a span for which there is no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Overflow {
    /// It is dropped and counted.
    #[default]
    Drop,
    /// Its end waits for room, so long at most, and then it is dropped and counted. A host whose threads share a lock
    /// must give that back before it ends a span.
    Block(Duration),
    /// While the server is in trouble and three quarters of the room are taken, waiting spans go to the destination's
    /// spool, down to a half; a span that finds no room all the same is dropped and counted. Without a
    /// spool it is the same as `Drop`.
    Spill,
}

impl Default for Policy {
    /// OpenTelemetry's batch size of 512, and a second instead of its five so that the page shows a trace soon.
    fn default() -> Self {
        Self {
            n_spans_trigger: 512,
            n_spans_max: 2048,
            // A sixteenth of what a server should take, since attributes add to what was captured.
            n_bytes_max: limits::REQUEST_BYTES_MAX / 16,
            interval: Duration::from_secs(1),
            n_spans_queued_max: limits::QUEUE_SPANS_MAX,
            n_bytes_queued_max: limits::QUEUE_BYTES_MAX,
            overflow: Overflow::Drop,
        }
    }
}

/// What waits for a destination.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) n_spans: usize,
    pub(crate) n_bytes: usize,
    /// Since when it was seen waiting.
    pub(crate) since: Option<Instant>,
    /// When spans were taken to be sent last.
    pub(crate) taken_at: Option<Instant>,
    /// Whether somebody waits for all of it to be sent: a flush, or a shutdown.
    pub(crate) is_hurried: bool,
}

/// When to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// At once.
    Now,
    /// At this time, if nothing happens before.
    At(Instant),
    /// Nothing waits.
    Never,
}

impl Policy {
    /// Whether so much is sent without waiting for more.
    #[inline]
    pub(crate) fn is_enough(&self, n_spans: usize, n_bytes: usize) -> bool {
        n_spans >= self.n_spans_trigger || n_bytes >= self.n_bytes_max
    }

    /// Whether so much is sent at once, however shortly it is since the last time.
    #[inline]
    pub(crate) fn is_plenty(&self, n_spans: usize, n_bytes: usize) -> bool {
        n_spans >= self.n_spans_trigger.max(LINGER_SPANS_MAX) || n_bytes >= self.n_bytes_max
    }

    /// When to send what waits.
    pub(crate) fn due(&self, waiting: Waiting, now: Instant) -> Due {
        if waiting.n_spans == 0 {
            return Due::Never;
        }
        if waiting.is_hurried || self.is_plenty(waiting.n_spans, waiting.n_bytes) {
            return Due::Now;
        }
        if self.is_enough(waiting.n_spans, waiting.n_bytes) {
            let next = waiting.taken_at.map(|at| at + LINGER_TIME);
            return next.filter(|at| *at > now).map_or(Due::Now, Due::At);
        }
        let at = clock::after(waiting.since.unwrap_or(now), self.interval);
        if at <= now { Due::Now } else { Due::At(at) }
    }

    /// How many of the spans whose sizes are given go into the next request: at least one if there is any.
    pub(crate) fn n_to_take(&self, n_bytes_max: usize, sizes: impl Iterator<Item = usize>) -> usize {
        let mut n_spans = 0;
        let mut n_bytes = 0_usize;
        for size in sizes {
            n_bytes = n_bytes.saturating_add(size);
            if n_spans > 0 && (n_bytes > n_bytes_max || n_spans >= self.n_spans_max) {
                break;
            }
            n_spans += 1;
        }
        n_spans
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn little_waits_for_the_interval_and_much_does_not() {
        let policy = Policy { n_spans_trigger: 3, n_bytes_max: 100, interval: SECOND, ..Policy::default() };
        let now = Instant::now();
        let waiting = Waiting { n_spans: 2, n_bytes: 10, since: Some(now), ..Waiting::default() };
        assert_eq!(policy.due(Waiting::default(), now), Due::Never);
        assert_eq!(policy.due(waiting, now), Due::At(now + SECOND));
        assert_eq!(policy.due(waiting, now + SECOND), Due::Now);
        assert_eq!(policy.due(Waiting { n_spans: 3, ..waiting }, now), Due::Now);
        assert_eq!(policy.due(Waiting { n_bytes: 100, ..waiting }, now), Due::Now);
        assert_eq!(policy.due(Waiting { is_hurried: true, ..waiting }, now), Due::Now);
    }

    #[test]
    fn steady_stream_is_sent_in_steps_unless_it_is_much_or_somebody_waits() {
        let policy = Policy { n_spans_trigger: 3, n_bytes_max: 100, interval: SECOND, ..Policy::default() };
        let now = Instant::now();
        let waiting = Waiting { n_spans: 3, n_bytes: 10, since: Some(now), taken_at: Some(now), is_hurried: false };
        assert_eq!(policy.due(waiting, now), Due::At(now + LINGER_TIME));
        assert_eq!(policy.due(waiting, now + LINGER_TIME), Due::Now);
        assert_eq!(policy.due(Waiting { n_spans: LINGER_SPANS_MAX, ..waiting }, now), Due::Now);
        assert_eq!(policy.due(Waiting { n_bytes: 100, ..waiting }, now), Due::Now);
        assert_eq!(policy.due(Waiting { is_hurried: true, ..waiting }, now), Due::Now);
        assert_eq!(policy.due(Waiting { n_spans: 2, ..waiting }, now), Due::At(now + SECOND));
    }

    proptest! {
        #[test]
        fn batches_keep_to_both_limits_and_lose_nothing(
            sizes in prop::collection::vec(1..500_usize, 1..300), n_spans_max in 1..50_usize, n_bytes_max in 1..2000_usize,
        ) {
            let policy = Policy { n_spans_max, ..Policy::default() };
            let mut rest = sizes.as_slice();
            while !rest.is_empty() {
                let n_spans = policy.n_to_take(n_bytes_max, rest.iter().copied());
                let (batch, after) = rest.split_at(n_spans);
                prop_assert!(!batch.is_empty() && batch.len() <= n_spans_max);
                prop_assert!(batch.len() == 1 || batch.iter().sum::<usize>() <= n_bytes_max);
                // As much as fits is taken.
                if let Some(next) = after.first() {
                    prop_assert!(batch.len() == n_spans_max || batch.iter().sum::<usize>() + next > n_bytes_max);
                }
                rest = after;
            }
        }
    }
}
