//! Keeps spans: durable when it answers, searchable a second later.
#![doc = include_str!("../README.md")]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod embedded;
mod error;
pub mod filter;
pub mod keys;
mod model;

pub use error::{Error, ErrorKind};
pub use model::{Health, Stored, Trace, TracePage, TraceQuery, TraceSummary};

/// Called once when a batch is on disk, or could not be brought there.
pub type Durable = Box<dyn FnOnce(Result<(), Error>) + Send>;

/// A place that keeps spans.
pub trait Store: Send + Sync + std::fmt::Debug {
    /// Takes a batch and calls `durable` once all of it would survive a power loss, or nothing of it was kept.
    ///
    /// Encodes on the caller's thread and never waits for the disk there. Appending a span again is harmless: a span is
    /// known by project, trace id and span id, and the later one counts, except that a pending span never replaces an
    /// ended one.
    fn append(&self, spans: Vec<Stored>, durable: Durable);

    /// One page of traces, newest first.
    fn traces(&self, query: &TraceQuery) -> Result<TracePage, Error>;

    /// One trace with all its spans, by start; `None` if nothing of it is known.
    fn trace(&self, project: &str, trace_id: tracewood_span::TraceId) -> Result<Option<Trace>, Error>;

    /// Waits until everything that was durable before the call can be found, for tests and for the demo.
    fn settle(&self, timeout: std::time::Duration) -> Result<(), Error>;

    /// How the store is doing.
    fn health(&self) -> Health;

    /// Brings everything to rest; appends after it fail. Harmless when called again.
    fn close(&self) -> Result<(), Error>;
}
