//! A destination in memory, for tests of programs that are traced.

use std::sync::{Arc, Mutex, PoisonError};

use tracewood_span::Span;

/// The spans that arrived, shared by everyone who holds it.
#[derive(Debug, Clone, Default)]
pub struct Spans(Arc<Mutex<Vec<Span>>>);

impl Spans {
    /// Every span that arrived so far, in the order of their ends; ask [`Recorder::flush`](crate::Recorder::flush) first.
    pub fn all(&self) -> Vec<Span> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets them.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(crate) fn extend(&self, spans: impl IntoIterator<Item = Span>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(spans);
    }
}
