//! The verbs that ask a running server over its API, each the same question as the page's and in the same filter language.

pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod reprice;
pub(crate) mod scores;
pub(crate) mod search;
pub(crate) mod sessions;
pub(crate) mod tail;

use crate::args::RangeArgs;
use crate::client::segment;
use crate::failure::Failure;
use crate::terminal::print;

/// Writes to standard output.
fn say(text: &str) -> Result<(), Failure> {
    print(text).map_err(|error| Failure::new(format!("cannot write: {error}")))
}

/// The parameters of a question, out of what was given.
fn question(path: &str, pairs: &[(&str, Option<&str>)]) -> String {
    let given = pairs.iter().filter_map(|(name, value)| Some(format!("{name}={}", segment((*value)?))));
    let given: Vec<String> = given.collect();
    if given.is_empty() { path.to_owned() } else { format!("{path}?{}", given.join("&")) }
}

/// Filter and range of time as parameters.
fn range(args: &RangeArgs) -> [(&'static str, Option<&str>); 3] {
    [
        ("filter", args.filter.as_deref()),
        ("started_after", args.after.as_deref()),
        ("started_before", args.before.as_deref()),
    ]
}
