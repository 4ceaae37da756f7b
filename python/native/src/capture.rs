//! Python objects written straight into JSON, without running anybody's code.
//!
//! The types that every program uses are told apart by their address; what a type of any other sort is, [`plan`] finds
//! out once and keeps. Dictionaries, lists and sets are walked with the functions of the interpreter that look at the
//! memory of the object itself, so that a subclass with methods of its own does not notice.

pub(crate) mod plan;

mod known;
mod object;
mod text;
mod walk;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use tracewood_sdk::Captured;
use tracewood_span::{Attributes, Value};

pub(crate) use plan::is_coroutine;
pub(crate) use walk::{Walk, plain_scalar, set_limits, text_without_media};

/// Writes any value: text and numbers as themselves, everything else as JSON.
pub(crate) fn value(object: &Bound<'_, PyAny>) -> Captured {
    walk::scalar(object).unwrap_or_else(|| json(object))
}

/// Writes any value as JSON.
pub(crate) fn json(object: &Bound<'_, PyAny>) -> Captured {
    let mut walk = Walk::new(object.py());
    walk.value(object.as_ptr());
    walk.finish()
}

/// The texts in a list or tuple; one text alone counts as a list of it, and what is no text is written as JSON.
pub(crate) fn texts(object: &Bound<'_, PyAny>) -> Vec<String> {
    let one = |item: Bound<'_, PyAny>| text_of(&item);
    if let Ok(list) = object.cast::<PyList>() {
        list.iter().map(one).collect()
    } else if let Ok(tuple) = object.cast::<PyTuple>() {
        tuple.iter().map(one).collect()
    } else if object.is_exact_instance_of::<PyString>() {
        vec![text_of(object)]
    } else if let Ok(items) = object.py().get_type::<PyList>().call1((object,)) {
        items.cast::<PyList>().map(|items| items.iter().map(one).collect()).unwrap_or_default()
    } else {
        Vec::new()
    }
}

/// The text of a text, else the value as JSON.
pub(crate) fn text_of(object: &Bound<'_, PyAny>) -> String {
    match object.cast::<PyString>() {
        Ok(text) => text.to_string_lossy().into_owned(),
        Err(_) => json(object).to_json(),
    }
}

/// The items of a dictionary as attributes: scalars and lists of texts as they are, everything else as JSON text.
pub(crate) fn attributes(object: &Bound<'_, PyAny>) -> Attributes {
    let Ok(mapping) = object.cast::<PyDict>() else { return Vec::new() };
    mapping.iter().map(|(key, value)| (text_of(&key), attribute(&value))).collect()
}

fn attribute(object: &Bound<'_, PyAny>) -> Value {
    if let Some(scalar) = plain_scalar(object) {
        return scalar;
    }
    if let Ok(list) = object.cast::<PyList>() {
        let items: Vec<_> = list.iter().map_while(|item| plain_scalar(&item)).collect();
        if items.len() == list.len() {
            return Value::Array(items);
        }
    }
    Value::String(json(object).to_json())
}
