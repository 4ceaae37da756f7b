//! Spans: those that pass a filter, wherever they are, and one with what went in and out.

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query};
use axum::response::Response;
use http::HeaderMap;
use serde::Deserialize;
use tracewood_otlp::mutagent;
use tracewood_span::SpanId;
use tracewood_store::SpanQuery;
use utoipa::IntoParams;

use super::excerpt::Sought;
use super::model::{ErrorEnvelope, SpanDetail, SpanHit, SpanList};
use super::{convert, question, span_summary};
use crate::error::{Reason, Refusal};
use crate::state::Reader;

/// Which spans are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct SearchQuery {
    /// Only spans that pass it, in the filter language; a bare word is looked for in input, output and message.
    filter: Option<String>,
    /// Only spans that began at this moment or later, in RFC 3339.
    #[param(value_type = Option<String>, format = DateTime)]
    started_after: Option<String>,
    /// Only spans that began before this moment, in RFC 3339.
    #[param(value_type = Option<String>, format = DateTime)]
    started_before: Option<String>,
    /// How many spans, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<String>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

impl SearchQuery {
    /// The question for the store.
    pub(super) fn question(self) -> Result<SpanQuery, Refusal> {
        Ok(SpanQuery {
            started_at_or_after_unix_nanos: question::moment("started_after", self.started_after)?,
            started_before_unix_nanos: question::moment("started_before", self.started_before)?,
            filter: question::filter(self.filter.as_deref())?,
            limit: question::limit(self.limit)?,
            cursor: question::cursor(self.cursor),
            ..SpanQuery::default()
        })
    }
}

/// Spans that pass a filter, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/search",
    operation_id = "search_spans",
    tag = "traces",
    params(SearchQuery),
    responses(
        (status = 200, description = "One page.", body = SpanList),
        (status = 400, description = "A parameter is wrong.", body = ErrorEnvelope),
        (status = 503, description = "The store cannot be read now.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn search(
    reader: Reader,
    headers: HeaderMap,
    query: Result<Query<SearchQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let query = question::read(query)?.question()?;
    let search = |reader: &Reader| {
        let sought = Sought::of(&query.filter);
        let page = reader.spans(query)?;
        let spans = page.spans.iter().map(|hit| {
            let span = &hit.stored.span;
            SpanHit { summary: span_summary(span), excerpts: sought.excerpts(span) }
        });
        Ok(SpanList { spans: spans.collect(), next_cursor: page.next_cursor })
    };
    super::answer(reader, &headers, search).await
}

/// One span of a trace with what went in and out, what its tokens cost, and how it was judged; its offset is from its own
/// start.
#[utoipa::path(
    get,
    path = "/api/v1/traces/{trace_id}/spans/{span_id}",
    operation_id = "get_span",
    tag = "traces",
    params(
        ("trace_id" = String, Path, description = "32 hex digits, a UUID, or the id as its client wrote it."),
        ("span_id" = String, Path, description = "16 hex digits."),
    ),
    responses(
        (status = 200, description = "The span.", body = SpanDetail),
        (status = 404, description = "It is not known.", body = ErrorEnvelope),
        (status = 503, description = "The store cannot be read now.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn one(
    reader: Reader,
    headers: HeaderMap,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<Response, Refusal> {
    let Path((trace_id, span_id)) = path.map_err(|rejection| Refusal::bad_request(rejection.body_text()))?;
    let missing = format!("there is no span \"{span_id}\" in a trace \"{trace_id}\"");
    let missing = Refusal::new(Reason::NotFound, missing);
    let Ok(span_id) = span_id.parse::<SpanId>() else { return Err(missing) };
    let one = move |reader: &Reader| {
        let stored = reader.span(mutagent::trace_id(&trace_id), span_id)?.ok_or(missing)?;
        let span = &stored.span;
        let prices = reader.server().prices_of(reader.project());
        let scores = reader.scores_of(span.trace_id)?;
        Ok(SpanDetail {
            span: convert::span(&stored, span.started_at_unix_nanos),
            unit_prices: prices.units(span, &stored.price_version).map(convert::unit_prices),
            scores: scores.iter().filter(|score| score.span_id == Some(span.span_id)).map(Into::into).collect(),
        })
    };
    super::answer(reader, &headers, one).await
}
