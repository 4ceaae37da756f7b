//! What can be asked of many spans at once: counts, sums and quantiles over time and by field.

use crate::filter::{Field, Filter};

/// Which numbers a reader wants.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MetricsQuery {
    /// The project whose spans count.
    pub project: String,
    /// Only spans that began at this moment or later, in nanoseconds since the Unix epoch.
    pub started_at_or_after_unix_nanos: Option<u64>,
    /// Only spans that began before this moment, in nanoseconds since the Unix epoch.
    pub started_before_unix_nanos: Option<u64>,
    /// Only spans that pass.
    pub filter: Filter,
    /// By which field, if by any; one whose values can be listed. A span that has several values counts for each.
    pub group_by: Option<Field>,
    /// Over which steps of time, in nanoseconds, counted from the Unix epoch; `None` for the whole range at once.
    pub step_nanos: Option<u64>,
}

/// The numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Metrics {
    /// One row for each step and value that has spans, by step, then by value.
    pub rows: Vec<MetricRow>,
}

/// The numbers of one step of time and one value of the field.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricRow {
    /// When the step begins, in nanoseconds since the Unix epoch; `None` without steps.
    pub step_at_unix_nanos: Option<u64>,
    /// The field's value; `None` for spans that say none, and where nothing is grouped by.
    pub group: Option<String>,
    /// How many spans.
    pub n_spans: u64,
    /// How many of them ended in an error.
    pub n_errors: u64,
    /// Tokens of the prompts of model calls.
    pub input_tokens: u64,
    /// Tokens of the answers of model calls.
    pub output_tokens: u64,
    /// Tokens of model calls, as stated or summed up.
    pub total_tokens: u64,
    /// What model calls cost in US dollars.
    pub cost_usd: f64,
    /// How long the spans took that have ended, in nanoseconds.
    pub duration_nanos: Option<Quantiles>,
    /// From the start to the first token, in nanoseconds.
    pub time_to_first_token_nanos: Option<Quantiles>,
}

/// Quantiles of a set of numbers; within 1.6 % of the true ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantiles {
    /// Half of the numbers are at most this.
    pub p50: u64,
    /// Nine of ten.
    pub p90: u64,
    /// Nineteen of twenty.
    pub p95: u64,
    /// Ninety-nine of a hundred.
    pub p99: u64,
}
