//! What OpenTelemetry asks of an open span beyond our own API: bounds of the host's choosing, of which the oldest gives
//! way to the newest, ids and a decision from elsewhere, and a look at what was said so far.

use std::collections::HashSet;
use std::hash::BuildHasher;

use tracewood_span::keys::tracewood as key;
use tracewood_span::{Event, Link, SpanId, TraceId, Value};

use super::OpenSpan;
use crate::redact::value_of;

/// What our own API records of a span apart from attributes, in our words.
const OWN_KEYS: [&str; 3] = [key::KIND, key::INPUT, key::OUTPUT];

/// From so many attributes on, a key is looked up by its hash before it is looked for among them.
const N_SCANNED_MAX: usize = 64;

/// The hashes of keys that may be there, so that flattened messages of thousands of attributes do not each look through
/// all the others. What gave way may still be in it, which costs a look and no more.
#[derive(Debug, Default, Clone)]
pub(crate) struct Known(Option<HashSet<u64>>);

impl Known {
    /// Whether a key may be among the attributes; it is from now on.
    fn note(&mut self, key: &str, attributes: &[(String, Value)]) -> bool {
        if attributes.len() < N_SCANNED_MAX {
            return true;
        }
        let hashes = self.0.get_or_insert_with(|| {
            let mut hashes = HashSet::new();
            for (known, _) in attributes {
                hashes.insert(hashes.hasher().hash_one(known.as_str()));
            }
            hashes
        });
        !hashes.insert(hashes.hasher().hash_one(key))
    }
}

impl OpenSpan {
    /// Gives it other ids than the recorder chose, as a host's own generator wants it.
    pub fn set_ids(&mut self, trace_id: TraceId, span_id: SpanId) {
        (self.trace_id, self.span_id) = (trace_id, span_id);
    }

    /// Says whether it is sent, as a host's own sampler decided; children follow it.
    pub fn set_sampled(&mut self, is_sampled: bool) {
        self.is_sampled = is_sampled;
    }

    /// Says whether the span that it was begun in is one of another process.
    pub fn set_parent_remote(&mut self, is_remote: bool) {
        self.is_parent_remote = is_remote;
    }

    /// Sets an attribute as the last one; the first goes and is counted where there are too many.
    pub fn put_attribute(&mut self, key: &str, value: Value, n_max: usize) {
        let extra = self.extra();
        if n_max == 0 {
            extra.n_dropped_attributes += 1;
            return;
        }
        let may_be_known = extra.known.note(key, &extra.attributes);
        let known = may_be_known.then(|| extra.attributes.iter().position(|(name, _)| name == key)).flatten();
        if let Some(at) = known {
            extra.attributes.remove(at);
        } else if extra.attributes.len() >= n_max {
            extra.attributes.remove(0);
            extra.n_dropped_attributes += 1;
        }
        extra.attributes.push((key.to_owned(), value));
    }

    /// Counts attributes that the host left out.
    pub fn count_dropped_attributes(&mut self, n_dropped: u32) {
        self.extra().n_dropped_attributes += n_dropped;
    }

    /// Counts events that the host left out.
    pub fn count_dropped_events(&mut self, n_dropped: u32) {
        self.extra().n_dropped_events += n_dropped;
    }

    /// Counts links that the host left out.
    pub fn count_dropped_links(&mut self, n_dropped: u32) {
        self.extra().n_dropped_links += n_dropped;
    }

    /// Replaces every attribute; what [`told`](Self::told) put before them stays as it was recorded.
    pub fn replace_attributes(&mut self, mut attributes: Vec<(String, Value)>) {
        attributes.retain(|(key, _)| !OWN_KEYS.contains(&key.as_str()));
        let extra = self.extra();
        (extra.attributes, extra.known) = (attributes, Known::default());
    }

    /// Notes that something happened; the first goes and is counted where there is too much.
    pub fn put_event(&mut self, event: Event, n_max: usize) {
        let extra = self.extra();
        put(&mut extra.events, event, n_max, &mut extra.n_dropped_events);
    }

    /// Points at another span; the first goes and is counted where there are too many.
    pub fn put_link(&mut self, link: Link, n_max: usize) {
        let extra = self.extra();
        put(&mut extra.links, link, n_max, &mut extra.n_dropped_links);
    }

