//! The shapes of the read API's answers, as they stand in its JSON.
//!
//! Every field is always there; what is not known is null.

mod conversation;
mod names;
mod question;
mod score;
mod settings;
mod values;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

pub use conversation::{Conversation, Turn, User};
pub use names::Names;
pub use question::{
    Excerpt, ExcerptPart, Group, GroupList, Login, Metrics, MetricsRow, Quantiles, Session, SpanHit, SpanList,
    SpanSummary, Tree, TreeSpan,
};
pub use score::{Imported, NewScore, Score, ScoreList};
pub use settings::{
    Client, ClientList, Key, KeyList, LossStep, MadeKey, NewKey, NewPrice, NewProject, NewRetention, Price, PriceList,
    Project, ProjectList, Reprice, Repriced, Retention,
};
pub use values::{FieldDescription, FieldList, FieldValue, FieldValueList, Histogram, HistogramStep};

/// Whether the server takes spans.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Liveness {
    /// `ok` or `failing`.
    pub status: String,
    /// What is wrong; absent when nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

/// How the server and its store are doing.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// `ok` or `failing`.
    pub status: String,
    /// The server's version.
    pub version: String,
    /// Whether spans are taken now.
    pub writable: bool,
    /// Spans made durable since the start.
    pub spans_durable: u64,
    /// Spans that can be found, since the start and with what was replayed.
    pub spans_searchable: u64,
    /// Bytes of the write-ahead log that are not in the indexes yet.
    pub wal_bytes: u64,
    /// Bytes of all files of the store; null where it has none.
    #[schema(required)]
    pub data_bytes: Option<u64>,
    /// Bytes that are left on its disk; null where the system does not say.
    #[schema(required)]
    pub disk_free_bytes: Option<u64>,
    /// What is wrong.
    #[schema(required)]
    pub trouble: Option<String>,
    /// Requests that were answered and thrown away, since only traces are kept.
    pub dropped_requests: DroppedRequests,
}

/// Requests that were answered and thrown away, since only traces are kept.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DroppedRequests {
    /// Requests with logs.
    pub logs: u64,
    /// Requests with metrics.
    pub metrics: u64,
}

/// One page of traces, newest first.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TraceList {
    /// The traces.
    pub traces: Vec<TraceSummary>,
    /// What to ask for the next page with; null after the last.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// One trace with all its spans.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Trace {
    /// The trace in one line.
    pub trace: TraceSummary,
    /// Its spans, by start, then by id.
    pub spans: Vec<Span>,
    /// What was thought of it and of its spans, the newest first, at most 1000.
    pub scores: Vec<Score>,
}

/// A trace in one line.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TraceSummary {
    /// 32 hex digits.
    pub trace_id: String,
    /// The id as its client wrote it, where that was no such id.
    #[schema(required)]
    pub trace_id_original: Option<String>,
    /// The span that stands for the trace: the root, or the earliest span without its parent. 16 hex digits.
    pub entry_span_id: String,
    /// The root's name.
    pub name: String,
    /// The root's kind.
    pub kind: String,
    /// How the root ended: `ok`, `error` or `unset`.
    pub status: String,
    /// When the root began, in RFC 3339 with nine digits.
    #[schema(format = DateTime)]
    pub started_at: String,
    /// How long the root took; null while it runs.
    #[schema(required)]
    pub duration_nanos: Option<u64>,
    /// Whether the root has not arrived; name, kind and times are then those of the earliest span without its parent.
    pub root_missing: bool,
    /// The first words of what went in.
    pub input_preview: String,
    /// The first words of what came out.
    pub output_preview: String,
    /// How many spans have arrived.
    pub span_count: u64,
    /// How many of them failed.
    pub error_count: u64,
    /// Tokens in the prompts of its model calls, cached ones included.
    #[schema(required)]
    pub input_tokens: Option<u64>,
    /// Tokens in the answers of its model calls, reasoning included.
    #[schema(required)]
    pub output_tokens: Option<u64>,
    /// Both together, or as clients stated it.
    #[schema(required)]
    pub total_tokens: Option<u64>,
    /// The cost of its model calls in US dollars.
    #[schema(required)]
    pub cost_usd: Option<f64>,
    /// The models that were called, each once.
    pub models: Vec<String>,
    /// The user whom it was done for.
    #[schema(required)]
    pub user_id: Option<String>,
    /// The conversation that it belongs to.
    #[schema(required)]
    pub session_id: Option<String>,
    /// `production`, `staging` and the like.
    #[schema(required)]
    pub environment: Option<String>,
    /// The labels of all its spans, each once.
    pub tags: Vec<String>,
}

