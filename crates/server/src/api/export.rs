//! All spans that pass a filter, one line of JSON each, for as long as the client reads.

use std::collections::HashSet;
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
use tracewood_span::TraceId;
use tracewood_store::{ScoreQuery, SpanHit, exchange};

use super::model::{self, ErrorEnvelope};
use super::spans::SearchQuery;
use super::value::base64;
use super::{convert, question};
use crate::error::Refusal;
use crate::state::Reader;

/// Bytes that are gathered before they are sent on.
const CHUNK_BYTES: usize = 256 * 1024;
/// Chunks that wait for a client that reads slowly.
const N_CHUNKS: usize = 2;

/// All spans that pass a filter, newest first, as JSON Lines.
///
/// Each line is `{"cursor": …, "span": Span, "record": …, "scores": […]}`. When the line breaks, ask again with the last
/// `cursor` that was read, and the answer goes on behind it. A last line `{"error": …}` says that the store failed on the
/// way. `record` holds the span with everything that is kept of it, for an import elsewhere; `scores` are there where the
/// span has some, those of its trace with the first span of the trace.
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
    let scorer = reader.clone();
    let hits = server.read(move || reader.export(query)).await?;
    let (sender, chunks) = mpsc::channel(N_CHUNKS);
    tokio::task::spawn_blocking(move || {
        let _permit = permit;
        write(hits, &scorer, &sender);
    });
    let mut response = Response::new(Body::new(Chunks(chunks)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/jsonl"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Writes lines until there are no more, or nobody reads them.
fn write(hits: tracewood_store::Export, reader: &Reader, chunks: &mpsc::Sender<Bytes>) {
    let mut chunk = Vec::new();
    let mut scores = Scores { reader, has_any: None, told: HashSet::new() };
    for hit in hits {
        let hit = hit.map_err(|error| Refusal::of_store(&error));
        let hit = hit.and_then(|hit| scores.of(&hit.stored.span).map(|scores| (hit, scores)));
        let is_last = hit.is_err();
        match hit {
            Ok((hit, scores)) => line(&mut chunk, &hit, &scores),
            Err(refusal) => {
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

/// The scores that belong on the lines.
struct Scores<'a> {
    reader: &'a Reader,
    /// Whether the project has any; most have none, and then nobody looks for each span.
    has_any: Option<bool>,
    /// Traces whose own scores stand on a line before.
    told: HashSet<TraceId>,
}

impl Scores<'_> {
    fn of(&mut self, span: &tracewood_span::Span) -> Result<Vec<model::Score>, Refusal> {
        let has_any = match self.has_any {
            Some(has_any) => has_any,
            None => !self.reader.scores(ScoreQuery { limit: 1, ..ScoreQuery::default() })?.scores.is_empty(),
        };
        self.has_any = Some(has_any);
        if !has_any {
            return Ok(Vec::new());
        }
        let scores = self.reader.scores_of(span.trace_id)?;
        let is_first = !scores.is_empty() && self.told.insert(span.trace_id);
        let is_here = |score: &&tracewood_store::Score| match score.span_id {
            Some(span_id) => span_id == span.span_id,
            None => is_first,
        };
        Ok(scores.iter().filter(is_here).map(Into::into).collect())
    }
}

fn line(chunk: &mut Vec<u8>, hit: &SpanHit, scores: &[model::Score]) {
    let span = convert::span(&hit.stored, hit.stored.span.started_at_unix_nanos);
    let mut line = json!({ "cursor": hit.cursor, "span": span, "record": base64(&exchange::encode(&hit.stored)) });
    if let (false, Some(line)) = (scores.is_empty(), line.as_object_mut()) {
        line.insert("scores".to_owned(), json!(scores));
    }
    let written = serde_json::to_writer(&mut *chunk, &line);
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
