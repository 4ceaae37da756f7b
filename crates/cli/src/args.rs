//! What can be said on the command line.

use std::collections::HashMap;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args as ClapArgs, CommandFactory, FromArgMatches, Parser, Subcommand};
use tracewood_seed::Shape;

/// Traces of AI agents: takes them, keeps them, shows them.
#[derive(Debug, Parser)]
#[command(name = "tracewood", version, about, disable_help_subcommand = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Take spans, keep them, and show them.
    ///
    /// Every flag is also an environment variable and a line of the TOML file (the flag's name with _ for -). The flag
    /// counts before the variable, the variable before the file, the file before the default.
    Serve(ServeArgs),
    /// Make, list and revoke the keys of a data directory, whether a server runs there or not.
    ///
    /// A server on loopback addresses is open until the first key is made; on any other address it starts only with one.
    /// Keys are made where the data is: who may write there may make them. A server that runs there knows of every change
    /// at once. A key with the scope admin may make others for its project over the API.
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Look at the traces of a running server.
    Traces {
        #[command(subcommand)]
        command: TracesCommand,
    },
    /// Print spans as they arrive, pending ones too.
    Tail(TailArgs),
    /// Find spans by a filter, newest first.
    Search(SearchArgs),
    /// List conversations with their totals, those that were active last first.
    Sessions(SessionsArgs),
    /// Write all spans that pass a filter as JSON Lines, which another server can import.
    Export(ExportArgs),
    /// Send what another server exported; sending it again changes nothing.
    Import(ImportArgs),
    /// Say what you think of traces and spans.
    Scores {
        #[command(subcommand)]
        command: ScoresCommand,
    },
    /// Price model calls again with the prices of now; what a client said of its cost stands.
    Reprice(RepriceArgs),
    /// Look a data directory over that no server has open, and say what is wrong.
    Doctor(DoctorArgs),
    /// Copy a data directory, also while a server runs on it.
    Backup(BackupArgs),
    /// Put a backup where a server can be started on it.
    Restore(RestoreArgs),
    /// Tools for those who work on Tracewood or want to try it out.
    Dev {
        #[command(subcommand)]
        command: DevCommand,
    },
}

