//! Counts, sums and quantiles of many spans, over time and by a field.

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::Response;
use http::HeaderMap;
use serde::Deserialize;
use tracewood_store::MetricsQuery;
use tracewood_store::filter::descriptions;
use utoipa::IntoParams;

use super::model::{ErrorEnvelope, Metrics};
use super::{question, summary};
use crate::error::Refusal;
use crate::state::Reader;

/// Nanoseconds in a second.
const SECOND: u64 = 1_000_000_000;

/// Which numbers are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct MetricsParameters {
    /// Only spans that pass it count, in the filter language.
    filter: Option<String>,
    /// Only spans that began at this moment or later count, in RFC 3339.
    #[param(value_type = Option<String>, format = DateTime)]
    started_after: Option<String>,
    /// Only spans that began before this moment count, in RFC 3339.
    #[param(value_type = Option<String>, format = DateTime)]
    started_before: Option<String>,
    /// By which field: any whose values can be listed, such as `model`, `tag`, `root` or `metadata.plan`; a span with several
    /// values counts for each.
    group_by: Option<String>,
    /// Seconds of a step of time; without it the whole range is one.
    #[param(value_type = Option<u64>, minimum = 1)]
    step_seconds: Option<String>,
}

/// Counts, errors, tokens, cost, and quantiles of durations and of times to the first token.
#[utoipa::path(
    get,
    path = "/api/v1/metrics",
    operation_id = "get_metrics",
    tag = "traces",
    params(MetricsParameters),
    responses(
        (status = 200, description = "The numbers.", body = Metrics),
        (status = 400, description = "A parameter is wrong.", body = ErrorEnvelope),
        (status = 503, description = "The store cannot be read now.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn show(
    reader: Reader,
    headers: HeaderMap,
    query: Result<Query<MetricsParameters>, QueryRejection>,
) -> Result<Response, Refusal> {
    let query = store_query(question::read(query)?)?;
    super::answer(reader, &headers, |reader| reader.metrics(query).map(summary::metrics)).await
}

/// What can be grouped by, for those who asked for something else.
fn wrong_group(why: &str) -> Refusal {
    let listed = descriptions().into_iter().filter(|field| field.is_listed && field.name != "score");
    let names =
        listed.map(|field| if field.has_path { format!("{}.<path>", field.name) } else { field.name.to_owned() });
    let names: Vec<String> = names.collect();
    Refusal::bad_request(format!("\"group_by\" is one of {}: {why}", names.join(", ")))
}

fn store_query(query: MetricsParameters) -> Result<MetricsQuery, Refusal> {
    let group_by = query.group_by.as_deref().map(|name| {
        let field = question::field(name).map_err(|refusal| wrong_group(&refusal.message))?;
        if field.is_grouped() { Ok(field) } else { Err(wrong_group(&format!("'{name}' has no values to group by"))) }
    });
    let step_nanos = query.step_seconds.map(|text| {
        let seconds = text.parse::<u64>().ok().filter(|seconds| *seconds > 0);
        seconds.and_then(|seconds| seconds.checked_mul(SECOND)).ok_or_else(|| {
            Refusal::bad_request(format!("\"step_seconds\" is a number of seconds such as 3600, not \"{text}\""))
        })
    });
    Ok(MetricsQuery {
        started_at_or_after_unix_nanos: question::moment("started_after", query.started_after)?,
        started_before_unix_nanos: question::moment("started_before", query.started_before)?,
        filter: question::filter(query.filter.as_deref())?,
        group_by: group_by.transpose()?,
        step_nanos: step_nanos.transpose()?,
        ..MetricsQuery::default()
    })
}
