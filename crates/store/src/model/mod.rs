//! What goes into a store and what comes out of it.

mod metrics;
mod project;
mod question;
mod score;
mod upkeep;
mod values;

use tracewood_span::{Kind, Span, SpanId, Status, TraceId, Usage};

pub use metrics::{MetricRow, Metrics, MetricsQuery, Quantiles};
pub use project::{Client, Price, Project};
pub use question::{Group, GroupPage, GroupQuery, Order, SpanHit, SpanLine, SpanPage, SpanQuery, TraceQuery, Tree};
pub use score::{Score, ScorePage, ScoreQuery};
pub use upkeep::{DiskRoom, Finding, Report, Retained, Retention};
pub use values::{Histogram, HistogramQuery, HistogramStep, ValueCount, Values, ValuesQuery};

/// A span as it is kept: with the project it belongs to and the moment it arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The project that it belongs to; every query is fenced to one.
    pub project: String,
    /// When the server took it, in nanoseconds since the Unix epoch.
    pub received_at_unix_nanos: u64,
    /// Which price list the server worked its cost out with; empty when it did not.
    pub price_version: String,
    /// The span itself.
    pub span: Span,
}

/// Some traces, in the order asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct TracePage {
    /// The traces.
    pub traces: Vec<TraceSummary>,
    /// What to ask for the next page with; `None` after the last.
    pub next_cursor: Option<String>,
}

/// A trace in one line.
///
/// Name, kind, status, input and output are those of its entry: the root span, or the earliest span whose parent is
/// unknown where no root has arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceSummary {
    /// The trace.
    pub trace_id: TraceId,
    /// The trace id as its client wrote it, where it was hashed.
    pub trace_id_text: Option<String>,
    /// The span that stands for the trace.
    pub entry_span_id: SpanId,
    /// The entry's name.
    pub name: String,
    /// The entry's kind.
    pub kind: Kind,
    /// The entry's status.
    pub status: Status,
    /// When the entry began, in nanoseconds since the Unix epoch.
    pub started_at_unix_nanos: u64,
    /// How long the entry took, in nanoseconds; `None` while it is pending.
    pub duration_nanos: Option<u64>,
    /// Whether the root has not arrived (yet).
    pub is_root_missing: bool,
    /// The first bytes of the entry's input as text, for a list.
    pub input_preview: String,
    /// The first bytes of the entry's output as text, for a list.
    pub output_preview: String,
    /// How many spans have arrived.
    pub n_spans: u64,
    /// How many of them ended in an error.
    pub n_errors: u64,
    /// The tokens of its model calls together.
    pub usage: Usage,
    /// The cost of its model calls together, in US dollars; `None` where none is known.
    pub cost_usd: Option<f64>,
    /// The models that were called, each once.
    pub models: Vec<String>,
    /// The user, from the entry or else any span.
    pub user_id: Option<String>,
    /// The session, from the entry or else any span.
    pub session_id: Option<String>,
    /// The environment, from the entry or else any span.
    pub environment: Option<String>,
    /// The tags of all its spans, each once.
    pub tags: Vec<String>,
}

/// A trace with all its spans.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// The trace in one line.
    pub summary: TraceSummary,
    /// Its spans, by start, then by id.
    pub spans: Vec<Stored>,
}

/// How a store is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Whether it takes spans now.
    pub is_writable: bool,
    /// Spans made durable since it was opened.
    pub n_spans_durable: u64,
    /// Spans that can be found, since it was opened and with what was replayed.
    pub n_spans_searchable: u64,
    /// Bytes of the write-ahead log that are not yet in the indexes.
    pub wal_bytes: u64,
    /// What is wrong, if something is.
    pub trouble: Option<String>,
}
