//! The embedded store through its public face, in one binary since linking takes longer than running.

mod directory;
mod disk;
mod filters;
mod fixture;
mod kill;
mod power;
mod query;
mod replay;
mod support;
mod upkeep;
mod upsert;
