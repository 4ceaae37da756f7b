//! Values of attributes as OpenTelemetry takes them: text, numbers, truth values, bytes, nothing, and lists and mappings
//! of these; everything else as its own text.

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyMapping, PySequence, PyString, PyTuple};
use tracewood_span::{Attributes, Value, limits};

use crate::{capture, log};

/// What of a value is still to be taken.
struct Reader {
    /// How many characters of a text are kept.
    n_chars_max: usize,
    /// How many more items there may be in all lists and mappings together; no value is followed without end.
    n_items_left: usize,
}

/// One value; texts of more than `n_chars_max` characters are cut.
pub(super) fn read(object: &Bound<'_, PyAny>, n_chars_max: usize) -> Value {
    if n_chars_max == usize::MAX {
        if let Ok(text) = object.cast_exact::<PyString>() {
            return capture::text_without_media(text);
        }
        if let Some(scalar) = capture::plain_scalar(object) {
            return scalar;
        }
    }
    Reader { n_chars_max, n_items_left: limits::VALUE_ITEMS_MAX }.value(object, 0)
}

/// What a mapping says, and how many of its keys were none.
pub(super) fn attributes(object: &Bound<'_, PyAny>, n_chars_max: usize) -> (Attributes, u32) {
    let mut read_all = Vec::new();
    let mut n_refused = 0;
    each(object, |key, value| match key_of(key) {
        Some(key) => read_all.push((key, read(value, n_chars_max))),
        None => n_refused += 1,
    });
    (read_all, n_refused)
}

/// Looks at each item of a mapping; of what is none, there are none.
fn each(object: &Bound<'_, PyAny>, mut look: impl FnMut(&Bound<'_, PyAny>, &Bound<'_, PyAny>)) {
    if let Ok(mapping) = object.cast::<PyDict>() {
        for (key, value) in mapping.iter() {
            look(&key, &value);
        }
        return;
    }
    let Some(items) = object.cast::<PyMapping>().ok().and_then(|mapping| mapping.items().ok()) else { return };
    for item in items.iter() {
        if let (Ok(key), Ok(value)) = (item.get_item(0), item.get_item(1)) {
            look(&key, &value);
        }
    }
}

/// The name of an attribute: a text that is not empty; other things as their text, as OpenTelemetry's SDK does.
pub(super) fn key_of(key: &Bound<'_, PyAny>) -> Option<String> {
    let text = match key.cast::<PyString>() {
        Ok(text) => text.to_string_lossy().into_owned(),
        Err(_) if key.is_truthy().unwrap_or(false) => text_of(key),
        Err(_) => String::new(),
    };
    if text.is_empty() {
        log::write(key.py(), 30, "an attribute without a name is left out");
        return None;
    }
    Some(text)
}

fn text_of(object: &Bound<'_, PyAny>) -> String {
    object.str().map_or_else(|_| capture::text_of(object), |text| text.to_string_lossy().into_owned())
}

impl Reader {
    fn value(&mut self, object: &Bound<'_, PyAny>, n_levels: usize) -> Value {
        if object.is_none() {
            Value::Null
        } else if let Ok(text) = object.cast::<PyString>() {
            Value::String(self.text(text))
        } else if let Ok(flag) = object.cast::<PyBool>() {
            Value::Bool(flag.is_true())
        } else if object.is_instance_of::<PyInt>() {
            // What no wire can carry as a number is told as text.
            object.extract::<i64>().map_or_else(|_| Value::String(text_of(object)), Value::Int)
        } else if let Ok(number) = object.cast::<PyFloat>() {
            Value::Double(number.extract().unwrap_or(f64::NAN))
        } else if let Ok(bytes) = object.cast::<PyBytes>() {
            let bytes = bytes.as_bytes();
            Value::Bytes(bytes.get(..limits::CONTENT_BYTES_MAX).unwrap_or(bytes).to_vec())
        } else if n_levels >= limits::VALUE_DEPTH_MAX {
            Value::String("…".to_owned())
        } else {
            self.container(object, n_levels)
        }
    }

    fn container(&mut self, object: &Bound<'_, PyAny>, n_levels: usize) -> Value {
        let is_list = object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>();
        if is_list || object.cast::<PySequence>().is_ok() {
            let mut values = Vec::new();
            for item in object.try_iter().into_iter().flatten() {
                let Ok(item) = item else { break };
                if !self.has_room() {
                    break;
                }
                values.push(self.value(&item, n_levels + 1));
            }
            return Value::Array(values);
        }
        if object.is_instance_of::<PyDict>() || object.cast::<PyMapping>().is_ok() {
            let mut entries = Vec::new();
            each(object, |key, value| {
                if let Some(key) = key_of(key)
                    && self.has_room()
                {
                    entries.push((key, self.value(value, n_levels + 1)));
                }
            });
            return Value::Map(entries);
        }
        Value::String(text_of(object))
    }

    fn has_room(&mut self) -> bool {
        let has_room = self.n_items_left > 0;
        self.n_items_left = self.n_items_left.saturating_sub(1);
        has_room
    }

    fn text(&self, text: &Bound<'_, PyString>) -> String {
        let Value::String(mut text) = capture::text_without_media(text) else { return String::new() };
        if let Some((at, _)) = text.char_indices().nth(self.n_chars_max) {
            text.truncate(at);
        }
        text
    }
}

/// A value as OpenTelemetry's SDK keeps it: lists as tuples.
pub(super) fn to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Array(items) => {
            let items = items.iter().map(|item| to_python(py, item)).collect::<PyResult<Vec<_>>>()?;
            PyTuple::new(py, items)?.into_any()
        }
        Value::Map(items) => mapping(py, items)?.into_any(),
        scalar => crate::memory::value(py, scalar)?,
    })
}

/// Attributes as a dictionary.
pub(super) fn mapping<'py>(py: Python<'py>, attributes: &[(String, Value)]) -> PyResult<Bound<'py, PyDict>> {
    let told = PyDict::new(py);
    for (key, value) in attributes {
        told.set_item(key, to_python(py, value)?)?;
    }
    Ok(told)
}
