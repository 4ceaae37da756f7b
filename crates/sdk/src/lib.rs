//! Capture and delivery of spans.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice)
)]

pub mod batch;
mod captured;
mod client;
pub mod clock;
mod config;
mod context;
mod deliver;
pub mod destination;
mod error;
mod export;
pub mod ids;
pub mod json;
mod load;
mod log;
pub mod loss;
pub mod media;
pub mod memory;
mod once;
mod open;
mod queue;
mod record;
mod redact;
mod resource;
pub mod retry;
mod roster;
pub mod sampling;
mod scratch;
mod secrets;
pub mod site;
mod size;
pub mod spool;
mod stats;

pub use captured::Captured;
pub use client::Recorder;
pub use config::{Config, Level, LogSink};
pub use context::{SpanContext, TraceAttributes};
pub use error::{Error, ErrorKind};
pub use open::OpenSpan;
pub use redact::Redactor;
pub use resource::Resource;
pub use site::Site;
pub use stats::{DestinationStats, Flushed, Stats};
