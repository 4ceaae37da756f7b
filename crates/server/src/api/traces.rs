//! Traces: a list of them, and one with its spans.

use std::sync::Arc;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::HeaderMap;
use jiff::Timestamp;
use serde::Deserialize;
use tracewood_otlp::mutagent;
use tracewood_store::TraceQuery;
use utoipa::IntoParams;

use super::convert;
use super::model::{ErrorEnvelope, Trace, TraceList};
use crate::error::{Reason, Refusal};
use crate::gzip::takes_gzip;
use crate::state::{PROJECT, Server};

/// How many traces a page has when nobody asks for another number.
const LIMIT_DEFAULT: usize = 50;
/// How many traces a page has at the most; TraceRoot's bound, and what a screen can use.
const LIMIT_MAX: usize = 200;

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
    /// How many traces, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<String>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Traces, newest first.
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
    State(server): State<Arc<Server>>,
    headers: HeaderMap,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Query(query) = query.map_err(|rejection| Refusal::bad_request(rejection.body_text()))?;
    let query = store_query(query)?;
    let takes_gzip = takes_gzip(&headers);
    let worker = Arc::clone(&server);
    server
        .read(move || {
            let page = worker.store.traces(&query).map_err(|error| Refusal::of_store(&error))?;
            let list =
                TraceList { traces: page.traces.iter().map(Into::into).collect(), next_cursor: page.next_cursor };
            super::json_response(&list, takes_gzip)
        })
        .await
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
    State(server): State<Arc<Server>>,
    headers: HeaderMap,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Refusal> {
    let Path(text) = path.map_err(|rejection| Refusal::bad_request(rejection.body_text()))?;
    let takes_gzip = takes_gzip(&headers);
    let trace_id = mutagent::trace_id(&text);
    let worker = Arc::clone(&server);
    server
        .read(move || match worker.store.trace(PROJECT, trace_id) {
            Ok(Some(trace)) => super::json_response(&convert::trace(&trace), takes_gzip),
            Ok(None) => Err(Refusal::new(Reason::NotFound, format!("there is no trace \"{text}\""))),
            Err(error) => Err(Refusal::of_store(&error)),
        })
        .await
}

fn store_query(query: ListQuery) -> Result<TraceQuery, Refusal> {
    let limit = match query.limit {
        None => LIMIT_DEFAULT,
        Some(text) => text.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit)).ok_or_else(|| {
            Refusal::bad_request(format!("\"limit\" is a number from 1 to {LIMIT_MAX}, not \"{text}\""))
        })?,
    };
    Ok(TraceQuery {
        project: PROJECT.to_owned(),
        started_at_or_after_unix_nanos: moment("started_after", query.started_after)?,
        started_before_unix_nanos: moment("started_before", query.started_before)?,
        limit,
        cursor: query.cursor.filter(|cursor| !cursor.is_empty()),
        ..TraceQuery::default()
    })
}

fn moment(name: &str, text: Option<String>) -> Result<Option<u64>, Refusal> {
    let Some(text) = text else { return Ok(None) };
    let at: Timestamp = text.parse().map_err(|_| {
        let example = "2026-11-22T08:00:00Z";
        Refusal::bad_request(format!("\"{name}\" is a moment in RFC 3339 such as {example}, not \"{text}\""))
    })?;
    // Whatever lies before 1970 is before every span, and whatever lies after 2554 is after.
    Ok(Some(at.as_nanosecond().clamp(0, i128::from(u64::MAX)) as u64))
}
