//! What the server counts of itself, as text that Prometheus reads.

mod text;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header;

use crate::access::Grant;
use crate::ingest::Taken;
use crate::state::Server;

/// Upper bounds of the classes that durations are counted in, in seconds; the last class has none.
const BOUNDS_SECONDS: [f64; 12] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// The route of everything that has none of its own: the page's files, and what is not there.
const ELSEWHERE: &str = "elsewhere";

/// A signal of OTLP that is answered and thrown away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    Logs,
    Metrics,
}

/// What the server counts of itself.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    n_spans_accepted: AtomicU64,
    n_spans_invalid: AtomicU64,
    n_spans_unavailable: AtomicU64,
    n_log_requests_dropped: AtomicU64,
    n_metric_requests_dropped: AtomicU64,
    n_queries: AtomicU64,
    n_queries_failed: AtomicU64,
    /// By route and status; both come from lists of ours, so that nobody can make this grow.
    requests: Mutex<BTreeMap<(Arc<str>, u16), Durations>>,
}

/// How long things took.
#[derive(Debug, Clone, Default)]
struct Durations {
    n_by_class: [u64; BOUNDS_SECONDS.len() + 1],
    total: Duration,
}

impl Metrics {
    /// Counts the spans of a batch that was answered.
    pub(crate) fn spans(&self, taken: &Taken, is_durable: bool) {
        let kept = if is_durable { &self.n_spans_accepted } else { &self.n_spans_unavailable };
        add(kept, taken.n_spans as u64);
        add(&self.n_spans_invalid, taken.rejected.len() as u64);
    }

    /// Counts spans that an import brought.
    pub(crate) fn imported(&self, n_spans: u64) {
        add(&self.n_spans_accepted, n_spans);
    }

    /// Counts a request that was answered and thrown away, so that whole-SDK exporters stay quiet.
    pub(crate) fn drop_request(&self, signal: Signal) {
        let counter = match signal {
            Signal::Logs => &self.n_log_requests_dropped,
            Signal::Metrics => &self.n_metric_requests_dropped,
        };
        add(counter, 1);
    }

    /// How many requests of a signal were thrown away.
    pub(crate) fn n_dropped(&self, signal: Signal) -> u64 {
        match signal {
            Signal::Logs => read(&self.n_log_requests_dropped),
            Signal::Metrics => read(&self.n_metric_requests_dropped),
        }
    }

    /// Counts a question to the store.
    pub(crate) fn query(&self, is_answered: bool) {
        add(&self.n_queries, 1);
        if !is_answered {
            add(&self.n_queries_failed, 1);
        }
    }

    fn request(&self, route: Arc<str>, status: u16, took: Duration) {
        let seconds = took.as_secs_f64();
        let class = BOUNDS_SECONDS.iter().position(|bound| seconds <= *bound).unwrap_or(BOUNDS_SECONDS.len());
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let durations = requests.entry((route, status)).or_default();
        durations.n_by_class[class] += 1;
        durations.total += took;
    }
}

fn add(counter: &AtomicU64, n: u64) {
    counter.fetch_add(n, Ordering::Relaxed);
}

fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

/// Serves the numbers.
pub(crate) async fn serve(State(server): State<Arc<Server>>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text::write(&server)).into_response()
}

/// Times every request, and writes it into the log by its route, which unlike its path holds nothing of a user.
pub(crate) async fn observe(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let route: Arc<str> =
        request.extensions().get::<MatchedPath>().map_or_else(|| ELSEWHERE.into(), |path| path.as_str().into());
    let response = next.run(request).await;
    let took = began.elapsed();
    let status = response.status().as_u16();
    let grant = response.extensions().get::<Grant>();
    let project = grant.map_or("", |grant| &grant.project);
    let key = grant.and_then(|grant| grant.key_id.as_deref()).unwrap_or_default();
    let millis = took.as_secs_f64() * 1000.0;
    // A target of its own, so that `--log info,tracewood_server::access=debug` shows every request. Refusals for overload
    // come in thousands just when the log should not be the next thing to fail.
    match status {
        ..400 | 503 => {
            tracing::debug!(target: "tracewood_server::access", %method, route = &*route, status, millis, project, key, "answered");
        }
        400..500 => {
            tracing::info!(target: "tracewood_server::access", %method, route = &*route, status, millis, project, key, "refused");
        }
        _ => {
            tracing::warn!(target: "tracewood_server::access", %method, route = &*route, status, millis, project, key, "failed");
        }
    }
    server.metrics.request(route, status, took);
    response
}
