//! The key dialects: what each client's attribute keys mean.

use tracewood_span::Span;

/// Fills the canonical fields of a span from its raw part.
pub fn normalise(span: &mut Span) {
    let _ = span;
}
