//! A day in UTC, the name of a partition.

use std::fmt;
use std::str::FromStr;

const NANOS_PER_DAY: u64 = 86_400 * 1_000_000_000;

/// A day in UTC, counted from 1970-01-01; shown as `2026-11-22`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Day(u32);

impl Day {
    /// The day that a moment lies in.
    pub(crate) const fn of_unix_nanos(at: u64) -> Self {
        Self((at / NANOS_PER_DAY) as u32)
    }

    /// When the next day begins.
    pub(crate) const fn end_unix_nanos(self) -> u64 {
        (self.0 as u64 + 1).saturating_mul(NANOS_PER_DAY)
    }

    /// This day, and so many before and after it.
    pub(crate) fn around(self, n_days: u32) -> impl Iterator<Item = Self> {
        (self.0.saturating_sub(n_days)..=self.0.saturating_add(n_days)).map(Self)
    }
}

impl fmt::Display for Day {
    // Howard Hinnant's `civil_from_days`, shortened to days after 1970.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shifted = self.0 + 719_468;
        let era = shifted / 146_097;
        let day_of_era = shifted % 146_097;
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + u32::from(month <= 2);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Day {
    type Err = ();

    // Howard Hinnant's `days_from_civil`; what does not read back as the same text is not a day.
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '-').map(|part| part.parse::<u32>().map_err(|_| ()));
        let mut next = || parts.next().unwrap_or(Err(()));
        let (year, month, day) = (next()?, next()?, next()?);
        if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return Err(());
        }
        let shifted_year = if month <= 2 { year - 1 } else { year };
        let era = shifted_year / 400;
        let year_of_era = shifted_year % 400;
        let shifted_month = if month > 2 { month - 3 } else { month + 9 };
        let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let found = Self((era * 146_097 + day_of_era).checked_sub(719_468).ok_or(())?);
        if found.to_string() == text { Ok(found) } else { Err(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_named_and_found_by_their_name() {
        assert_eq!(Day::of_unix_nanos(0).to_string(), "1970-01-01");
        assert_eq!(Day::of_unix_nanos(1_795_305_600 * 1_000_000_000).to_string(), "2026-11-22");
        assert_eq!(Day::of_unix_nanos(1_795_305_600 * 1_000_000_000 - 1).to_string(), "2026-11-21");
        assert_eq!(Day::of_unix_nanos(u64::MAX).to_string(), "2554-07-21");
        for day in (0..213_504).step_by(17).map(Day) {
            assert_eq!(day.to_string().parse(), Ok(day));
        }
    }

    #[test]
    fn other_names_are_not_days() {
        for text in ["", "2026", "2026-02-30", "2026-1-01", "2026-13-01", "lost+found", "1969-12-31", "2026-11-22x"] {
            assert_eq!(text.parse::<Day>(), Err(()), "{text}");
        }
    }
}
