//! If and when to try again.

use std::time::{Duration, SystemTime};

/// If and when to try again.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// How long the first pause is; each following one is twice as long.
    pub pause_first: Duration,
    /// How long a pause gets at most.
    pub pause_max: Duration,
    /// A batch that could not be delivered for so long is dropped and counted, so that one bad batch cannot hold up all
    /// others for ever.
    pub give_up_after: Duration,
    /// Whether a plain 500 is tried again; OTLP forbids it, and TraceRoot's server answers so when its storage is down.
    pub retries_internal_error: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            pause_first: Duration::from_millis(500),
            pause_max: Duration::from_secs(30),
            give_up_after: Duration::from_mins(15),
            retries_internal_error: false,
        }
    }
}

/// What a reply's status says of the batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It was taken.
    Taken,
    /// The same may be taken later.
    TryAgain,
    /// Less at once may be taken.
    TooLarge,
    /// Something in it cannot be read.
    BadRequest,
    /// Its encoding is not understood.
    Unsupported,
    /// The key is not known, or not allowed to do this.
    Unauthorized,
    /// It will never be taken.
    Refused,
}

impl Policy {
    /// What a reply's status says of the batch, after OTLP's rules.
    pub(crate) fn verdict(&self, status: u16) -> Verdict {
        match status {
            200..=299 => Verdict::Taken,
            429 | 502 | 503 | 504 => Verdict::TryAgain,
            500 if self.retries_internal_error => Verdict::TryAgain,
            400 => Verdict::BadRequest,
            401 | 403 => Verdict::Unauthorized,
            413 => Verdict::TooLarge,
            415 => Verdict::Unsupported,
            _ => Verdict::Refused,
        }
    }

    /// How long to wait before try number `n_tries + 1`; `None` if it is time to give up.
    ///
    /// The pause doubles with each try and is spread over its upper half, so that many clients of a server that comes
    /// back do not knock together. What the server asked for counts over that, up to the time that is left.
    pub(crate) fn pause(
        &self,
        n_tries: u32,
        asked_for: Option<Duration>,
        tried_for: Duration,
        random: u64,
    ) -> Option<Duration> {
        let left = self.give_up_after.checked_sub(tried_for).filter(|left| !left.is_zero())?;
        let doubled = self.pause_first.saturating_mul(2_u32.saturating_pow(n_tries.saturating_sub(1)));
        let half = doubled.min(self.pause_max) / 2;
        let spread = half.mul_f64((random >> 11) as f64 / (1_u64 << 53) as f64);
        let pause = (half + spread).max(asked_for.unwrap_or_default());
        Some(pause.min(left))
    }
}

/// What a `Retry-After` header asks for: seconds, or a date.
pub(crate) fn retry_after(header: &str, now: SystemTime) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let at = httpdate::parse_http_date(header).ok()?;
    Some(at.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777);
        assert_eq!(retry_after("7", now), Some(Duration::from_secs(7)));
        assert_eq!(retry_after(" 0.5 ", now), Some(Duration::from_millis(500)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:50:37 GMT", now), Some(Duration::from_mins(1)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:40:37 GMT", now), Some(Duration::ZERO));
        for nonsense in ["", "soon", "-1", "NaN", "1e300"] {
            assert_eq!(retry_after(nonsense, now), None, "{nonsense}");
        }
    }

    #[test]
    fn only_statuses_that_may_pass_are_tried_again() {
        let policy = Policy::default();
        let again: Vec<u16> = (100..600).filter(|status| policy.verdict(*status) == Verdict::TryAgain).collect();
        assert_eq!(again, [429, 502, 503, 504]);
        let policy = Policy { retries_internal_error: true, ..policy };
        assert_eq!(policy.verdict(500), Verdict::TryAgain);
    }

    proptest! {
        #[test]
        fn pauses_double_within_bounds_until_it_is_time_to_give_up(
            n_tries in 1..2000_u32, asked_millis in prop::option::of(0..100_000_u64), tried_millis in 0..2_000_000_u64,
            random in any::<u64>(),
        ) {
            let policy = Policy::default();
            let asked_for = asked_millis.map(Duration::from_millis);
            let tried_for = Duration::from_millis(tried_millis);
            let Some(pause) = policy.pause(n_tries, asked_for, tried_for, random) else {
                prop_assert!(tried_for >= policy.give_up_after);
                return Ok(());
            };
            let doubled = policy.pause_first.saturating_mul(2_u32.saturating_pow(n_tries - 1)).min(policy.pause_max);
            let left = policy.give_up_after.saturating_sub(tried_for);
            prop_assert!(pause >= (doubled / 2).max(asked_for.unwrap_or_default()).min(left));
            prop_assert!(pause <= doubled.max(asked_for.unwrap_or_default()).min(left));
        }
    }
}