    /// What was said so far, in the order in which it was last said.
    pub fn attributes(&self) -> &[(String, Value)] {
        self.extra.as_ref().map(|extra| extra.attributes.as_slice()).unwrap_or_default()
    }

    /// The same as somebody else's exporter is given it: what our own API recorded stands first, in our words.
    pub fn told(&self) -> Vec<(String, Value)> {
        let has_kind = self.extra.as_ref().is_some_and(|extra| extra.kind.is_some());
        let kind = (has_kind || !self.site.config().is_instrumented).then(|| Value::from(self.kind()));
        let (input, output) = (self.input.as_ref().map(value_of), self.output.as_ref().map(value_of));
        let own = OWN_KEYS.into_iter().zip([kind, input, output]);
        let own = own.filter_map(|(key, value)| Some((key.to_owned(), value?)));
        own.chain(self.attributes().iter().cloned()).collect()
    }

    /// What happened so far.
    pub fn events(&self) -> &[Event] {
        self.extra.as_ref().map(|extra| extra.events.as_slice()).unwrap_or_default()
    }

    /// What it points at.
    pub fn links(&self) -> &[Link] {
        self.extra.as_ref().map(|extra| extra.links.as_slice()).unwrap_or_default()
    }

    /// How many attributes, events and links gave way.
    pub fn n_dropped(&self) -> (u32, u32, u32) {
        let counts = |extra: &super::Extra| (extra.n_dropped_attributes, extra.n_dropped_events, extra.n_dropped_links);
        self.extra.as_deref().map(counts).unwrap_or_default()
    }

    /// What is said of how it stands.
    pub fn status_message(&self) -> &str {
        self.extra.as_ref().and_then(|extra| extra.status_message.as_deref()).unwrap_or_default()
    }

    /// OTLP's `SpanKind` number.
    pub fn otel_kind(&self) -> i32 {
        let stated = self.extra.as_ref().map_or(0, |extra| extra.otel_kind);
        if stated > 0 { stated } else { self.site.config().otel_kind.max(1) }
    }

    /// Whether the span that it was begun in is one of another process.
    pub fn is_parent_remote(&self) -> bool {
        self.is_parent_remote
    }

    /// When it ended, once that was said.
    pub fn ended_at_unix_nanos(&self) -> Option<u64> {
        (self.ended_at_unix_nanos > 0).then_some(self.ended_at_unix_nanos)
    }
}

fn put<T>(items: &mut Vec<T>, item: T, n_max: usize, n_dropped: &mut u32) {
    if items.len() >= n_max {
        *n_dropped += 1;
        if n_max == 0 {
            return;
        }
        items.remove(0);
    }
    items.push(item);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::{Config, Recorder, Site};

    use super::*;

    fn open() -> OpenSpan {
        Recorder::new(Config::default()).start(&Arc::new(Site::named("step", "span")), None)
    }

    #[test]
    fn oldest_attribute_gives_way_and_is_counted() {
        let mut span = open();
        for key in ["a", "b", "a", "c"] {
            span.put_attribute(key, Value::from(key), 2);
        }
        assert_eq!(span.attributes(), [("a".into(), Value::from("a")), ("c".into(), Value::from("c"))]);
        span.put_attribute("d", Value::Null, 0);
        assert_eq!(span.n_dropped(), (2, 0, 0));
    }

    #[test]
    fn thousands_of_attributes_keep_their_last_values() {
        let mut span = open();
        for round in 0..2 {
            for number in 0..5000 {
                span.put_attribute(&format!("message.{number}"), Value::Int(round), 10_000);
            }
        }
        assert_eq!(span.attributes().len(), 5000);
        assert!(span.attributes().iter().all(|(_, value)| *value == Value::Int(1)));
        assert_eq!(span.n_dropped(), (0, 0, 0));
    }

    #[test]
    fn oldest_event_gives_way_and_is_counted() {
        let mut span = open();
        for name in ["a", "b", "c"] {
            span.put_event(Event { name: name.into(), ..Event::default() }, 2);
        }
        let names: Vec<_> = span.events().iter().map(|event| event.name.as_str()).collect();
        assert_eq!((names, span.n_dropped()), (vec!["b", "c"], (0, 1, 0)));
    }
}
