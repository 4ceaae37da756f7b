//! Why a command could not do its work, in one sentence, and the exit code that says so to scripts.

use std::fmt;
use std::io::{self, Write as _};
use std::process::ExitCode;

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) struct Failure {
    exit_code: u8,
    message: String,
}

impl Failure {
    /// Something in the world is not as it should be.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { exit_code: 1, message: message.into() }
    }

    /// What was asked for makes no sense; clap's own code for that is 2 as well.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { exit_code: 2, message: message.into() }
    }

    /// Says it on standard error.
    pub(crate) fn report(&self) -> ExitCode {
        let _ = writeln!(io::stderr(), "tracewood: {self}");
        ExitCode::from(self.exit_code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
