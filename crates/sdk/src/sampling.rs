//! Which traces are worth keeping: a share of all by their ids when they begin, and the ones with errors or long
//! waits when they end.

mod tail;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tracewood_span::TraceId;

pub(crate) use tail::Stage;

/// Which traces are kept; by default all of them.
///
/// What is not kept is counted in [`Stats::n_sampled_out`](crate::Stats::n_sampled_out), which is no loss.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The share of traces that are kept, from 0 to 1, decided by the trace id in the way of OpenTelemetry's
    /// `TraceIdRatioBased`, so that every process comes to the same answer. A span whose parent's decision is known
    /// follows that.
    pub head_ratio: f64,
    /// Which of these are sent when they have ended; all of them if absent.
    pub tail: Option<Tail>,
}

impl Default for Policy {
    /// Everything is kept.
    fn default() -> Self {
        Self { head_ratio: 1.0, tail: None }
    }
}

/// Which traces are sent, decided when the first span of this process in them has ended.
///
/// Until then their spans wait in memory. A trace is sent at once when the first error is seen, or when it has lasted
/// long enough; spans that end after the decision follow it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tail {
    /// Whether a trace with a span whose status is an error is sent.
    pub keeps_errors: bool,
    /// A trace that lasts this long is sent; none is for this reason if absent.
    pub slower_than: Option<Duration>,
    /// The share of all other traces that are sent all the same, from 0 to 1.
    pub ratio_of_others: f64,
    /// So many bytes of spans wait for a decision; beyond them the oldest trace is decided by what is known of it.
    pub n_bytes_max: usize,
    /// So many traces wait for a decision; beyond them the oldest is decided by what is known of it.
    pub n_traces_max: usize,
    /// A trace that has waited this long is decided by what is known of it, when the next span ends.
    pub waits_for: Duration,
}

impl Default for Tail {
    /// Errors and whatever takes five seconds, out of a quarter of the memory that the queue has.
    fn default() -> Self {
        Self {
            keeps_errors: true,
            slower_than: Some(Duration::from_secs(5)),
            ratio_of_others: 0.0,
            n_bytes_max: tracewood_span::limits::QUEUE_BYTES_MAX / 4,
            n_traces_max: 10_000,
            waits_for: Duration::from_mins(1),
        }
    }
}

/// The policy as the hot path reads it, without a lock that a fork could leave closed.
#[derive(Debug)]
pub(crate) struct Settings {
    head_bound: AtomicU64,
    has_tail: AtomicBool,
    keeps_errors: AtomicBool,
    slower_than_nanos: AtomicU64,
    bound_of_others: AtomicU64,
    n_bytes_max: AtomicU64,
    n_traces_max: AtomicU64,
    waits_for_nanos: AtomicU64,
}

impl Settings {
    pub(crate) fn new(policy: &Policy) -> Self {
        let settings = Self {
            head_bound: AtomicU64::new(u64::MAX),
            has_tail: AtomicBool::new(false),
            keeps_errors: AtomicBool::new(false),
            slower_than_nanos: AtomicU64::new(u64::MAX),
            bound_of_others: AtomicU64::new(u64::MAX),
            n_bytes_max: AtomicU64::new(0),
            n_traces_max: AtomicU64::new(0),
            waits_for_nanos: AtomicU64::new(0),
        };
        settings.set(policy);
        settings
    }

    pub(crate) fn set(&self, policy: &Policy) {
        self.head_bound.store(bound(policy.head_ratio), Ordering::Relaxed);
        if let Some(tail) = &policy.tail {
            self.keeps_errors.store(tail.keeps_errors, Ordering::Relaxed);
            self.slower_than_nanos.store(tail.slower_than.map_or(u64::MAX, nanos), Ordering::Relaxed);
            self.bound_of_others.store(bound(tail.ratio_of_others), Ordering::Relaxed);
            self.n_bytes_max.store(tail.n_bytes_max as u64, Ordering::Relaxed);
            self.n_traces_max.store(tail.n_traces_max as u64, Ordering::Relaxed);
            self.waits_for_nanos.store(nanos(tail.waits_for), Ordering::Relaxed);
        }
        self.has_tail.store(policy.tail.is_some(), Ordering::Release);
    }

    /// Whether a trace is one of those that are kept, by its id.
    #[inline]
    pub(crate) fn keeps(&self, trace_id: TraceId) -> bool {
        is_below(self.head_bound.load(Ordering::Relaxed), halves(trace_id).1)
    }

    #[inline]
    pub(crate) fn has_tail(&self) -> bool {
        self.has_tail.load(Ordering::Acquire)
    }

    fn keeps_errors(&self) -> bool {
        self.keeps_errors.load(Ordering::Relaxed)
    }

    fn slower_than_nanos(&self) -> u64 {
        self.slower_than_nanos.load(Ordering::Relaxed)
    }

    /// By the other half of the id, which the decision at the beginning has left alone.
    fn keeps_of_others(&self, trace_id: TraceId) -> bool {
        is_below(self.bound_of_others.load(Ordering::Relaxed), halves(trace_id).0)
    }

    fn n_bytes_max(&self) -> usize {
        usize::try_from(self.n_bytes_max.load(Ordering::Relaxed)).unwrap_or(usize::MAX)
    }

    fn n_traces_max(&self) -> usize {
        usize::try_from(self.n_traces_max.load(Ordering::Relaxed)).unwrap_or(usize::MAX)
    }

    fn waits_for(&self) -> Duration {
        Duration::from_nanos(self.waits_for_nanos.load(Ordering::Relaxed))
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// The number below which the last eight bytes of a kept trace id are; the highest one stands for all.
fn bound(ratio: f64) -> u64 {
    // Two to the power of 64, times the share; casting caps at both ends, and what is no number is nothing.
    if ratio >= 1.0 { u64::MAX } else { (ratio * 18_446_744_073_709_551_616.0).round() as u64 }
}

#[inline]
fn is_below(bound: u64, number: u64) -> bool {
    number < bound || bound == u64::MAX
}

#[inline]
fn halves(trace_id: TraceId) -> (u64, u64) {
    let id = u128::from_be_bytes(*trace_id.as_bytes());
    ((id >> 64) as u64, id as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_low(low: u64) -> TraceId {
        let mut bytes = [1; 16];
        bytes[8..].copy_from_slice(&low.to_be_bytes());
        TraceId::new(bytes).unwrap()
    }

    #[test]
    fn share_is_cut_where_opentelemetry_cuts_it() {
        // `TraceIdRatioBased` of its Python SDK: the low 64 bits are below round(rate * 2^64).
        for (ratio, kept, left) in [
            (0.5, 0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000),
            (0.25, 0x3fff_ffff_ffff_ffff, 0x4000_0000_0000_0000),
            (0.0625, 0x0fff_ffff_ffff_ffff, 0x1000_0000_0000_0000),
        ] {
            let settings = Settings::new(&Policy { head_ratio: ratio, tail: None });
            assert!(settings.keeps(with_low(kept)), "{ratio}");
            assert!(!settings.keeps(with_low(left)), "{ratio}");
        }
    }

    #[test]
    fn nothing_and_everything_are_exact_and_nonsense_is_the_nearest_of_them() {
        for (ratio, keeps) in [(0.0, false), (-3.0, false), (f64::NAN, false), (1.0, true), (7.0, true)] {
            let settings = Settings::new(&Policy { head_ratio: ratio, tail: None });
            for low in [0, 1, u64::MAX / 2, u64::MAX] {
                assert_eq!(settings.keeps(with_low(low)), keeps, "{ratio} {low}");
            }
        }
    }
}
