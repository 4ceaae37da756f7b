//! The one binary `tracewood`.
#![doc = include_str!("../README.md")]

mod args;
mod client;
mod config;
mod failure;
mod format;
mod log;
mod serve;
mod terminal;
mod traces;

use std::process::ExitCode;

use args::{Command, TracesCommand};
use terminal::Terminal;

fn main() -> ExitCode {
    let (args, sources) = args::read();
    let outcome = match args.command {
        Command::Serve(serve_args) => config::serve(&serve_args, &sources).and_then(|config| serve::run(&config)),
        Command::Traces { command } => traces(command),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn traces(command: TracesCommand) -> Result<(), failure::Failure> {
    let terminal = Terminal::of_stdout();
    match command {
        TracesCommand::Ls(args) => traces::ls::run(&args, terminal),
        TracesCommand::Show(args) => traces::show::run(&args, terminal),
    }
}
