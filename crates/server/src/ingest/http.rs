//! OTLP over HTTP: protobuf and JSON on the same routes.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
use tracewood_otlp::decode;
use tracewood_otlp::response::{self, Encoding};

use super::body::{self, Compression};
use super::{Decode, Taken};
use crate::error::{Face, Reason, Refusal, encoding_of};
use crate::metrics::{Metrics, Signal};
use crate::state::{Server, Writer};

/// Takes spans.
pub(crate) async fn traces(writer: Writer, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Some(encoding) = encoding_of(&parts.headers) else {
        return unsupported(writer.server(), &parts.headers, body).await;
    };
    match take(&writer, &parts.headers, body, encoding).await {
        Ok(taken) => success(encoding, &taken),
        Err(refusal) => refusal.answer(Face::Otlp(encoding)),
    }
}

/// Takes logs and drops them: a client that exports all signals to one address must not fail because of them.
pub(crate) async fn logs(State(server): State<Arc<Server>>, request: Request) -> Response {
    drop_signal(&server, request, |metrics| metrics.drop_request(Signal::Logs)).await
}

/// Takes metrics and drops them, likewise.
pub(crate) async fn metrics(State(server): State<Arc<Server>>, request: Request) -> Response {
    drop_signal(&server, request, |metrics| metrics.drop_request(Signal::Metrics)).await
}

/// Reads, decodes and keeps a request of OTLP in one encoding.
async fn take(writer: &Writer, headers: &HeaderMap, body: Body, encoding: Encoding) -> Result<Taken, Refusal> {
    let decode: Decode = match encoding {
        Encoding::Protobuf => decode::protobuf,
        Encoding::Json => decode::json,
    };
    let compression = Compression::of(headers)?;
    let held = body::read(writer.server(), headers, body).await?;
    if held.bytes.is_empty() && compression == Compression::None && encoding == Encoding::Json {
        return Err(Refusal::bad_request("the body is empty; an empty request in JSON is {}"));
    }
    super::take(writer, held.bytes, compression, decode).await
}

/// One line for all spans that were left out: how many, and why the first ones were.
pub(crate) fn rejection_message(taken: &Taken) -> String {
    const N_SHOWN: usize = 5;
    let mut message = taken.rejected.iter().take(N_SHOWN).map(String::as_str).collect::<Vec<_>>().join("; ");
    if taken.rejected.len() > N_SHOWN {
        let _ = write!(message, "; and {} more", taken.rejected.len() - N_SHOWN);
    }
    message
}

fn success(encoding: Encoding, taken: &Taken) -> Response {
    let body = response::success(encoding, taken.rejected.len() as i64, &rejection_message(taken));
    ([(header::CONTENT_TYPE, encoding.content_type())], body).into_response()
}

async fn drop_signal(server: &Arc<Server>, request: Request, count: fn(&Metrics)) -> Response {
    let (parts, body) = request.into_parts();
    let Some(encoding) = encoding_of(&parts.headers) else { return unsupported(server, &parts.headers, body).await };
    match body::read(server, &parts.headers, body).await {
        Ok(_) => {
            count(&server.metrics);
            success(encoding, &Taken::default())
        }
        Err(refusal) => refusal.answer(Face::Otlp(encoding)),
    }
}

async fn unsupported(server: &Server, headers: &HeaderMap, body: Body) -> Response {
    body::discard(server, body).await;
    wrong_type(headers, "application/x-protobuf or application/json").answer(Face::Otlp(Encoding::Json))
}

/// The refusal of a content type, with what was sent and what is taken.
pub(crate) fn wrong_type(headers: &HeaderMap, wanted: &str) -> Refusal {
    let message = match headers.get(header::CONTENT_TYPE) {
        Some(sent) => format!("content type {sent:?} is not supported; use {wanted}"),
        None => format!("the content type is missing; use {wanted}"),
    };
    Refusal::new(Reason::UnsupportedMediaType, message)
}
