//! `tracewood export`: all spans that pass a filter as JSON Lines, asked for again where the line broke.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write};
use std::path::Path;

use serde_json::Value;

use super::{question, range};
use crate::args::ExportArgs;
use crate::client::Client;
use crate::failure::Failure;

/// How often an export that broke is taken up again without a line in between.
const ATTEMPTS: u32 = 5;

/// Writes the export to a file or standard output.
pub(crate) fn run(args: &ExportArgs) -> Result<(), Failure> {
    let client = Client::new(&args.source);
    let mut cursor = match (&args.to, args.resume) {
        (Some(path), true) => resumed(path)?,
        (None, true) => return Err(Failure::usage("--resume goes on in a file; name it with --to")),
        _ => None,
    };
    let mut out: Box<dyn Write> = match &args.to {
        Some(path) => Box::new(opened(path, args.resume)?),
        None => Box::new(io::stdout().lock()),
    };
    let mut n_failed = 0;
    loop {
        let before = cursor.clone();
        match read(&client, args, &mut cursor, out.as_mut()) {
            Ok(()) => return out.flush().map_err(|error| cannot_write(&error)),
            Err(Broken::Reader) => return Ok(()),
            Err(Broken::Here(failure)) => return Err(failure),
            Err(Broken::There(failure)) => {
                n_failed = if before == cursor { n_failed + 1 } else { 1 };
                if n_failed >= ATTEMPTS || cursor.is_none() {
                    return Err(failure);
                }
            }
        }
    }
}

enum Broken {
    /// Nobody reads on, as with `head`.
    Reader,
    /// Asking again would not help.
    Here(Failure),
    /// The server or the line to it.
    There(Failure),
}

fn read(client: &Client, args: &ExportArgs, cursor: &mut Option<String>, out: &mut dyn Write) -> Result<(), Broken> {
    let [filter, after, before] = range(&args.range);
    let path = question("/api/v1/export", &[filter, after, before, ("cursor", cursor.as_deref())]);
    let lines = client.open(&path).map_err(Broken::Here)?;
    for line in BufReader::new(lines).lines() {
        let line = line.map_err(|error| Broken::There(Failure::new(format!("the export broke off: {error}"))))?;
        let broken = || Broken::There(Failure::new("the export broke off in the middle of a line"));
        let value: Value = serde_json::from_str(&line).map_err(|_| broken())?;
        if let Some(error) = value.get("error") {
            return Err(Broken::There(Failure::new(format!("the export broke off: {}", error["message"]))));
        }
        let here = value["cursor"].as_str().ok_or_else(broken)?;
        match writeln!(out, "{line}") {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Err(Broken::Reader),
            outcome => outcome.map_err(|error| Broken::Here(cannot_write(&error)))?,
        }
        *cursor = Some(here.to_owned());
    }
    Ok(())
}

/// The cursor of the last whole line of a file, behind which an export goes on.
fn resumed(path: &Path) -> Result<Option<String>, Failure> {
    if !path.exists() {
        return Ok(None);
    }
    let file = File::open(path).map_err(|error| cannot_open(path, &error))?;
    let (mut reader, mut cursor, mut n_bytes, mut line) = (BufReader::new(file), None, 0, String::new());
    loop {
        line.clear();
        let n_read = reader.read_line(&mut line).map_err(|error| cannot_open(path, &error))?;
        let parsed = line.strip_suffix('\n').and_then(|line| serde_json::from_str::<Value>(line).ok());
        let Some(here) = parsed.as_ref().and_then(|value| value["cursor"].as_str()) else { break };
        cursor = Some(here.to_owned());
        n_bytes += n_read as u64;
    }
    // What is behind the last whole line is asked for again.
    let cut = OpenOptions::new().write(true).open(path).and_then(|file| file.set_len(n_bytes));
    cut.map_err(|error| cannot_open(path, &error))?;
    Ok(cursor)
}

fn opened(path: &Path, is_resumed: bool) -> Result<File, Failure> {
    let mut options = OpenOptions::new();
    let options = if is_resumed { options.append(true).create(true) } else { options.write(true).create_new(true) };
    options.open(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::new(format!(
            "{} is there already; go on in it with --resume, or name another file",
            path.display()
        )),
        _ => cannot_open(path, &error),
    })
}

fn cannot_open(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("{} cannot be used: {error}", path.display()))
}

fn cannot_write(error: &io::Error) -> Failure {
    Failure::new(format!("cannot write: {error}"))
}
