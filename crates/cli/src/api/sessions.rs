//! `tracewood sessions`: conversations, those that were active last first.

use tracewood_server::api::model::{Group, GroupList};

use super::{question, range, say};
use crate::args::SessionsArgs;
use crate::client::{Client, parse, pretty};
use crate::failure::Failure;
use crate::format;
use crate::terminal::{Style, Terminal, cut, safe};
use crate::traces::table::{Cell, Side, lay_out};

/// How many columns of an id are shown.
const ID_COLUMNS: usize = 60;

/// Prints one page of sessions.
pub(crate) fn run(args: &SessionsArgs) -> Result<(), Failure> {
    let limit = args.limit.to_string();
    let [filter, after, before] = range(&args.range);
    let path = question("/api/v1/sessions", &[filter, after, before, ("limit", Some(&limit))]);
    let body = Client::new(&args.source).get(&path)?;
    if args.source.json {
        return say(&pretty(&body)?);
    }
    let list: GroupList = parse(&body)?;
    if list.groups.is_empty() {
        return say("no sessions\n");
    }
    let heads = [
        ("LAST ACTIVE", Side::Left),
        ("SESSION", Side::Left),
        ("TRACES", Side::Right),
        ("SPANS", Side::Right),
        ("ERRORS", Side::Right),
        ("TOKENS", Side::Right),
        ("COST", Side::Right),
    ];
    let rows: Vec<[Cell; 7]> = list.groups.iter().map(row).collect();
    say(&lay_out(heads, &rows, Terminal::of_stdout()))
}

fn row(group: &Group) -> [Cell; 7] {
    let errors = group.error_count.to_string();
    [
        Cell::plain(format::moment(&group.last_started_at)),
        Cell::marked(Style::Bold, cut(&safe(&group.id), ID_COLUMNS)),
        Cell::plain(group.trace_count.to_string()),
        Cell::plain(group.span_count.to_string()),
        if group.error_count > 0 { Cell::marked(Style::Red, errors) } else { Cell::plain(errors) },
        Cell::plain(group.total_tokens.to_string()),
        Cell::plain(group.cost_usd.map_or_else(|| "-".to_owned(), format::cost)),
    ]
}
