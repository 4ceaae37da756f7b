//! The program's own function that looks through every span before it leaves the process, on the thread that sends it.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tracewood_sdk::{OpenSpan, Redactor};
use tracewood_span::Attributes;

use crate::{capture, log, memory, recorder};

static IS_SET: AtomicBool = AtomicBool::new(false);
/// Whether the interpreter is about to end, and nobody may ask for it any more.
static IS_OVER: AtomicBool = AtomicBool::new(false);
/// How many threads run the program's function, or wait for the interpreter to.
static N_RUNNING: AtomicUsize = AtomicUsize::new(0);
/// How long the end of the process waits for a function that runs.
const LAST_WAIT: Duration = Duration::from_secs(1);

thread_local! {
    /// Whether the program's function runs on this thread; what it traces itself is no part of the program's work.
    static IS_RUNNING: Cell<bool> = const { Cell::new(false) };
}

/// Has a callable look through every span that ends from now on: it takes a dictionary and answers what may be sent;
/// `None` ends it.
#[pyfunction]
#[pyo3(signature = (redactor))]
pub(crate) fn set_redactor(py: Python<'_>, redactor: Option<Py<PyAny>>) {
    IS_SET.store(redactor.is_some(), Ordering::Relaxed);
    let redactor = redactor.map(|redactor| Redactor::new(move |told| look_through(&redactor, &told)));
    // Without the interpreter, which a thread that sends may be waiting for.
    py.detach(|| recorder::get().set_redactor(redactor));
}

/// Leaves a span out that was made by the program's function while it looked through others, which would never end.
#[inline]
pub(crate) fn leave_out_own(open: &mut OpenSpan) {
    if IS_SET.load(Ordering::Relaxed) && IS_RUNNING.get() {
        open.set_sampled(false);
    }
}

/// Lets nobody ask for the interpreter any more, which is about to end, and waits for those who did.
#[pyfunction]
pub(crate) fn end_redaction(py: Python<'_>) {
    IS_OVER.store(true, Ordering::SeqCst);
    let until = Instant::now() + LAST_WAIT;
    py.detach(|| {
        while N_RUNNING.load(Ordering::SeqCst) > 0 && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(1));
        }
    });
}

/// Nothing is running in the child of a fork, whatever its parent was doing.
pub(crate) fn after_fork_in_child() {
    N_RUNNING.store(0, Ordering::SeqCst);
}

/// Shows a span to the program's function, on whatever thread sends it; `None` lets no text of it pass.
fn look_through(redactor: &Py<PyAny>, told: &Attributes) -> Option<Attributes> {
    N_RUNNING.fetch_add(1, Ordering::SeqCst);
    let answer = if IS_OVER.load(Ordering::SeqCst) {
        None
    } else {
        let was_running = IS_RUNNING.replace(true);
        let answer = Python::try_attach(|py| match ask(py, redactor, told) {
            Ok(kept) => Some(kept),
            Err(error) => {
                log::debug(py, &format!("the redact function failed: {}", error.get_type(py)));
                None
            }
        });
        IS_RUNNING.set(was_running);
        answer.flatten()
    };
    N_RUNNING.fetch_sub(1, Ordering::SeqCst);
    answer
}

fn ask(py: Python<'_>, redactor: &Py<PyAny>, told: &Attributes) -> PyResult<Attributes> {
    let answer = redactor.call1(py, (memory::mapping(py, told)?,))?;
    Ok(capture::attributes(answer.bind(py).cast::<PyDict>()?.as_any()))
}
