//! The log of the server, on standard error.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;

use crate::config::{LogFormat, Serve};

/// Starts the log.
pub(crate) fn start(config: &Serve) {
    let is_terminal = io::stderr().is_terminal();
    let is_json = match config.log_format {
        LogFormat::Auto => !is_terminal,
        LogFormat::Human => false,
        LogFormat::Json => true,
    };
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(&config.log))
        .with_writer(io::stderr)
        .with_ansi(is_terminal);
    if is_json {
        subscriber.json().flatten_event(true).init();
    } else {
        subscriber.with_target(false).init();
    }
}
