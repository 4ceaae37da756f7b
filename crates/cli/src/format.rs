//! Numbers for people: durations, tokens, costs, moments.

/// A duration with three digits that matter.
pub(crate) fn duration(nanos: u64) -> String {
    let value = nanos as f64;
    match nanos {
        0..1_000 => format!("{nanos} ns"),
        1_000..1_000_000 => scaled(value / 1e3, "µs"),
        1_000_000..1_000_000_000 => scaled(value / 1e6, "ms"),
        1_000_000_000..60_000_000_000 => scaled(value / 1e9, "s"),
        _ => {
            let seconds = nanos / 1_000_000_000;
            let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
            if hours == 0 {
                format!("{minutes}m {seconds:02}s")
            } else {
                format!("{hours}h {minutes:02}m {seconds:02}s")
            }
        }
    }
}

fn scaled(value: f64, unit: &str) -> String {
    let n_digits = match value {
        ..9.995 => 2,
        ..99.95 => 1,
        _ => 0,
    };
    format!("{value:.n_digits$} {unit}")
}

/// An amount of US dollars; small ones with more digits.
pub(crate) fn cost(usd: f64) -> String {
    let n_digits = match usd.abs() {
        0.0 | 1.0.. => 2,
        0.01..1.0 => 4,
        _ => 6,
    };
    format!("${usd:.n_digits$}")
}

/// A moment in RFC 3339 as date and time, cut to seconds.
pub(crate) fn moment(rfc3339: &str) -> String {
    match rfc3339.parse::<jiff::Timestamp>() {
        Ok(at) => at.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        Err(_) => crate::terminal::safe(rfc3339),
    }
}

/// A number and its noun.
pub(crate) fn counted(n: u64, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_three_digits_that_matter() {
        for (nanos, text) in [
            (0, "0 ns"),
            (999, "999 ns"),
            (1_000, "1.00 µs"),
            (12_345, "12.3 µs"),
            (812_345_678, "812 ms"),
            (1_240_000_000, "1.24 s"),
            (59_990_000_000, "60.0 s"),
            (62_000_000_000, "1m 02s"),
            (3_725_000_000_000, "1h 02m 05s"),
        ] {
            assert_eq!(duration(nanos), text);
        }
    }

    #[test]
    fn small_costs_have_more_digits() {
        assert_eq!(cost(0.0), "$0.00");
        assert_eq!(cost(0.000_045), "$0.000045");
        assert_eq!(cost(0.0123), "$0.0123");
        assert_eq!(cost(12.345), "$12.35");
    }

    #[test]
    fn moments_are_cut_to_seconds() {
        assert_eq!(moment("2026-11-22T04:28:34.123456789Z"), "2026-11-22 04:28:34Z");
    }
}
