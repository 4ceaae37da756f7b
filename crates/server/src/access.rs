//! Who may do what: keys out of requests, what they open, and the answer to those who have none.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, header};
use tracewood_store::keys::{Key, Keys, Scope};

use crate::api::projects;
use crate::error::{Face, Reason, Refusal};
use crate::ingest::{body, grpc};
use crate::state::Server;

/// The cookie that a browser holds its key in; only reading accepts it, so that no foreign page can bring spans with it.
pub(crate) const COOKIE: &str = "tracewood_key";
/// The header by which a program says which project of an open server it means.
const PROJECT_HEADER: &str = "x-tracewood-project";
/// The cookie by which the page says so.
const PROJECT_COOKIE: &str = "tracewood_project";
/// The project of everybody as long as no key was made.
const OPEN_PROJECT: &str = "default";

/// Who may do what.
#[derive(Debug, Clone, Default)]
pub struct Access {
    keys: Option<Arc<dyn Keys>>,
    is_open_until_keyed: bool,
}

impl Access {
    /// Everybody may do everything, whatever key they send. For a server that only its own machine can reach.
    pub fn open() -> Self {
        Self::default()
    }

    /// Those with a key may do what it allows. Everybody may do everything until the first key is made if
    /// `is_open_until_keyed`, which only a server on loopback addresses can afford. It stays closed when the last key is
    /// revoked.
    pub fn keyed(keys: Arc<dyn Keys>, is_open_until_keyed: bool) -> Self {
        Self { keys: Some(keys), is_open_until_keyed }
    }

    /// The keys, where any are kept.
    pub(crate) fn keys(&self) -> Option<&Arc<dyn Keys>> {
        self.keys.as_ref()
    }

    /// Whether only its own machine reaches the server, so that it may be open.
    pub(crate) fn is_for_this_machine(&self) -> bool {
        self.is_open_until_keyed
    }

    /// Whether everybody may do everything now.
    pub(crate) fn is_open(&self) -> Result<bool, Refusal> {
        match &self.keys {
            None => Ok(true),
            Some(keys) if self.is_open_until_keyed => match keys.has_any() {
                Ok(has_any) => Ok(!has_any),
                Err(error) => Err(Refusal::of_store(&error)),
            },
            Some(_) => Ok(false),
        }
    }

    /// What a request may do, or why it may not.
    pub(crate) fn authorise(&self, headers: &HeaderMap, scope: Scope) -> Result<Grant, Refusal> {
        let cookie = (scope != Scope::Ingest).then(|| cookie(headers)).flatten();
        self.authorise_key(headers, cookie, scope)
    }

    /// What a request of the page may do, or why it may not: the key of its cookie counts for everything.
    pub(crate) fn authorise_page(&self, headers: &HeaderMap, scope: Scope) -> Result<Grant, Refusal> {
        self.authorise_key(headers, cookie(headers), scope)
    }

    fn authorise_key(&self, headers: &HeaderMap, cookie: Option<&str>, scope: Scope) -> Result<Grant, Refusal> {
        if self.is_open()? {
            let project = chosen_project(headers).unwrap_or(OPEN_PROJECT).into();
            return Ok(Grant { project, key_id: None, scope, scopes: Scope::ALL.into() });
        }
        let Some(text) = presented(headers).or(cookie) else {
            let message = "a key is needed; send it as \"Authorization: Bearer tw_…\" or \"x-api-key: tw_…\", and make one \
                           with \"tracewood keys create\"";
            return Err(Refusal::new(Reason::Unauthenticated, message));
        };
        let key = self.find(text)?;
        if key.allows(scope) {
            let scopes = key.scopes.as_slice().into();
            return Ok(Grant { project: key.project.into(), key_id: Some(key.id.into()), scope, scopes });
        }
        let message = format!("the key \"{}\" does not allow \"{scope}\"", key.id);
        Err(Refusal::new(Reason::Forbidden, message))
    }

    /// The key that a text is.
    pub(crate) fn find(&self, text: &str) -> Result<Key, Refusal> {
        let found = self.keys.as_ref().map_or(Ok(None), |keys| keys.find(text));
        found.map_err(|error| Refusal::of_store(&error))?.ok_or_else(|| {
            Refusal::new(
                Reason::Unauthenticated,
                "the key is not known here, or was revoked; \"tracewood keys list\" tells",
            )
        })
    }
}

