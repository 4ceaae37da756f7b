//! `tracewood scores add`: what you think of a trace or span.

use tracewood_server::api::model::{NewScore, Score};

use super::say;
use crate::args::AddScoreArgs;
use crate::client::{Client, parse, pretty};
use crate::failure::Failure;
use crate::terminal::safe;

/// Keeps a score.
pub(crate) fn add(args: &AddScoreArgs) -> Result<(), Failure> {
    if args.number.is_none() && args.text.is_none() {
        return Err(Failure::usage("a score needs --number, --text or both"));
    }
    let score = NewScore {
        id: args.id.clone(),
        trace_id: args.trace_id.clone(),
        span_id: args.span.clone(),
        name: args.name.clone(),
        number: args.number,
        text: args.text.clone(),
        comment: args.comment.clone(),
        source: args.by.clone(),
        scored_at: None,
    };
    let body = Client::new(&args.source).post("/api/v1/scores", &score)?;
    if args.source.json {
        return say(&pretty(&body)?);
    }
    let kept: Score = parse(&body)?;
    say(&format!("kept as {}\n", safe(&kept.id)))
}
