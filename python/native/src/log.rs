//! Log lines of the core, handed to Python's `logging` under the name `tracewood`.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tracewood_sdk::{Level, LogSink};

/// Lines that wait until a thread with the interpreter passes by; beyond it the oldest go.
const N_WAITING_MAX: usize = 64;

static LINES: Lines = Lines { waiting: Mutex::new(VecDeque::new()), next: OnceLock::new() };

/// Lines that wait. A forked child leaves those of its parent alone, whose lock nobody may be left to open, and puts
/// fresh ones behind them.
struct Lines {
    waiting: Mutex<VecDeque<(u32, String)>>,
    next: OnceLock<Box<Lines>>,
}

fn lines() -> &'static Lines {
    let mut now = &LINES;
    while let Some(next) = now.next.get() {
        now = next;
    }
    now
}

fn waiting() -> MutexGuard<'static, VecDeque<(u32, String)>> {
    lines().waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Forgets the lines of the parent, which writes them itself.
pub(crate) fn after_fork_in_child() {
    let fresh = Lines { waiting: Mutex::default(), next: OnceLock::new() };
    drop(lines().next.set(Box::new(fresh)));
}

/// The sink for the core, whose threads must never wait for the interpreter: lines are kept until [`drain`] is called.
pub(crate) fn sink() -> LogSink {
    Arc::new(|level, line| {
        let number = match level {
            Level::Debug => 10,
            Level::Info => 20,
            Level::Warning => 30,
        };
        let mut waiting = waiting();
        if waiting.len() >= N_WAITING_MAX {
            waiting.pop_front();
        }
        waiting.push_back((number, line.to_owned()));
    })
}

/// Hands the lines that wait to `logging`.
pub(crate) fn drain(py: Python<'_>) {
    loop {
        let line = waiting().pop_front();
        match line {
            Some((level, text)) => write(py, level, &text),
            None => return,
        }
    }
}

/// Writes a line for those who look for a fault in us.
pub(crate) fn debug(py: Python<'_>, line: &str) {
    write(py, 10, line);
}

/// Writes a line at one of `logging`'s levels; a handler that raises is not our caller's trouble.
pub(crate) fn write(py: Python<'_>, level: u32, line: &str) {
    let done = (|| -> PyResult<()> {
        // Where nobody imported `logging`, nobody can have asked for less than a warning.
        let loaded = py.import("sys")?.getattr("modules")?.cast_into::<PyDict>()?;
        if level < 30 && !loaded.contains("logging")? {
            return Ok(());
        }
        let logger = py.import("logging")?.call_method1("getLogger", ("tracewood",))?;
        logger.call_method1("log", (level, "%s", line))?;
        Ok(())
    })();
    drop(done);
}

#[pyfunction]
#[pyo3(name = "log")]
pub(crate) fn log_line(py: Python<'_>, level: u32, line: &str) {
    write(py, level, line);
}

#[pyfunction]
#[pyo3(name = "drain_log")]
pub(crate) fn drain_log(py: Python<'_>) {
    drain(py);
}
