//! Sessions and users, with the totals of their traces.

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::Response;
use http::HeaderMap;
use serde::Deserialize;
use tracewood_store::GroupQuery;
use utoipa::IntoParams;

use super::model::{ErrorEnvelope, GroupList};
use super::{question, summary};
use crate::error::Refusal;
use crate::state::Reader;

/// Which sessions or users are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    /// Only traces of which one span passes it count, in the filter language.
    filter: Option<String>,
    /// Only spans that began at this moment or later count, in RFC 3339.
    #[param(value_type = Option<String>, format = DateTime)]
    started_after: Option<String>,
    /// Only spans that began before this moment count, in RFC 3339.
    #[param(value_type = Option<String>, format = DateTime)]
    started_before: Option<String>,
    /// How many, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<String>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Sessions, those that were active last first. One as a conversation: `GET /api/v1/sessions/{session_id}`.
#[utoipa::path(
    get,
    path = "/api/v1/sessions",
    operation_id = "list_sessions",
    tag = "traces",
    params(ListQuery),
    responses(
        (status = 200, description = "One page.", body = GroupList),
        (status = 400, description = "A parameter is wrong.", body = ErrorEnvelope),
        (status = 503, description = "The store cannot be read now.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn sessions(
    reader: Reader,
    headers: HeaderMap,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let query = store_query(question::read(query)?)?;
    super::answer(reader, &headers, |reader| reader.sessions(query).map(summary::groups)).await
}

/// Users, those that were active last first.
#[utoipa::path(
    get,
    path = "/api/v1/users",
    operation_id = "list_users",
    tag = "traces",
    params(ListQuery),
    responses(
        (status = 200, description = "One page.", body = GroupList),
        (status = 400, description = "A parameter is wrong.", body = ErrorEnvelope),
        (status = 503, description = "The store cannot be read now.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn users(
    reader: Reader,
    headers: HeaderMap,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let query = store_query(question::read(query)?)?;
    super::answer(reader, &headers, |reader| reader.users(query).map(summary::groups)).await
}

fn store_query(query: ListQuery) -> Result<GroupQuery, Refusal> {
    Ok(GroupQuery {
        started_at_or_after_unix_nanos: question::moment("started_after", query.started_after)?,
        started_before_unix_nanos: question::moment("started_before", query.started_before)?,
        filter: question::filter(query.filter.as_deref())?,
        limit: question::limit(query.limit)?,
        cursor: question::cursor(query.cursor),
        ..GroupQuery::default()
    })
}
