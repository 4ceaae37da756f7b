//! What spans say in a field, with counts, and how traces spread over time: for completion and for brushing.

use crate::filter::{Field, Filter};

/// Which values of which field a reader wants.
#[derive(Debug, Clone, PartialEq)]
pub struct ValuesQuery {
    /// The project whose spans count.
    pub project: String,
    /// The field; one that takes a path, without it, for the paths that there are.
    pub field: Field,
    /// Only values that begin with this, without regard to capitals.
    pub prefix: String,
    /// Only spans that began at this moment or later count, in nanoseconds since the Unix epoch.
    pub started_at_or_after_unix_nanos: Option<u64>,
    /// Only spans that began before this moment count, in nanoseconds since the Unix epoch.
    pub started_before_unix_nanos: Option<u64>,
    /// Only spans that pass count.
    pub filter: Filter,
    /// How many values at the most.
    pub limit: usize,
}

/// What spans say in a field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Values {
    /// The values, the most frequent first.
    pub values: Vec<ValueCount>,
    /// Whether there are no more, and all of them were counted to the end.
    pub is_complete: bool,
}

/// A value and how often it is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueCount {
    /// The value, or a path.
    pub value: String,
    /// How many spans say it.
    pub n_spans: u64,
}

/// Over which time a reader wants to see how many traces there were.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HistogramQuery {
    /// The project whose traces count.
    pub project: String,
    /// From when on, in nanoseconds since the Unix epoch; `None` for the first trace.
    pub started_at_or_after_unix_nanos: Option<u64>,
    /// Until when, in nanoseconds since the Unix epoch; `None` for the last trace.
    pub started_before_unix_nanos: Option<u64>,
    /// Only traces of which one span passes the whole filter count.
    pub filter: Filter,
    /// Into how many steps the time is cut at the most.
    pub n_steps_max: usize,
}

/// How many traces began when.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Histogram {
    /// How long a step is, in nanoseconds; zero if there is no trace and no range.
    pub step_nanos: u64,
    /// One step after the other without a gap.
    pub steps: Vec<HistogramStep>,
}

/// One step of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HistogramStep {
    /// When it begins, in nanoseconds since the Unix epoch.
    pub begins_at_unix_nanos: u64,
    /// How many traces began in it.
    pub n_traces: u64,
    /// In how many of them a span ended in an error.
    pub n_failed_traces: u64,
}
