//! MutagenT's ids, which are any text, as ids of 16 and 8 bytes.

use sha2::{Digest, Sha256};
use tracewood_span::{SpanId, TraceId};

/// A trace id and, where it was neither a UUID nor hex, its text.
pub(super) fn trace_id(text: &str) -> (TraceId, Option<String>) {
    let is_dashed = text.len() == 36 && [8, 13, 18, 23].iter().all(|dash| text.as_bytes()[*dash] == b'-');
    let parsed = if is_dashed { text.replace('-', "").parse() } else { text.parse() };
    parsed.map_or_else(|_| (hashed(text, TraceId::new), Some(text.to_owned())), |id| (id, None))
}

/// A span id and, where it was not 16 hex digits, its text.
///
/// The published SDK names spans by UUIDs, which do not fit; a parent's id goes the same way, so that parents and
/// children still meet.
pub(super) fn span_id(text: &str) -> (SpanId, Option<String>) {
    text.parse().map_or_else(|_| (hashed(text, SpanId::new), Some(text.to_owned())), |id| (id, None))
}

/// The first bytes of the SHA-256 of the text, hashed once more in the case that they are all zero.
fn hashed<const N: usize, Id>(text: &str, id: fn([u8; N]) -> Option<Id>) -> Id {
    let mut digest = Sha256::digest(text);
    loop {
        let mut bytes = [0; N];
        bytes.copy_from_slice(&digest[..N]);
        match id(bytes) {
            Some(id) => return id,
            None => digest = Sha256::digest(digest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuid_is_its_bytes() {
        let (id, text) = trace_id("0AF76519-16cd-43dd-8448-eb211c80319c");
        assert_eq!((id.to_string().as_str(), text), ("0af7651916cd43dd8448eb211c80319c", None));
        let (id, text) = trace_id("0af7651916cd43dd8448eb211c80319c");
        assert_eq!((id.to_string().as_str(), text), ("0af7651916cd43dd8448eb211c80319c", None));
        let (id, text) = span_id("b7ad6b7169203331");
        assert_eq!((id.to_string().as_str(), text), ("b7ad6b7169203331", None));
    }

    #[test]
    fn other_text_is_hashed_and_kept() {
        let (id, text) = trace_id("my-trace");
        assert_eq!(id.to_string(), "670c0f140bf357e6d99293ad6cf0d246");
        assert_eq!(text.as_deref(), Some("my-trace"));
        let uuid = "0af76519-16cd-43dd-8448-eb211c80319c";
        assert_eq!(span_id(uuid).1.as_deref(), Some(uuid));
        assert_eq!(span_id(uuid).0, span_id(uuid).0);
        for zero in ["0000000000000000", "00000000-0000-0000-0000-000000000000", "éééééééé-ééé-ééé-ééé-éééééééééééé"]
        {
            assert!(trace_id(zero).1.is_some() && span_id(zero).1.is_some(), "{zero}");
        }
    }
}
