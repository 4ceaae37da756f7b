//! The words that every other room of Tracewood speaks.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod content;
mod id;
pub mod keys;
mod kind;
pub mod limits;
mod names;
mod span;
mod status;
mod usage;
mod value;
pub mod wire;

pub use content::Content;
pub use id::{InvalidId, SpanId, TraceId};
pub use kind::Kind;
pub use names::Names;
pub use span::{Event, Link, Resource, Scope, SourceLocation, Span};
pub use status::Status;
pub use usage::Usage;
pub use value::{Attributes, Value, attribute};
