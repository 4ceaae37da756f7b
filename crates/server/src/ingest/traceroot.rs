//! TraceRoot's route: OTLP protobuf in, a few words of JSON out.

use axum::Json;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde_json::json;
use tracewood_otlp::decode;
use tracewood_otlp::response::Encoding;

use super::body::{self, Compression};
use super::http;
use crate::error::{Face, Refusal, encoding_of};
use crate::state::Writer;

/// Takes spans from the `traceroot` packages.
pub(crate) async fn traces(writer: Writer, request: Request) -> Response {
    match take(&writer, request).await {
        Ok(file_key) => Json(json!({ "status": "ok", "file_key": file_key })).into_response(),
        Err(refusal) => refusal.answer(Face::TraceRoot),
    }
}

async fn take(writer: &Writer, request: Request) -> Result<String, Refusal> {
    let (parts, body) = request.into_parts();
    if encoding_of(&parts.headers) != Some(Encoding::Protobuf) {
        body::discard(writer.server(), body).await;
        return Err(http::wrong_type(&parts.headers, "application/x-protobuf"));
    }
    let compression = Compression::of(&parts.headers)?;
    let held = body::read(writer.server(), &parts.headers, body).await?;
    if held.bytes.is_empty() {
        return Err(Refusal::bad_request("the body is empty"));
    }
    let taken = super::take(writer, held.bytes, compression, decode::protobuf).await?;
    if !taken.rejected.is_empty() {
        // This wire has no place to say so in the answer.
        tracing::warn!(n_rejected = taken.rejected.len(), "left spans out: {}", http::rejection_message(&taken));
    }
    let now = Timestamp::now().to_zoned(TimeZone::UTC);
    Ok(file_key(writer.project(), &now, writer.server().next_unique()))
}

/// A name in the form that the original gives to the file it keeps a batch in; ours keeps none, and nobody reads it.
fn file_key(project: &str, now: &Zoned, unique: u64) -> String {
    let hour = now.strftime("%Y/%m/%d/%H");
    format!("{project}/{hour}/{:x}-{unique:x}", now.timestamp().as_nanosecond())
}
