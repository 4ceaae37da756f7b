//! The server on its addresses, until it is told to stop.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::post;
use axum::serve::ListenerExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::ingest::grpc;
use crate::router;
use crate::state::Server;

/// How long requests that are under way may take once the server was told to stop.
///
/// Container runtimes kill ten seconds after they asked.
pub const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// Serves HTTP on one listener and gRPC on another until `stop` is done, then answers what is under way and closes the
/// store.
///
/// # Errors
///
/// If a listener fails, or the store cannot be closed.
pub async fn serve(
    server: Arc<Server>,
    http: TcpListener,
    grpc: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stopping, stopped) = watch::channel(false);
    let signal = |mut stopped: watch::Receiver<bool>| async move {
        let _ = stopped.wait_for(|is_stopping| *is_stopping).await;
    };
    // Without this, an answer in several pieces waits for the client's delayed acknowledgement, 40 ms each time.
    let at_once = |stream: &mut TcpStream| {
        let _ = stream.set_nodelay(true);
    };
    let (http, grpc) = (http.tap_io(at_once), grpc.tap_io(at_once));
    let http = axum::serve(http, router::build(Arc::clone(&server))).with_graceful_shutdown(signal(stopped.clone()));
    let grpc = axum::serve(grpc, grpc_router(Arc::clone(&server))).with_graceful_shutdown(signal(stopped));
    let mut both = tokio::spawn(async { tokio::try_join!(http.into_future(), grpc.into_future()).map(|_| ()) });
    let outcome = tokio::select! {
        outcome = &mut both => flat(outcome),
        () = stop => {
            tracing::info!("stopping");
            let _ = stopping.send(true);
            if let Ok(outcome) = tokio::time::timeout(STOP_TIMEOUT, &mut both).await {
                flat(outcome)
            } else {
                tracing::warn!("some requests were not done in time and are cut off");
                both.abort();
                Ok(())
            }
        }
    };
    let closed = tokio::task::spawn_blocking(move || server.store.close()).await;
    match closed {
        Ok(Ok(())) => outcome,
        Ok(Err(error)) => outcome.and(Err(io::Error::other(error))),
        Err(error) => outcome.and(Err(io::Error::other(error))),
    }
}

fn flat(outcome: Result<io::Result<()>, tokio::task::JoinError>) -> io::Result<()> {
    outcome.unwrap_or_else(|error| Err(io::Error::other(error)))
}

/// gRPC on a port of its own; the same calls are also taken on the port of HTTP.
fn grpc_router(server: Arc<Server>) -> Router {
    Router::new()
        .route(grpc::TRACES, post(grpc::traces))
        .route(grpc::LOGS, post(grpc::logs))
        .route(grpc::METRICS, post(grpc::metrics))
        .fallback(grpc::unknown)
        .with_state(server)
}
