//! The bodies that a server answers an OTLP request with, in the request's own encoding.

use prost::Message as _;
use serde_json::json;

use crate::proto::{ExportTracePartialSuccess, ExportTraceServiceResponse, RpcStatus};

/// The most bytes of a message in an answer: OTLP lets clients read 4 MiB at most, and nobody reads that much.
const MESSAGE_BYTES_MAX: usize = 16 * 1024;

/// The two encodings of OTLP over HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// `application/x-protobuf`.
    Protobuf,
    /// `application/json`.
    Json,
}

impl Encoding {
    /// The encoding for a `Content-Type`, whatever its parameters; `None` for types that OTLP does not know.
    pub fn from_content_type(content_type: &str) -> Option<Self> {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        if essence.eq_ignore_ascii_case("application/x-protobuf")
            || essence.eq_ignore_ascii_case("application/protobuf")
        {
            Some(Self::Protobuf)
        } else if essence.eq_ignore_ascii_case("application/json") {
            Some(Self::Json)
        } else {
            None
        }
    }

    /// The `Content-Type` of an answer.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Protobuf => "application/x-protobuf",
            Self::Json => "application/json",
        }
    }
}

/// An `ExportTraceServiceResponse`; `partial_success` is set only if spans were rejected or there is a message.
pub fn success(encoding: Encoding, n_rejected: i64, message: &str) -> Vec<u8> {
    let message = shortened(message);
    let is_partial = n_rejected > 0 || !message.is_empty();
    match encoding {
        Encoding::Protobuf => {
            let partial = ExportTracePartialSuccess { rejected_spans: n_rejected, error_message: message.to_owned() };
            ExportTraceServiceResponse { partial_success: is_partial.then_some(partial) }.encode_to_vec()
        }
        // 64-bit numbers are text in the JSON form of protobuf.
        Encoding::Json if is_partial => {
            let partial = json!({ "rejectedSpans": n_rejected.to_string(), "errorMessage": message });
            json!({ "partialSuccess": partial }).to_string().into_bytes()
        }
        Encoding::Json => b"{}".to_vec(),
    }
}

/// A `google.rpc.Status`; `code` is a `google.rpc.Code`, such as 3 for an invalid argument or 14 for unavailable.
pub fn status(encoding: Encoding, code: i32, message: &str) -> Vec<u8> {
    let message = shortened(message);
    match encoding {
        Encoding::Protobuf => RpcStatus { code, message: message.to_owned() }.encode_to_vec(),
        Encoding::Json => json!({ "code": code, "message": message }).to_string().into_bytes(),
    }
}

fn shortened(message: &str) -> &str {
    &message[..message.floor_char_boundary(MESSAGE_BYTES_MAX)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn success_says_nothing_unless_something_was_rejected() {
        assert_eq!(success(Encoding::Protobuf, 0, ""), b"");
        assert_eq!(success(Encoding::Json, 0, ""), b"{}");
        assert_eq!(
            success(Encoding::Json, 2, "no id"),
            br#"{"partialSuccess":{"rejectedSpans":"2","errorMessage":"no id"}}"#
        );
        assert_eq!(success(Encoding::Protobuf, 2, "no id"), b"\x0a\x09\x08\x02\x12\x05no id");
    }

    #[test]
    fn status_is_a_google_rpc_status() {
        assert_eq!(status(Encoding::Protobuf, 3, "bad"), b"\x08\x03\x12\x03bad");
        assert_eq!(status(Encoding::Json, 3, "bad"), br#"{"code":3,"message":"bad"}"#);
    }

    #[test]
    fn long_message_is_cut_between_characters() {
        let message = "é".repeat(20_000);
        assert_eq!(status(Encoding::Protobuf, 3, &message).len(), MESSAGE_BYTES_MAX + 6);
    }

    #[test]
    fn content_type_may_have_parameters() {
        assert_eq!(Encoding::from_content_type("application/JSON; charset=utf-8"), Some(Encoding::Json));
        assert_eq!(Encoding::from_content_type("application/x-protobuf"), Some(Encoding::Protobuf));
        assert_eq!(Encoding::from_content_type("text/plain"), None);
    }
}
