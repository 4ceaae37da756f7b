//! MutagenT's routes: its own JSON in batches or one trace at a time, and OTLP's JSON.
//!
//! Its client sends a batch again after every answer that is not a success with a JSON body, so that spans that had to
//! be left out are only counted in the answer.

use axum::Json;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
use serde_json::{Value, json};
use tracewood_otlp::{decode, mutagent};

use super::body::{self, Compression};
use super::http::{rejection_message, wrong_type};
use super::{Decode, Taken};
use crate::error::{Face, Refusal};
use crate::state::Writer;

/// Takes a batch of traces.
pub(crate) async fn batch(writer: Writer, request: Request) -> Response {
    answer(
        take(&writer, request, mutagent::batch).await,
        |taken| json!({ "success": true, "count": taken.trace_ids.len(), "traceIds": taken.trace_ids }),
    )
}

/// Takes one trace.
pub(crate) async fn trace(writer: Writer, request: Request) -> Response {
    answer(
        take(&writer, request, mutagent::trace).await,
        |taken| json!({ "success": true, "traceId": taken.trace_ids.first(), "spanCount": taken.n_spans }),
    )
}

/// Takes spans in OTLP's JSON.
pub(crate) async fn otlp(writer: Writer, request: Request) -> Response {
    answer(take(&writer, request, decode::json).await, |taken| json!({ "success": true, "count": taken.n_spans }))
}

async fn take(writer: &Writer, request: Request, decode: Decode) -> Result<Taken, Refusal> {
    let (parts, body) = request.into_parts();
    if !is_json(&parts.headers) {
        body::discard(writer.server(), body).await;
        return Err(wrong_type(&parts.headers, "application/json"));
    }
    let compression = Compression::of(&parts.headers)?;
    let held = body::read(writer.server(), &parts.headers, body).await?;
    if held.bytes.is_empty() {
        return Err(Refusal::bad_request("the body is empty"));
    }
    super::take(writer, held.bytes, compression, decode).await
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

fn answer(taken: Result<Taken, Refusal>, words: impl FnOnce(&Taken) -> Value) -> Response {
    match taken {
        Ok(taken) => {
            let mut body = words(&taken);
            if let (false, Some(body)) = (taken.rejected.is_empty(), body.as_object_mut()) {
                body.insert("rejected".to_owned(), json!(taken.rejected.len()));
                body.insert("note".to_owned(), json!(rejection_message(&taken)));
            }
            Json(body).into_response()
        }
        Err(refusal) => refusal.answer(Face::Mutagent),
    }
}
