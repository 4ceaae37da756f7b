//! The walk through a value: exact types by their address, everything else by the plan of its type.
#![expect(unsafe_code, reason = "objects are read where they lie; safe wrappers would double the cost of a value")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyString;
use tracewood_sdk::{Captured, json, media};
use tracewood_span::{Value, limits};

use super::{known, object, plan, text};
use crate::arguments::Arguments;

/// The limits of every value from now on; `None` for the usual ones.
static LIMITS: RwLock<Option<json::Limits>> = RwLock::new(None);
static IS_LIMITED: AtomicBool = AtomicBool::new(false);

/// Sets how much of a value is written.
pub(crate) fn set_limits(limits: json::Limits) {
    IS_LIMITED.store(limits != json::Limits::default(), Ordering::Relaxed);
    *LIMITS.write().unwrap_or_else(PoisonError::into_inner) = Some(limits);
}

#[inline]
fn current_limits() -> json::Limits {
    if IS_LIMITED.load(Ordering::Relaxed) {
        return LIMITS.read().unwrap_or_else(PoisonError::into_inner).unwrap_or_default();
    }
    json::Limits::default()
}

/// A walk through one value.
pub(crate) struct Walk<'py> {
    pub(crate) py: Python<'py>,
    pub(crate) writer: json::Writer,
    /// The containers around the current place, to see a cycle; never longer than a value may be deep.
    around: Vec<*mut ffi::PyObject>,
}

impl<'py> Walk<'py> {
    #[inline]
    pub(crate) fn new(py: Python<'py>) -> Self {
        Self::with(py, json::Writer::new(&current_limits()))
    }

    /// A walk that goes on with what another one wrote.
    #[inline]
    pub(crate) fn with(py: Python<'py>, writer: json::Writer) -> Self {
        Self { py, writer, around: Vec::new() }
    }

    #[inline]
    pub(crate) fn finish(self) -> Captured {
        self.writer.finish()
    }

    /// Writes one value; `object` is a live object that the caller keeps alive.
    #[inline]
    pub(crate) fn value(&mut self, object: *mut ffi::PyObject) {
        // SAFETY: the caller keeps `object` alive, and each branch uses the functions of the type that was found.
        unsafe {
            let class = ffi::Py_TYPE(object);
            if class == &raw mut ffi::PyUnicode_Type {
                text::write(self, object);
            } else if class == &raw mut ffi::PyDict_Type {
                self.mapping(object);
            } else if class == &raw mut ffi::PyList_Type {
                self.list(object);
            } else if class == &raw mut ffi::PyLong_Type {
                known::write_int(self, object);
            } else if object == ffi::Py_None() {
                self.writer.null();
            } else if class == &raw mut ffi::PyBool_Type {
                self.writer.bool(object == ffi::Py_True());
            } else if class == &raw mut ffi::PyFloat_Type {
                self.writer.double(ffi::PyFloat_AsDouble(object));
            } else if class == &raw mut ffi::PyTuple_Type {
                self.tuple_from(object, 0);
            } else {
                object::write(self, object, &plan::of(self.py, class));
            }
        }
    }

    /// Runs `inside` within a container, or marks that the container lies within itself.
    pub(crate) fn within(&mut self, container: *mut ffi::PyObject, inside: impl FnOnce(&mut Self)) {
        if self.around.contains(&container) {
            self.writer.string("…<cycle>");
            return;
        }
        self.around.push(container);
        inside(self);
        self.around.pop();
    }

    /// Writes a list, or an instance of a subclass of `list`.
    pub(crate) fn list(&mut self, list: *mut ffi::PyObject) {
        self.within(list, |walk| {
            if !walk.writer.begin_array() {
                return;
            }
            let mut index = 0;
            // SAFETY: `list` is a list; its size is asked anew each time, since an encoder of the user may change it.
            unsafe {
                while index < ffi::PyList_Size(list) {
                    if walk.is_done(index) {
                        walk.writer.skip((ffi::PyList_Size(list) - index) as usize);
                        break;
                    }
                    let item = ffi::PyList_GetItem(list, index);
                    if item.is_null() {
                        ffi::PyErr_Clear();
                        break;
                    }
                    ffi::Py_INCREF(item);
                    walk.value(item);
                    ffi::Py_DECREF(item);
                    index += 1;
                }
            }
            walk.writer.end();
        });
    }

    /// Writes a tuple, or an instance of a subclass, from one of its items on.
    pub(crate) fn tuple_from(&mut self, tuple: *mut ffi::PyObject, first: isize) {
        self.within(tuple, |walk| {
            if !walk.writer.begin_array() {
                return;
            }
            // SAFETY: `tuple` is a tuple, which never changes and keeps its items alive.
            unsafe {
                let n_items = ffi::PyTuple_Size(tuple);
                for index in first..n_items {
                    if walk.is_done(index) {
                        walk.writer.skip((n_items - index) as usize);
                        break;
                    }
                    walk.value(ffi::PyTuple_GetItem(tuple, index));
                }
            }
            walk.writer.end();
        });
    }

