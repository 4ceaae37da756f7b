//! JSON text written straight into a buffer: payloads are most of what is made.

use std::fmt::Write as _;

/// Appends a text in quotes.
pub(crate) fn text(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|letter: char| letter == '"' || letter == '\\' || letter < ' ') {
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'\n' => out.push_str("\\n"),
            letter @ (b'"' | b'\\') => {
                out.push('\\');
                out.push(char::from(letter));
            }
            letter => {
                let _ = write!(out, "\\u{letter:04x}");
            }
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

/// An object of texts.
pub(crate) fn object(entries: &[(&str, &str)]) -> String {
    let mut out = String::from("{");
    for (n, (key, value)) in entries.iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        text(&mut out, key);
        out.push(':');
        text(&mut out, value);
    }
    out.push('}');
    out
}
