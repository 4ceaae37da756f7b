//! `tracewood import`: what another server exported, sent to this one.

use std::fs::File;
use std::io::{self, Read};

use tracewood_server::api::model::Imported;

use super::say;
use crate::args::ImportArgs;
use crate::client::{Client, parse, pretty};
use crate::failure::Failure;
use crate::format;

/// Sends a file, or standard input.
pub(crate) fn run(args: &ImportArgs) -> Result<(), Failure> {
    let mut reader: Box<dyn Read> = match args.from.as_os_str().to_str() {
        Some("-") => Box::new(io::stdin().lock()),
        _ => Box::new(
            File::open(&args.from)
                .map_err(|error| Failure::new(format!("{} cannot be read: {error}", args.from.display())))?,
        ),
    };
    let body = Client::new(&args.source).send_lines("/api/v1/import", &mut reader)?;
    if args.source.json {
        return say(&pretty(&body)?);
    }
    let done: Imported = parse(&body)?;
    let (spans, scores) = (format::counted(done.span_count, "span"), format::counted(done.score_count, "score"));
    say(&format!("imported {spans} and {scores}\n"))
}
