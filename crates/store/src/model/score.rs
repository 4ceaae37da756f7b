//! What somebody thought of a trace or span: scores and feedback.

use tracewood_span::{SpanId, TraceId};

/// A judgement of a trace or of one of its spans, by a person or a program.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// What tells it from others in its project; putting a score of the same id again takes the place of the first.
    pub id: String,
    /// The trace that is judged; it need not have arrived.
    pub trace_id: TraceId,
    /// The span that is judged; `None` for the trace as a whole.
    pub span_id: Option<SpanId>,
    /// What is judged, such as `helpful`.
    pub name: String,
    /// The judgement as a number.
    pub number: Option<f64>,
    /// The judgement as a word or text.
    pub text: Option<String>,
    /// Why; may be empty.
    pub comment: String,
    /// Who judged, such as `user`, `reviewer` or the name of an evaluator; may be empty.
    pub source: String,
    /// When, in nanoseconds since the Unix epoch.
    pub scored_at_unix_nanos: u64,
}

/// Which scores a reader wants.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScoreQuery {
    /// The project whose scores are wanted.
    pub project: String,
    /// Only those of this trace, its spans included.
    pub trace_id: Option<TraceId>,
    /// Only those of this span.
    pub span_id: Option<SpanId>,
    /// Only those of this name.
    pub name: Option<String>,
    /// How many at the most.
    pub limit: usize,
    /// Where the last page ended.
    pub cursor: Option<String>,
}

/// Some scores, the newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct ScorePage {
    /// The scores.
    pub scores: Vec<Score>,
    /// What to ask for the next page with; `None` after the last.
    pub next_cursor: Option<String>,
}
