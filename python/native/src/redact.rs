//! The program's own function that looks through every span before it is queued.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tracewood_sdk::OpenSpan;
use tracewood_span::Attributes;

use crate::{capture, log, memory};

static REDACTOR: Mutex<Option<Py<PyAny>>> = Mutex::new(None);
static IS_SET: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// Whether the program's function runs on this thread; a span that ends within it is not shown to it again.
    static IS_RUNNING: Cell<bool> = const { Cell::new(false) };
}

/// Has a callable look through every span: it takes a dictionary and answers what may be sent; `None` ends it.
#[pyfunction]
#[pyo3(signature = (redactor))]
pub(crate) fn set_redactor(redactor: Option<Py<PyAny>>) {
    IS_SET.store(redactor.is_some(), Ordering::Relaxed);
    let old = std::mem::replace(&mut *REDACTOR.lock().unwrap_or_else(PoisonError::into_inner), redactor);
    drop(old);
}

/// Lets the program look through a span, if it wants to.
#[inline]
pub(crate) fn apply(py: Python<'_>, open: &mut OpenSpan) {
    if IS_SET.load(Ordering::Relaxed) {
        look_through(py, open);
    }
}

#[cold]
fn look_through(py: Python<'_>, open: &mut OpenSpan) {
    let redactor = REDACTOR.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|found| found.clone_ref(py));
    let is_within = IS_RUNNING.replace(true);
    // Should it have been taken away just now, nothing is sent unseen.
    open.redact(|told| {
        let answered = redactor.as_ref().filter(|_| !is_within).map(|redactor| ask(py, redactor, &told));
        match answered {
            Some(Ok(kept)) => Some(kept),
            Some(Err(error)) => {
                log::debug(py, &format!("the redact function failed: {}", error.get_type(py)));
                None
            }
            None => None,
        }
    });
    IS_RUNNING.set(is_within);
}

fn ask(py: Python<'_>, redactor: &Py<PyAny>, told: &Attributes) -> PyResult<Attributes> {
    let answer = redactor.call1(py, (memory::mapping(py, told)?,))?;
    Ok(capture::attributes(answer.bind(py).cast::<PyDict>()?.as_any()))
}
