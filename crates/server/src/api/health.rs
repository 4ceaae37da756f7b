//! How the server is doing.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use super::model::{DroppedRequests, Health, Liveness};
use crate::metrics::Signal;
use crate::state::{Reader, Server};

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
    let health = server.health();
    if health.is_writable {
        return Json(Liveness { status: "ok".to_owned(), trouble: None }).into_response();
    }
    failing(&server, health.trouble.unwrap_or_else(|| "the store takes no spans".to_owned()))
}

/// Whether requests should be sent here: it takes spans, and is not on its way out.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "health",
    responses(
        (status = 200, description = "They should.", body = Liveness),
        (status = 503, description = "They should not; `trouble` says why.", body = Liveness),
    )
)]
pub(crate) async fn readyz(State(server): State<Arc<Server>>) -> Response {
    if server.is_stopping() {
        return failing(&server, "the server is stopping".to_owned());
    }
    healthz(State(server)).await
}

/// Who has no key learns no paths from a disk's trouble.
fn failing(server: &Server, trouble: String) -> Response {
    let is_open = server.access.is_open().unwrap_or(false);
    let trouble = if is_open { trouble } else { "the log says why".to_owned() };
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
pub(crate) async fn health(reader: Reader) -> Json<Health> {
    let server = Arc::clone(reader.server());
    let health = server.health();
    // Where too much is asked already, the rest is said all the same.
    let room = server.read(move || Ok(reader.server().room())).await.unwrap_or_default();
    Json(Health {
        status: if health.is_writable { "ok" } else { "failing" }.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        writable: health.is_writable,
        spans_durable: health.n_spans_durable,
        spans_searchable: health.n_spans_searchable,
        wal_bytes: health.wal_bytes,
        data_bytes: room.map(|room| room.n_bytes_used),
        disk_free_bytes: room.and_then(|room| room.n_bytes_free),
        trouble: health.trouble,
        dropped_requests: DroppedRequests {
            logs: server.metrics.n_dropped(Signal::Logs),
            metrics: server.metrics.n_dropped(Signal::Metrics),
        },
    })
}
