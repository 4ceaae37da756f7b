//! A cheap source of load: requests of OTLP that are encoded once and only stamped anew, sent over a few connections.
//!
//! A generator that encodes every span takes as much of a processor as the server that it is to measure. Here the
//! texts of some thousand spans are made at the start; what must differ from request to request (ids, times, session,
//! user) lies at known places and is written over.

mod connection;
mod sender;
mod template;
mod text;

pub use sender::{Outcome, Plan, run};
pub use template::{Shape, Template};
