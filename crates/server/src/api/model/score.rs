//! The shapes of scores: what somebody thought of a trace or span.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A score to keep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewScore {
    /// What tells it from others; a score with the id of an older one takes its place. Made up where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The trace that is judged: 32 hex digits, a UUID, or the id as its client wrote it. It need not have arrived.
    pub trace_id: String,
    /// The span that is judged, 16 hex digits; the trace as a whole where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span_id: Option<String>,
    /// What is judged, such as `helpful`; asked for as `score.helpful` in a filter.
    pub name: String,
    /// The judgement as a number; a score has a number, a text or both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<f64>,
    /// The judgement as a word or text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// Who judged, such as `user`, `reviewer` or the name of an evaluator.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// When, in RFC 3339; now where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub scored_at: Option<String>,
}

/// A score that is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Score {
    /// What tells it from others in its project.
    pub id: String,
    /// The trace that is judged, 32 hex digits.
    pub trace_id: String,
    /// The span that is judged, 16 hex digits; null for the trace as a whole.
    #[schema(required)]
    pub span_id: Option<String>,
    /// What is judged.
    pub name: String,
    /// The judgement as a number.
    #[schema(required)]
    pub number: Option<f64>,
    /// The judgement as a word or text.
    #[schema(required)]
    pub text: Option<String>,
    /// Why; may be empty.
    pub comment: String,
    /// Who judged; may be empty.
    pub source: String,
    /// When, in RFC 3339 with nine digits.
    #[schema(format = DateTime)]
    pub scored_at: String,
}

/// What came of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Imported {
    /// Lines that were read.
    pub line_count: u64,
    /// Spans that are kept.
    pub span_count: u64,
    /// Scores that are kept.
    pub score_count: u64,
}

/// Scores, the newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScoreList {
    /// The scores.
    pub scores: Vec<Score>,
    /// What to ask for the next page with; null after the last.
    #[schema(required)]
    pub next_cursor: Option<String>,
}
