//! `tracewood tail`: spans as they arrive.

use std::io::{BufRead as _, BufReader};

use tracewood_server::api::model::SpanSummary;

use super::{question, say};
use crate::args::TailArgs;
use crate::client::Client;
use crate::failure::Failure;
use crate::format;
use crate::terminal::{Style, Terminal, safe};

/// Prints what arrives until the server ends it, or until there are as many as wanted.
pub(crate) fn run(args: &TailArgs) -> Result<(), Failure> {
    let terminal = Terminal::of_stdout();
    let client = Client::new(&args.source);
    let feed = client.open(&question("/api/v1/live", &[("filter", args.filter.as_deref())]))?;
    let (mut n_shown, mut event) = (0, String::new());
    for line in BufReader::new(feed).lines() {
        let line = line.map_err(|error| Failure::new(format!("the server went away: {error}")))?;
        if let Some(name) = line.strip_prefix("event: ") {
            name.clone_into(&mut event);
        }
        let Some(data) = line.strip_prefix("data: ") else { continue };
        if event == "missed" {
            say(&terminal.paint(Style::Dim, &format!("… some were missed: {}\n", safe(data))))?;
            continue;
        }
        if args.source.json {
            say(&format!("{data}\n"))?;
        } else {
            let span: SpanSummary = crate::client::parse(data.as_bytes())?;
            say(&shown(&span, terminal))?;
        }
        n_shown += 1;
        if args.limit == Some(n_shown) {
            return Ok(());
        }
    }
    Err(Failure::new("the server ended the feed"))
}

fn shown(span: &SpanSummary, terminal: Terminal) -> String {
    let duration = span.duration_nanos.map_or_else(|| "running".to_owned(), format::duration);
    let status = match span.status.as_str() {
        "error" => terminal.paint(Style::Red, " error"),
        _ => String::new(),
    };
    let model = span.model.as_deref().map(|model| format!(" {}", safe(model))).unwrap_or_default();
    format!(
        "{} {} {} {duration}{model}{status} {}\n",
        format::moment(&span.started_at),
        safe(&span.kind),
        terminal.paint(Style::Bold, &safe(&span.name)),
        terminal.paint(Style::Dim, &safe(&span.trace_id)),
    )
}