/// One piece of work of an agent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Span {
    /// 32 hex digits.
    pub trace_id: String,
    /// 16 hex digits.
    pub span_id: String,
    /// The id as its client wrote it, where that was no such id.
    #[schema(required)]
    pub span_id_original: Option<String>,
    /// The span that it was started in; null at the root.
    #[schema(required)]
    pub parent_span_id: Option<String>,
    /// Whether the client said that the parent lies in another process.
    pub parent_remote: bool,
    /// What it is called.
    pub name: String,
    /// What sort of work it is: one of fifteen words such as `llm`, `tool`, `agent`, `custom`.
    pub kind: String,
    /// The client's own word for the sort of work; empty when it said none.
    pub kind_original: String,
    /// Its role in OpenTelemetry's words: `internal`, `server`, `client`, `producer`, `consumer` or `unspecified`.
    pub otel_kind: String,
    /// How it ended: `ok`, `error` or `unset`.
    pub status: String,
    /// What went wrong, in the client's words; empty when nothing did.
    pub status_message: String,
    /// When it began, in RFC 3339 with nine digits.
    #[schema(format = DateTime)]
    pub started_at: String,
    /// When it ended; null while it runs.
    #[schema(required, format = DateTime)]
    pub ended_at: Option<String>,
    /// How long after the first span of its trace it began.
    pub offset_nanos: u64,
    /// How long it took; null while it runs.
    #[schema(required)]
    pub duration_nanos: Option<u64>,
    /// Whether its end has not arrived yet.
    pub pending: bool,
    /// What went in: JSON where the client sent JSON as text.
    #[schema(required)]
    pub input: Option<Value>,
    /// What came out, likewise.
    #[schema(required)]
    pub output: Option<Value>,
    /// The model that answered, else the one that was asked for.
    #[schema(required)]
    pub model: Option<String>,
    /// The model that was asked for.
    #[schema(required)]
    pub model_requested: Option<String>,
    /// Who runs the model.
    #[schema(required)]
    pub provider: Option<String>,
    /// Temperature and the like.
    pub model_parameters: Map<String, Value>,
    /// Why the model stopped.
    pub finish_reasons: Vec<String>,
    /// The tokens used.
    pub usage: Usage,
    /// What it cost in US dollars.
    #[schema(required)]
    pub cost_usd: Option<f64>,
    /// From the start to the first token of a streamed answer.
    #[schema(required)]
    pub time_to_first_token_nanos: Option<u64>,
    /// The conversation that it belongs to.
    #[schema(required)]
    pub session_id: Option<String>,
    /// The user whom it was done for.
    #[schema(required)]
    pub user_id: Option<String>,
    /// Labels of the span and its trace.
    pub tags: Vec<String>,
    /// `production`, `staging` and the like.
    #[schema(required)]
    pub environment: Option<String>,
    /// What the user attached to span and trace.
    pub metadata: Map<String, Value>,
    /// The repository and commit that ran.
    #[schema(required)]
    pub git: Option<Git>,
    /// Where the work is written down.
    #[schema(required)]
    pub source: Option<Source>,
    /// What prompt, tool, agent and the like are called.
    pub names: Names,
    /// Everything that the client said, untouched.
    pub attributes: Map<String, Value>,
    /// What happened on the way.
    pub events: Vec<Event>,
    /// Other spans that it has to do with.
    pub links: Vec<Link>,
    /// The process that sent it.
    pub resource: Map<String, Value>,
    /// The library that made it.
    pub scope: Scope,
    /// W3C `tracestate`, usually empty.
    pub trace_state: String,
    /// How many attributes, events and links the client left out.
    pub dropped_count: u32,
    /// Which prices its cost was worked out with; empty where the client said the cost, or none is known.
    pub price_version: String,
}

