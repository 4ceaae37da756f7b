//! The time: one wall-clock anchor per process, carried on by the monotonic clock.

use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// As far ahead as anybody waits; a clock cannot count much further, and adding more to it would panic.
const WAIT_MAX: Duration = Duration::from_hours(24 * 365);

struct Anchor {
    monotonic: Instant,
    unix_nanos: u64,
}

/// Nanoseconds since the Unix epoch that never run backwards within a process, whatever happens to the wall clock.
#[inline]
pub fn now_unix_nanos() -> u64 {
    static ANCHOR: OnceLock<Anchor> = OnceLock::new();
    let anchor = ANCHOR.get_or_init(|| Anchor {
        monotonic: Instant::now(),
        unix_nanos: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64),
    });
    let elapsed = anchor.monotonic.elapsed();
    // Written out, since `as_nanos` works in 128 bits.
    anchor.unix_nanos + elapsed.as_secs() * 1_000_000_000 + u64::from(elapsed.subsec_nanos())
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
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;
        let mut last = now_unix_nanos();
        assert!(last.abs_diff(wall) < 60_000_000_000);
        for _ in 0..1000 {
            let now = now_unix_nanos();
            assert!(now >= last);
            last = now;
        }
    }
}
