//! Where spans go: the settings of each sort of destination.

use std::path::PathBuf;
use std::time::Duration;

use crate::memory::Spans;
use crate::{Resource, batch, retry, spool};

/// One destination; every finished span goes to each of them.
#[derive(Debug, Clone)]
pub struct Config {
    /// Its name; adding a destination replaces the one of the same name.
    pub name: String,
    /// The language it speaks, and where to.
    pub wire: Wire,
    /// When to send, and how much.
    pub batch: batch::Policy,
    /// If and when to try again.
    pub retry: retry::Policy,
    /// Where batches wait on disk that could not be delivered; nowhere if absent. Only wires over HTTP use it.
    pub spool: Option<spool::Policy>,
}

impl Config {
    /// A destination with the usual settings.
    pub fn new(name: impl Into<String>, wire: Wire) -> Self {
        let (batch, retry) = (batch::Policy::default(), retry::Policy::default());
        Self { name: name.into(), wire, batch, retry, spool: None }
    }
}

/// The language a destination speaks, and where to.
#[derive(Debug, Clone)]
pub enum Wire {
    /// OTLP protobuf over HTTP, with Tracewood's and OpenTelemetry's keys.
    Otlp(Otlp),
    /// TraceRoot's route, headers and keys.
    TraceRoot(TraceRoot),
    /// MutagenT's JSON.
    Mutagent(Mutagent),
    /// A file of OTLP JSON, one request per line.
    File(File),
    /// A tree on standard output.
    Console,
    /// Memory, for tests.
    Memory(Spans),
}

impl Wire {
    /// What is said of the process there, where anything is.
    pub(crate) fn resource(&self) -> Option<&Resource> {
        match self {
            Self::Otlp(otlp) => Some(&otlp.resource),
            Self::TraceRoot(traceroot) => Some(&traceroot.resource),
            Self::File(file) => Some(&file.resource),
            Self::Mutagent(_) | Self::Console | Self::Memory(_) => None,
        }
    }

    /// The word that stands for it in a spool; `None` where nothing is sent over HTTP.
    pub(crate) fn spool_word(&self) -> Option<&'static str> {
        match self {
            Self::Otlp(_) => Some("otlp"),
            Self::TraceRoot(_) => Some("traceroot"),
            Self::Mutagent(_) => Some("mutagent"),
            Self::File(_) | Self::Console | Self::Memory(_) => None,
        }
    }
}

/// How HTTP is spoken.
#[derive(Debug, Clone)]
pub struct Http {
    /// Headers of the user's own, after and over those of the wire.
    pub headers: Vec<(String, String)>,
    /// How bodies are compressed.
    pub compression: Compression,
    /// How long one request may take, its reply included.
    pub timeout: Duration,
    /// A file of PEM certificates to trust instead of the built-in ones.
    pub certificate_file: Option<PathBuf>,
}

impl Default for Http {
    /// OTLP's timeout of ten seconds.
    fn default() -> Self {
        Self {
            headers: Vec::new(),
            compression: Compression::default(),
            timeout: Duration::from_secs(10),
            certificate_file: None,
        }
    }
}

/// How bodies are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compression {
    /// Not at all.
    None,
    /// With gzip.
    Gzip,
    /// With gzip until the server says that it takes zstd, which is quicker and smaller.
    #[default]
    Auto,
}

/// OTLP protobuf over HTTP.
#[derive(Debug, Clone, Default)]
pub struct Otlp {
    /// The whole URL, such as `http://127.0.0.1:4318/v1/traces`.
    pub url: String,
    /// How HTTP is spoken.
    pub http: Http,
    /// What is said of the process: `service.name` and the like; `telemetry.sdk.*` is the host's to give.
    pub resource: Resource,
}

/// TraceRoot's route, headers and keys.
#[derive(Debug, Clone, Default)]
pub struct TraceRoot {
    /// The host, such as `https://app.traceroot.ai`; the route is added.
    pub host_url: String,
    /// The key that goes out as `Authorization: Bearer`.
    pub api_key: String,
    /// The version that is sent as that of the SDK.
    pub sdk_version: String,
    /// `owner/name`, sent with every span.
    pub git_repo: Option<String>,
    /// The commit, sent with every span.
    pub git_ref: Option<String>,
    /// `production`, `staging` and the like, sent with every span.
    pub environment: Option<String>,
    /// How HTTP is spoken.
    pub http: Http,
    /// What is said of the process.
    pub resource: Resource,
}

/// MutagenT's JSON.
#[derive(Debug, Clone, Default)]
pub struct Mutagent {
    /// The endpoint, such as `https://api.mutagent.io`; the route is added.
    pub endpoint_url: String,
    /// The key that goes out as `x-api-key`.
    pub api_key: String,
    /// What made the traces: `sdk`, `langchain` and so on.
    pub source: String,
    /// `production`, `staging` or `development`.
    pub environment: Option<String>,
    /// How HTTP is spoken; bodies are compressed only once the server says that it takes zstd.
    pub http: Http,
}

/// A file of OTLP JSON, one request per line.
#[derive(Debug, Clone, Default)]
pub struct File {
    /// The file, appended to.
    pub path: PathBuf,
    /// What is said of the process.
    pub resource: Resource,
}

/// A destination that was added; stays valid, and without effect, after the destination is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Id(pub(crate) u64);