#[derive(Debug, ClapArgs)]
pub(crate) struct DoctorArgs {
    /// The data directory
    #[arg(long, value_name = "DIR", env = "TRACEWOOD_DATA", default_value = ".tracewood")]
    pub(crate) data: std::path::PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct BackupArgs {
    /// Where the copy goes: an empty folder, or one that is not there yet
    #[arg(value_name = "TO")]
    pub(crate) to: std::path::PathBuf,
    /// The data directory
    #[arg(long, value_name = "DIR", env = "TRACEWOOD_DATA", default_value = ".tracewood")]
    pub(crate) data: std::path::PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct RestoreArgs {
    /// The backup, which stays as it is
    #[arg(value_name = "FROM")]
    pub(crate) from: std::path::PathBuf,
    /// The data directory: an empty folder, or one that is not there yet
    #[arg(long, value_name = "DIR", env = "TRACEWOOD_DATA", default_value = ".tracewood")]
    pub(crate) data: std::path::PathBuf,
}

/// The values of `serve` as they were written; `config.rs` reads them, so that an error can say where one came from.
#[derive(Debug, ClapArgs)]
pub(crate) struct ServeArgs {
    /// Where spans are kept; made if it is not there [default: .tracewood]
    #[arg(long, value_name = "DIR", env = "TRACEWOOD_DATA")]
    pub(crate) data: Option<String>,
    /// Where HTTP is served; port 0 takes a free one [default: 127.0.0.1:4318]
    #[arg(long, value_name = "ADDR:PORT", env = "TRACEWOOD_LISTEN")]
    pub(crate) listen: Option<String>,
    /// Where OTLP over gRPC is taken; port 0 takes a free one [default: 127.0.0.1:4317]
    #[arg(long, value_name = "ADDR:PORT", env = "TRACEWOOD_GRPC")]
    pub(crate) grpc: Option<String>,
    /// A name besides localhost by which browsers may reach it while it is open; several with commas
    #[arg(long, value_name = "NAME", env = "TRACEWOOD_HOST")]
    pub(crate) host: Option<String>,
    /// How many days spans are kept; those of older days are forgotten [default: for ever]
    #[arg(long, value_name = "DAYS", env = "TRACEWOOD_KEEP_DAYS")]
    pub(crate) keep_days: Option<String>,
    /// The most bytes of a request, before and after decompression each [default: 67108864]
    #[arg(long, value_name = "BYTES", env = "TRACEWOOD_REQUEST_BYTES_MAX")]
    pub(crate) request_bytes_max: Option<String>,
    /// What is logged: error, warn, info, debug, trace, or one of them for each target [default: info]
    #[arg(long, value_name = "FILTER", env = "TRACEWOOD_LOG")]
    pub(crate) log: Option<String>,
    /// How it is logged: human, json, or auto for human on a terminal and json elsewhere [default: auto]
    #[arg(long, value_name = "FORMAT", env = "TRACEWOOD_LOG_FORMAT")]
    pub(crate) log_format: Option<String>,
    /// A TOML file with any of these settings
    #[arg(long, value_name = "FILE", env = "TRACEWOOD_CONFIG")]
    pub(crate) config: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a key and print it; it cannot be shown again.
    Create(CreateKeyArgs),
    /// List all keys without their secrets.
    List(ListKeysArgs),
    /// Revoke a key; what it opens is closed from the next request on.
    Revoke(RevokeKeyArgs),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CreateKeyArgs {
    /// What it allows: ingest, read, metrics (the numbers of the whole server), admin (keys, prices and retention of its
    /// project); several with commas
    #[arg(long, value_name = "SCOPE", default_value = "ingest", value_delimiter = ',', value_parser = ["ingest", "read", "metrics", "admin"])]
    pub(crate) scope: Vec<String>,
    /// The project that it opens; made if it is not there
    #[arg(long, value_name = "PROJECT", default_value = "default")]
    pub(crate) project: String,
    /// What you call it
    #[arg(long, value_name = "NAME", default_value = "")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ListKeysArgs {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct RevokeKeyArgs {
    /// The key's id as the list shows it
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PlaceArgs {
    /// The data directory
    #[arg(long, value_name = "DIR", env = "TRACEWOOD_DATA", default_value = ".tracewood")]
    pub(crate) data: std::path::PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TracesCommand {
    /// List traces, newest first.
    Ls(LsArgs),
    /// Print one trace as a tree.
    Show(ShowArgs),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LsArgs {
    /// How many traces
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: u64,
    /// Only traces of which one span passes it, such as "kind=llm cost>0.01" (docs/filter.md)
    #[arg(long, short = 'f', value_name = "FILTER")]
    pub(crate) filter: Option<String>,
    /// In which order
    #[arg(long, value_name = "ORDER", value_parser = ["newest", "oldest", "duration", "cost", "tokens"], default_value = "newest")]
    pub(crate) sort: String,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ShowArgs {
    /// The trace: 32 hex digits, a UUID, or the id as its client wrote it
    #[arg(value_name = "TRACE_ID")]
    pub(crate) trace_id: String,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct RangeArgs {
    /// Only spans that pass it, such as "kind:llm cost>0.01" (docs/filter.md)
    #[arg(long, short = 'f', value_name = "FILTER")]
    pub(crate) filter: Option<String>,
    /// Only spans that began then or later, such as 2026-11-22T08:00:00Z
    #[arg(long, value_name = "MOMENT")]
    pub(crate) after: Option<String>,
    /// Only spans that began before that
    #[arg(long, value_name = "MOMENT")]
    pub(crate) before: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct TailArgs {
    /// Only spans that pass it, such as "status:error" (docs/filter.md)
    #[arg(long, short = 'f', value_name = "FILTER")]
    pub(crate) filter: Option<String>,
    /// Stop after so many [default: never]
    #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SearchArgs {
    /// How many spans
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: u64,
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SessionsArgs {
    /// How many sessions, at most 200
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=200))]
    pub(crate) limit: u64,
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ExportArgs {
    /// A file to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub(crate) to: Option<std::path::PathBuf>,
    /// Go on behind the last whole line of the file, as it is after an export that broke off
    #[arg(long)]
    pub(crate) resume: bool,
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ImportArgs {
    /// The file of an export; - reads standard input
    #[arg(value_name = "FILE")]
    pub(crate) from: std::path::PathBuf,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ScoresCommand {
    /// Keep a score; one with the id of an older one takes its place.
    Add(AddScoreArgs),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct AddScoreArgs {
    /// The trace: 32 hex digits, a UUID, or the id as its client wrote it
    #[arg(value_name = "TRACE_ID")]
    pub(crate) trace_id: String,
    /// What is judged, such as helpful; asked for as score.helpful in a filter
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The judgement as a number
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    pub(crate) number: Option<f64>,
    /// The judgement as a word or text
    #[arg(long, value_name = "TEXT")]
    pub(crate) text: Option<String>,
    /// The span that is judged, 16 hex digits [default: the trace as a whole]
    #[arg(long, value_name = "SPAN_ID")]
    pub(crate) span: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) comment: String,
    /// Who judges
    #[arg(long, value_name = "WHO", default_value = "")]
    pub(crate) by: String,
    /// What tells it from others [default: made up]
    #[arg(long, value_name = "ID")]
    pub(crate) id: Option<String>,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct RepriceArgs {
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SourceArgs {
    /// The server to ask
    #[arg(long, value_name = "URL", env = "TRACEWOOD_SERVER", default_value = "http://127.0.0.1:4318")]
    pub(crate) server: String,
    /// A key that allows what is asked for, where the server wants one; better given as `TRACEWOOD_KEY`, which no list of processes shows
    #[arg(long, value_name = "KEY", env = "TRACEWOOD_KEY", hide_env_values = true)]
    pub(crate) key: Option<String>,
    /// Print the server's answer as it is
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DevCommand {
    /// Send made-up traces to a running server, the same ones for the same seed.
    ///
    /// The spans go over the ordinary OTLP route. Ids, texts, tokens and lengths depend on the other options alone; times
    /// count back from --until, which is part of the seed. Sent again with the same --until they replace themselves.
    Seed(SeedArgs),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SeedArgs {
    /// Another number gives other traces
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// What they are like: agents (of everything something), chat (every call holds the whole conversation), deep (a
    /// chain), flat (a root and its children), hostile (strings that have broken viewers, in every field)
    #[arg(long, value_name = "SHAPE", default_value = "agents")]
    pub(crate) shape: Shape,
    /// How many traces
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) traces: u64,
    /// How many spans each has: a number, or the fewest and the most
    #[arg(long, value_name = "N|MIN..MAX", default_value = "4..40", value_parser = spans_per_trace)]
    pub(crate) spans_per_trace: (u64, u64),
    /// Over how many days they are spread
    #[arg(long, value_name = "DAYS", default_value_t = 1.0)]
    pub(crate) days: f64,
    /// When the last one ends, such as 2026-11-27T09:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<jiff::Timestamp>,
    /// How many traces make a session
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) traces_per_session: u64,
    /// How many users there are
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) users: u64,
    /// How many of a hundred tool calls fail
    #[arg(long, value_name = "PERCENT", default_value_t = 4, value_parser = clap::value_parser!(u64).range(..=100))]
    pub(crate) errors: u64,
    /// How many of a hundred traces, the last ones, are still under way
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=100))]
    pub(crate) pending: u64,
    /// The least number of bytes of each input and output
    #[arg(long, value_name = "BYTES", default_value_t = 0)]
    pub(crate) payload_bytes: usize,
    /// How many requests are under way at once
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(crate) connections: u8,
    /// The server to send to
    #[arg(long, value_name = "URL", env = "TRACEWOOD_SERVER", default_value = "http://127.0.0.1:4318")]
    pub(crate) server: String,
    /// A key that allows ingestion, where the server wants one; better given as `TRACEWOOD_KEY`
    #[arg(long, value_name = "KEY", env = "TRACEWOOD_KEY", hide_env_values = true)]
    pub(crate) key: Option<String>,
    /// Print what was sent as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `12` or `4..40`.
fn spans_per_trace(text: &str) -> Result<(u64, u64), String> {
    let (low, high) = text.split_once("..").unwrap_or((text, text));
    match (low.parse(), high.parse()) {
        (Ok(low), Ok(high)) if 1 <= low && low <= high => Ok((low, high)),
        _ => Err("give a number from 1, or the fewest and the most such as 4..40".into()),
    }
}

/// Where each value of `serve` came from: whether it was the environment.
#[derive(Debug, Default)]
pub(crate) struct Sources(HashMap<String, ValueSource>);

impl Sources {
    fn of(matches: &ArgMatches) -> Self {
        let source = |id: &clap::Id| Some((id.to_string(), matches.value_source(id.as_str())?));
        Self(matches.ids().filter_map(source).collect())
    }

    /// Whether the value was read from the environment.
    pub(crate) fn is_environment(&self, key: &str) -> bool {
        self.0.get(key) == Some(&ValueSource::EnvVariable)
    }
}

/// Reads the command line; ends the process with a message where it makes no sense.
pub(crate) fn read() -> (Args, Sources) {
    let matches = Args::command().get_matches();
    let sources = matches.subcommand_matches("serve").map(Sources::of).unwrap_or_default();
    match Args::from_arg_matches(&matches) {
        Ok(args) => (args, sources),
        Err(error) => error.exit(),
    }
}
