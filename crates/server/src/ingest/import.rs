//! `POST /api/v1/import`: what another server exported, line by line, however much it is.

use std::io::{self, BufRead as _, BufReader, Read};
use std::sync::{Arc, Mutex, PoisonError, mpsc as blocking};
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::Request;
use bytes::Bytes;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use serde::Deserialize;
use tokio::sync::mpsc;
use tracewood_store::{Score, Stored, exchange};

use super::body::{self, Compression};
use crate::api::model::{ErrorEnvelope, Imported, NewScore};
use crate::api::{from_base64, read_score};
use crate::error::{Reason, Refusal};
use crate::state::Writer;

/// How long a client may be silent.
const SILENCE: Duration = Duration::from_mins(1);
/// How long a batch may take until it is on disk.
const DURABLE_TIMEOUT: Duration = Duration::from_mins(1);
/// Pieces of the body that wait for their turn.
const N_PIECES: usize = 4;
/// Bytes of spans that are written together, which is what one of our own SDKs sends at once.
const BATCH_BYTES: usize = 1024 * 1024;

/// One line of an export; what is for people only is skipped.
#[derive(Debug, Deserialize)]
struct Line {
    record: Option<String>,
    #[serde(default)]
    scores: Vec<NewScore>,
    error: Option<serde_json::Value>,
}

/// Takes what another server exported, as JSON Lines, and answers once all of it is on disk.
///
/// However long the body is, little of it is in memory at a time. Taking a line again changes nothing, so that an import that
/// broke off can be sent again from its start. Spans keep when they arrived and what they cost.
#[utoipa::path(
    post,
    path = "/api/v1/import",
    operation_id = "import_spans",
    tag = "traces",
    request_body(content = String, content_type = "application/jsonl", description = "Lines of an export; gzip and zstd are taken too."),
    responses(
        (status = 200, description = "All of it is on disk.", body = Imported),
        (status = 400, description = "A line is none of an export; those before it may be kept.", body = ErrorEnvelope),
        (status = 413, description = "A line is too long.", body = ErrorEnvelope),
        (status = 415, description = "The body is not JSON Lines.", body = ErrorEnvelope),
        (status = 503, description = "The store takes nothing now; those before may be kept.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn import(writer: Writer, request: Request) -> Result<Json<Imported>, Refusal> {
    let (parts, mut request_body) = request.into_parts();
    if !is_json_lines(&parts.headers) {
        body::discard(writer.server(), request_body).await;
        let message = "an import is application/jsonl, such as the export of another server";
        return Err(Refusal::new(Reason::UnsupportedMediaType, message));
    }
    let compression = Compression::of(&parts.headers)?;
    let server = Arc::clone(writer.server());
    let permit = server.admit_import()?;
    let (sender, receiver) = mpsc::channel::<Result<Bytes, Refusal>>(N_PIECES);
    let importing = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        run(&writer, compression, receiver)
    });
    pass_on(&mut request_body, &sender).await;
    drop(sender);
    let done =
        importing.await.unwrap_or_else(|error| Err(Refusal::internal(format_args!("an import failed: {error}"))));
    if done.is_err() {
        body::discard(&server, request_body).await;
    }
    done.map(Json)
}

/// Hands the body over piece by piece, as fast as it is taken.
async fn pass_on(body: &mut Body, receiver: &mpsc::Sender<Result<Bytes, Refusal>>) {
    loop {
        let piece = match tokio::time::timeout(SILENCE, body.frame()).await {
            Ok(None) => return,
            Ok(Some(Ok(frame))) => match frame.into_data() {
                Ok(bytes) => Ok(bytes),
                Err(_) => continue,
            },
            Ok(Some(Err(error))) => Err(Refusal::bad_request(format!("the body ended early: {error}"))),
            Err(_) => Err(Refusal::new(Reason::TooSlow, "the body took too long to arrive")),
        };
        let is_last = piece.is_err();
        if receiver.send(piece).await.is_err() || is_last {
            return;
        }
    }
}

fn run(
    writer: &Writer,
    compression: Compression,
    receiver: mpsc::Receiver<Result<Bytes, Refusal>>,
) -> Result<Imported, Refusal> {
    let bytes_max = writer.server().limits.request_bytes_max;
    let trouble = Arc::new(Mutex::new(None));
    let body = Pieces { receiver, current: Bytes::new(), trouble: Arc::clone(&trouble) };
    let broken = |error: io::Error| {
        let told = trouble.lock().unwrap_or_else(PoisonError::into_inner).take();
        told.unwrap_or_else(|| Refusal::bad_request(format!("the body is not what its content encoding says: {error}")))
    };
    let mut reader = BufReader::new(decompressed(body, compression).map_err(broken)?);
    let mut import = Import { writer, done: Imported::default(), spans: Vec::new(), scores: Vec::new(), n_bytes: 0 };
    let mut line = Vec::new();
    loop {
        line.clear();
        let n_bytes = reader.by_ref().take(bytes_max as u64 + 1).read_until(b'\n', &mut line).map_err(broken)?;
        if n_bytes > bytes_max {
            let message = format!("line {} is over the limit of {bytes_max} bytes", import.done.line_count + 1);
            return Err(Refusal::new(Reason::PayloadTooLarge, message));
        }
        if n_bytes == 0 {
            break;
        }
        import.take(&line)?;
    }
    import.flush()?;
    Ok(import.done)
}

