//! What is recorded of an exception: its type, its text and its stack.

use pyo3::prelude::*;
use pyo3::types::{PyString, PyType};
use tracewood_sdk::OpenSpan;
use tracewood_span::{Status, Value, keys::otel};

/// A stack is told from its end, where the fault is, with at most so many frames; a deep recursion has thousands.
const N_FRAMES_MAX: i32 = 100;
/// A text of an exception is cut here; some hold a whole response.
const MESSAGE_BYTES_MAX: usize = 16 * 1024;

/// An exception in words.
#[derive(Debug)]
pub(crate) struct Told {
    type_name: String,
    short_name: String,
    message: String,
    stack: Option<String>,
    is_error: bool,
}

/// Puts an exception in words.
///
/// This asks for its text with `str()`, as Python itself does when it reports one; whatever that raises is ignored.
pub(crate) fn tell(error: &Bound<'_, PyAny>) -> Told {
    let class = error.get_type();
    let short_name = name_of(&class, "__name__");
    let module = name_of(&class, "__module__");
    let qualified = name_of(&class, "__qualname__");
    let type_name = if module == "builtins" || module.is_empty() { qualified } else { format!("{module}.{qualified}") };
    let message = error.str().map_or_else(|_| "<no text: its __str__ raised>".to_owned(), |text| cut(&text));
    // Leaving a program on purpose is no fault.
    let is_error = !(short_name == "SystemExit" && is_clean_exit(error));
    Told { stack: stack(error).ok(), type_name, short_name, message, is_error }
}

impl Told {
    /// As attributes in OpenTelemetry's words.
    pub(crate) fn attributes(&self) -> Vec<(String, Value)> {
        let texts = [
            (otel::EXCEPTION_TYPE, Some(&self.type_name)),
            (otel::EXCEPTION_MESSAGE, Some(&self.message)),
            (otel::EXCEPTION_STACKTRACE, self.stack.as_ref()),
        ];
        texts.into_iter().filter_map(|(key, text)| Some((key.to_owned(), Value::from(text?.as_str())))).collect()
    }

    /// The text after the name of the type, as OpenTelemetry words a status.
    pub(crate) fn typed_message(&self) -> String {
        format!("{}: {}", self.short_name, self.message)
    }

    /// Writes it down as an event.
    pub(crate) fn record_event(&self, open: &mut OpenSpan) {
        open.record_exception(&self.type_name, &self.message, self.stack.as_deref());
    }

    /// Writes it down, as an event and as the status.
    pub(crate) fn record(&self, open: &mut OpenSpan, is_mutagent: bool) {
        self.record_event(open);
        if !self.is_error {
            return;
        }
        let message = match (self.message.is_empty(), !is_mutagent) {
            (true, _) => self.short_name.clone(),
            (false, true) => format!("{}: {}", self.short_name, self.message),
            (false, false) => self.message.clone(),
        };
        open.set_status(Status::Error, &message);
    }
}

fn name_of(class: &Bound<'_, PyType>, attribute: &str) -> String {
    class.getattr(attribute).ok().and_then(|name| name.extract().ok()).unwrap_or_default()
}

fn is_clean_exit(error: &Bound<'_, PyAny>) -> bool {
    error.getattr("code").is_ok_and(|code| code.is_none() || code.extract::<i64>().is_ok_and(|code| code == 0))
}

fn cut(text: &Bound<'_, PyString>) -> String {
    let text = text.to_string_lossy();
    if text.len() <= MESSAGE_BYTES_MAX {
        return text.into_owned();
    }
    let end = (0..=MESSAGE_BYTES_MAX).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{}…", text.get(..end).unwrap_or_default())
}

fn stack(error: &Bound<'_, PyAny>) -> PyResult<String> {
    let py = error.py();
    let lines = py
        .import("traceback")?
        .call_method1("format_exception", (error.get_type(), error, error.getattr("__traceback__")?, -N_FRAMES_MAX))?;
    PyString::new(py, "").call_method1("join", (lines,))?.extract()
}
