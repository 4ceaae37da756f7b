//! State that belongs to whoever holds the interpreter, which is a lock already: another one would cost two atomic
//! operations at each look.
#![expect(unsafe_code, reason = "the interpreter's own lock is what makes it safe to share")]

use std::cell::{RefCell, RefMut};

/// State that is only touched while the interpreter is held.
///
/// An interpreter without that lock cannot load this module: it has no limited API.
#[derive(Debug, Default)]
pub(crate) struct Held<T>(RefCell<T>);

// SAFETY: every look at it is taken by code that the interpreter called and before it is let go, so no two threads look
// at the same time; a second look within the first panics, which the guard of every entry point catches.
unsafe impl<T: Send> Sync for Held<T> {}

impl<T> Held<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(RefCell::new(value))
    }

    /// The state, until the answer is dropped.
    #[inline]
    pub(crate) fn borrow(&self) -> RefMut<'_, T> {
        self.0.borrow_mut()
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut()
    }
}
