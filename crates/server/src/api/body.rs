//! Small bodies of JSON: of the right type, within a bound, and with words about what is wrong.

use axum::extract::Request;
use http::request::Parts;
use http::{HeaderMap, header};
use http_body_util::{BodyExt as _, Limited};
use serde::de::DeserializeOwned;

use crate::error::{Reason, Refusal};

/// The most bytes of a body that says one thing: a score with a long text and a long comment fits with room to spare.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// Reads a body; `what` says in the refusal what it should have been, such as "a score".
///
/// A form of a foreign page cannot send this type, so that nobody can be made to say what they did not mean.
pub(super) async fn json<T: DeserializeOwned>(request: Request, what: &str) -> Result<(Parts, T), Refusal> {
    let (parts, body) = request.into_parts();
    if !is_json(&parts.headers) {
        let message = format!("{what} is application/json; send it with that content type");
        return Err(Refusal::new(Reason::UnsupportedMediaType, message));
    }
    let bytes = Limited::new(body, BODY_BYTES_MAX).collect().await.map_err(|error| {
        if error.is::<http_body_util::LengthLimitError>() {
            let message = format!("the body is over the limit of {BODY_BYTES_MAX} bytes");
            Refusal::new(Reason::PayloadTooLarge, message)
        } else {
            Refusal::bad_request("the body ended early")
        }
    })?;
    let read = serde_json::from_slice(&bytes.to_bytes());
    read.map(|value| (parts, value)).map_err(|error| Refusal::bad_request(format!("this is not {what}: {error}")))
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}
