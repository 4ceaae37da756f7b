//! Times as text, the way Python's `isoformat` writes them in UTC.

use std::io::Write;

const NANOS_PER_SECOND: u64 = 1_000_000_000;
const SECONDS_PER_DAY: u64 = 86_400;

/// Writes `2026-11-22T03:07:10.329489+00:00`.
pub(crate) fn push(out: &mut Vec<u8>, unix_nanos: u64) {
    let (seconds, nanos) = (unix_nanos / NANOS_PER_SECOND, unix_nanos % NANOS_PER_SECOND);
    let (days, second) = (seconds / SECONDS_PER_DAY, seconds % SECONDS_PER_DAY);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let micros = nanos / 1000;
    // Writing to a vector cannot fail.
    let _ = write!(out, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}+00:00");
}

/// The date of a day counted from the epoch (Howard Hinnant's `civil_from_days`, for days after the epoch).
fn civil(days: u64) -> (u64, u64, u64) {
    // Years begin in March here, so that the leap day is the last day of one.
    let days = days + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_python_writes_them() {
        for (unix_nanos, text) in [
            (0, "1970-01-01T00:00:00.000000+00:00"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00.000000+00:00"),
            (951_868_800_000_001_999, "2000-03-01T00:00:00.000001+00:00"),
            (1_795_316_830_329_489_123, "2026-11-22T03:07:10.329489+00:00"),
            (4_107_542_399_999_999_999, "2100-02-28T23:59:59.999999+00:00"),
            (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000000+00:00"),
        ] {
            let mut out = Vec::new();
            push(&mut out, unix_nanos);
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }
}