/// The body as a thing to read from, on a thread that may wait.
struct Pieces {
    receiver: mpsc::Receiver<Result<Bytes, Refusal>>,
    current: Bytes,
    /// Why the body ended early, where it did.
    trouble: Arc<Mutex<Option<Refusal>>>,
}

impl Read for Pieces {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() {
            match self.receiver.blocking_recv() {
                None => return Ok(0),
                Some(Ok(piece)) => self.current = piece,
                Some(Err(refusal)) => {
                    *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(refusal);
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
        }
        let n_bytes = self.current.len().min(out.len());
        out[..n_bytes].copy_from_slice(&self.current.split_to(n_bytes));
        Ok(n_bytes)
    }
}

fn decompressed(body: Pieces, compression: Compression) -> io::Result<Box<dyn Read>> {
    Ok(match compression {
        Compression::None => Box::new(body),
        Compression::Gzip => Box::new(MultiGzDecoder::new(body)),
        Compression::Deflate => Box::new(ZlibDecoder::new(body)),
        Compression::Zstd => {
            let mut decoder = zstd::Decoder::new(body)?;
            decoder.window_log_max(body::ZSTD_WINDOW_LOG_MAX)?;
            Box::new(decoder)
        }
    })
}

struct Import<'a> {
    writer: &'a Writer,
    done: Imported,
    spans: Vec<Stored>,
    scores: Vec<Score>,
    n_bytes: usize,
}

impl Import<'_> {
    /// Takes one line, and now and then brings to disk what was gathered.
    fn take(&mut self, line: &[u8]) -> Result<(), Refusal> {
        self.done.line_count += 1;
        if line.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        let number = self.done.line_count;
        let placed = |refusal: Refusal| Refusal { message: format!("line {number}: {}", refusal.message), ..refusal };
        self.line(line).map_err(placed)?;
        self.n_bytes += line.len();
        if self.n_bytes >= BATCH_BYTES { self.flush() } else { Ok(()) }
    }

    fn line(&mut self, line: &[u8]) -> Result<(), Refusal> {
        let line: Line = serde_json::from_slice(line)
            .map_err(|error| Refusal::bad_request(format!("this is no line of an export: {error}")))?;
        if line.error.is_some() {
            let message = "the export broke off here; ask it again with the last cursor before, and import the rest";
            return Err(Refusal::bad_request(message));
        }
        let Some(record) = &line.record else {
            return Err(Refusal::bad_request("there is no \"record\" in it, which an export has on each line"));
        };
        let bytes = from_base64(record).ok_or_else(|| Refusal::bad_request("\"record\" is not base64"))?;
        let stored = exchange::decode(&bytes).map_err(|error| Refusal::bad_request(error.to_string()))?;
        self.spans.push(self.writer.adopted(stored));
        for score in line.scores {
            self.scores.push(read_score(score, self.writer.server().next_unique())?);
        }
        Ok(())
    }

    /// Brings to disk what was gathered.
    fn flush(&mut self) -> Result<(), Refusal> {
        self.n_bytes = 0;
        let (spans, scores) = (std::mem::take(&mut self.spans), std::mem::take(&mut self.scores));
        if !spans.is_empty() {
            let n_spans = spans.len() as u64;
            let (sender, receiver) = blocking::sync_channel(1);
            self.writer.append(
                spans,
                Box::new(move |outcome| {
                    let _ = sender.send(outcome);
                }),
            );
            match receiver.recv_timeout(DURABLE_TIMEOUT) {
                Ok(outcome) => outcome.map_err(|error| Refusal::of_store(&error))?,
                Err(_) => {
                    return Err(Refusal::new(Reason::Unavailable, "the spans were not on disk in time; try again"));
                }
            }
            self.writer.server().metrics.imported(n_spans);
            self.done.span_count += n_spans;
        }
        if !scores.is_empty() {
            self.writer.put_scores(&scores)?;
            self.done.score_count += scores.len() as u64;
        }
        Ok(())
    }
}

fn is_json_lines(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let value = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    matches!(value.as_str(), "application/jsonl" | "application/x-ndjson" | "application/json-lines")
}
