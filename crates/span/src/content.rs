//! Large content of a span that may lie in its attributes already.

use crate::{Attributes, Value};

/// An input or output: a value of its own, or the place among the span's raw attributes where it lies.
///
/// Prompts and answers are most of a span's bytes. Pointing at the attribute that carried one keeps it in memory and
/// on disk once, while the raw attributes stay complete.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// The value at this index of [`Span::attributes`](crate::Span::attributes).
    Attribute(u32),
    /// A value put together from several attributes, or sent outside of them.
    Value(Value),
}

impl Content {
    /// The value itself; `None` only if the index points outside of `attributes`, which a decoder never lets happen.
    pub fn resolve<'a>(&'a self, attributes: &'a Attributes) -> Option<&'a Value> {
        match self {
            Self::Attribute(index) => attributes.get(*index as usize).map(|(_, value)| value),
            Self::Value(value) => Some(value),
        }
    }
}
