//! The settings of `serve`: flags before environment before file before defaults, and errors that name the place.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use toml::{Table, Value};
use tracewood_server::Override;
use tracewood_span::limits;
use tracing_subscriber::EnvFilter;

use crate::args::{ServeArgs, Sources};
use crate::failure::Failure;
use crate::prices;

/// The settings of `serve`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Serve {
    pub(crate) data: PathBuf,
    pub(crate) listen: SocketAddr,
    pub(crate) grpc: SocketAddr,
    pub(crate) hosts: Vec<String>,
    pub(crate) keep: Option<Duration>,
    pub(crate) prices: Vec<Override>,
    pub(crate) request_bytes_max: usize,
    pub(crate) log: String,
    pub(crate) log_format: LogFormat,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people on a terminal, for programs elsewhere.
    Auto,
    /// One line of text an event.
    Human,
    /// One line of JSON an event.
    Json,
}

const KEYS: [&str; 9] =
    ["data", "listen", "grpc", "host", "keep_days", "request_bytes_max", "log", "log_format", "prices"];

const ADDRESS_FORM: &str = "an address and a port such as 127.0.0.1:4318";
const HOST_FORM: &str = "a name such as traces.example, or several with commas, without ports";
const DAYS_FORM: &str = "a whole number of days from 1 to 36500";
const BYTES_FORM: &str = "a whole number of bytes from 1 to 4294967295";
const LOG_FORM: &str =
    "a level (error, warn, info, debug, trace), or levels by target such as info,tracewood_store=debug";
const LOG_FORMAT_FORM: &str = "auto, human or json";
const DATA_FORM: &str = "a folder such as .tracewood";

/// Puts the settings together.
pub(crate) fn serve(args: &ServeArgs, sources: &Sources) -> Result<Serve, Failure> {
    let file = args.config.as_deref().filter(|path| !path.is_empty()).map(File::read).transpose()?;
    let layers = Layers { sources, file: file.as_ref() };
    Ok(Serve {
        data: layers.pick("data", args.data.as_deref(), DATA_FORM, folder)?.unwrap_or_else(|| ".tracewood".into()),
        listen: layers.pick("listen", args.listen.as_deref(), ADDRESS_FORM, address)?.unwrap_or(loopback(4318)),
        grpc: layers.pick("grpc", args.grpc.as_deref(), ADDRESS_FORM, address)?.unwrap_or(loopback(4317)),
        hosts: layers.pick("host", args.host.as_deref(), HOST_FORM, hosts)?.unwrap_or_default(),
        keep: layers.pick("keep_days", args.keep_days.as_deref(), DAYS_FORM, days)?,
        prices: file.as_ref().map(|file| prices::read(&file.path, &file.table)).transpose()?.unwrap_or_default(),
        request_bytes_max: layers
            .pick("request_bytes_max", args.request_bytes_max.as_deref(), BYTES_FORM, n_bytes)?
            .unwrap_or(limits::REQUEST_BYTES_MAX),
        log: layers.pick("log", args.log.as_deref(), LOG_FORM, log)?.unwrap_or_else(|| "info".to_owned()),
        log_format: layers
            .pick("log_format", args.log_format.as_deref(), LOG_FORMAT_FORM, log_format)?
            .unwrap_or(LogFormat::Auto),
    })
}

/// Where a value may come from besides the command line.
struct Layers<'a> {
    sources: &'a Sources,
    file: Option<&'a File>,
}

impl Layers<'_> {
    fn pick<T>(
        &self,
        key: &str,
        given: Option<&str>,
        form: &str,
        parse: fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Failure> {
        let is_environment = self.sources.is_environment(key);
        // An empty variable counts as one that is not set, as OpenTelemetry has it.
        if let Some(text) = given.filter(|text| !(is_environment && text.is_empty())) {
            let place = if is_environment { variable(key) } else { flag(key) };
            return match parse(text) {
                Some(value) => Ok(Some(value)),
                None => Err(Failure::usage(format!("{place} is \"{text}\", but must be {form}"))),
            };
        }
        let Some((file, value)) = self.file.and_then(|file| Some((file, file.table.get(key)?))) else {
            return Ok(None);
        };
        let text = match value {
            Value::String(text) => Some(text.clone()),
            Value::Integer(number) if matches!(key, "request_bytes_max" | "keep_days") => Some(number.to_string()),
            _ => None,
        };
        match text.as_deref().and_then(parse) {
            Some(value) => Ok(Some(value)),
            None => Err(Failure::usage(format!("\"{key}\" in {} is {value}, but must be {form}", file.path))),
        }
    }
}

/// The TOML file.
struct File {
    path: String,
    table: Table,
}

impl File {
    fn read(path: &str) -> Result<Self, Failure> {
        let text = fs::read_to_string(path)
            .map_err(|error| Failure::usage(format!("the file of --config, {path}, cannot be read: {error}")))?;
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            Failure::usage(format!("{path} is not TOML: {}", error.to_string().trim_end()))
        })?;
        match table.keys().find(|key| !KEYS.contains(&key.as_str())) {
            Some(key) => {
                let known = KEYS.join(", ");
                Err(Failure::usage(format!("\"{key}\" in {path} is no setting; the settings are {known}")))
            }
            None => Ok(Self { path: path.to_owned(), table }),
        }
    }
}

/// How a setting is written on the command line.
pub(crate) fn flag(key: &str) -> String {
    format!("--{}", key.replace('_', "-"))
}

/// How a setting is written in the environment.
pub(crate) fn variable(key: &str) -> String {
    format!("TRACEWOOD_{}", key.to_uppercase())
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

fn folder(text: &str) -> Option<PathBuf> {
    (!text.is_empty()).then(|| text.into())
}

fn address(text: &str) -> Option<SocketAddr> {
    match text.strip_prefix("localhost:") {
        Some(port) => port.parse().ok().map(loopback),
        None => text.parse().ok(),
    }
}

fn hosts(text: &str) -> Option<Vec<String>> {
    let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    text.split(',')
        .map(str::trim)
        .map(|name| (!name.is_empty() && name.bytes().all(is_fine)).then(|| name.to_ascii_lowercase()))
        .collect()
}

fn days(text: &str) -> Option<Duration> {
    let n_days = text.parse::<u64>().ok().filter(|n_days| (1..=36_500).contains(n_days))?;
    Some(Duration::from_hours(24 * n_days))
}

fn n_bytes(text: &str) -> Option<usize> {
    // The upper end is what one reservation of room can hold.
    text.parse::<u32>().ok().filter(|n_bytes| *n_bytes > 0).map(|n_bytes| n_bytes as usize)
}

fn log(text: &str) -> Option<String> {
    EnvFilter::builder().parse(text).ok().filter(|_| !text.is_empty()).map(|_| text.to_owned())
}

fn log_format(text: &str) -> Option<LogFormat> {
    match text {
        "auto" => Some(LogFormat::Auto),
        "human" => Some(LogFormat::Human),
        "json" => Some(LogFormat::Json),
        _ => None,
    }
}
