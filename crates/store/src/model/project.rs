//! How a project is kept: its name, how long its spans stay, its own prices, and what its clients say they lost.

use std::collections::BTreeMap;
use std::time::Duration;

/// A project: what keys open, and what no question reaches beyond.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its id, as in `/api/v1` and on the command line.
    pub id: String,
    /// When it was made, in nanoseconds since the Unix epoch.
    pub created_at_unix_nanos: u64,
    /// How long its spans are kept, counted from the end of the UTC day they belong to; `None` where it has no rule of
    /// its own.
    pub keep: Option<Duration>,
}

/// What a model costs in a project, from a moment on.
#[derive(Debug, Clone, PartialEq)]
pub struct Price {
    /// What tells it from others; the same for the same model, provider and moment.
    pub id: String,
    /// The model's name in any case; `*` stands for any number of characters.
    pub model: String,
    /// Only calls to this provider; `None` for all.
    pub provider: Option<String>,
    /// From when on, in nanoseconds since the Unix epoch.
    pub from_unix_nanos: u64,
    /// US dollars for a million input tokens.
    pub input_usd_per_million: f64,
    /// US dollars for a million output tokens.
    pub output_usd_per_million: f64,
    /// US dollars for a million input tokens that were read from a cache; `None` for the price of the others.
    pub cache_read_usd_per_million: Option<f64>,
    /// US dollars for a million input tokens that were written to a cache; likewise.
    pub cache_write_usd_per_million: Option<f64>,
}

/// A program that sends spans, as it says of itself, with what it could not deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// What tells it from others: what it says of itself, in one line.
    pub id: String,
    /// `service.name`; empty where it says none.
    pub service: String,
    /// `host.name` or `service.instance.id`; empty where it says none.
    pub instance: String,
    /// `process.pid`; empty where it says none.
    pub process: String,
    /// Name, language and version of its SDK, as far as it says them.
    pub sdk: String,
    /// When its first span arrived, in nanoseconds since the Unix epoch.
    pub first_seen_at_unix_nanos: u64,
    /// When its last span arrived, in nanoseconds since the Unix epoch.
    pub last_seen_at_unix_nanos: u64,
    /// How many spans arrived from it.
    pub n_spans: u64,
    /// How many spans it could not deliver since it started, by reason.
    pub lost: BTreeMap<String, u64>,
    /// How many more of them there were when it was heard, by the beginning of a step of time in seconds since the Unix
    /// epoch.
    pub lost_at: BTreeMap<u64, u64>,
}
