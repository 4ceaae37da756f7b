//! Values that are found by path, given to the index as they lie in their bytes: copies of them would be made for each
//! span, and thrown away at once.

use std::sync::atomic::{AtomicUsize, Ordering};

use tantivy::schema::Value;
use tantivy::schema::document::{ReferenceValue, ReferenceValueLeaf};

use crate::embedded::codec::{Items, Named, ValueView};
use crate::filter::words::{EXACT_BYTES_MAX, PATH_DEPTH_MAX, first_bytes};

/// Values of one span that are found by path, so that a span of a million numbers does not swell the index.
const PATH_VALUES_MAX: usize = 2_000;

/// How many more values of a span are found by path. Only one thread counts; the index merely asks for a type that
/// others could look at.
#[derive(Debug)]
pub(super) struct Budget(AtomicUsize);

/// A value that is found by path.
#[derive(Debug, Clone, Copy)]
pub(super) struct PathValue<'a> {
    held: Held<'a>,
    depth: usize,
    budget: &'a Budget,
}

#[derive(Debug, Clone, Copy)]
enum Held<'a> {
    Value(ValueView<'a>),
    Pairs(&'a [(&'a str, ValueView<'a>)]),
}

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicUsize::new(PATH_VALUES_MAX))
    }
}

impl Budget {
    fn take(&self) -> bool {
        let left = self.0.load(Ordering::Relaxed);
        self.0.store(left.saturating_sub(1), Ordering::Relaxed);
        left > 0
    }
}

impl<'a> PathValue<'a> {
    /// Named values.
    pub(super) fn pairs(pairs: &'a [(&'a str, ValueView<'a>)], budget: &'a Budget) -> Self {
        Self { held: Held::Pairs(pairs), depth: 0, budget }
    }

    /// What lies in it; bytes, nulls and what goes beyond the bounds are not found by path.
    fn inner(&self, value: ValueView<'a>) -> Option<Self> {
        let depth = self.depth + 1;
        if depth > PATH_DEPTH_MAX || !self.budget.take() {
            return None;
        }
        let is_found = match value {
            ValueView::Null | ValueView::Bytes(_) => false,
            ValueView::Double(number) => number.is_finite(),
            _ => true,
        };
        is_found.then_some(Self { held: Held::Value(value), depth, budget: self.budget })
    }
}

impl<'a> Value<'a> for PathValue<'a> {
    type ArrayIter = PathItems<'a>;
    type ObjectIter = PathPairs<'a>;

    fn as_value(&self) -> ReferenceValue<'a, Self> {
        let leaf = match self.held {
            Held::Pairs(pairs) => {
                return ReferenceValue::Object(PathPairs { of: *self, left: Left::Listed(pairs.iter()) });
            }
            Held::Value(ValueView::Map(pairs)) => {
                return ReferenceValue::Object(PathPairs { of: *self, left: Left::Lying(pairs.pairs()) });
            }
            Held::Value(ValueView::Array(values)) => {
                return ReferenceValue::Array(PathItems { of: *self, left: values.items() });
            }
            Held::Value(ValueView::Null | ValueView::Bytes(_)) => ReferenceValueLeaf::Null,
            Held::Value(ValueView::Bool(flag)) => ReferenceValueLeaf::Bool(flag),
            Held::Value(ValueView::Int(number)) => ReferenceValueLeaf::I64(number),
            Held::Value(ValueView::Double(number)) => ReferenceValueLeaf::F64(number),
            Held::Value(ValueView::String(text)) => ReferenceValueLeaf::Str(first_bytes(text, EXACT_BYTES_MAX)),
        };
        ReferenceValue::Leaf(leaf)
    }
}

/// The values of a list that are found.
pub(super) struct PathItems<'a> {
    of: PathValue<'a>,
    left: Items<'a>,
}

impl<'a> Iterator for PathItems<'a> {
    type Item = PathValue<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left.by_ref().find_map(|value| self.of.inner(value))
    }
}

