//! The way of a batch, the same for every wire: admit, read, decompress, decode, price, make durable.

pub(crate) mod body;
pub(crate) mod grpc;
pub(crate) mod http;
pub(crate) mod import;
pub(crate) mod mutagent;
pub(crate) mod traceroot;

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use tokio::sync::oneshot;
use tracewood_otlp::decode::Decoded;

use crate::error::{Reason, Refusal};
use crate::live::Dispatch;
use crate::state::Writer;

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
    writer: &Writer,
    body: Bytes,
    compression: body::Compression,
    decode: Decode,
) -> Result<Taken, Refusal> {
    let server = writer.server();
    let worker = writer.clone();
    let kept = server
        .decode(move || {
            let bytes = body::decompress(body, compression, worker.server().limits.request_bytes_max)?;
            let decoded = decode(&bytes).map_err(|error| Refusal::bad_request(error.to_string()))?;
            drop(bytes);
            Ok(keep(&worker, decoded))
        })
        .await?;
    let Kept { taken, dispatch, durable } = kept;
    let outcome = match durable {
        None => Ok(()),
        Some(durable) => match durable.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Refusal::of_store(&error)),
            Err(_) => Err(Refusal::new(Reason::Unavailable, "the store went away before the spans were durable")),
        },
    };
    server.metrics.spans(&taken, outcome.is_ok());
    outcome?;
    dispatch.send();
    Ok(taken)
}

type Outcome = oneshot::Receiver<Result<(), tracewood_store::Error>>;

/// A batch on its way to the disk.
struct Kept {
    taken: Taken,
    /// What those are told who follow what arrives.
    dispatch: Dispatch,
    /// `None` where there was nothing to keep.
    durable: Option<Outcome>,
}

fn keep(writer: &Writer, decoded: Decoded) -> Kept {
    let server = writer.server();
    let Decoded { mut spans, rejected, trace_ids } = decoded;
    let taken = Taken { n_spans: spans.len(), rejected, trace_ids };
    if spans.is_empty() {
        return Kept { taken, dispatch: Dispatch::default(), durable: None };
    }
    let prices = server.prices_of(writer.project());
    let versions: Vec<String> = spans.iter_mut().map(|span| prices.fill(span).to_owned()).collect();
    let now = now_unix_nanos();
    let spans = writer.stored(spans.into_iter().zip(versions), now);
    server.clients.note(writer.project(), &spans, now);
    let dispatch = server.live.prepare(writer.project(), &spans, |filter, traces| writer.with_scores(filter, traces));
    let (sender, receiver) = oneshot::channel();
    writer.append(
        spans,
        Box::new(move |outcome| {
            // The client may have gone away meanwhile; the spans are durable all the same.
            let _ = sender.send(outcome);
        }),
    );
    Kept { taken, dispatch, durable: Some(receiver) }
}

fn now_unix_nanos() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64)
}
