//! `tracewood traces ls`: the newest traces as a table.

use tracewood_server::api::model::{TraceList, TraceSummary};

use super::table::{Cell, Side, lay_out};
use crate::args::LsArgs;
use crate::client::{Client, parse, pretty, segment};
use crate::failure::Failure;
use crate::format;
use crate::terminal::{Style, Terminal, cut, print, safe};

/// How many traces the server gives at once.
const PAGE_MAX: u64 = 200;
/// How many columns of a name are shown; longer ones push the numbers off an ordinary screen.
const NAME_COLUMNS: usize = 40;

/// Prints the list.
pub(crate) fn run(args: &LsArgs, terminal: Terminal) -> Result<(), Failure> {
    let client = Client::new(&args.source);
    let text = if args.source.json {
        pretty(&client.get(&path(args, args.limit.min(PAGE_MAX)))?)?
    } else {
        table(&read(&client, args)?, terminal)
    };
    print(&text).map_err(|error| Failure::new(format!("cannot write: {error}")))
}

/// The question for one page.
fn path(args: &LsArgs, limit: u64) -> String {
    let mut path = format!("/api/v1/traces?limit={limit}&sort={}", segment(&args.sort));
    if let Some(filter) = &args.filter {
        path += "&filter=";
        path += &segment(filter);
    }
    path
}

/// Reads page after page until there are enough.
fn read(client: &Client, args: &LsArgs) -> Result<Vec<TraceSummary>, Failure> {
    let limit = args.limit;
    let mut traces = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let n_wanted = limit.saturating_sub(traces.len() as u64).min(PAGE_MAX);
        let mut path = path(args, n_wanted);
        if let Some(cursor) = &cursor {
            path += "&cursor=";
            path += &segment(cursor);
        }
        let page: TraceList = parse(&client.get(&path)?)?;
        traces.extend(page.traces);
        cursor = page.next_cursor;
        if cursor.is_none() || traces.len() as u64 >= limit {
            return Ok(traces);
        }
    }
}

fn table(traces: &[TraceSummary], terminal: Terminal) -> String {
    if traces.is_empty() {
        return "no traces yet\n".to_owned();
    }
    let heads = [
        ("STARTED", Side::Left),
        ("NAME", Side::Left),
        ("KIND", Side::Left),
        ("STATUS", Side::Left),
        ("DURATION", Side::Right),
        ("SPANS", Side::Right),
        ("TOKENS", Side::Right),
        ("COST", Side::Right),
        ("TRACE ID", Side::Left),
    ];
    let rows: Vec<[Cell; 9]> = traces.iter().map(row).collect();
    lay_out(heads, &rows, terminal)
}

fn row(trace: &TraceSummary) -> [Cell; 9] {
    let name = cut(&safe(&trace.name), NAME_COLUMNS);
    let status = match (trace.status.as_str(), trace.error_count) {
        ("error", _) => Cell::marked(Style::Red, "error"),
        // The trace itself went well, something in it did not.
        (_, 1..) => Cell::marked(Style::Red, format::counted(trace.error_count, "error")),
        (status, 0) => Cell::plain(safe(status)),
    };
    [
        Cell::plain(format::moment(&trace.started_at)),
        Cell::marked(Style::Bold, if trace.root_missing { format!("{name} (root missing)") } else { name }),
        Cell::plain(safe(&trace.kind)),
        status,
        Cell::plain(trace.duration_nanos.map_or_else(|| "running".to_owned(), format::duration)),
        Cell::plain(trace.span_count.to_string()),
        Cell::plain(trace.total_tokens.map_or_else(|| "-".to_owned(), |tokens| tokens.to_string())),
        Cell::plain(trace.cost_usd.map_or_else(|| "-".to_owned(), format::cost)),
        Cell::marked(Style::Dim, safe(&trace.trace_id)),
    ]
}
