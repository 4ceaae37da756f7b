//! What can be asked for beside one trace: lists of traces, spans, sessions and users, and a trace without payloads.

use tracewood_span::{Kind, SpanId, Status, Usage};

use super::{Stored, TraceSummary};
use crate::filter::Filter;

/// In which order traces are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Those that began last come first.
    #[default]
    Newest,
    /// Those that began first come first, as a conversation is read.
    Oldest,
    /// Those whose entry took longest come first; pending ones last.
    Longest,
    /// Those whose model calls cost most come first.
    Costliest,
    /// Those whose model calls used most tokens come first.
    MostTokens,
}

/// Which traces a reader wants.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TraceQuery {
    /// The project whose traces are wanted.
    pub project: String,
    /// Only traces that began at this moment or later, in nanoseconds since the Unix epoch.
    pub started_at_or_after_unix_nanos: Option<u64>,
    /// Only traces that began before this moment, in nanoseconds since the Unix epoch.
    pub started_before_unix_nanos: Option<u64>,
    /// Only traces of which one span passes the whole filter.
    pub filter: Filter,
    /// In which order.
    pub order: Order,
    /// How many traces at the most.
    pub limit: usize,
    /// Where the last page ended, as [`TracePage::next_cursor`](super::TracePage::next_cursor) said; the rest of the
    /// question must be the same.
    pub cursor: Option<String>,
}

/// Which spans a reader wants.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SpanQuery {
    /// The project whose spans are wanted.
    pub project: String,
    /// Only spans that began at this moment or later, in nanoseconds since the Unix epoch.
    pub started_at_or_after_unix_nanos: Option<u64>,
    /// Only spans that began before this moment, in nanoseconds since the Unix epoch.
    pub started_before_unix_nanos: Option<u64>,
    /// Only spans that pass.
    pub filter: Filter,
    /// How many spans at the most; an export has no such end.
    pub limit: usize,
    /// Behind which hit to go on.
    pub cursor: Option<String>,
}

/// A span that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanHit {
    /// The span; snippets are made from its input, output and message.
    pub stored: Stored,
    /// What to ask with to go on behind this span.
    pub cursor: String,
}

/// Some spans, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanPage {
    /// The spans.
    pub spans: Vec<SpanHit>,
    /// What to ask for the next page with; `None` after the last.
    pub next_cursor: Option<String>,
}

/// Which sessions or users a reader wants.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GroupQuery {
    /// The project whose sessions or users are wanted.
    pub project: String,
    /// Only spans that began at this moment or later count, in nanoseconds since the Unix epoch.
    pub started_at_or_after_unix_nanos: Option<u64>,
    /// Only spans that began before this moment count, in nanoseconds since the Unix epoch.
    pub started_before_unix_nanos: Option<u64>,
    /// Only traces of which one span passes the whole filter count.
    pub filter: Filter,
    /// Only the session or user of this id.
    pub id: Option<String>,
    /// How many at the most.
    pub limit: usize,
    /// Where the last page ended.
    pub cursor: Option<String>,
}

/// A session or a user, with the totals of the traces that name it.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The session's or user's own id.
    pub id: String,
    /// How many traces have a span that names it.
    pub n_traces: u64,
    /// How many spans those traces have.
    pub n_spans: u64,
    /// How many of them ended in an error.
    pub n_errors: u64,
    /// The tokens of their model calls together.
    pub total_tokens: u64,
    /// The cost of their model calls together, in US dollars; `None` where none is known.
    pub cost_usd: Option<f64>,
    /// When the first of their spans began, in nanoseconds since the Unix epoch.
    pub first_started_at_unix_nanos: u64,
    /// When the last of their spans began, in nanoseconds since the Unix epoch.
    pub last_started_at_unix_nanos: u64,
}

/// Some sessions or users, those that were active last first.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupPage {
    /// The sessions or users.
    pub groups: Vec<Group>,
    /// What to ask for the next page with; `None` after the last.
    pub next_cursor: Option<String>,
}

/// A trace with all its spans but without their payloads.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// The trace in one line.
    pub summary: TraceSummary,
    /// Its spans, by start, then by id.
    pub spans: Vec<SpanLine>,
}

/// A span in one line of a tree.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanLine {
    /// The span.
    pub span_id: SpanId,
    /// The span that it was started in.
    pub parent_span_id: Option<SpanId>,
    /// The first 512 bytes of its name.
    pub name: String,
    /// What sort of work it is.
    pub kind: Kind,
    /// The client's own word for the sort of work.
    pub kind_text: String,
    /// How it ended.
    pub status: Status,
    /// When it began, in nanoseconds since the Unix epoch.
    pub started_at_unix_nanos: u64,
    /// How long it took, in nanoseconds; `None` while it is pending.
    pub duration_nanos: Option<u64>,
    /// The model that answered, else the one asked for.
    pub model: Option<String>,
    /// The tokens used, with the total as stated or summed up.
    pub usage: Usage,
    /// What it cost in US dollars.
    pub cost_usd: Option<f64>,
    /// From the start to the first token, in nanoseconds.
    pub time_to_first_token_nanos: Option<u64>,
}
