//! The shapes of answers that help to write a filter: fields, their values, traces over time.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The fields of the filter language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldList {
    /// The fields.
    pub fields: Vec<FieldDescription>,
}

/// A field of the filter language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldDescription {
    /// How it is written; with a path behind a dot if `has_path`.
    pub name: String,
    /// Other names that it is known by.
    pub aliases: Vec<String>,
    /// What sort of value it takes: `text`, `words`, `duration`, `count`, `money`, `moment`, `flag`, `id` or `any`.
    pub sort: String,
    /// What may stand between it and a value.
    pub operators: Vec<String>,
    /// The only values that it may have; empty where there is no such list.
    pub values: Vec<String>,
    /// Whether a path follows it, as in `metadata.plan`.
    pub has_path: bool,
    /// Whether its values can be listed.
    pub listed: bool,
}

/// The values that spans have in a field, the most frequent first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldValueList {
    /// The values.
    pub values: Vec<FieldValue>,
    /// Whether there are no more, and all were counted to the end.
    pub complete: bool,
}

/// A value and how often it is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldValue {
    /// The value, or a path.
    pub value: String,
    /// How many spans say it.
    pub span_count: u64,
    /// The condition that asks for it, as it stands in a filter; for a path, the field with it, without an operator.
    pub condition: String,
}

/// Traces over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Histogram {
    /// How long a step is; zero where there is nothing to show.
    pub step_seconds: u64,
    /// The steps, one after the other without a gap.
    pub steps: Vec<HistogramStep>,
}

/// One step of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HistogramStep {
    /// When it begins, in RFC 3339 with nine digits.
    #[schema(format = DateTime)]
    pub begins_at: String,
    /// How many traces began in it.
    pub trace_count: u64,
    /// In how many of them a span failed.
    pub failed_trace_count: u64,
}
