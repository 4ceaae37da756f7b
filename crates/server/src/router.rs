//! Every route of the server.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{delete, get, post};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::error::{Face, Reason, Refusal};
use crate::state::Server;
use crate::{access, api, hosts, ingest, metrics, openapi, origin, ui};

/// What a browser may do with our answers: nothing that did not come from us.
const CONTENT_SECURITY_POLICY: &str = concat!(
    "default-src 'none'; script-src 'self'; style-src 'self'",
    // The hash of the styles that stand in the page itself, from build.rs
    env!("TRACEWOOD_PAGE_STYLE"),
    "; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; ",
    "frame-ancestors 'none'"
);

/// So long the end of the page waits for its first list; later it comes without, and asks itself.
const FIRST_LIST_MAX: Duration = Duration::from_millis(100);

/// The whole server as a service, without an address.
pub fn build(server: Arc<Server>) -> Router {
    // Every route stands in one of three groups, each behind the guard that its handlers rely on, or needs no key.
    let ingest = Router::new()
        // OTLP over HTTP
        .route("/v1/traces", post(ingest::http::traces))
        .route("/v1/logs", post(ingest::http::logs))
        .route("/v1/metrics", post(ingest::http::metrics))
        // What another server exported
        .route("/api/v1/import", post(ingest::import::import))
        // TraceRoot
        .route("/api/v1/public/traces", post(ingest::traceroot::traces))
        // MutagenT
        .route("/api/traces/batch", post(ingest::mutagent::batch))
        .route("/api/traces/otlp", post(ingest::mutagent::otlp))
        .route("/api/traces", post(ingest::mutagent::trace))
        .route("/api/traces/", post(ingest::mutagent::trace))
        .route_layer(from_fn_with_state(Arc::clone(&server), access::ingest));
    let read = Router::new()
        .route("/api/v1/health", get(api::health::health))
        .route("/api/v1/traces", get(api::traces::list))
        .route("/api/v1/traces/{trace_id}", get(api::traces::one))
        .route("/api/v1/traces/{trace_id}/tree", get(api::traces::tree))
        .route("/api/v1/traces/{trace_id}/spans/{span_id}", get(api::spans::one))
        .route("/api/v1/search", get(api::spans::search))
        .route("/api/v1/sessions", get(api::groups::sessions))
        .route("/api/v1/sessions/{session_id}", get(api::conversation::session))
        .route("/api/v1/users", get(api::groups::users))
        .route("/api/v1/users/{user_id}", get(api::conversation::user))
        .route("/api/v1/fields", get(api::fields::list))
        .route("/api/v1/fields/{field}/values", get(api::fields::values))
        .route("/api/v1/histogram", get(api::histogram::show))
        .route("/api/v1/metrics", get(api::metrics::show))
        .route("/api/v1/scores", get(api::scores::list))
        .route("/api/v1/projects", get(api::projects::list))
        .route("/api/v1/prices", get(api::prices::list))
        .route("/api/v1/clients", get(api::clients::list))
        .route("/api/v1/export", get(api::export::export))
        .route("/api/v1/live", get(api::live::follow))
        .route_layer(from_fn_with_state(Arc::clone(&server), access::read));
    let of_page = read.clone().with_state(Arc::clone(&server));
    let contribute = Router::new()
        .route("/api/v1/scores", post(api::scores::put))
        .route("/api/v1/scores/{score_id}", delete(api::scores::remove))
        .route_layer(from_fn_with_state(Arc::clone(&server), access::contribute));
    let manage = Router::new()
        .route("/api/v1/projects", post(api::projects::create))
        .route("/api/v1/retention", get(api::projects::retention).put(api::projects::set_retention))
        .route("/api/v1/keys", get(api::keys::list).post(api::keys::create))
        .route("/api/v1/keys/{key_id}", delete(api::keys::revoke))
        .route("/api/v1/prices", post(api::prices::put))
        .route("/api/v1/prices/{price_id}", delete(api::prices::remove))
        .route("/api/v1/reprice", post(api::prices::reprice))
        .route_layer(from_fn_with_state(Arc::clone(&server), access::manage));
    let metrics = Router::new()
        .route("/metrics", get(metrics::serve))
        .route_layer(from_fn_with_state(Arc::clone(&server), access::metrics));
    let without_key = Router::new()
        .route("/healthz", get(api::health::healthz))
        .route("/readyz", get(api::health::readyz))
        .route("/api/v1/openapi.json", get(openapi::serve))
        .route("/api/v1/session", get(api::session::show).post(api::session::begin).delete(api::session::end));
    let routes = Router::new()
        .merge(grpc_calls(&server))
        .merge(ingest)
        .merge(read)
        .merge(contribute)
        .merge(manage)
        .merge(metrics)
        .merge(without_key)
        // Everything else: the page, or a refusal in the words of the wire
        .fallback(move |server, request| elsewhere(server, request, of_page.clone()))
        .method_not_allowed_fallback(wrong_method)
        .with_state(Arc::clone(&server));
    finish(routes, server)
}

