//! The embedded store through its public face, in one binary since linking takes longer than running.

mod query;
mod support;
