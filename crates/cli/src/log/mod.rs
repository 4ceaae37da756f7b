//! The log of the server, on standard error.

mod queue;

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;

use crate::config::{LogFormat, Serve};
pub(crate) use queue::Log;

/// Starts the log; it ends with what is returned.
pub(crate) fn start(config: &Serve) -> Log {
    let is_terminal = io::stderr().is_terminal();
    let is_json = match config.log_format {
        LogFormat::Auto => !is_terminal,
        LogFormat::Human => false,
        LogFormat::Json => true,
    };
    let log = Log::start(io::stderr());
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(&config.log))
        .with_writer(log.writer())
        .with_ansi(is_terminal);
    if is_json {
        subscriber.json().flatten_event(true).init();
    } else {
        subscriber.with_target(false).init();
    }
    // A panic in one task is written like everything else: the default would wait for the reader of standard error.
    std::panic::set_hook(Box::new(|panic| tracing::error!("a panic in the server: {panic}")));
    log
}
