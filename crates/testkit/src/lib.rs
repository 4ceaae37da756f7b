//! For tests only: a collector that obeys a script, and a source of load.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod alone;
mod collector;
mod gate;
mod http;
pub mod load;
mod reply;

pub use alone::is_alone;
pub use collector::{Collector, dead_url};
pub use gate::Gate;
pub use http::Request;
pub use reply::Reply;
