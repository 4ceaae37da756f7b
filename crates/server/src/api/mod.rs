//! The read API: one file for each resource, the shapes they answer in, and values as JSON.

mod body;
pub(crate) mod clients;
pub(crate) mod conversation;
mod convert;
mod excerpt;
pub(crate) mod export;
pub(crate) mod fields;
pub(crate) mod groups;
pub(crate) mod health;
pub(crate) mod histogram;
pub(crate) mod keys;
pub(crate) mod live;
pub(crate) mod metrics;
pub mod model;
pub(crate) mod prices;
pub(crate) mod projects;
mod question;
pub(crate) mod scores;
pub(crate) mod session;
pub(crate) mod spans;
mod summary;
pub(crate) mod traces;
mod value;

pub(crate) use scores::read as read_score;
pub(crate) use summary::span_summary;
pub(crate) use value::from_base64;

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};
use serde::Serialize;

use crate::error::Refusal;
use crate::gzip;
use crate::state::Reader;

/// An answer that may be large, written and compressed where it was made and not on the async threads.
fn json_response(body: &impl Serialize, takes_gzip: bool) -> Result<Response, Refusal> {
    let mut bytes = serde_json::to_vec(body).map_err(Refusal::internal)?;
    let gzip = if takes_gzip { gzip::compress(&bytes).map_err(Refusal::internal)? } else { None };
    let is_compressed = gzip.is_some();
    if let Some(gzip) = gzip {
        bytes = gzip;
    }
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if is_compressed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

/// Asks the store on behalf of a request, and answers in JSON.
async fn answer<T: Serialize>(
    reader: Reader,
    headers: &HeaderMap,
    ask: impl FnOnce(&Reader) -> Result<T, Refusal> + Send + 'static,
) -> Result<Response, Refusal> {
    let takes_gzip = gzip::takes_gzip(headers);
    let server = Arc::clone(reader.server());
    server.read(move || json_response(&ask(&reader)?, takes_gzip)).await
}
