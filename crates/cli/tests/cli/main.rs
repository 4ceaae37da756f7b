//! The built binary as its users run it.

mod api;
mod config;
mod keys;
mod kill;
mod seed;
mod serve;
mod support;
mod traces;
mod upkeep;