/// gRPC on a port of its own; the same calls are also taken on the port of HTTP.
pub(crate) fn build_grpc(server: Arc<Server>) -> Router {
    finish(grpc_calls(&server).fallback(ingest::grpc::unknown).with_state(Arc::clone(&server)), server)
}

fn grpc_calls(server: &Arc<Server>) -> Router<Arc<Server>> {
    Router::new()
        .route(ingest::grpc::TRACES, post(ingest::grpc::traces))
        .route(ingest::grpc::LOGS, post(ingest::grpc::logs))
        .route(ingest::grpc::METRICS, post(ingest::grpc::metrics))
        .route_layer(from_fn_with_state(Arc::clone(server), access::ingest))
}

/// What is done around every route, the outermost last.
fn finish(routes: Router, server: Arc<Server>) -> Router {
    let header = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    routes
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(Arc::clone(&server), origin::check))
        .layer(from_fn_with_state(Arc::clone(&server), hosts::check))
        .layer(from_fn_with_state(server, metrics::observe))
        .layer(header(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "no-referrer"))
}

async fn elsewhere(State(server): State<Arc<Server>>, request: Request, of_page: Router) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    let face = Face::of(path, &parts.headers);
    if matches!(parts.method, Method::GET | Method::HEAD) && face == Face::Api && !is_api(path) {
        if parts.method == Method::GET && ui::begins_with_list(&parts.uri) {
            let list = first_list(&parts.headers, of_page);
            let list = async { tokio::time::timeout(FIRST_LIST_MAX, list).await.ok().flatten() };
            if let Some(response) = ui::serve_with_list(list, &parts.headers) {
                return response;
            }
        }
        return ui::serve(&parts.uri, &parts.headers);
    }
    ingest::body::discard(&server, body).await;
    Refusal::new(Reason::NotFound, format!("there is no route \"{path}\"")).answer(face)
}

/// What whoever asks for the page would be answered for its first list; nothing if it would be an error.
fn first_list(headers: &HeaderMap, routes: Router) -> impl Future<Output = Option<Bytes>> + Send + 'static {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = Uri::from_static(ui::FIRST_LIST);
    // Who asks, and for which project.
    for name in [header::COOKIE, header::AUTHORIZATION] {
        for value in headers.get_all(&name) {
            request.headers_mut().append(&name, value.clone());
        }
    }
    async {
        let Ok(response) = routes.oneshot(request).await;
        if response.status() != StatusCode::OK {
            return None;
        }
        Some(response.into_body().collect().await.ok()?.to_bytes())
    }
}

async fn wrong_method(State(server): State<Arc<Server>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    ingest::body::discard(&server, body).await;
    let message = format!("\"{}\" does not take {}", parts.uri.path(), parts.method);
    Refusal::new(Reason::MethodNotAllowed, message).answer(Face::of(parts.uri.path(), &parts.headers))
}

fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over")]
fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let text = panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    Refusal::internal(format_args!("panic: {text}")).answer(Face::Api)
}
