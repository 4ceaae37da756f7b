//! The parameters that many questions share, out of the query string.

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use jiff::Timestamp;
use tracewood_store::filter::{Field, Filter};

use crate::error::Refusal;

/// How many items a page has when nobody asks for another number.
const LIMIT_DEFAULT: usize = 50;
/// How many items a page has at the most; TraceRoot's bound, and what a screen can use.
const LIMIT_MAX: usize = 200;

/// The parameters as they were read.
pub(super) fn read<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Refusal> {
    query.map(|Query(query)| query).map_err(|rejection| Refusal::bad_request(rejection.body_text()))
}

/// How many items are wanted.
pub(super) fn limit(text: Option<String>) -> Result<usize, Refusal> {
    number("limit", text, LIMIT_DEFAULT, LIMIT_MAX)
}

/// A number of at least one.
pub(super) fn number(name: &str, text: Option<String>, default: usize, max: usize) -> Result<usize, Refusal> {
    let Some(text) = text else { return Ok(default) };
    text.parse()
        .ok()
        .filter(|number| (1..=max).contains(number))
        .ok_or_else(|| Refusal::bad_request(format!("\"{name}\" is a number from 1 to {max}, not \"{text}\"")))
}

/// A field of the filter language.
pub(super) fn field(name: &str) -> Result<Field, Refusal> {
    Field::parse(name).map_err(|error| Refusal::bad_request(error.message().to_owned()))
}

/// Where to go on; an empty text stands for the beginning.
pub(super) fn cursor(text: Option<String>) -> Option<String> {
    text.filter(|cursor| !cursor.is_empty())
}

/// A moment in nanoseconds since the Unix epoch.
pub(super) fn moment(name: &str, text: Option<String>) -> Result<Option<u64>, Refusal> {
    let Some(text) = text else { return Ok(None) };
    let at: Timestamp = text.parse().map_err(|_| {
        let example = "2026-11-22T08:00:00Z";
        Refusal::bad_request(format!("\"{name}\" is a moment in RFC 3339 such as {example}, not \"{text}\""))
    })?;
    // Whatever lies before 1970 is before every span, and whatever lies after 2554 is after.
    Ok(Some(at.as_nanosecond().clamp(0, i128::from(u64::MAX)) as u64))
}

/// The filter; none lets everything through.
pub(super) fn filter(text: Option<&str>) -> Result<Filter, Refusal> {
    Filter::parse(text.unwrap_or_default()).map_err(|error| Refusal::of_filter("filter", &error))
}
