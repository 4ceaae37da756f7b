//! How the server is doing.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use super::model::{DroppedRequests, Health, Liveness};
use crate::state::Server;

/// Whether the server takes spans, for load balancers and containers.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "health",
    responses(
        (status = 200, description = "It does.", body = Liveness),
        (status = 503, description = "It does not; `trouble` says why.", body = Liveness),
    )
)]
pub(crate) async fn healthz(State(server): State<Arc<Server>>) -> Response {
    let health = server.store.health();
    if health.is_writable {
        return Json(Liveness { status: "ok".to_owned(), trouble: None }).into_response();
    }
    let trouble = health.trouble.unwrap_or_else(|| "the store takes no spans".to_owned());
    let body = Liveness { status: "failing".to_owned(), trouble: Some(trouble) };
    (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
}

/// How the server and its store are doing, in numbers.
#[utoipa::path(
    get,
    path = "/api/v1/health",
    tag = "health",
    responses((status = 200, description = "Also while the store takes no spans.", body = Health))
)]
pub(crate) async fn health(State(server): State<Arc<Server>>) -> Json<Health> {
    let health = server.store.health();
    Json(Health {
        status: if health.is_writable { "ok" } else { "failing" }.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        writable: health.is_writable,
        spans_durable: health.n_spans_durable,
        spans_searchable: health.n_spans_searchable,
        wal_bytes: health.wal_bytes,
        trouble: health.trouble,
        dropped_requests: DroppedRequests {
            logs: server.counters.n_log_requests_dropped.load(Ordering::Relaxed),
            metrics: server.counters.n_metric_requests_dropped.load(Ordering::Relaxed),
        },
    })
}
