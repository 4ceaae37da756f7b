//! Answers questions from what the partitions looked like after their last commits.

mod cells;
mod cursor;
mod entries;
mod groups;
mod histogram;
mod matches;
mod metrics;
mod plan;
mod preview;
mod quantiles;
mod recent;
mod remembered;
mod rows;
mod said;
mod scan;
mod spans;
mod summary;
mod traces;
mod tree;
mod values;

use std::ops::Range;

pub(super) use groups::{sessions, users};
pub(super) use histogram::histogram;
pub(super) use metrics::metrics;
pub(super) use remembered::Remembered;
pub(super) use spans::{Export, span, spans};
pub(super) use traces::{trace, traces};
pub(super) use tree::tree;
pub(super) use values::{ranked, values};

use crate::{Error, ErrorKind};

/// How many things a page has at the most, whatever is asked for.
const PAGE_MAX: usize = 1_000;

/// The range of time that is asked for.
fn range(operation: &'static str, from: Option<u64>, to: Option<u64>) -> Result<Range<u64>, Error> {
    let range = from.unwrap_or(0)..to.unwrap_or(u64::MAX);
    if range.start > range.end {
        let context = "the range of time ends before it begins; swap its ends";
        return Err(Error::new(ErrorKind::Query, operation, context));
    }
    Ok(range)
}
