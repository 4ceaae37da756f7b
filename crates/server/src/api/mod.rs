//! The read API: one file for each resource, the shapes they answer in, and values as JSON.

mod convert;
pub(crate) mod health;
pub mod model;
pub(crate) mod traces;
mod value;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, header};
use serde::Serialize;

use crate::error::Refusal;
use crate::gzip;

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
