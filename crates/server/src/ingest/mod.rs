//! The way of a batch, the same for every wire: admit, read, decompress, decode, price, make durable.

pub(crate) mod body;
pub(crate) mod grpc;
pub(crate) mod http;
pub(crate) mod mutagent;
pub(crate) mod traceroot;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use tokio::sync::oneshot;
use tracewood_otlp::decode::Decoded;
use tracewood_store::Stored;

use crate::error::{Reason, Refusal};
use crate::price;
use crate::state::{PROJECT, Server};

/// How a wire's bytes become spans.
pub(crate) type Decode = fn(&[u8]) -> Result<Decoded, tracewood_otlp::Error>;

/// What became of a batch that is durable now.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// How many spans are kept.
    pub(crate) n_spans: usize,
    /// Why each span that is not kept was left out.
    pub(crate) rejected: Vec<String>,
    /// The trace ids as the client wrote them, where its wire's answer repeats them.
    pub(crate) trace_ids: Vec<String>,
}

/// Decodes a body that has been read and returns once its spans are durable.
pub(crate) async fn take(
    server: &Arc<Server>,
    body: Bytes,
    compression: body::Compression,
    decode: Decode,
) -> Result<Taken, Refusal> {
    let worker = Arc::clone(server);
    let (taken, durable) = server
        .decode(move || {
            let bytes = body::decompress(body, compression, worker.limits.request_bytes_max)?;
            let decoded = decode(&bytes).map_err(|error| Refusal::bad_request(error.to_string()))?;
            drop(bytes);
            Ok(keep(&worker, decoded))
        })
        .await?;
    let Some(durable) = durable else { return Ok(taken) };
    match durable.await {
        Ok(Ok(())) => Ok(taken),
        Ok(Err(error)) => Err(Refusal::of_store(&error)),
        Err(_) => Err(Refusal::new(Reason::Unavailable, "the store went away before the spans were durable")),
    }
}

type Outcome = oneshot::Receiver<Result<(), tracewood_store::Error>>;

fn keep(server: &Server, decoded: Decoded) -> (Taken, Option<Outcome>) {
    let Decoded { spans, rejected, trace_ids } = decoded;
    let taken = Taken { n_spans: spans.len(), rejected, trace_ids };
    if spans.is_empty() {
        return (taken, None);
    }
    let received_at_unix_nanos = now_unix_nanos();
    let spans: Vec<Stored> = spans
        .into_iter()
        .map(|mut span| {
            let price_version = price::fill(&mut span).to_owned();
            Stored { project: PROJECT.to_owned(), received_at_unix_nanos, price_version, span }
        })
        .collect();
    let (sender, receiver) = oneshot::channel();
    server.store.append(
        spans,
        Box::new(move |outcome| {
            // The client may have gone away meanwhile; the spans are durable all the same.
            let _ = sender.send(outcome);
        }),
    );
    (taken, Some(receiver))
}

fn now_unix_nanos() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64)
}
