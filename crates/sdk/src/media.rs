//! Images and other media that stand in a text as base64, named by their digest instead.
//!
//! Instrumentations put the images of a model call into attributes, often twice, with hundreds of kilobytes each.

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::OnceLock;

use crate::once::once;
use aho_corasick::{AhoCorasick, Input};
use sha2::{Digest, Sha256};

/// How far a text is searched; nobody reads more of one either.
const SEARCHED_BYTES_MAX: usize = 1_000_000;
/// Media of this many characters in base64 are dots, as in the words of the clients that we wrap.
const DOT_CHARS_MAX: usize = 128;
/// A field without a type is taken for media from this length on.
const FIELD_CHARS_MIN: usize = 1024;
/// How much of a text is to be handed over: more would hold up the caller, for its digest or to be made UTF-8, for more
/// than the ten milliseconds that any value may take.
pub const TEXT_BYTES_MAX: usize = 3_000_000;
/// How far before the data its type begins.
const TYPE_CHARS_MAX: usize = 128;

/// What stands before media, and how long they are at least: in a URL as RFC 2397 has it, in a part of a message of
/// Anthropic, and the same as some encoders of JSON write it.
const BEGINNINGS: [(&str, usize); 3] =
    [(";base64,", DOT_CHARS_MAX + 1), ("\"data\": \"", FIELD_CHARS_MIN), ("\"data\":\"", FIELD_CHARS_MIN)];

static FINDER: OnceLock<Option<AhoCorasick>> = OnceLock::new();

fn finder() -> Option<AhoCorasick> {
    AhoCorasick::new(BEGINNINGS.iter().map(|(beginning, _)| beginning)).ok()
}

/// The text with media named as `sha256:<digest of the base64> (<size> bytes)`; `None` if there are none in it.
///
/// Media that reach to the end of a text that was cut are named by what is known, as `(more than <size> bytes)`.
pub fn referenced(text: &str, is_cut: bool) -> Option<String> {
    if text.len() <= DOT_CHARS_MAX {
        return None;
    }
    let mut out: Option<String> = None;
    let (mut n_copied, mut from) = (0, 0);
    while let Some(data) = next(text, from) {
        from = data.end;
        let out = out.get_or_insert_default();
        out.push_str(text.get(n_copied..data.start).unwrap_or_default());
        let is_whole = !is_cut || data.end < text.len();
        push_reference(out, text.get(data.clone()).unwrap_or_default(), is_whole);
        n_copied = data.end;
    }
    let mut out = out?;
    out.push_str(text.get(n_copied..).unwrap_or_default());
    Some(out)
}

/// Where the next media are, from `from` on.
fn next(text: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut from = from;
    while from < bytes.len().min(SEARCHED_BYTES_MAX) {
        let found =
            once(&FINDER, finder).as_ref()?.find(Input::new(bytes).range(from..bytes.len().min(SEARCHED_BYTES_MAX)))?;
        let (beginning, n_chars_min) = BEGINNINGS.get(found.pattern().as_usize())?;
        let before = bytes.get(found.start().saturating_sub(TYPE_CHARS_MAX)..found.start())?;
        let is_typed = !beginning.starts_with(';') || before.windows(5).any(|five| five == b"data:");
        let n_chars = bytes.get(found.end()..)?.iter().take_while(|byte| is_base64(**byte)).count();
        if is_typed && n_chars >= *n_chars_min {
            return Some(found.end()..found.end() + n_chars);
        }
        from = found.end();
    }
    None
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_')
}

fn push_reference(out: &mut String, data: &str, is_whole: bool) {
    let n_bytes = data.len() * 3 / 4 - data.bytes().rev().take_while(|byte| *byte == b'=').count();
    if !is_whole {
        let _ = write!(out, "(more than {n_bytes} bytes)");
        return;
    }
    out.push_str("sha256:");
    for byte in Sha256::digest(data.as_bytes()) {
        let _ = write!(out, "{byte:02x}");
    }
    let _ = write!(out, " ({n_bytes} bytes)");
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "sha256:";

    #[test]
    fn media_are_named_by_type_digest_and_size() {
        let image = "QUJD".repeat(1000);
        let named = referenced(&format!("data:image/png;base64,{image}"), false).unwrap();
        let (head, digest) = named.split_once(DIGEST).unwrap();
        assert_eq!((head, &digest[64..]), ("data:image/png;base64,", " (3000 bytes)"));
        // The same picture has the same name wherever it stands.
        let json = format!(
            "[{{\"url\": \"data:image/png;base64,{image}\"}}, {{\"type\": \"base64\", \"data\": \"{image}\"}}, \
             {{\"data\":\"{image}==\"}}]"
        );
        let told = referenced(&json, false).unwrap();
        assert_eq!(told.matches(&digest[..64]).count(), 2);
        assert!(
            told.starts_with("[{\"url\": \"data:image/png;base64,sha256:") && told.ends_with(" (2999 bytes)\"}]"),
            "{told}"
        );
    }

    #[test]
    fn everything_else_stays_as_it_is() {
        let long = "x".repeat(5000);
        for text in [
            "",
            "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==",
            &long,
            &format!("{{\"data\": \"{}\"}}", &long[..1000]),
            &format!("{{\"text\": \"{long}\"}}"),
            &format!("the word ;base64,{long}"),
            &format!("{{\"data\": \"short\"}}{long}"),
        ] {
            assert_eq!(referenced(text, false), None, "{text:.60}");
        }
    }

    #[test]
    fn media_that_are_not_there_whole_are_named_by_their_size_alone() {
        let image = "QUJD".repeat(1000);
        let text = format!("data:video/mp4;base64,{image}");
        assert_eq!(referenced(&text, true).unwrap(), "data:video/mp4;base64,(more than 3000 bytes)");
        let text = format!("{text}\" and more");
        assert_eq!(referenced(&text, true), referenced(&text, false));
    }
}
