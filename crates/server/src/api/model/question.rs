//! The shapes of answers to questions across traces, and of sessions of a browser.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A span without what went in and out; long texts are cut.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SpanSummary {
    /// 32 hex digits.
    pub trace_id: String,
    /// 16 hex digits.
    pub span_id: String,
    /// The span that it was started in; null at the root.
    #[schema(required)]
    pub parent_span_id: Option<String>,
    /// What it is called.
    pub name: String,
    /// What sort of work it is, as in a span.
    pub kind: String,
    /// How it ended: `ok`, `error` or `unset`.
    pub status: String,
    /// When it began.
    #[schema(format = DateTime)]
    pub started_at: String,
    /// How long it took; null while it is pending.
    #[schema(required)]
    pub duration_nanos: Option<u64>,
    /// Whether its end has not arrived yet.
    pub pending: bool,
    /// The model that answered, else the one that was asked for.
    #[schema(required)]
    pub model: Option<String>,
    /// The tokens that it used.
    #[schema(required)]
    pub total_tokens: Option<u64>,
    /// What it cost in US dollars.
    #[schema(required)]
    pub cost_usd: Option<f64>,
    /// The conversation that it belongs to.
    #[schema(required)]
    pub session_id: Option<String>,
    /// The user whom it was done for.
    #[schema(required)]
    pub user_id: Option<String>,
    /// `production`, `staging` and the like.
    #[schema(required)]
    pub environment: Option<String>,
    /// Its labels.
    pub tags: Vec<String>,
}

/// A span that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SpanHit {
    /// The span.
    #[serde(flatten)]
    pub summary: SpanSummary,
    /// Where it has the words of the filter: at most one place each of input, output and message.
    pub excerpts: Vec<Excerpt>,
}

/// A place in a text, cut out around the words that were looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Excerpt {
    /// In what it stands: `input`, `output` or `message`.
    pub field: String,
    /// The text in one line, in parts; of JSON its keys and texts.
    pub parts: Vec<ExcerptPart>,
}

/// A part of an excerpt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExcerptPart {
    /// The text.
    pub text: String,
    /// Whether it is what was looked for.
    pub marked: bool,
}

/// A key that a browser is to keep.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Login {
    /// The key's whole text, `tw_…`.
    pub key: String,
}

impl std::fmt::Debug for Login {
    /// Without the key, which belongs into no log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login").finish_non_exhaustive()
    }
}

/// What a browser may read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// Whether this server wants a key.
    pub key_required: bool,
    /// The key that came with the request, by the part of it that may be shown; null without a valid one.
    #[schema(required)]
    pub key_id: Option<String>,
    /// The project that can be read; null without a valid key.
    #[schema(required)]
    pub project: Option<String>,
}

/// Spans that were found, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SpanList {
    /// The spans.
    pub spans: Vec<SpanHit>,
    /// What to ask for the next page with; null after the last.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// One trace with its spans but without what went in and out of them.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Tree {
    /// The trace in one line.
    pub trace: super::TraceSummary,
    /// Its spans, by start, then by id.
    pub spans: Vec<TreeSpan>,
    /// What was thought of it and of its spans, the newest first, at most 1000.
    pub scores: Vec<super::Score>,
}

/// A span in one line of a tree.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TreeSpan {
    /// 16 hex digits.
    pub span_id: String,
    /// The span that it was started in; null at the root.
    #[schema(required)]
    pub parent_span_id: Option<String>,
    /// What it is called.
    pub name: String,
    /// What sort of work it is, as in a span.
    pub kind: String,
    /// The client's own word for the sort of work; empty when it said none.
    pub kind_original: String,
    /// How it ended: `ok`, `error` or `unset`.
    pub status: String,
    /// When it began, in RFC 3339 with nine digits.
    #[schema(format = DateTime)]
    pub started_at: String,
    /// How long after the first span of its trace it began.
    pub offset_nanos: u64,
    /// How long it took; null while it runs.
    #[schema(required)]
    pub duration_nanos: Option<u64>,
    /// Whether its end has not arrived yet.
    pub pending: bool,
    /// The model that answered, else the one that was asked for.
    #[schema(required)]
    pub model: Option<String>,
    /// The tokens used.
    pub usage: super::Usage,
    /// What it cost in US dollars.
    #[schema(required)]
    pub cost_usd: Option<f64>,
    /// From the start to the first token of a streamed answer.
    #[schema(required)]
    pub time_to_first_token_nanos: Option<u64>,
}

/// Sessions or users, those that were active last first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GroupList {
    /// The sessions or users.
    pub groups: Vec<Group>,
    /// What to ask for the next page with; null after the last.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// A session or a user, with the totals of the traces that name it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Group {
    /// The session's or user's own id.
    pub id: String,
    /// How many traces name it.
    pub trace_count: u64,
    /// How many spans those traces have.
    pub span_count: u64,
    /// How many of them failed.
    pub error_count: u64,
    /// The tokens of their model calls.
    pub total_tokens: u64,
    /// The cost of their model calls in US dollars.
    #[schema(required)]
    pub cost_usd: Option<f64>,
    /// When the first of their spans began, in RFC 3339 with nine digits.
    #[schema(format = DateTime)]
    pub first_started_at: String,
    /// When the last of their spans began, in RFC 3339 with nine digits.
    #[schema(format = DateTime)]
    pub last_started_at: String,
}

/// Counts, sums and quantiles of many spans.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Metrics {
    /// One row for each step of time and value of the field that has spans, by step, then by value.
    pub rows: Vec<MetricsRow>,
}

/// The numbers of one step of time and one value of a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MetricsRow {
    /// When the step begins, in RFC 3339 with nine digits; null without steps.
    #[schema(required, format = DateTime)]
    pub step_at: Option<String>,
    /// The field's value; null for spans that have none, and where nothing is grouped by.
    #[schema(required)]
    pub group: Option<String>,
    /// How many spans.
    pub span_count: u64,
    /// How many of them failed.
    pub error_count: u64,
    /// Tokens in the prompts of model calls.
    pub input_tokens: u64,
    /// Tokens in the answers of model calls.
    pub output_tokens: u64,
    /// Both together, or as clients stated it.
    pub total_tokens: u64,
    /// The cost of model calls in US dollars.
    pub cost_usd: f64,
    /// How long the spans took that have ended; null where none has.
    #[schema(required)]
    pub duration_nanos: Option<Quantiles>,
    /// From the start to the first token; null where nobody said.
    #[schema(required)]
    pub time_to_first_token_nanos: Option<Quantiles>,
}

/// Quantiles, within 1.6 % of the true ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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
