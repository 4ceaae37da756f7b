//! Log lines of the core, handed to Python's `logging` under the name `tracewood`.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tracewood_sdk::{Level, LogSink};

/// Lines that wait until a thread with the interpreter passes by; beyond it the oldest go.
const N_WAITING_MAX: usize = 64;

static WAITING: Mutex<VecDeque<(u32, String)>> = Mutex::new(VecDeque::new());

/// The sink for the core, whose threads must never wait for the interpreter: lines are kept until [`drain`] is called.
pub(crate) fn sink() -> LogSink {
    Arc::new(|level, line| {
        let number = match level {
            Level::Debug => 10,
            Level::Info => 20,
            Level::Warning => 30,
        };
        let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= N_WAITING_MAX {
            waiting.pop_front();
        }
        waiting.push_back((number, line.to_owned()));
    })
}

/// Hands the lines that wait to `logging`.
pub(crate) fn drain(py: Python<'_>) {
    loop {
        let line = WAITING.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
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
