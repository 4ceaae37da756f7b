//! The server on its addresses, until it is told to stop.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::connections::{Busy, Slot};
use crate::router;
use crate::state::Server;
use crate::upkeep;

/// How long requests that are under way may take once the server was told to stop.
///
/// Container runtimes kill ten seconds after they asked.
pub const STOP_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a new connection may take until the head of its first request is there.
const FIRST_HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the head of a later request may take, and so how long an idle connection stays; nginx waits 75 seconds.
const HEAD_TIMEOUT: Duration = Duration::from_secs(75);
/// How often a quiet HTTP/2 connection is asked whether it still lives, and how long it may take to say so.
const PING_INTERVAL: Duration = Duration::from_secs(30);
const PING_TIMEOUT: Duration = Duration::from_secs(20);
/// Bytes that are read ahead on a connection, and so the most that a request's head has.
const READ_BUFFER_BYTES: usize = 64 * 1024;
/// Requests under way on one HTTP/2 connection; the Go and C++ servers of gRPC allow 100.
const STREAMS_MAX: u32 = 100;
/// How long to wait when the system has no file for a new connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves HTTP on one listener and gRPC on another until `stop` is done, then answers what is under way and closes the
/// store.
///
/// # Errors
///
/// If the store cannot be closed.
pub async fn serve(
    server: Arc<Server>,
    http: TcpListener,
    grpc: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let both = {
        let http = accept(http, router::build(Arc::clone(&server)), Arc::clone(&server));
        let grpc = accept(grpc, router::build_grpc(Arc::clone(&server)), Arc::clone(&server));
        async { tokio::join!(http, grpc) }
    };
    let mut both = tokio::spawn(both);
    let upkeep = tokio::spawn(upkeep::run(Arc::clone(&server)));
    tokio::select! {
        _ = &mut both => {}
        () = stop => {
            tracing::info!("stopping");
            server.begin_stop();
            if tokio::time::timeout(STOP_TIMEOUT, &mut both).await.is_err() {
                tracing::warn!("some requests were not done in time and are cut off");
                both.abort();
                let _ = both.await;
            }
        }
    }
    server.begin_stop();
    let _ = upkeep.await;
    let closed = tokio::task::spawn_blocking(move || server.close()).await;
    closed.map_err(io::Error::other)?.map_err(io::Error::other)
}

/// Takes connections until the server stops, then waits for those that are open.
async fn accept(listener: TcpListener, router: Router, server: Arc<Server>) {
    let mut tasks = JoinSet::new();
    let mut stopped = pin!(server.stopped());
    loop {
        let accepted = tokio::select! {
            () = &mut stopped => break,
            // Takes the remains of ended connections away.
            Some(_) = tasks.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                // Without this, an answer in several pieces waits for the client's delayed acknowledgement, 40 ms each.
                let _ = stream.set_nodelay(true);
                if let Some(slot) = server.connections.admit() {
                    tasks.spawn(converse(stream, router.clone(), slot, Arc::clone(&server)));
                }
            }
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                let has_evicted = server.connections.evict_one();
                tracing::warn!(%error, has_evicted, "cannot take a connection: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    while tasks.join_next().await.is_some() {}
}

fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// Answers the requests of one connection.
async fn converse(stream: TcpStream, router: Router, slot: Slot, server: Arc<Server>) {
    let mut protocol = auto::Builder::new(TokioExecutor::new());
    protocol.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_buf_size(READ_BUFFER_BYTES);
    protocol
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING_INTERVAL)
        .keep_alive_timeout(PING_TIMEOUT)
        .max_header_list_size(READ_BUFFER_BYTES as u32)
        .max_concurrent_streams(STREAMS_MAX);
    let answers = TowerToHyperService::new(router);
    let service = service_fn(|request: http::Request<hyper::body::Incoming>| {
        let busy = slot.connection().begin();
        let answering = answers.call(request);
        async move {
            let response = answering.await?;
            Ok::<_, std::convert::Infallible>(response.map(|body| Body::new(Held { body, _busy: busy })))
        }
    });
    let mut conversation = pin!(protocol.serve_connection(TokioIo::new(stream), service));
    let mut stopped = pin!(server.stopped());
    let mut first_head = pin!(tokio::time::sleep(FIRST_HEAD_TIMEOUT));
    let mut is_stopping = false;
    let mut is_first = true;
    loop {
        tokio::select! {
            outcome = conversation.as_mut() => {
                if let Err(error) = outcome {
                    tracing::debug!(%error, "a connection ended: {error}");
                }
                break;
            }
            () = &mut stopped, if !is_stopping => {
                is_stopping = true;
                conversation.as_mut().graceful_shutdown();
            }
            () = slot.evicted() => break,
            () = &mut first_head, if is_first => {
                is_first = false;
                if !slot.has_asked() {
                    break;
                }
            }
        }
    }
}

/// An answer's body that keeps its connection from counting as idle.
struct Held {
    body: Body,
    _busy: Busy,
}

impl http_body::Body for Held {
    type Data = bytes::Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<bytes::Bytes>, axum::Error>>> {
        std::pin::Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}
