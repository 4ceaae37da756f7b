//! The key dialects: what each client's attribute keys mean.
//!
//! Each dialect is a table of keys and the field that each one fills, one file a dialect. A field is filled by the
//! first dialect of `PRECEDENCE` that has a usable value for it, and within a dialect by the key that stands first in
//! its table. Null values are absent; numbers that are malformed are passed over, so that they cannot hide a good one
//! of a lower dialect.

mod content;
mod fill;
mod find;
mod genai;
mod index;
mod kind;
mod langfuse;
mod lists;
mod messages;
mod mutagent;
mod names;
mod openinference;
mod other;
mod parts;

mod provider;
mod resource;
mod rule;
mod traceloop;
mod traceroot;
mod tracewood;
mod usage;
mod vercel;

use tracewood_span::Span;

pub(crate) use resource::Inherited;
use rule::Rule;

/// The dialects, most trusted first: what a user or a vendor's SDK said outright, then what instrumentations write.
const PRECEDENCE: &[&[Rule]] = &[
    tracewood::RULES,
    traceroot::RULES,
    langfuse::RULES,
    mutagent::RULES,
    openinference::RULES,
    genai::CURRENT,
    genai::LEGACY,
    traceloop::RULES,
    vercel::RULES,
    other::RULES,
];

/// Fills the canonical fields of a span from its raw part.
///
/// What the canonical fields held before is forgotten, so a span may be normalised again after the tables changed. Of
/// the raw part it only sharpens how the span ended where the client left that open: a dialect's own word for an error
/// becomes [`Status::Error`](tracewood_span::Status::Error), and a span marked as just begun loses its end.
pub fn normalise(span: &mut Span) {
    let inherited = Inherited::of(&span.resource);
    normalise_with(span, &inherited);
}

/// [`normalise`] for many spans of one resource, whose part is worked out once.
pub(crate) fn normalise_with(span: &mut Span, inherited: &Inherited) {
    // The attributes stand aside while the fields that are read from them are written.
    let attributes = std::mem::take(&mut span.attributes);
    let found = find::Found::among(&attributes, &span.events, span.started_at_unix_nanos);
    fill::fill(span, found, &attributes, inherited);
    span.attributes = attributes;
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::PRECEDENCE;

    #[test]
    fn every_key_of_every_table_has_a_fixture() {
        let fixtures = include_str!("../tests/fixtures/dialects.jsonl");
        let rows = fixtures.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let keys: HashSet<String> =
            rows.flat_map(|row| row["attributes"].as_object().unwrap().keys().cloned().collect::<Vec<_>>()).collect();
        let missing: Vec<_> = PRECEDENCE
            .iter()
            .flat_map(|table| table.iter())
            .map(|(key, _)| *key)
            .filter(|key| match key.strip_suffix('*') {
                Some(prefix) => !keys.iter().any(|key| key.starts_with(prefix)),
                None => !keys.contains(*key),
            })
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
