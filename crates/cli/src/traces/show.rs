//! `tracewood traces show`: one trace as a tree, with what each span took.

use tracewood_server::api::model::{Span, Trace, Usage};

use super::tree::{Line, lines};
use crate::args::ShowArgs;
use crate::client::{Client, parse, pretty, segment};
use crate::failure::Failure;
use crate::format;
use crate::terminal::{Style, Terminal, cut, print, safe};

/// How many columns of a name or message are shown.
const TEXT_COLUMNS: usize = 120;

/// Prints the trace.
pub(crate) fn run(args: &ShowArgs, terminal: Terminal) -> Result<(), Failure> {
    let client = Client::new(&args.source);
    let body = client.get(&format!("/api/v1/traces/{}", segment(&args.trace_id)))?;
    let text = if args.source.json { pretty(&body)? } else { tree(&parse(&body)?, terminal) };
    print(&text).map_err(|error| Failure::new(format!("cannot write: {error}")))
}

fn tree(trace: &Trace, terminal: Terminal) -> String {
    let mut out = head(trace, terminal);
    for line in lines(&trace.spans) {
        out.push_str(&row(&line, terminal));
        out.push('\n');
    }
    out.push_str(&totals(trace, terminal));
    out.push('\n');
    out
}

fn head(trace: &Trace, terminal: Terminal) -> String {
    let summary = &trace.trace;
    let mut parts = vec![format!("trace {}", safe(&summary.trace_id)), format::moment(&summary.started_at)];
    for (name, value) in [
        ("id", &summary.trace_id_original),
        ("user", &summary.user_id),
        ("session", &summary.session_id),
        ("environment", &summary.environment),
    ] {
        if let Some(value) = value {
            parts.push(format!("{name} {}", cut(&safe(value), TEXT_COLUMNS)));
        }
    }
    if !summary.tags.is_empty() {
        parts.push(format!("tags {}", cut(&safe(&summary.tags.join(", ")), TEXT_COLUMNS)));
    }
    format!("{}\n", terminal.paint(Style::Dim, &parts.join("  ")))
}

fn row(line: &Line<'_>, terminal: Terminal) -> String {
    let Line { span, prefix, is_orphan } = line;
    let mut parts = vec![
        terminal.paint(Style::Bold, &cut(&safe(&span.name), TEXT_COLUMNS)),
        terminal.paint(Style::Dim, &safe(kind(span))),
        span.duration_nanos.map_or_else(|| "running".to_owned(), format::duration),
    ];
    if let Some(model) = &span.model {
        parts.push(cut(&safe(model), TEXT_COLUMNS));
    }
    parts.extend(tokens(&span.usage));
    parts.extend(span.cost_usd.map(format::cost));
    if *is_orphan {
        parts.push(terminal.paint(Style::Dim, "(its parent has not arrived)"));
    }
    if span.status == "error" {
        let message = cut(&safe(&span.status_message), TEXT_COLUMNS);
        let mark = if message.is_empty() { "✗ error".to_owned() } else { format!("✗ {message}") };
        parts.push(terminal.paint(Style::Red, &mark));
    }
    format!("{}{}", terminal.paint(Style::Dim, prefix), parts.join("  "))
}

/// The user's own word where there is one.
fn kind(span: &Span) -> &str {
    if span.kind_original.is_empty() { &span.kind } else { &span.kind_original }
}

fn tokens(usage: &Usage) -> Option<String> {
    match (usage.input_tokens, usage.output_tokens, usage.total_tokens) {
        (None, None, None) => None,
        (None, None, Some(total)) => Some(format::counted(total, "token")),
        (input, output, _) => Some(format!("{}→{} tokens", input.unwrap_or(0), output.unwrap_or(0))),
    }
}

fn totals(trace: &Trace, terminal: Terminal) -> String {
    let summary = &trace.trace;
    let mut parts = vec![format::counted(summary.span_count, "span")];
    if summary.error_count > 0 {
        parts.push(terminal.paint(Style::Red, &format::counted(summary.error_count, "error")));
    }
    parts.push(summary.duration_nanos.map_or_else(|| "running".to_owned(), format::duration));
    parts.extend(summary.total_tokens.map(|total| format::counted(total, "token")));
    parts.extend(summary.cost_usd.map(format::cost));
    parts.join(", ")
}
