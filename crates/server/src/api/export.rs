//! All spans that pass a filter, one line of JSON each, for as long as the client reads.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderValue, header};
use http_body::Frame;
use serde_json::json;
use tokio::sync::mpsc;
use tracewood_store::SpanHit;

use super::model::ErrorEnvelope;
use super::spans::SearchQuery;
use super::{convert, question};
use crate::error::Refusal;
use crate::state::Reader;

/// Bytes that are gathered before they are sent on.
const CHUNK_BYTES: usize = 256 * 1024;
/// Chunks that wait for a client that reads slowly.
const N_CHUNKS: usize = 2;

/// All spans that pass a filter, newest first, as JSON Lines.
///
/// Each line is `{"cursor": …, "span": Span}`. When the line breaks, ask again with the last `cursor` that was read, and
/// the answer goes on behind it. A last line `{"error": …}` says that the store failed on the way.
#[utoipa::path(
    get,
    path = "/api/v1/export",
    operation_id = "export_spans",
    tag = "traces",
    params(SearchQuery),
    responses(
        (status = 200, description = "The spans; `limit` does not count.", content_type = "application/jsonl", body = String),
        (status = 400, description = "A parameter is wrong.", body = ErrorEnvelope),
        (status = 503, description = "The store cannot be read now.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn export(
    reader: Reader,
    query: Result<Query<SearchQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let query = question::read(query)?.question()?;
    let server = Arc::clone(reader.server());
    let permit = server.admit_export()?;
    let hits = server.read(move || reader.export(query)).await?;
    let (sender, chunks) = mpsc::channel(N_CHUNKS);
    tokio::task::spawn_blocking(move || {
        let _permit = permit;
        write(hits, &sender);
    });
    let mut response = Response::new(Body::new(Chunks(chunks)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/jsonl"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Writes lines until there are no more, or nobody reads them.
fn write(hits: tracewood_store::Export, chunks: &mpsc::Sender<Bytes>) {
    let mut chunk = Vec::new();
    for hit in hits {
        let is_last = hit.is_err();
        match hit {
            Ok(hit) => line(&mut chunk, &hit),
            Err(error) => {
                let refusal = Refusal::of_store(&error);
                let body = json!({ "error": { "code": refusal.reason.code(), "message": refusal.message } });
                chunk.extend_from_slice(format!("{body}\n").as_bytes());
            }
        }
        if chunk.len() >= CHUNK_BYTES && chunks.blocking_send(std::mem::take(&mut chunk).into()).is_err() {
            return;
        }
        if is_last {
            break;
        }
    }
    if !chunk.is_empty() {
        let _ = chunks.blocking_send(chunk.into());
    }
}

fn line(chunk: &mut Vec<u8>, hit: &SpanHit) {
    let span = convert::span(&hit.stored.span, hit.stored.span.started_at_unix_nanos);
    let written = serde_json::to_writer(&mut *chunk, &json!({ "cursor": hit.cursor, "span": span }));
    debug_assert!(written.is_ok(), "texts and numbers can always be written");
    chunk.push(b'\n');
}

struct Chunks(mpsc::Receiver<Bytes>);

impl http_body::Body for Chunks {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0.poll_recv(cx).map(|chunk| chunk.map(|chunk| Ok(Frame::data(chunk))))
    }
}
