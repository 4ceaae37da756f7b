//! How the page gets to read: it hands a key over once, and the browser keeps it where no script can read it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use tracewood_store::keys::Scope;

use super::body;
use super::model::{ErrorEnvelope, Login, Session};
use crate::access::{COOKIE, cookie, presented};
use crate::error::{Reason, Refusal};
use crate::state::Server;

/// The most bytes of what is tried as a key; a key has 45.
const LOGIN_BYTES_MAX: usize = 4096;
/// How long a browser keeps its key: thirty days.
const COOKIE_SECONDS: u32 = 30 * 24 * 60 * 60;

/// Whether a key is needed, and what the one that came with this request opens.
#[utoipa::path(
    get,
    path = "/api/v1/session",
    operation_id = "get_session",
    tag = "session",
    responses((status = 200, description = "Also without a key.", body = Session))
)]
pub(crate) async fn show(State(server): State<Arc<Server>>, headers: HeaderMap) -> Result<Response, Refusal> {
    let session = match server.access.authorise(&headers, Scope::Read) {
        Ok(grant) => Session {
            key_required: grant.key_id.is_some(),
            key_id: grant.key_id.as_deref().map(str::to_owned),
            project: Some(grant.project.to_string()),
        },
        Err(refusal) if matches!(refusal.reason, Reason::Unauthenticated | Reason::Forbidden) => {
            Session { key_required: true, key_id: None, project: None }
        }
        Err(refusal) => return Err(refusal),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(session)).into_response())
}

/// Gives the browser a key to keep in a cookie that scripts cannot read and foreign pages do not send.
#[utoipa::path(
    post,
    path = "/api/v1/session",
    operation_id = "begin_session",
    tag = "session",
    request_body = Login,
    responses(
        (status = 200, description = "The cookie is set.", body = Session),
        (status = 400, description = "The body is no login.", body = ErrorEnvelope),
        (status = 401, description = "The key is not known, or was revoked.", body = ErrorEnvelope),
        (status = 403, description = "The key does not allow reading.", body = ErrorEnvelope),
        (status = 415, description = "The body is not JSON.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn begin(State(server): State<Arc<Server>>, request: Request) -> Result<Response, Refusal> {
    let (parts, login) = body::json::<Login>(request, "a login, {\"key\": \"tw_…\"}").await?;
    if login.key.len() > LOGIN_BYTES_MAX {
        return Err(Refusal::bad_request(format!("a key has {LOGIN_BYTES_MAX} bytes at most")));
    }
    let key = server.access.find(login.key.trim())?;
    if !key.allows(Scope::Read) {
        return Err(Refusal::new(Reason::Forbidden, format!("the key \"{}\" does not allow \"read\"", key.id)));
    }
    let session = Session { key_required: true, key_id: Some(key.id), project: Some(key.project) };
    let mut response = Json(session).into_response();
    response.headers_mut().insert(header::SET_COOKIE, set_cookie(login.key.trim(), COOKIE_SECONDS, &parts.headers)?);
    Ok(response)
}

/// Makes the browser forget its key.
#[utoipa::path(
    delete,
    path = "/api/v1/session",
    operation_id = "end_session",
    tag = "session",
    responses((status = 204, description = "The cookie is gone, if there was one."))
)]
pub(crate) async fn end(headers: HeaderMap) -> Result<Response, Refusal> {
    let mut response = StatusCode::NO_CONTENT.into_response();
    // Only who holds the cookie may lose it, so that a foreign page cannot log anybody out.
    if cookie(&headers).is_some() || presented(&headers).is_some() {
        response.headers_mut().insert(header::SET_COOKIE, set_cookie("", 0, &headers)?);
    }
    Ok(response)
}

/// The cookie that gives a browser a key which was just made.
pub(super) fn cookie_for(key: &str, headers: &HeaderMap) -> Result<HeaderValue, Refusal> {
    set_cookie(key, COOKIE_SECONDS, headers)
}

fn set_cookie(value: &str, seconds: u32, headers: &HeaderMap) -> Result<HeaderValue, Refusal> {
    // A proxy in front says so; believing it can only make the cookie stricter.
    let is_https = headers.get("x-forwarded-proto").is_some_and(|protocol| protocol.as_bytes() == b"https");
    let secure = if is_https { "; Secure" } else { "" };
    let text = format!("{COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&text).map_err(Refusal::internal)
}
