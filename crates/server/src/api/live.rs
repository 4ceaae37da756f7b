//! What arrives, as it arrives.

use axum::body::Body;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};
use serde::Deserialize;
use utoipa::IntoParams;

use super::model::{ErrorEnvelope, SpanSummary};
use super::question;
use crate::error::{Reason, Refusal};
use crate::live::Feed;
use crate::state::Reader;

/// Which spans are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct FollowQuery {
    /// Only spans that pass it, in the filter language; each is judged by itself.
    filter: Option<String>,
}

/// Spans as they arrive, without inputs and outputs, as server-sent events.
///
/// An event `span` holds a `SpanSummary`, once it is on disk; pending spans come too. An event `missed` says how many were
/// left out because they were not read fast enough. Read the trace itself for all it holds.
#[utoipa::path(
    get,
    path = "/api/v1/live",
    operation_id = "follow",
    tag = "traces",
    params(FollowQuery),
    responses(
        (status = 400, description = "The filter is wrong.", body = ErrorEnvelope),
        (status = 200, description = "Events until one side closes.", body = SpanSummary, content_type = "text/event-stream"),
        (status = 503, description = "Too many follow already.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn follow(
    reader: Reader,
    headers: HeaderMap,
    query: Result<Query<FollowQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let filter = question::filter(question::read(query)?.filter.as_deref())?;
    let Some(feed) = Feed::begin(&reader, filter, headers) else {
        return Err(Refusal::new(Reason::Overloaded, "too many clients follow already; close one, or poll instead"));
    };
    let mut response = Response::new(Body::new(feed));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
