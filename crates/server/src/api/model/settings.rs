//! The shapes of how a project is kept: projects, keys, prices, retention, clients, and pricing again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Projects, by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProjectList {
    /// On a server with keys, the one project that the key opens; else all.
    pub projects: Vec<Project>,
    /// Whether projects can be made here over the network.
    pub can_create: bool,
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Project {
    /// Its id.
    pub id: String,
    /// When it was made, in RFC 3339 with nine digits.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// How many days its spans are kept; null where it has no rule of its own.
    #[schema(required)]
    pub keep_days: Option<u64>,
    /// Whether this request was about it.
    pub current: bool,
}

/// A project to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProject {
    /// Up to 64 of a-z, 0-9, `-`, `_` and `.`.
    pub id: String,
}

/// How long spans are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Retention {
    /// How many days the spans of the project are kept, counted from the end of the UTC day they belong to; null where
    /// the server's own rule holds.
    #[schema(required)]
    pub keep_days: Option<u64>,
    /// The server's own rule; null for ever.
    #[schema(required)]
    pub server_keep_days: Option<u64>,
}

/// How long spans are to be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRetention {
    /// From 1 to 36500 days; null for the server's own rule.
    #[schema(required)]
    pub keep_days: Option<u64>,
}

/// The keys of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeyList {
    /// All keys, revoked ones included, the oldest first.
    pub keys: Vec<Key>,
    /// Whether keys can be made here over the network.
    pub can_create: bool,
}

/// A key without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Key {
    /// The part of its text that may be shown, and by which it is revoked.
    pub id: String,
    /// The project that it opens.
    pub project: String,
    /// What it allows: `ingest`, `read`, `metrics`, `admin`.
    pub scopes: Vec<String>,
    /// What its owner calls it; may be empty.
    pub name: String,
    /// When it was made, in RFC 3339 with nine digits.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Since when it opens nothing any more; null while it does.
    #[schema(required, format = DateTime)]
    pub revoked_at: Option<String>,
}

/// A key to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// What you call it.
    #[serde(default)]
    pub name: String,
    /// What it allows: `ingest` to bring spans and scores, `read` to read, `metrics` to read the numbers of the whole server,
    /// `admin` to change how the project is kept.
    pub scopes: Vec<String>,
}

/// A key that was just made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MadeKey {
    /// The key.
    pub key: Key,
    /// Its whole text, which is shown only now and cannot be had again.
    pub text: String,
    /// Whether everybody could do everything until now, and from now on only those with a key can.
    pub closed_server: bool,
}

impl std::fmt::Debug for MadeKey {
    /// Without the text, which belongs into no log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MadeKey").field("key", &self.key).finish_non_exhaustive()
    }
}

/// What models cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PriceList {
    /// The prices of the project, by model, then by moment.
    pub prices: Vec<Price>,
    /// The prices of the server's configuration, which count where the project has none.
    pub server_prices: Vec<NewPrice>,
    /// The list that counts where nobody has a price of their own.
    pub list_version: String,
}

/// A price of the project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Price {
    /// By which it is removed; the same for the same model, provider and moment.
    pub id: String,
    /// The model's name in any case; `*` stands for any number of characters.
    pub model: String,
    /// Only calls to this provider; null for all.
    #[schema(required)]
    pub provider: Option<String>,
    /// From when on, in RFC 3339 with nine digits; null for ever.
    #[schema(required, format = DateTime)]
    pub from: Option<String>,
    /// US dollars for a million input tokens.
    pub input_usd_per_million: f64,
    /// US dollars for a million output tokens.
    pub output_usd_per_million: f64,
    /// US dollars for a million input tokens read from a cache; null for the price of the others.
    #[schema(required)]
    pub cache_read_usd_per_million: Option<f64>,
    /// US dollars for a million input tokens written to a cache; likewise.
    #[schema(required)]
    pub cache_write_usd_per_million: Option<f64>,
}

/// What a model costs, from a moment on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPrice {
    /// The model's name in any case; `*` stands for any number of characters.
    pub model: String,
    /// Only calls to this provider; null for all.
    #[serde(default)]
    #[schema(required)]
    pub provider: Option<String>,
    /// From when on, in RFC 3339; null for ever.
    #[serde(default)]
    #[schema(required, format = DateTime)]
    pub from: Option<String>,
    /// US dollars for a million input tokens.
    pub input_usd_per_million: f64,
    /// US dollars for a million output tokens.
    pub output_usd_per_million: f64,
    /// US dollars for a million input tokens read from a cache; null for the price of the others.
    #[serde(default)]
    #[schema(required)]
    pub cache_read_usd_per_million: Option<f64>,
    /// US dollars for a million input tokens written to a cache; likewise.
    #[serde(default)]
    #[schema(required)]
    pub cache_write_usd_per_million: Option<f64>,
}

/// Which spans to price again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Reprice {
    /// Only spans that pass it, in the filter language.
    pub filter: Option<String>,
    /// Only spans that began at this moment or later, in RFC 3339.
    #[schema(format = DateTime)]
    pub started_after: Option<String>,
    /// Only spans that began before this moment, in RFC 3339.
    #[schema(format = DateTime)]
    pub started_before: Option<String>,
    /// The `next_cursor` of the answer before; the rest must be the same.
    pub cursor: Option<String>,
}

/// What came of pricing again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Repriced {
    /// How many model calls were looked at.
    pub span_count: u64,
    /// How many of them cost something else now.
    pub changed_span_count: u64,
    /// What to ask with to go on; null when all is done.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// Programs that send spans, those that sent last first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClientList {
    /// The programs.
    pub clients: Vec<Client>,
    /// How many spans all clients of the project could not deliver, by reason.
    pub lost: BTreeMap<String, u64>,
    /// When the server heard of it, the oldest first; only steps in which something was lost.
    pub lost_steps: Vec<LossStep>,
    /// What to ask for the next page with; null after the last.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// Five minutes in which clients said that they had lost spans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LossStep {
    /// When they began, in RFC 3339 with nine digits.
    #[schema(format = DateTime)]
    pub begins_at: String,
    /// How many spans were lost since the client had spoken before.
    pub span_count: u64,
}

/// A program that sends spans, as it says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Client {
    /// What tells it from others.
    pub id: String,
    /// Its service; empty where it says none.
    pub service: String,
    /// Its host or instance; empty where it says none.
    pub instance: String,
    /// Its process id; empty where it says none.
    pub process: String,
    /// Name, language and version of its SDK.
    pub sdk: String,
    /// When its first span arrived, in RFC 3339 with nine digits.
    #[schema(format = DateTime)]
    pub first_seen_at: String,
    /// When its last span arrived.
    #[schema(format = DateTime)]
    pub last_seen_at: String,
    /// How many spans arrived from it.
    pub span_count: u64,
    /// How many spans it could not deliver since it started, by reason.
    pub lost: BTreeMap<String, u64>,
}
