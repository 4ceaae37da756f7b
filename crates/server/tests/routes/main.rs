//! The server over real HTTP, on ports of its own and with the real store in a temporary folder; a file for each URL.

mod api_traces;
mod api_v1_health;
mod api_v1_public_traces;
mod api_v1_traces;
mod combinations;
mod conversations;
mod elsewhere;
mod fields;
mod grpc;
mod hosts;
mod import;
mod keys;
mod limits;
mod live;
mod metrics;
mod page;
mod questions;
mod random;
mod safety;
mod scores;
mod settings;
mod support;
mod v1_logs;
mod v1_traces;