/// The named values of an object that are found.
pub(super) struct PathPairs<'a> {
    of: PathValue<'a>,
    left: Left<'a>,
}

enum Left<'a> {
    Listed(std::slice::Iter<'a, (&'a str, ValueView<'a>)>),
    Lying(Named<'a>),
}

impl<'a> Iterator for PathPairs<'a> {
    type Item = (&'a str, PathValue<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (key, value) = match &mut self.left {
                Left::Listed(pairs) => *pairs.next()?,
                Left::Lying(pairs) => pairs.next()?,
            };
            if let Some(value) = self.of.inner(value) {
                return Some((key, value));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tantivy::TantivyDocument;
    use tantivy::schema::{Document as _, Field, OwnedValue};
    use tracewood_span::{Attributes, Span, SpanId, TraceId, Value};

    use super::*;
    use crate::Stored;
    use crate::embedded::codec::{Batch, encode};

    /// What the index is given of some metadata.
    fn given(metadata: Attributes) -> OwnedValue {
        let (trace_id, span_id) = (TraceId::new([1; 16]).unwrap(), SpanId::new([1; 8]).unwrap());
        let span = Span { metadata, ..Span::new(trace_id, span_id, "s", 1) };
        let (project, price_version) = ("default".to_owned(), String::new());
        let stored = Stored { project, received_at_unix_nanos: 1, price_version, span };
        let chunks = encode(&[stored]);
        let batch = Batch::read(&chunks[0].bytes).unwrap();
        let views = batch.views().unwrap();
        let mut document = TantivyDocument::new();
        let budget = Budget::default();
        document.add_field_value(Field::from_field_id(0), PathValue::pairs(&views[0].metadata, &budget));
        let first = document.iter_fields_and_values().next().map(|(_, value)| OwnedValue::from(value));
        first.unwrap()
    }

    fn named(name: &str, value: Value) -> (String, Value) {
        (name.to_owned(), value)
    }

    #[test]
    fn everything_is_given_but_what_cannot_be_found() {
        let inner = vec![named("n", Value::Int(-3)), named("none", Value::Null), named("on", Value::Bool(true))];
        let found = given(vec![
            named("a.b", Value::String("x".repeat(600))),
            named("bytes", Value::Bytes(vec![1])),
            named("nan", Value::Double(f64::NAN)),
            named("half", Value::Double(0.5)),
            named("list", Value::Array(vec![Value::Null, Value::Int(1), Value::Map(inner)])),
        ]);
        let inner = vec![("n".to_owned(), OwnedValue::I64(-3)), ("on".to_owned(), OwnedValue::Bool(true))];
        let wanted = vec![
            ("a.b".to_owned(), OwnedValue::Str("x".repeat(512))),
            ("half".to_owned(), OwnedValue::F64(0.5)),
            ("list".to_owned(), OwnedValue::Array(vec![OwnedValue::I64(1), OwnedValue::Object(inner)])),
        ];
        assert_eq!(found, OwnedValue::Object(wanted));
    }

    #[test]
    fn what_is_deep_or_too_much_is_left_out() {
        let mut deep = Value::Int(1);
        for _ in 0..PATH_DEPTH_MAX + 3 {
            deep = Value::Map(vec![named("d", deep)]);
        }
        let mut found = given(vec![named("d", deep)]);
        let mut depth = 0;
        while let OwnedValue::Object(pairs) = found {
            let Some((_, value)) = pairs.into_iter().next() else { break };
            found = value;
            depth += 1;
        }
        assert_eq!(depth, PATH_DEPTH_MAX);
        let many = Value::Array((0..10_000).map(Value::Int).collect());
        let OwnedValue::Object(pairs) = given(vec![named("many", many), named("after", Value::Int(1))]) else {
            panic!()
        };
        let OwnedValue::Array(values) = &pairs[0].1 else { panic!() };
        assert_eq!((pairs.len(), values.len()), (1, PATH_VALUES_MAX - 1));
    }
}
