//! Durations, counts, costs and moments: from text and back.

use std::fmt;

use jiff::{Timestamp, civil, tz::TimeZone};

/// Digits of a number at the most; more would be noise behind what a `u64` holds.
const DIGITS_MAX: usize = 20;
const DURATIONS: &[(&str, u64)] = &[
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("µs", 1_000),
    ("ns", 1),
];
const COUNTS: &[(&str, u64)] = &[("", 1), ("k", 1_000), ("K", 1_000), ("M", 1_000_000)];

/// Nanoseconds from a text such as `1.5s`.
pub(super) fn duration(text: &str) -> Option<u64> {
    scaled(text, DURATIONS)
}

/// A count from a text such as `1000` or `1.5k`.
pub(super) fn count(text: &str) -> Option<u64> {
    scaled(text, COUNTS)
}

/// A number from digits with at most one dot and perhaps a sign.
pub(crate) fn number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_plain = digits.len() <= 400
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        && digits.starts_with(|c: char| c.is_ascii_digit());
    let number: f64 = if is_plain { text.parse().ok()? } else { return None };
    // Zero has one face, so that a filter reads back as it was written.
    number.is_finite().then_some(if number == 0.0 { 0.0 } else { number })
}

/// US dollars from a text such as `0.01` or `$5`.
pub(super) fn cost(text: &str) -> Option<f64> {
    number(text.strip_prefix('$').unwrap_or(text)).filter(|cost| *cost >= 0.0)
}

/// Nanoseconds since the Unix epoch from RFC 3339, or from a day, which begins at midnight UTC.
pub(super) fn moment(text: &str) -> Option<u64> {
    let at = match text.parse::<Timestamp>() {
        Ok(at) => at,
        Err(_) if text.len() == 10 => text.parse::<civil::Date>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp(),
        Err(_) => return None,
    };
    u64::try_from(at.as_nanosecond()).ok()
}

/// Whole numbers only: a fraction of a nanosecond or of a token is a mistake.
fn scaled(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let n_number = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(n_number)?;
    let (_, factor) = units.iter().find(|(name, _)| *name == unit)?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let n_digits = whole.len() + fraction.len();
    if whole.is_empty() || n_digits > DIGITS_MAX || number.ends_with('.') {
        return None;
    }
    let digits: u128 = format!("{whole}{fraction}").parse().ok()?;
    let product = digits.checked_mul(u128::from(*factor))?;
    let divisor = 10_u128.checked_pow(fraction.len() as u32)?;
    (product % divisor == 0).then(|| u64::try_from(product / divisor).ok())?
}

/// A duration in the largest unit that makes it a whole number.
pub(super) fn write_duration(f: &mut fmt::Formatter<'_>, nanos: u64) -> fmt::Result {
    let fitting = DURATIONS.iter().find(|(_, factor)| nanos > 0 && nanos.is_multiple_of(*factor));
    let (unit, factor) = fitting.copied().unwrap_or(("s", 1));
    write!(f, "{}{unit}", nanos / factor)
}

/// A moment in RFC 3339.
pub(super) fn write_moment(f: &mut fmt::Formatter<'_>, unix_nanos: u64) -> fmt::Result {
    match Timestamp::from_nanosecond(i128::from(unix_nanos)) {
        Ok(at) => write!(f, "{at}"),
        Err(_) => Err(fmt::Error),
    }
}
