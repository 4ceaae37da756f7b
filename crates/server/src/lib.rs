//! The server: spans in over every route that clients speak, traces out over a read API and a page.
#![doc = include_str!("../README.md")]

mod access;
pub mod api;
mod clients;
mod connections;
mod error;
mod gzip;
mod hosts;
mod ingest;
mod live;
mod metrics;
mod openapi;
mod origin;
mod price;
mod router;
mod serve;
mod state;
mod ui;
mod upkeep;

pub use access::Access;
pub use openapi::document as openapi_document;
pub use price::{Override, Prices};
pub use router::build;
pub use serve::{STOP_TIMEOUT, serve};
pub use state::{Limits, Server, Settings};
