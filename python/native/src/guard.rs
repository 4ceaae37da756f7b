//! What keeps a fault of ours out of the user's program: unwinds and Python errors end here.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::prelude::*;

/// Runs glue code on behalf of a traced call; whatever goes wrong in it, the call goes on without a span.
#[inline]
pub(crate) fn quietly<T: Default>(py: Python<'_>, work: impl FnOnce() -> PyResult<T>) -> T {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(value)) => value,
        Ok(Err(error)) => {
            crate::log::debug(py, &format!("a span could not be recorded in full: {error}"));
            T::default()
        }
        Err(_) => {
            // An error may have been set when the unwind began, and must not surface in the user's call.
            let _ = PyErr::take(py);
            crate::log::debug(py, "a span could not be recorded in full: internal fault");
            T::default()
        }
    }
}