/// A span by itself, with what is asked for only then.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SpanDetail {
    #[serde(flatten)]
    pub span: Span,
    /// What its tokens cost; null where the client said the cost, or the prices have changed since.
    #[schema(required)]
    pub unit_prices: Option<UnitPrices>,
    /// The judgements on it, the newest first; those on its trace as a whole are not among them.
    pub scores: Vec<Score>,
}

/// What a million tokens cost, in US dollars.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UnitPrices {
    /// Tokens in the prompt that no cache had to do with.
    pub input_usd_per_million: f64,
    /// Tokens in the answer.
    pub output_usd_per_million: f64,
    /// Tokens in the prompt that were read from a cache; null where no price is known.
    #[schema(required)]
    pub cache_read_usd_per_million: Option<f64>,
    /// Tokens in the prompt that were written to a cache; likewise.
    #[schema(required)]
    pub cache_write_usd_per_million: Option<f64>,
}

/// The tokens that a model call used.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Usage {
    /// Tokens in the prompt, cached ones included.
    #[schema(required)]
    pub input_tokens: Option<u64>,
    /// Tokens in the answer, reasoning included.
    #[schema(required)]
    pub output_tokens: Option<u64>,
    /// Both together, or as the client stated it.
    #[schema(required)]
    pub total_tokens: Option<u64>,
    /// Input tokens read from a cache.
    #[schema(required)]
    pub cache_read_tokens: Option<u64>,
    /// Input tokens written to a cache.
    #[schema(required)]
    pub cache_write_tokens: Option<u64>,
    /// Output tokens spent on reasoning.
    #[schema(required)]
    pub reasoning_tokens: Option<u64>,
}

/// The repository and commit that ran.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Git {
    /// `owner/name` or a URL.
    #[schema(required)]
    pub repo: Option<String>,
    /// A commit, branch or tag.
    #[serde(rename = "ref")]
    #[schema(required)]
    pub reference: Option<String>,
}

/// Where a piece of work is written down.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Source {
    /// The file, relative to the repository where one is known.
    pub file: String,
    /// The line, counted from one.
    #[schema(required)]
    pub line: Option<u32>,
    /// The function.
    #[schema(required)]
    pub function: Option<String>,
}

/// Something that happened at one moment of a span.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = SpanEvent)]
pub struct Event {
    /// What happened.
    pub name: String,
    /// When, in RFC 3339 with nine digits.
    #[schema(format = DateTime)]
    pub at: String,
    /// What is known of it.
    pub attributes: Map<String, Value>,
    /// How many attributes the client left out; absent where it left out none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub dropped_count: u32,
}

/// Another span that a span has to do with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = SpanLink)]
pub struct Link {
    /// The trace of the other span; `null` where the client knew none.
    pub trace_id: Option<String>,
    /// The other span; `null` where the client knew none.
    pub span_id: Option<String>,
    /// W3C `tracestate` of the other span; absent where it has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub trace_state: String,
    /// What they have to do with each other.
    pub attributes: Map<String, Value>,
    /// How many attributes the client left out; absent where it left out none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub dropped_count: u32,
}

/// The library that made a span.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Scope {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What else it says of itself.
    pub attributes: Map<String, Value>,
    /// Where the words that it uses are defined; absent where it does not say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub schema_url: String,
}

/// Why a request was refused.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = Error)]
pub struct ErrorEnvelope {
    /// The error.
    pub error: ErrorBody,
}

/// What went wrong.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ErrorBody {
    /// `bad_request`, `unauthenticated`, `forbidden`, `not_found`, `method_not_allowed`, `unsupported_media_type`, `payload_too_large`, `unavailable`
    /// or `internal`.
    pub code: String,
    /// For people.
    pub message: String,
    /// Where in the filter the trouble is; absent where it is not in a filter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<FilterPlace>,
}

/// A place in the text of a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FilterPlace {
    /// Where it begins, in bytes of UTF-8.
    pub offset: u64,
    /// How many bytes it has; none where something is missing.
    pub length: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}
