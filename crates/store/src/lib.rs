//! Keeps spans: durable when it answers, searchable a second later.
#![doc = include_str!("../README.md")]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod catalog;
pub mod embedded;
mod error;
pub mod exchange;
pub mod filter;
pub mod keys;
mod model;
mod rewrite;

pub use catalog::Catalog;
pub use error::{Error, ErrorKind};
pub use model::{
    Client, DiskRoom, Finding, Group, GroupPage, GroupQuery, Health, Histogram, HistogramQuery, HistogramStep,
    MetricRow, Metrics, MetricsQuery, Order, Price, Project, Quantiles, Report, Retained, Retention, Score, ScorePage,
    ScoreQuery, SpanHit, SpanLine, SpanPage, SpanQuery, Stored, Trace, TracePage, TraceQuery, TraceSummary, Tree,
    ValueCount, Values, ValuesQuery,
};
pub use rewrite::rewrite;

use tracewood_span::{SpanId, TraceId};

/// Called once when a batch is on disk, or could not be brought there.
pub type Durable = Box<dyn FnOnce(Result<(), Error>) + Send>;

/// Spans one after the other, as [`Store::export`] gives them.
pub type Export = Box<dyn Iterator<Item = Result<SpanHit, Error>> + Send>;

/// A place that keeps spans.
///
/// Questions that an implementation does not answer are errors of the kind [`ErrorKind::Unavailable`], so that stores
/// made for tests may answer only what they are asked.
pub trait Store: Catalog {
    /// Takes a batch and calls `durable` once all of it would survive a power loss, or nothing of it was kept.
    ///
    /// Encodes on the caller's thread and never waits for the disk there. Appending a span again is harmless: a span is
    /// known by project, trace id and span id, and the later one counts, except that a pending span never replaces an
    /// ended one.
    fn append(&self, spans: Vec<Stored>, durable: Durable);

    /// One page of traces, in the order asked for.
    fn traces(&self, query: &TraceQuery) -> Result<TracePage, Error>;

    /// One trace with all its spans, by start; `None` if nothing of it is known.
    fn trace(&self, project: &str, trace_id: TraceId) -> Result<Option<Trace>, Error>;

    /// One trace with all its spans but without their payloads, from the index alone; `None` if nothing of it is known.
    fn tree(&self, project: &str, trace_id: TraceId) -> Result<Option<Tree>, Error> {
        let _ = (project, trace_id);
        Err(Error::unanswered("read tree"))
    }

    /// One span of a trace with its payload; `None` if it is not known.
    fn span(&self, project: &str, trace_id: TraceId, span_id: SpanId) -> Result<Option<Stored>, Error> {
        let _ = (project, trace_id, span_id);
        Err(Error::unanswered("read span"))
    }

    /// One page of spans that pass a filter, newest first.
    fn spans(&self, query: &SpanQuery) -> Result<SpanPage, Error> {
        let _ = query;
        Err(Error::unanswered("list spans"))
    }

    /// All spans that pass a filter, newest first, as they were when the call was made; each comes with the cursor to
    /// go on behind it. Ends after an error.
    fn export(&self, query: &SpanQuery) -> Result<Export, Error> {
        let _ = query;
        Err(Error::unanswered("export spans"))
    }

    /// One page of sessions, those that were active last first.
    fn sessions(&self, query: &GroupQuery) -> Result<GroupPage, Error> {
        let _ = query;
        Err(Error::unanswered("list sessions"))
    }

    /// One page of users, those that were active last first.
    fn users(&self, query: &GroupQuery) -> Result<GroupPage, Error> {
        let _ = query;
        Err(Error::unanswered("list users"))
    }

    /// Counts, sums and quantiles of the spans that pass a filter, over time and by a field.
    fn metrics(&self, query: &MetricsQuery) -> Result<Metrics, Error> {
        let _ = query;
        Err(Error::unanswered("ask for metrics"))
    }

    /// What the spans that pass a filter say in a field, with counts.
    fn values(&self, query: &ValuesQuery) -> Result<Values, Error> {
        let _ = query;
        Err(Error::unanswered("list values"))
    }

    /// How many traces began when, and how many of them failed.
    fn histogram(&self, query: &HistogramQuery) -> Result<Histogram, Error> {
        let _ = query;
        Err(Error::unanswered("count traces"))
    }

    /// Forgets what is past its time by the rules; spans of projects that no rule concerns stay.
    fn retain(&self, rules: &[Retention], now_unix_nanos: u64) -> Result<Retained, Error> {
        let _ = (rules, now_unix_nanos);
        Err(Error::unanswered("retain spans"))
    }

    /// Copies everything that is durable now into a directory that is empty or not there yet, while the store goes on.
    /// The copy is a data directory of its own.
    fn backup(&self, to: &std::path::Path) -> Result<(), Error> {
        let _ = to;
        Err(Error::unanswered("back up store"))
    }

    /// Waits until everything that was durable before the call can be found, for tests and for the demo.
    fn settle(&self, timeout: std::time::Duration) -> Result<(), Error>;

    /// How the store is doing.
    fn health(&self) -> Health;

    /// How much room it takes on its disk; `None` where it has none of its own.
    fn room(&self) -> Option<DiskRoom> {
        None
    }

    /// Brings everything to rest; appends after it fail. Harmless when called again.
    fn close(&self) -> Result<(), Error>;
}
