//! Prices of a project's own, and pricing again what came before them.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request};
use http::StatusCode;
use tracewood_store::SpanQuery;

use super::model::{ErrorEnvelope, NewPrice, Price, PriceList, Reprice, Repriced};
use super::value::moment;
use super::{body, question};
use crate::error::{Reason, Refusal};
use crate::price::{self, Override};
use crate::state::{Owner, Reader};

/// What models cost in the project: its own prices, those of the server's configuration, and the list behind them.
#[utoipa::path(
    get,
    path = "/api/v1/prices",
    operation_id = "list_prices",
    tag = "settings",
    responses(
        (status = 200, description = "All of them, at most 1000.", body = PriceList),
        (status = 503, description = "The store cannot be read now.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn list(reader: Reader) -> Result<Json<PriceList>, Refusal> {
    let server = Arc::clone(reader.server());
    let prices = server.read(move || reader.prices()).await?;
    Ok(Json(PriceList {
        prices: prices.into_iter().map(Into::into).collect(),
        server_prices: server.prices.own().iter().map(Into::into).collect(),
        list_version: price::VERSION.to_owned(),
    }))
}

/// Keeps a price, in the place of the one for the same model, provider and moment. It counts for spans that come from now
/// on; those that came before are priced again on demand.
#[utoipa::path(
    post,
    path = "/api/v1/prices",
    operation_id = "put_price",
    tag = "settings",
    request_body = NewPrice,
    responses(
        (status = 200, description = "The price with its id.", body = Price),
        (status = 400, description = "It is no price.", body = ErrorEnvelope),
        (status = 415, description = "The body is not JSON.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn put(owner: Owner, request: Request) -> Result<Json<Price>, Refusal> {
    let (_, new) = body::json::<NewPrice>(request, "a price").await?;
    let price = tracewood_store::Price {
        id: String::new(),
        model: new.model,
        provider: new.provider,
        from_unix_nanos: question::moment("from", new.from)?.unwrap_or(0),
        input_usd_per_million: new.input_usd_per_million,
        output_usd_per_million: new.output_usd_per_million,
        cache_read_usd_per_million: new.cache_read_usd_per_million,
        cache_write_usd_per_million: new.cache_write_usd_per_million,
    };
    let server = Arc::clone(owner.server());
    let price = server.write(move || owner.put_price(price)).await?;
    Ok(Json(price.into()))
}

/// Forgets a price.
#[utoipa::path(
    delete,
    path = "/api/v1/prices/{price_id}",
    operation_id = "remove_price",
    tag = "settings",
    params(("price_id" = String, Path, description = "The price's id.")),
    responses(
        (status = 204, description = "It is gone."),
        (status = 404, description = "There is none of that id.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn remove(owner: Owner, path: Result<Path<String>, PathRejection>) -> Result<StatusCode, Refusal> {
    let Path(id) = path.map_err(|rejection| Refusal::bad_request(rejection.body_text()))?;
    let server = Arc::clone(owner.server());
    let removing = id.clone();
    if server.write(move || owner.remove_price(&removing)).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refusal::new(Reason::NotFound, format!("there is no price \"{}\"", id.escape_debug())))
    }
}

/// Prices model calls again with the prices of now, the newest first, some thousands for each request. A cost that a client
/// stated stands.
#[utoipa::path(
    post,
    path = "/api/v1/reprice",
    operation_id = "reprice",
    tag = "settings",
    request_body = Reprice,
    responses(
        (status = 200, description = "How many were priced; ask again with `next_cursor` until it is null.", body = Repriced),
        (status = 400, description = "A parameter is wrong.", body = ErrorEnvelope),
        (status = 415, description = "The body is not JSON.", body = ErrorEnvelope),
        (status = 503, description = "The store takes nothing now.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn reprice(owner: Owner, request: Request) -> Result<Json<Repriced>, Refusal> {
    let (_, which) =
        body::json::<Reprice>(request, "what to price again, such as {\"filter\": \"model:gpt-4o\"}").await?;
    let query = SpanQuery {
        started_at_or_after_unix_nanos: question::moment("started_after", which.started_after)?,
        started_before_unix_nanos: question::moment("started_before", which.started_before)?,
        filter: question::filter(which.filter.as_deref())?,
        cursor: question::cursor(which.cursor),
        ..SpanQuery::default()
    };
    let server = Arc::clone(owner.server());
    let done = server.write(move || owner.reprice(query)).await?;
    Ok(Json(Repriced { span_count: done.n_spans, changed_span_count: done.n_changed, next_cursor: done.next_cursor }))
}

impl From<tracewood_store::Price> for Price {
    fn from(price: tracewood_store::Price) -> Self {
        Self {
            id: price.id,
            model: price.model,
            provider: price.provider,
            from: (price.from_unix_nanos > 0).then(|| moment(price.from_unix_nanos)),
            input_usd_per_million: price.input_usd_per_million,
            output_usd_per_million: price.output_usd_per_million,
            cache_read_usd_per_million: price.cache_read_usd_per_million,
            cache_write_usd_per_million: price.cache_write_usd_per_million,
        }
    }
}

impl From<&Override> for NewPrice {
    fn from(price: &Override) -> Self {
        Self {
            model: price.model.clone(),
            provider: price.provider.clone(),
            from: (price.from_unix_nanos > 0).then(|| moment(price.from_unix_nanos)),
            input_usd_per_million: price.input_usd_per_million,
            output_usd_per_million: price.output_usd_per_million,
            cache_read_usd_per_million: price.cache_read_usd_per_million,
            cache_write_usd_per_million: price.cache_write_usd_per_million,
        }
    }
}
