//! The contract of the read API, made from the handlers and kept as a snapshot in `docs/openapi.json`.

use std::sync::LazyLock;

use http::header;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::access::COOKIE;
use crate::{api, ingest};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tracewood",
        description = "The API of a Tracewood server. Every field is always there; what is not known is null.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    paths(
        api::traces::list,
        api::traces::one,
        api::traces::tree,
        api::spans::one,
        api::spans::search,
        api::groups::sessions,
        api::groups::users,
        api::conversation::session,
        api::conversation::user,
        api::fields::list,
        api::fields::values,
        api::histogram::show,
        api::metrics::show,
        api::scores::list,
        api::scores::put,
        api::scores::remove,
        api::export::export,
        ingest::import::import,
        api::live::follow,
        api::session::show,
        api::session::begin,
        api::session::end,
        api::projects::list,
        api::projects::create,
        api::projects::retention,
        api::projects::set_retention,
        api::keys::list,
        api::keys::create,
        api::keys::revoke,
        api::prices::list,
        api::prices::put,
        api::prices::remove,
        api::prices::reprice,
        api::clients::list,
        api::health::health,
        api::health::healthz,
        api::health::readyz,
    ),
    modifiers(&Keys),
    tags(
        (name = "traces", description = "Traces and their spans."),
        (name = "scores", description = "What was thought of traces and spans."),
        (name = "session", description = "How the page gets to read."),
        (name = "settings", description = "How a project is kept."),
        (name = "health", description = "How the server is doing."),
    )
)]
struct Contract;

/// What every route takes a key by, where the server wants one.
struct Keys;

impl Modify for Keys {
    fn modify(&self, contract: &mut utoipa::openapi::OpenApi) {
        let components = contract.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        components.add_security_scheme("header", SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("x-api-key"))));
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(COOKIE))));
    }
}

static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    let mut text = Contract::openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
});

/// The contract as JSON text.
pub fn document() -> &'static str {
    &DOCUMENT
}

/// Serves the contract.
pub(crate) async fn serve() -> ([(header::HeaderName, &'static str); 1], &'static str) {
    ([(header::CONTENT_TYPE, "application/json")], document())
}
