//! The one binary `tracewood`.
#![doc = include_str!("../README.md")]

mod api;
mod args;
mod client;
mod config;
mod dev;
mod failure;
mod format;
mod keys;
mod log;
mod memory;
mod prices;
mod serve;
mod terminal;
mod traces;
mod upkeep;

use std::process::ExitCode;

use args::{Command, DevCommand, KeysCommand, ScoresCommand, TracesCommand};
use terminal::Terminal;

fn main() -> ExitCode {
    let (args, sources) = args::read();
    let outcome = match args.command {
        Command::Serve(serve_args) => config::serve(&serve_args, &sources).and_then(|config| serve::run(&config)),
        Command::Keys { command } => keys(command),
        Command::Traces { command } => traces(command),
        Command::Tail(args) => api::tail::run(&args),
        Command::Search(args) => api::search::run(&args),
        Command::Sessions(args) => api::sessions::run(&args),
        Command::Export(args) => api::export::run(&args),
        Command::Import(args) => api::import::run(&args),
        Command::Scores { command: ScoresCommand::Add(args) } => api::scores::add(&args),
        Command::Reprice(args) => api::reprice::run(&args),
        Command::Doctor(args) => upkeep::doctor(&args),
        Command::Backup(args) => upkeep::backup(&args),
        Command::Restore(args) => upkeep::restore(&args),
        Command::Dev { command: DevCommand::Seed(args) } => dev::seed(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn keys(command: KeysCommand) -> Result<(), failure::Failure> {
    match command {
        KeysCommand::Create(args) => keys::create(&args),
        KeysCommand::List(args) => keys::list(&args),
        KeysCommand::Revoke(args) => keys::revoke(&args),
    }
}

fn traces(command: TracesCommand) -> Result<(), failure::Failure> {
    let terminal = Terminal::of_stdout();
    match command {
        TracesCommand::Ls(args) => traces::ls::run(&args, terminal),
        TracesCommand::Show(args) => traces::show::run(&args, terminal),
    }
}
