//! Moments as text.

use jiff::{Timestamp, civil, tz::TimeZone};

/// Nanoseconds since the Unix epoch for ISO 8601 text such as `2026-11-22T03:07:10.329489+00:00`; without an offset it
/// is UTC. `None` if it is something else, or lies before 1970 or after the year 2554.
pub(crate) fn unix_nanos(text: &str) -> Option<u64> {
    let text = text.trim();
    let timestamp = match text.parse::<Timestamp>() {
        Ok(timestamp) => timestamp,
        Err(_) => text.parse::<civil::DateTime>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp(),
    };
    u64::try_from(timestamp.as_nanosecond()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn isoformat_is_read_with_and_without_fraction_and_offset() {
        let whole = 1_795_316_830_000_000_000;
        assert_eq!(unix_nanos("2026-11-22T03:07:10.329489+00:00"), Some(whole + 329_489_000));
        assert_eq!(unix_nanos("2026-11-22T03:07:10+00:00"), Some(whole));
        assert_eq!(unix_nanos("2026-11-22T04:07:10.5+01:00"), Some(whole + 500_000_000));
        assert_eq!(unix_nanos("2026-11-22T03:07:10Z"), Some(whole));
        assert_eq!(unix_nanos("2026-11-22T03:07:10.000000001"), Some(whole + 1));
        assert_eq!(unix_nanos("2026-11-22 03:07:10"), Some(whole));
    }

    #[test]
    fn other_text_and_moments_before_1970_are_none() {
        for text in ["", "yesterday", "12", "1969-12-31T23:59:59Z", "2026-13-01T00:00:00Z"] {
            assert_eq!(unix_nanos(text), None, "{text}");
        }
    }
}
