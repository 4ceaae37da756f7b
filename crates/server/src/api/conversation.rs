//! One session as a conversation over its traces, and one user with their sessions.

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query};
use axum::response::Response;
use http::HeaderMap;
use serde::Deserialize;
use tracewood_span::Value;
use tracewood_store::filter::{Check, Expr, Field, Filter, Pattern, Test};
use tracewood_store::{Group, GroupPage, GroupQuery, Order, TraceQuery, TraceSummary};
use utoipa::IntoParams;

use super::model::{Conversation, ErrorEnvelope, Turn, User};
use super::value::{content, n_bytes};
use super::{question, summary};
use crate::error::{Reason, Refusal};
use crate::state::Reader;

/// The most bytes of an input or output that is shown in a conversation: a long answer. Fifty turns of it are a few
/// megabytes, which a browser reads at once.
const CONTENT_BYTES_MAX: usize = 32 * 1024;

/// Which page is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageQuery {
    /// How many, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<String>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// One session as a conversation over its traces, the oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/sessions/{session_id}",
    operation_id = "get_session_conversation",
    tag = "traces",
    params(("session_id" = String, Path, description = "The session's own id."), PageQuery),
    responses(
        (status = 200, description = "One page of turns.", body = Conversation),
        (status = 400, description = "A parameter is wrong.", body = ErrorEnvelope),
        (status = 404, description = "No trace names the session.", body = ErrorEnvelope),
        (status = 503, description = "The store cannot be read now.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn session(
    reader: Reader,
    headers: HeaderMap,
    path: Result<Path<String>, PathRejection>,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Path(id) = path.map_err(|rejection| Refusal::bad_request(rejection.body_text()))?;
    let page = question::read(query)?;
    let query = TraceQuery {
        filter: named(Field::Session, &id),
        order: Order::Oldest,
        limit: question::limit(page.limit)?,
        cursor: question::cursor(page.cursor),
        ..TraceQuery::default()
    };
    super::answer(reader, &headers, move |reader| {
        let session = only(reader.sessions(one(&id))?, "session", &id)?;
        let page = reader.traces(query)?;
        let turns = page.traces.iter().map(|trace| turn(reader, trace)).collect::<Result<_, _>>()?;
        Ok(Conversation { session: summary::group(session), turns, next_cursor: page.next_cursor })
    })
    .await
}

/// One user with their sessions, those that were active last first.
#[utoipa::path(
    get,
    path = "/api/v1/users/{user_id}",
    operation_id = "get_user",
    tag = "traces",
    params(("user_id" = String, Path, description = "The user's own id."), PageQuery),
    responses(
        (status = 200, description = "One page of sessions.", body = User),
        (status = 400, description = "A parameter is wrong.", body = ErrorEnvelope),
        (status = 404, description = "No trace names the user.", body = ErrorEnvelope),
        (status = 503, description = "The store cannot be read now.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn user(
    reader: Reader,
    headers: HeaderMap,
    path: Result<Path<String>, PathRejection>,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Path(id) = path.map_err(|rejection| Refusal::bad_request(rejection.body_text()))?;
    let page = question::read(query)?;
    let query = GroupQuery {
        filter: named(Field::User, &id),
        limit: question::limit(page.limit)?,
        cursor: question::cursor(page.cursor),
        ..GroupQuery::default()
    };
    super::answer(reader, &headers, move |reader| {
        let user = only(reader.users(one(&id))?, "user", &id)?;
        let page = summary::groups(reader.sessions(query)?);
        Ok(User { user: summary::group(user), sessions: page.groups, next_cursor: page.next_cursor })
    })
    .await
}

/// Spans that name a session or user.
fn named(field: Field, id: &str) -> Filter {
    Filter::from(Expr::Test(Test { field, check: Check::Text(vec![Pattern::exact(id)]) }))
}

/// The question for one session or user.
fn one(id: &str) -> GroupQuery {
    GroupQuery { id: Some(id.to_owned()), limit: 1, ..GroupQuery::default() }
}

fn only(page: GroupPage, what: &str, id: &str) -> Result<Group, Refusal> {
    let missing = || Refusal::new(Reason::NotFound, format!("there is no {what} \"{id}\""));
    page.groups.into_iter().next().ok_or_else(missing)
}

fn turn(reader: &Reader, trace: &TraceSummary) -> Result<Turn, Refusal> {
    // It may have been forgotten since the list was made.
    let entry = reader.span(trace.trace_id, trace.entry_span_id)?;
    let mut shortened = false;
    let mut shown = |value: Option<&Value>| {
        let value = value?;
        let is_short = n_bytes(value) <= CONTENT_BYTES_MAX;
        shortened |= !is_short;
        is_short.then(|| content(value))
    };
    let span = entry.as_ref().map(|entry| &entry.span);
    let input = shown(span.and_then(|span| span.input_value()));
    let output = shown(span.and_then(|span| span.output_value()));
    Ok(Turn { trace: trace.into(), input, output, shortened })
}
