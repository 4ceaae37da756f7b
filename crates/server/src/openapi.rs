//! The contract of the read API, made from the handlers and kept as a snapshot in `docs/openapi.json`.

use std::sync::LazyLock;

use http::header;
use utoipa::OpenApi;

use crate::api;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tracewood",
        description = "The read API of a Tracewood server. Every field is always there; what is not known is null.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    paths(api::traces::list, api::traces::one, api::health::health, api::health::healthz),
    tags(
        (name = "traces", description = "Traces and their spans."),
        (name = "health", description = "How the server is doing."),
    )
)]
struct Contract;

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
