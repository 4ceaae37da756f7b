//! `tracewood search`: spans that pass a filter, newest first.

use tracewood_server::api::model::{SpanList, SpanSummary};

use super::{question, range, say};
use crate::args::SearchArgs;
use crate::client::{Client, parse, pretty};
use crate::failure::Failure;
use crate::format;
use crate::terminal::{Style, Terminal, cut, safe};
use crate::traces::table::{Cell, Side, lay_out};

/// How many spans the server gives at once.
const PAGE_MAX: u64 = 200;
/// How many columns of a name are shown.
const NAME_COLUMNS: usize = 40;

/// Prints the spans.
pub(crate) fn run(args: &SearchArgs) -> Result<(), Failure> {
    let client = Client::new(&args.source);
    let mut spans: Vec<SpanSummary> = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let limit = args.limit.saturating_sub(spans.len() as u64).min(PAGE_MAX).to_string();
        let [filter, after, before] = range(&args.range);
        let pairs = [filter, after, before, ("limit", Some(limit.as_str())), ("cursor", cursor.as_deref())];
        let body = client.get(&question("/api/v1/search", &pairs))?;
        if args.source.json {
            return say(&pretty(&body)?);
        }
        let page: SpanList = parse(&body)?;
        spans.extend(page.spans.into_iter().map(|hit| hit.summary));
        cursor = page.next_cursor;
        if cursor.is_none() || spans.len() as u64 >= args.limit {
            return say(&table(&spans));
        }
    }
}

fn table(spans: &[SpanSummary]) -> String {
    if spans.is_empty() {
        return "no span passes\n".to_owned();
    }
    let heads = [
        ("STARTED", Side::Left),
        ("NAME", Side::Left),
        ("KIND", Side::Left),
        ("STATUS", Side::Left),
        ("DURATION", Side::Right),
        ("TOKENS", Side::Right),
        ("COST", Side::Right),
        ("TRACE ID", Side::Left),
        ("SPAN ID", Side::Left),
    ];
    let rows: Vec<[Cell; 9]> = spans.iter().map(row).collect();
    lay_out(heads, &rows, Terminal::of_stdout())
}

fn row(span: &SpanSummary) -> [Cell; 9] {
    [
        Cell::plain(format::moment(&span.started_at)),
        Cell::marked(Style::Bold, cut(&safe(&span.name), NAME_COLUMNS)),
        Cell::plain(safe(&span.kind)),
        if span.status == "error" { Cell::marked(Style::Red, "error") } else { Cell::plain(safe(&span.status)) },
        Cell::plain(span.duration_nanos.map_or_else(|| "running".to_owned(), format::duration)),
        Cell::plain(span.total_tokens.map_or_else(|| "-".to_owned(), |tokens| tokens.to_string())),
        Cell::plain(span.cost_usd.map_or_else(|| "-".to_owned(), format::cost)),
        Cell::marked(Style::Dim, safe(&span.trace_id)),
        Cell::marked(Style::Dim, safe(&span.span_id)),
    ]
}
