//! Keys of a project: made, shown once, listed without their secret, revoked.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use tracewood_store::keys::Scope;

use super::model::{ErrorEnvelope, Key, KeyList, MadeKey, NewKey};
use super::value::moment;
use super::{body, session};
use crate::error::{Reason, Refusal};
use crate::state::Owner;

/// The keys of the project, revoked ones included.
#[utoipa::path(
    get,
    path = "/api/v1/keys",
    operation_id = "list_keys",
    tag = "settings",
    responses((status = 200, description = "Without their secrets.", body = KeyList))
)]
pub(crate) async fn list(owner: Owner) -> Result<Json<KeyList>, Refusal> {
    let can_create = owner.can_make_keys();
    let server = Arc::clone(owner.server());
    let keys = server.write(move || owner.list_keys()).await?;
    Ok(Json(KeyList { keys: keys.iter().map(Into::into).collect(), can_create }))
}

/// Makes a key for the project; its text is in the answer and nowhere else.
///
/// The first key closes an open server to all who have none. It must allow `read` and `admin`, and the answer gives it to
/// the browser as its cookie too. An open server lets only requests to its own machine's names make it.
#[utoipa::path(
    post,
    path = "/api/v1/keys",
    operation_id = "create_key",
    tag = "settings",
    request_body = NewKey,
    responses(
        (status = 201, description = "The key, shown this once.", body = MadeKey),
        (status = 400, description = "It is no key.", body = ErrorEnvelope),
        (status = 403, description = "Keys are not made here.", body = ErrorEnvelope),
        (status = 415, description = "The body is not JSON.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn create(owner: Owner, request: Request) -> Result<Response, Refusal> {
    let (parts, new) =
        body::json::<NewKey>(request, "a key, such as {\"name\": \"shop\", \"scopes\": [\"ingest\"]}").await?;
    let scopes = new.scopes.iter().map(|word| {
        let wrong = || Refusal::bad_request(format!("\"scopes\" are ingest, read, metrics or admin, not \"{word}\""));
        Scope::from_word(word).ok_or_else(wrong)
    });
    let scopes = scopes.collect::<Result<Vec<_>, _>>()?;
    let closed_server = owner.is_open();
    let server = Arc::clone(owner.server());
    let made = server.write(move || owner.make_key(&scopes, &new.name)).await?;
    let cookie = closed_server.then(|| session::cookie_for(&made.text, &parts.headers)).transpose()?;
    let body = MadeKey { key: (&made.key).into(), text: made.text, closed_server };
    let mut response = (StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response();
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Revokes a key of the project; what it opened is closed from the next request on.
#[utoipa::path(
    delete,
    path = "/api/v1/keys/{key_id}",
    operation_id = "revoke_key",
    tag = "settings",
    params(("key_id" = String, Path, description = "The key's id, as the list shows it.")),
    responses(
        (status = 204, description = "It opens nothing any more."),
        (status = 404, description = "The project has no such key that still opens something.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn revoke(owner: Owner, path: Result<Path<String>, PathRejection>) -> Result<StatusCode, Refusal> {
    let Path(id) = path.map_err(|rejection| Refusal::bad_request(rejection.body_text()))?;
    let server = Arc::clone(owner.server());
    let revoking = id.clone();
    if server.write(move || owner.revoke_key(&revoking)).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refusal::new(Reason::NotFound, format!("there is no active key \"{}\"", id.escape_debug())))
    }
}

impl From<&tracewood_store::keys::Key> for Key {
    fn from(key: &tracewood_store::keys::Key) -> Self {
        Self {
            id: key.id.clone(),
            project: key.project.clone(),
            scopes: key.scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
            name: key.name.clone(),
            created_at: moment(key.created_at_unix_nanos),
            revoked_at: key.revoked_at_unix_nanos.map(moment),
        }
    }
}
