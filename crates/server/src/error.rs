//! Why a request is refused, and how each wire words it.

use std::fmt;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::json;
use tracewood_otlp::response::{self, Encoding};
use tracewood_store::ErrorKind;

/// The content type of every answer that is not OTLP's protobuf.
const JSON: &str = "application/json";

/// What sort of refusal it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The request cannot be understood.
    BadRequest,
    /// The body did not come in time.
    TooSlow,
    /// Nobody said who they are, or somebody who is not known.
    Unauthenticated,
    /// They are known, but may not do this.
    Forbidden,
    /// There is nothing of that name.
    NotFound,
    /// The route exists, but not for this method.
    MethodNotAllowed,
    /// The content type or encoding is none that the route takes.
    UnsupportedMediaType,
    /// The body is over the limit.
    PayloadTooLarge,
    /// Too much is under way; later may be better.
    Overloaded,
    /// The store cannot take or find anything now; later may be better.
    Unavailable,
    /// The server made a mistake.
    Internal,
}

impl Reason {
    /// The status of the answer.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Overloaded | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The stable word for programs.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::BadRequest | Self::TooSlow => "bad_request",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::PayloadTooLarge => "payload_too_large",
            Self::Overloaded | Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }

    /// The number of gRPC's status.
    pub(crate) fn grpc_code(self) -> i32 {
        match self {
            Self::BadRequest | Self::UnsupportedMediaType => 3,
            Self::TooSlow => 4,
            Self::NotFound => 5,
            Self::Forbidden => 7,
            Self::PayloadTooLarge => 8,
            Self::MethodNotAllowed => 12,
            Self::Internal => 13,
            Self::Overloaded | Self::Unavailable => 14,
            Self::Unauthenticated => 16,
        }
    }

    /// After how many seconds the same request may do better.
    ///
    /// A busy server has caught up with its queue in about a second; a full disk needs somebody to act.
    fn retry_after_seconds(self) -> Option<u32> {
        match self {
            Self::Overloaded => Some(1),
            Self::Unavailable => Some(5),
            _ => None,
        }
    }
}

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) reason: Reason,
    pub(crate) message: String,
    /// Where in a filter the trouble is: offset and length in bytes.
    pub(crate) place: Option<(usize, usize)>,
}

impl Refusal {
    /// A refusal with what the sender should know.
    pub(crate) fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into(), place: None }
    }

    /// A filter that cannot be read, in the parameter or field of a name.
    pub(crate) fn of_filter(name: &str, error: &tracewood_store::filter::Error) -> Self {
        let place = Some((error.offset(), error.length()));
        Self { place, ..Self::bad_request(format!("\"{name}\": {error}")) }
    }

    /// The sender's mistake.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(Reason::BadRequest, message)
    }

    /// Our mistake: logged once here, and told without what is inside.
    pub(crate) fn internal(context: impl fmt::Display) -> Self {
        tracing::error!(error = %context, "a request failed: {context}");
        Self::new(Reason::Internal, "the server failed; its log says why")
    }

    /// What the store's trouble means to a client.
    pub(crate) fn of_store(error: &tracewood_store::Error) -> Self {
        match error.kind() {
            ErrorKind::Disk => {
                tracing::warn!(error = %error, "the store refused: {error}");
                Self::new(Reason::Unavailable, "the store cannot be used now; try again later")
            }
            ErrorKind::Unavailable => {
                tracing::debug!(error = %error, "the store is busy: {error}");
                Self::new(Reason::Overloaded, "the store is busy; try again in a moment")
            }
            ErrorKind::Query => Self::bad_request(error.to_string()),
            _ => Self::internal(error),
        }
    }

    /// The refusal in the words of a wire.
    pub(crate) fn answer(&self, face: Face) -> Response {
        let (content_type, body) = match face {
            Face::Otlp(encoding) => {
                (encoding.content_type(), response::status(encoding, self.reason.grpc_code(), &self.message))
            }
            Face::TraceRoot => (JSON, json!({ "detail": self.message }).to_string().into_bytes()),
            Face::Mutagent => {
                (JSON, json!({ "error": self.reason.code(), "message": self.message }).to_string().into_bytes())
            }
            Face::Api => {
                let mut error = json!({ "code": self.reason.code(), "message": self.message });
                if let (Some((offset, length)), Some(error)) = (self.place, error.as_object_mut()) {
                    error.insert("place".to_owned(), json!({ "offset": offset, "length": length }));
                }
                (JSON, json!({ "error": error }).to_string().into_bytes())
            }
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.reason.status();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        if self.reason == Reason::Unauthenticated {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.reason.retry_after_seconds() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl axum::response::IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.answer(Face::Api)
    }
}

/// Whose words an answer is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    /// OTLP, in the encoding of the request, or in JSON where that is unclear.
    Otlp(Encoding),
    /// TraceRoot's public API.
    TraceRoot,
    /// MutagenT's API.
    Mutagent,
    /// Our own read API.
    Api,
}

impl Face {
    /// The wire that a path belongs to.
    pub(crate) fn of(path: &str, headers: &HeaderMap) -> Self {
        let is_below =
            |prefix: &str| path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if is_below("/v1") {
            Self::Otlp(encoding_of(headers).unwrap_or(Encoding::Json))
        } else if is_below("/api/v1/public") {
            Self::TraceRoot
        } else if is_below("/api/traces") {
            Self::Mutagent
        } else {
            Self::Api
        }
    }
}

/// The encoding of OTLP that a request's content type names; `None` for every other type.
pub(crate) fn encoding_of(headers: &HeaderMap) -> Option<Encoding> {
    Encoding::from_content_type(headers.get(header::CONTENT_TYPE)?.to_str().ok()?)
}
