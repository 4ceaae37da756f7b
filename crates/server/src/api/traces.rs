//! Traces: a list of them, and one with its spans.

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query};
use axum::response::Response;
use http::HeaderMap;
use serde::Deserialize;
use tracewood_otlp::mutagent;
use tracewood_store::{Order, TraceQuery};
use utoipa::IntoParams;

use super::model::{ErrorEnvelope, Trace, TraceList, Tree};
use super::{convert, question, summary};
use crate::error::{Reason, Refusal};
use crate::state::Reader;

/// Which traces are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    /// Only traces that began at this moment or later, in RFC 3339.
    #[param(value_type = Option<String>, format = DateTime)]
    started_after: Option<String>,
    /// Only traces that began before this moment, in RFC 3339.
    #[param(value_type = Option<String>, format = DateTime)]
    started_before: Option<String>,
    /// Only traces of which one span passes it, in the filter language.
    filter: Option<String>,
    /// In which order: newest, oldest, duration, cost or tokens; the largest first.
    #[param(value_type = Option<String>, default = "newest")]
    sort: Option<String>,
    /// How many traces, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<String>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Traces, newest first or as asked for.
#[utoipa::path(
    get,
    path = "/api/v1/traces",
    operation_id = "list_traces",
    tag = "traces",
    params(ListQuery),
    responses(
        (status = 200, description = "One page.", body = TraceList),
        (status = 400, description = "A parameter is wrong.", body = ErrorEnvelope),
        (status = 503, description = "The store cannot be read now.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn list(
    reader: Reader,
    headers: HeaderMap,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let query = store_query(question::read(query)?)?;
    let list = |reader: &Reader| {
        let page = reader.traces(query)?;
        Ok(TraceList { traces: page.traces.iter().map(Into::into).collect(), next_cursor: page.next_cursor })
    };
    super::answer(reader, &headers, list).await
}

/// One trace with all its spans.
#[utoipa::path(
    get,
    path = "/api/v1/traces/{trace_id}",
    operation_id = "get_trace",
    tag = "traces",
    params(("trace_id" = String, Path, description = "32 hex digits, a UUID, or the id as its client wrote it.")),
    responses(
        (status = 200, description = "The trace as far as it has arrived.", body = Trace),
        (status = 404, description = "Nothing of it is known.", body = ErrorEnvelope),
        (status = 503, description = "The store cannot be read now.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn one(
    reader: Reader,
    headers: HeaderMap,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Refusal> {
    let Path(text) = path.map_err(|rejection| Refusal::bad_request(rejection.body_text()))?;
    let one = move |reader: &Reader| {
        let trace_id = mutagent::trace_id(&text);
        let trace = reader.trace(trace_id)?.ok_or_else(|| missing(&text))?;
        Ok(convert::trace(&trace, &reader.scores_of(trace_id)?))
    };
    super::answer(reader, &headers, one).await
}

/// One trace with all its spans but without what went in and out of them; a span's payload is had on demand.
#[utoipa::path(
    get,
    path = "/api/v1/traces/{trace_id}/tree",
    operation_id = "get_tree",
    tag = "traces",
    params(("trace_id" = String, Path, description = "32 hex digits, a UUID, or the id as its client wrote it.")),
    responses(
        (status = 200, description = "The trace as far as it has arrived.", body = Tree),
        (status = 404, description = "Nothing of it is known.", body = ErrorEnvelope),
        (status = 503, description = "The store cannot be read now.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn tree(
    reader: Reader,
    headers: HeaderMap,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Refusal> {
    let Path(text) = path.map_err(|rejection| Refusal::bad_request(rejection.body_text()))?;
    let tree = move |reader: &Reader| {
        let trace_id = mutagent::trace_id(&text);
        let tree = reader.tree(trace_id)?.ok_or_else(|| missing(&text))?;
        Ok(summary::tree(&tree, &reader.scores_of(trace_id)?))
    };
    super::answer(reader, &headers, tree).await
}

fn missing(trace_id: &str) -> Refusal {
    Refusal::new(Reason::NotFound, format!("there is no trace \"{trace_id}\""))
}

fn store_query(query: ListQuery) -> Result<TraceQuery, Refusal> {
    Ok(TraceQuery {
        started_at_or_after_unix_nanos: question::moment("started_after", query.started_after)?,
        started_before_unix_nanos: question::moment("started_before", query.started_before)?,
        filter: question::filter(query.filter.as_deref())?,
        order: order(query.sort.as_deref())?,
        limit: question::limit(query.limit)?,
        cursor: question::cursor(query.cursor),
        ..TraceQuery::default()
    })
}

fn order(word: Option<&str>) -> Result<Order, Refusal> {
    match word.unwrap_or("newest") {
        "newest" => Ok(Order::Newest),
        "oldest" => Ok(Order::Oldest),
        "duration" => Ok(Order::Longest),
        "cost" => Ok(Order::Costliest),
        "tokens" => Ok(Order::MostTokens),
        other => {
            let message = format!("\"sort\" is newest, oldest, duration, cost or tokens, not \"{other}\"");
            Err(Refusal::bad_request(message))
        }
    }
}
