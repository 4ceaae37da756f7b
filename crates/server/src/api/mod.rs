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

/// A large answer, written where it was made and not on the async threads.
fn json_response(body: &impl Serialize) -> Result<Response, Refusal> {
    let body = serde_json::to_vec(body).map_err(Refusal::internal)?;
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}