    /// Writes a dictionary, or an instance of a subclass of `dict`.
    pub(crate) fn mapping(&mut self, mapping: *mut ffi::PyObject) {
        self.within(mapping, |walk| {
            if walk.writer.begin_object() {
                walk.items_where(mapping, |_| true);
                walk.writer.end();
            }
        });
    }

    /// Writes arguments given by position as a list.
    pub(crate) fn items(&mut self, items: &[*mut ffi::PyObject]) {
        if !self.writer.begin_array() {
            return;
        }
        for (index, item) in items.iter().enumerate() {
            if self.is_done(index as isize) {
                self.writer.skip(items.len() - index);
                break;
            }
            self.value(*item);
        }
        self.writer.end();
    }

    /// Writes those arguments given by name that are wanted as a mapping.
    pub(crate) fn named(&mut self, arguments: &Arguments<'_>, is_wanted: impl Fn(&str) -> bool) {
        if !self.writer.begin_object() {
            return;
        }
        for (index, (name, value)) in arguments.named().enumerate() {
            if self.is_done(index as isize) {
                self.writer.skip(arguments.n_named() - index);
                break;
            }
            // SAFETY: name and value live as long as the call.
            if unsafe { text::with_key(self, name, &is_wanted) } {
                self.value(value);
            }
        }
        self.writer.end();
    }

    /// Writes the items of a dictionary into the mapping that is open.
    pub(crate) fn items_where(&mut self, mapping: *mut ffi::PyObject, is_wanted: impl Fn(&str) -> bool) {
        // SAFETY: `mapping` is a dictionary. Keys and values are borrowed, so they are held while they are written: an
        // encoder of the user may change the dictionary, after which `PyDict_Next` goes on in what is there then.
        unsafe {
            let (mut key, mut value) = (std::ptr::null_mut(), std::ptr::null_mut());
            let mut position = 0;
            let mut n_seen = 0;
            while ffi::PyDict_Next(mapping, &raw mut position, &raw mut key, &raw mut value) != 0 {
                if self.is_done(n_seen) {
                    self.writer.skip((ffi::PyDict_Size(mapping) - n_seen).max(1) as usize);
                    break;
                }
                n_seen += 1;
                ffi::Py_INCREF(key);
                ffi::Py_INCREF(value);
                if text::with_key(self, key, |name| is_wanted(name)) {
                    self.value(value);
                }
                ffi::Py_DECREF(key);
                ffi::Py_DECREF(value);
            }
        }
    }

    /// Whether the rest of a container need not be looked at.
    #[inline]
    pub(crate) fn is_done(&self, n_items: isize) -> bool {
        self.writer.is_full() || n_items as usize >= self.writer.n_items_max()
    }
}

/// Text, a number or a truth value as itself; `None` for everything else.
pub(crate) fn scalar(object: &Bound<'_, PyAny>) -> Option<Captured> {
    // SAFETY: the type decides which function may look at the object.
    unsafe {
        let pointer = object.as_ptr();
        let class = ffi::Py_TYPE(pointer);
        if class == &raw mut ffi::PyUnicode_Type {
            let n_bytes_max = current_limits().n_bytes_max;
            Some(text::with_text(pointer, n_bytes_max, |text, n_bytes| text::captured(text, n_bytes, n_bytes_max)))
        } else if class == &raw mut ffi::PyBool_Type {
            Some(Captured::bool(pointer == ffi::Py_True()))
        } else if class == &raw mut ffi::PyFloat_Type {
            Some(Captured::double(ffi::PyFloat_AsDouble(pointer)))
        } else if class == &raw mut ffi::PyLong_Type {
            known::small_int(pointer).map(Captured::int)
        } else {
            None
        }
    }
}

/// A text, or an instance of a subclass, as an attribute's value, with media named instead of told.
pub(crate) fn text_without_media(text: &Bound<'_, PyString>) -> Value {
    // SAFETY: a text.
    unsafe {
        text::with_text(text.as_ptr(), media::TEXT_BYTES_MAX, |text, n_bytes| {
            let named = media::referenced(text, n_bytes > text.len() as u64);
            let text = named.as_deref().unwrap_or(text);
            Value::from(&text[..text.floor_char_boundary(limits::CONTENT_BYTES_MAX)])
        })
    }
}

/// A scalar as an attribute's value.
pub(crate) fn plain_scalar(object: &Bound<'_, PyAny>) -> Option<Value> {
    // SAFETY: as for `scalar`.
    unsafe {
        let pointer = object.as_ptr();
        let class = ffi::Py_TYPE(pointer);
        if class == &raw mut ffi::PyUnicode_Type {
            Some(text::with_text(pointer, limits::CONTENT_BYTES_MAX, |text, _| Value::from(text)))
        } else if class == &raw mut ffi::PyBool_Type {
            Some(Value::Bool(pointer == ffi::Py_True()))
        } else if class == &raw mut ffi::PyFloat_Type {
            Some(Value::Double(ffi::PyFloat_AsDouble(pointer)))
        } else if class == &raw mut ffi::PyLong_Type {
            known::small_int(pointer).map(Value::Int)
        } else {
            None
        }
    }
}
