//! A file that grows by one line of OTLP JSON per batch.

use std::fs::OpenOptions;
use std::io::Write;

use super::own::Own;
use super::{Attempt, Exporter, Outcome, json_lines};
use crate::load::Batch;
use crate::{Error, ErrorKind, destination};

/// Appends to a file.
#[derive(Debug)]
pub(crate) struct File {
    config: destination::File,
    line: Vec<u8>,
    /// Whether the last line may be half there, so that the next one must not join it.
    is_torn: bool,
}

impl File {
    pub(crate) fn new(config: &destination::File) -> Self {
        Self { config: config.clone(), line: Vec::new(), is_torn: false }
    }

    /// The file is opened each time, so that one that was moved away by a log rotation is made anew.
    fn append(&self) -> std::io::Result<()> {
        let mut file = OpenOptions::new().create(true).append(true).open(&self.config.path)?;
        if self.is_torn {
            file.write_all(b"\n")?;
        }
        file.write_all(&self.line)
    }
}

impl Exporter for File {
    fn export(&mut self, batch: &Batch, attempt: &Attempt) -> Outcome {
        if !attempt.is_retry {
            self.line.clear();
            json_lines::push_line(&mut self.line, batch, self.config.resource.now(), &Own);
        }
        let appended = self.append();
        self.is_torn = appended.is_err();
        match appended {
            Ok(()) => Outcome::Taken { n_rejected: 0, message: String::new(), n_bytes_sent: self.line.len() as u64 },
            Err(error) => {
                let why = format!("cannot write to \"{}\": {error}", self.config.path.display());
                Outcome::TryAgain { after: None, why }
            }
        }
    }
}

/// Checks that the file can be written, and makes it.
pub(crate) fn check(config: &destination::File) -> Result<(), Error> {
    let opened = OpenOptions::new().create(true).append(true).open(&config.path);
    opened.map(drop).map_err(|error| {
        let message = format!("the file \"{}\" cannot be written", config.path.display());
        Error::new(ErrorKind::Io, "add destination", message).because(error)
    })
}
