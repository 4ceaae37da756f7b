//! The time: a wall-clock anchor carried on by the monotonic clock, and set anew when the wall clock was.
//!
//! The monotonic clock stands still while the machine sleeps, and the wall clock is set now and then. So the first span
//! to start after a second compares both, and where they are further apart than a tenth of one, spans that start from
//! then on have the new time. A span ends by the anchor that it began with: its duration is what the
//! monotonic clock says, never negative and without the time that the machine slept.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::once::once;

/// As far ahead as anybody waits; a clock cannot count much further, and adding more to it would panic.
const WAIT_MAX: Duration = Duration::from_hours(24 * 365);
/// How often the wall clock is looked at; it costs as much as any reading, about 25 ns.
const CHECK_INTERVAL_NANOS: u64 = 1_000_000_000;
/// Less than this is no step but the jitter between two readings; NTP steps from 128 ms on and slews below.
const STEP_NANOS: u64 = 100_000_000;

struct Clock {
    origin: Instant,
    /// What the wall clock said at the origin, as it sees it now.
    anchor_unix_nanos: AtomicU64,
    check_at_nanos: AtomicU64,
}

static CLOCK: OnceLock<Clock> = OnceLock::new();

impl Clock {
    /// Starts at the first look at the time.
    fn new() -> Self {
        Self {
            origin: Instant::now(),
            anchor_unix_nanos: AtomicU64::new(wall_unix_nanos()),
            check_at_nanos: AtomicU64::new(CHECK_INTERVAL_NANOS),
        }
    }

    #[inline]
    fn nanos(&self) -> u64 {
        let elapsed = self.origin.elapsed();
        // Written out, since `as_nanos` works in 128 bits.
        elapsed.as_secs() * 1_000_000_000 + u64::from(elapsed.subsec_nanos())
    }

    /// The anchor, compared with the wall clock if that is due.
    #[inline]
    fn checked_anchor(&self, nanos: u64, wall_unix_nanos: impl FnOnce() -> u64) -> u64 {
        if nanos >= self.check_at_nanos.load(Ordering::Relaxed) {
            self.check(nanos, wall_unix_nanos());
        }
        self.anchor_unix_nanos.load(Ordering::Relaxed)
    }

    #[cold]
    fn check(&self, nanos: u64, wall_unix_nanos: u64) {
        self.check_at_nanos.store(nanos.saturating_add(CHECK_INTERVAL_NANOS), Ordering::Relaxed);
        let anchor = wall_unix_nanos.saturating_sub(nanos);
        if anchor.abs_diff(self.anchor_unix_nanos.load(Ordering::Relaxed)) > STEP_NANOS {
            self.anchor_unix_nanos.store(anchor, Ordering::Relaxed);
        }
    }
}

fn wall_unix_nanos() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64)
}

/// Nanoseconds since the Unix epoch; they run backwards only when the wall clock was set back.
///
/// What began at another time is ended by [`OpenSpan::now_unix_nanos`](crate::OpenSpan::now_unix_nanos), which never
/// runs backwards.
#[inline]
pub fn now_unix_nanos() -> u64 {
    let clock = once(&CLOCK, Clock::new);
    now_by(clock.anchor_unix_nanos.load(Ordering::Relaxed))
}

/// The anchor for a span that begins, and the time by it.
#[inline]
pub(crate) fn begin() -> (u64, u64) {
    let clock = once(&CLOCK, Clock::new);
    let nanos = clock.nanos();
    let anchor = clock.checked_anchor(nanos, wall_unix_nanos);
    (anchor, anchor.saturating_add(nanos))
}

/// The time by the anchor of a span that began.
#[inline]
pub(crate) fn now_by(anchor_unix_nanos: u64) -> u64 {
    anchor_unix_nanos.saturating_add(once(&CLOCK, Clock::new).nanos())
}

/// The moment that lies so far after another, at most a year.
pub(crate) fn after(start: Instant, time: Duration) -> Instant {
    start + time.min(WAIT_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_near_the_wall_clock_and_never_runs_backwards() {
        let (anchor, mut last) = begin();
        assert!(last.abs_diff(wall_unix_nanos()) < 60_000_000_000);
        for _ in 0..1000 {
            let now = now_by(anchor);
            assert!(now >= last);
            last = now;
        }
    }

    #[test]
    fn steps_of_the_wall_clock_are_followed_by_what_begins_later() {
        const SECOND: u64 = 1_000_000_000;
        let clock = Clock::new();
        clock.anchor_unix_nanos.store(1000 * SECOND, Ordering::Relaxed);
        // Not due yet.
        assert_eq!(clock.checked_anchor(SECOND / 2, || unreachable!()), 1000 * SECOND);
        // Jitter is none.
        assert_eq!(clock.checked_anchor(SECOND, || 1001 * SECOND + STEP_NANOS), 1000 * SECOND);
        assert_eq!(clock.checked_anchor(SECOND, || unreachable!()), 1000 * SECOND);
        // The machine slept for an hour.
        assert_eq!(clock.checked_anchor(2 * SECOND, || 4602 * SECOND), 4600 * SECOND);
        // Somebody set it back, before the beginning of the process even.
        assert_eq!(clock.checked_anchor(3 * SECOND, || 503 * SECOND), 500 * SECOND);
        assert_eq!(clock.checked_anchor(4 * SECOND, || 0), 0);
    }
}