/// What a request may do.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    /// The one project that it sees and changes.
    pub(crate) project: Arc<str>,
    /// The key that allowed it; `None` on an open server.
    pub(crate) key_id: Option<Arc<str>>,
    /// What it was let in for.
    pub(crate) scope: Scope,
    /// All that it could have been let in for.
    pub(crate) scopes: Arc<[Scope]>,
}

/// The key that a program sends.
pub(crate) fn presented(headers: &HeaderMap) -> Option<&str> {
    let text = |name| headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok()).map(str::trim);
    let bearer = text(header::AUTHORIZATION).and_then(|value| {
        let (scheme, rest) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| rest.trim())
    });
    bearer.or_else(|| text(header::HeaderName::from_static("x-api-key"))).filter(|key| !key.is_empty())
}

/// The key that a browser sends.
pub(crate) fn cookie(headers: &HeaderMap) -> Option<&str> {
    cookie_of(headers, COOKIE)
}

fn cookie_of<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = values.flat_map(|value| value.split(';'));
    pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

/// The project that a request to an open server is about, where it says so.
fn chosen_project(headers: &HeaderMap) -> Option<&str> {
    let said = headers.get(PROJECT_HEADER).and_then(|value| value.to_str().ok()).map(str::trim);
    said.or_else(|| cookie_of(headers, PROJECT_COOKIE)).filter(|project| !project.is_empty())
}

/// Lets those through who may bring spans.
pub(crate) async fn ingest(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    guard(&server, request, next, Scope::Ingest).await
}

/// Lets those through who may bring what is said about spans; a person at the page may, with the key of their cookie.
pub(crate) async fn contribute(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    let grant = server.access.authorise_page(request.headers(), Scope::Ingest);
    admit(&server, request, next, grant).await
}

/// Lets those through who may read.
pub(crate) async fn read(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    guard(&server, request, next, Scope::Read).await
}

/// Lets those through who may change how a project is kept; a person at the page may, with the key of their cookie.
pub(crate) async fn manage(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    let grant = server.access.authorise_page(request.headers(), Scope::Admin);
    admit(&server, request, next, grant).await
}

/// Lets those through who may see the numbers of the whole server.
pub(crate) async fn metrics(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    guard(&server, request, next, Scope::Metrics).await
}

async fn guard(server: &Server, request: Request, next: Next, scope: Scope) -> Response {
    let grant = server.access.authorise(request.headers(), scope);
    admit(server, request, next, grant).await
}

async fn admit(server: &Server, mut request: Request, next: Next, grant: Result<Grant, Refusal>) -> Response {
    let known = grant.and_then(|grant| match &*grant.project {
        OPEN_PROJECT => Ok(grant),
        // A key's project is there; what a request to an open server says may be anything.
        project if grant.key_id.is_none() && !server.knows_project(project)? => Err(projects::unknown(project)),
        _ => Ok(grant),
    });
    match known {
        Ok(grant) => {
            request.extensions_mut().insert(grant.clone());
            let mut response = next.run(request).await;
            // For the log, which stands further out.
            response.extensions_mut().insert(grant);
            response
        }
        Err(refusal) => {
            let (parts, body) = request.into_parts();
            body::discard(server, body).await;
            if grpc::is_grpc(&parts.headers) {
                return grpc::refused(&refusal);
            }
            refusal.answer(Face::of(parts.uri.path(), &parts.headers))
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn key_is_read_from_the_header_that_has_one() {
        for (pairs, key) in [
            (&[("authorization", "Bearer a")][..], Some("a")),
            (&[("authorization", "bearer  a ")], Some("a")),
            (&[("authorization", "Basic a"), ("x-api-key", "b")], Some("b")),
            (&[("authorization", "Bearer a"), ("x-api-key", "b")], Some("a")),
            (&[("authorization", "Bearer")], None),
            (&[("x-api-key", "")], None),
            (&[], None),
        ] {
            assert_eq!(presented(&headers(pairs)), key, "{pairs:?}");
        }
    }

    #[test]
    fn cookie_is_found_among_others() {
        assert_eq!(cookie(&headers(&[("cookie", "a=b; tracewood_key=tw_x; c=d")])), Some("tw_x"));
        assert_eq!(cookie(&headers(&[("cookie", "xtracewood_key=tw_x; tracewood_key_=y")])), None);
    }
}
