//! Every row of the dialects' tables: literal attributes in, canonical fields out.

use std::sync::Arc;

use serde_json::Value as Json;
use tracewood_otlp::conventions::normalise;
use tracewood_span::{Event, Resource, Span, SpanId, TraceId};

use crate::canonical::{attributes, canonical};

const ROWS: &str = include_str!("../fixtures/dialects.jsonl");

/// The span that a row describes, normalised.
fn span(row: &Json) -> Span {
    let ids = (TraceId::new([1; 16]).unwrap(), SpanId::new([1; 8]).unwrap());
    let mut span = Span::new(ids.0, ids.1, "span", row["started_at"].as_u64().unwrap_or(1));
    span.ended_at_unix_nanos = Some(u64::MAX);
    span.attributes = attributes(&row["attributes"]);
    span.resource = Arc::new(Resource { attributes: attributes(&row["resource"]), ..Resource::default() });
    let events = row["events"].as_array().into_iter().flatten();
    span.events = events
        .map(|event| Event {
            name: event["name"].as_str().unwrap().to_owned(),
            at_unix_nanos: event["at"].as_u64().unwrap(),
            attributes: attributes(&event["attributes"]),
            ..Event::default()
        })
        .collect();
    normalise(&mut span);
    span
}

#[test]
fn every_row_fills_the_fields_that_it_names() {
    let mut wrong = Vec::new();
    for line in ROWS.lines() {
        let row: Json = serde_json::from_str(line).unwrap();
        let canonical = canonical(&span(&row));
        for (field, wanted) in row["expect"].as_object().unwrap() {
            let got = canonical.get(field).unwrap_or_else(|| panic!("no field {field} in {line}"));
            if got != wanted {
                wrong.push(format!("{}: {field} is {got}, wanted {wanted}", row["row"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn raw_attributes_stay_as_they_came_and_normalising_again_changes_nothing() {
    for line in ROWS.lines() {
        let row: Json = serde_json::from_str(line).unwrap();
        let span = span(&row);
        assert_eq!(span.attributes, attributes(&row["attributes"]), "{line}");
        let mut again = span.clone();
        normalise(&mut again);
        assert_eq!(again, span, "{line}");
    }
}
