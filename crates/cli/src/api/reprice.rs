//! `tracewood reprice`: model calls priced again with the prices of now.

use tracewood_server::api::model::{Reprice, Repriced};

use super::say;
use crate::args::RepriceArgs;
use crate::client::{Client, parse};
use crate::failure::Failure;
use crate::format;

/// Goes on until all is done.
pub(crate) fn run(args: &RepriceArgs) -> Result<(), Failure> {
    let client = Client::new(&args.source);
    let mut which = Reprice {
        filter: args.range.filter.clone(),
        started_after: args.range.after.clone(),
        started_before: args.range.before.clone(),
        cursor: None,
    };
    let (mut n_spans, mut n_changed) = (0, 0);
    loop {
        let done: Repriced = parse(&client.post("/api/v1/reprice", &which)?)?;
        n_spans += done.span_count;
        n_changed += done.changed_span_count;
        which.cursor = done.next_cursor;
        if which.cursor.is_none() {
            break;
        }
    }
    if args.source.json {
        return say(&format!("{{\"span_count\": {n_spans}, \"changed_span_count\": {n_changed}}}\n"));
    }
    say(&format!("{n_changed} of {} cost something else now\n", format::counted(n_spans, "model call")))
}
