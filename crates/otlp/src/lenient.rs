//! JSON as some clients write it although they should not.

use std::borrow::Cow;

use crate::Error;

/// Reads JSON strictly and, only if that fails, once more after [`repaired`].
pub(crate) fn read<T>(bytes: &[u8], parse: impl Fn(&str) -> Result<T, Error>) -> Result<T, Error> {
    let text = String::from_utf8_lossy(bytes);
    parse(&text).or_else(|error| match repaired(&text) {
        // The first error stays the better one: its position is that in the client's own text.
        Some(text) => parse(&text).map_err(|_| error),
        None => Err(error),
    })
}

/// The tokens that Python's `json.dumps` writes for floating point numbers that JSON does not know.
const TOKENS: [&str; 3] = ["-Infinity", "Infinity", "NaN"];

/// The text with bare `NaN` and `Infinity` put in quotes and halves of surrogate pairs replaced; `None` if there are
/// none.
fn repaired(text: &str) -> Option<String> {
    let mut repaired = String::new();
    let mut n_copied = 0;
    let mut replace = |from: usize, to: usize, with: Cow<'_, str>| {
        repaired.push_str(&text[n_copied..from]);
        repaired.push_str(&with);
        n_copied = to;
    };
    let bytes = text.as_bytes();
    let mut is_in_string = false;
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            b'"' => is_in_string = !is_in_string,
            b'\\' if is_in_string => {
                match escaped_unit(bytes, i) {
                    Some(0xD800..=0xDBFF) if matches!(escaped_unit(bytes, i + 6), Some(0xDC00..=0xDFFF)) => i += 6,
                    Some(0xD800..=0xDFFF) => replace(i, i + 6, Cow::Borrowed("\\ufffd")),
                    _ => {}
                }
                // Over the escaped character, which may be a quote.
                i += 1;
            }
            b'-' | b'I' | b'N' if !is_in_string => {
                if let Some(token) = TOKENS.into_iter().find(|token| bytes[i..].starts_with(token.as_bytes())) {
                    replace(i, i + token.len(), Cow::Owned(format!("\"{token}\"")));
                    i += token.len() - 1;
                }
            }
            _ => {}
        }
        i += 1;
    }
    if n_copied == 0 {
        return None;
    }
    repaired.push_str(&text[n_copied..]);
    Some(repaired)
}

/// The UTF-16 unit of an escape `\uXXXX` that begins at `i`.
fn escaped_unit(bytes: &[u8], i: usize) -> Option<u32> {
    let digits = bytes.get(i..i + 6)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_tokens_are_quoted_outside_of_text_only() {
        assert_eq!(
            repaired(r#"{"NaN": NaN, "b": [-Infinity, Infinity, -1], "c": "\"NaN\\"}"#).as_deref(),
            Some(r#"{"NaN": "NaN", "b": ["-Infinity", "Infinity", -1], "c": "\"NaN\\"}"#)
        );
        assert_eq!(repaired(r#"{"a": "NaN", "b": -1}"#), None);
    }

    #[test]
    fn halves_of_surrogate_pairs_are_replaced_and_pairs_are_not() {
        assert_eq!(
            repaired(r#"["\ud83d\ude00", "\ud83d", "\ude00\n", "\\ud83d"]"#).as_deref(),
            Some(r#"["\ud83d\ude00", "\ufffd", "\ufffd\n", "\\ud83d"]"#)
        );
    }
}
