//! How many traces began when, and how many of them failed.

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::Response;
use http::HeaderMap;
use serde::Deserialize;
use tracewood_store::HistogramQuery;
use utoipa::IntoParams;

use super::model::{ErrorEnvelope, Histogram, HistogramStep};
use super::question;
use super::value::moment;
use crate::error::Refusal;
use crate::state::Reader;

/// How many steps an answer has when nobody asks for another number: a bar for each 20 points of a wide screen.
const N_STEPS_DEFAULT: usize = 60;
/// How many it has at the most.
const N_STEPS_MAX: usize = 500;
/// Nanoseconds in a second.
const SECOND: u64 = 1_000_000_000;

/// Which traces are counted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct HistogramParameters {
    /// Only traces of which one span passes it count, in the filter language.
    filter: Option<String>,
    /// From when on, in RFC 3339; without it from the first trace.
    #[param(value_type = Option<String>, format = DateTime)]
    started_after: Option<String>,
    /// Until when, in RFC 3339; without it until the last trace.
    #[param(value_type = Option<String>, format = DateTime)]
    started_before: Option<String>,
    /// Into how many steps the time is cut at the most, 1 to 500; they are as long as people read them easily.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500, default = 60)]
    steps: Option<String>,
}

/// Traces over time, and those in which a span failed; steps without traces are there too.
#[utoipa::path(
    get,
    path = "/api/v1/histogram",
    operation_id = "get_histogram",
    tag = "traces",
    params(HistogramParameters),
    responses(
        (status = 200, description = "The steps, one after the other.", body = Histogram),
        (status = 400, description = "A parameter is wrong.", body = ErrorEnvelope),
        (status = 503, description = "The store cannot be read now.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn show(
    reader: Reader,
    headers: HeaderMap,
    query: Result<Query<HistogramParameters>, QueryRejection>,
) -> Result<Response, Refusal> {
    let query = question::read(query)?;
    let query = HistogramQuery {
        started_at_or_after_unix_nanos: question::moment("started_after", query.started_after)?,
        started_before_unix_nanos: question::moment("started_before", query.started_before)?,
        filter: question::filter(query.filter.as_deref())?,
        n_steps_max: question::number("steps", query.steps, N_STEPS_DEFAULT, N_STEPS_MAX)?,
        ..HistogramQuery::default()
    };
    super::answer(reader, &headers, |reader| {
        let histogram = reader.histogram(query)?;
        let steps = histogram.steps.iter().map(|step| HistogramStep {
            begins_at: moment(step.begins_at_unix_nanos),
            trace_count: step.n_traces,
            failed_trace_count: step.n_failed_traces,
        });
        Ok(Histogram { step_seconds: histogram.step_nanos / SECOND, steps: steps.collect() })
    })
    .await
}
