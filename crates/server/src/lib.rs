//! The server: spans in over every route that clients speak, traces out over a read API and a page.
#![doc = include_str!("../README.md")]

pub mod api;
mod error;
mod gzip;
mod ingest;
mod openapi;
mod price;
mod router;
mod serve;
mod state;
mod ui;

pub use openapi::document as openapi_document;
pub use router::build;
pub use serve::{STOP_TIMEOUT, serve};
pub use state::{Limits, Server};
