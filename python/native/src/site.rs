//! A decorated function as the native side knows it, and how its arguments are bound to names and written down.
#![expect(unsafe_code, reason = "arguments are read where they lie; safe wrappers would double the cost of a call")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};
use tracewood_sdk::{Captured, site};

use crate::capture::{self, Walk};
use crate::guard::quietly;
use crate::recorder;
use crate::span::{self, Span};
use crate::{depth, scope};

/// A parameter and what stands for it where a call leaves it out.
#[derive(Debug)]
struct Parameter {
    name: Py<PyString>,
    text: String,
    default: Option<Py<PyAny>>,
}

/// How arguments are written down.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Style {
    /// `{parameter: value}`, defaults included.
    Named,
    /// `{"args": […], "kwargs": {…}}`.
    Raw,
}

/// What is known of a decorated function before it is called.
#[pyclass(frozen, module = "tracewood._native")]
#[derive(Debug)]
pub(crate) struct Site {
    core: Arc<tracewood_sdk::Site>,
    style: Style,
    positional: Vec<Parameter>,
    var_positional: Option<String>,
    keyword_only: Vec<Parameter>,
    var_keyword: Option<String>,
    n_skipped: usize,
    captures_input: bool,
    options: span::Options,
    attributes: Option<Py<PyDict>>,
    first_call: Option<Py<PyAny>>,
    /// The epoch of [`rearm`] in which `first_call` was made.
    called_in: AtomicU64,
    is_calling: AtomicBool,
}

/// How often faces were told to look at the environment again.
static EPOCH: AtomicU64 = AtomicU64::new(1);

/// Lets every function look at the environment again at its next call, as after a shutdown.
#[pyfunction]
pub(crate) fn rearm() {
    EPOCH.fetch_add(1, Ordering::Relaxed);
}

fn parameters(names: &Bound<'_, PyTuple>, defaults: Option<&Bound<'_, PyDict>>) -> PyResult<Vec<Parameter>> {
    let one = |name: Bound<'_, PyAny>| {
        let name = name.cast_into::<PyString>()?;
        let default = defaults.map(|defaults| defaults.get_item(&name)).transpose()?.flatten().map(Bound::unbind);
        Ok(Parameter { text: name.to_str()?.to_owned(), name: name.unbind(), default })
    };
    names.iter().map(one).collect()
}

#[pymethods]
impl Site {
    #[new]
    #[pyo3(signature = (name, kind, *, style="named", positional=None, var_positional=None, keyword_only=None, var_keyword=None, defaults=None, has_self=false, file=None, line=None, function=None, metadata=None, tags=None, attributes=None, capture_input=true, capture_output=true, session_id=None, user_id=None, first_call=None))]
    #[expect(clippy::too_many_arguments, reason = "they are what a decorator may say")]
    fn new(
        name: String,
        kind: String,
        style: &str,
        positional: Option<&Bound<'_, PyTuple>>,
        var_positional: Option<String>,
        keyword_only: Option<&Bound<'_, PyTuple>>,
        var_keyword: Option<String>,
        defaults: Option<&Bound<'_, PyDict>>,
        has_self: bool,
        file: Option<String>,
        line: Option<u32>,
        function: Option<String>,
        metadata: Option<&Bound<'_, PyAny>>,
        tags: Option<&Bound<'_, PyAny>>,
        attributes: Option<Bound<'_, PyDict>>,
        capture_input: bool,
        capture_output: bool,
        session_id: Option<String>,
        user_id: Option<String>,
        first_call: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let core = tracewood_sdk::Site::new(site::Config {
            name,
            kind,
            file,
            line,
            function,
            metadata_json: metadata.map(|value| capture::json(value).to_json()),
            tags: tags.map(capture::texts).unwrap_or_default(),
            session_id,
            user_id,
            ..site::Config::default()
        });
        Ok(Self {
            core: Arc::new(core),
            style: if style == "raw" { Style::Raw } else { Style::Named },
            positional: positional.map(|names| parameters(names, defaults)).transpose()?.unwrap_or_default(),
            var_positional,
            keyword_only: keyword_only.map(|names| parameters(names, defaults)).transpose()?.unwrap_or_default(),
            var_keyword,
            n_skipped: usize::from(has_self),
            captures_input: capture_input,
            options: span::Options { is_call: true, captures_output: capture_output, is_mutagent: style == "raw" },
            attributes: attributes.filter(|given| !given.is_empty()).map(Bound::unbind),
            first_call,
            called_in: AtomicU64::new(0),
            is_calling: AtomicBool::new(false),
        })
    }

    /// Begins the span of a call and makes it current; `None` while tracing is off.
    fn enter<'py>(
        &self,
        py: Python<'py>,
        args: &Bound<'py, PyAny>,
        kwargs: &Bound<'py, PyAny>,
    ) -> Option<Bound<'py, Span>> {
        if !self.is_on(py) {
            return None;
        }
        quietly(py, || {
            let span = self.open(py, args, kwargs)?;
            scope::enter(&span);
            depth::make_room(py, span.get().n_frames);
            Ok(Some(span))
        })
    }

    /// Begins the span of a generator, which is current only while its body runs; `None` while tracing is off.
    fn begin<'py>(
        &self,
        py: Python<'py>,
        args: &Bound<'py, PyAny>,
        kwargs: &Bound<'py, PyAny>,
    ) -> Option<Bound<'py, Span>> {
        if !self.is_on(py) {
            return None;
        }
        quietly(py, || self.open(py, args, kwargs).map(Some))
    }
}

impl Site {
    /// Whether spans are worth making, after a face had its chance to start from the environment.
    #[inline]
    fn is_on(&self, py: Python<'_>) -> bool {
        if self.called_in.load(Ordering::Relaxed) != EPOCH.load(Ordering::Relaxed) {
            self.call_first(py);
        }
        recorder::is_active()
    }

    #[cold]
    fn call_first(&self, py: Python<'_>) {
        // A face that starts calls no traced function, but a signal handler or another thread may.
        if self.is_calling.swap(true, Ordering::Relaxed) {
            return;
        }
        let epoch = EPOCH.load(Ordering::Relaxed);
        quietly(py, || self.first_call.as_ref().map_or(Ok(()), |call| call.call0(py).map(drop)));
        self.called_in.store(epoch, Ordering::Relaxed);
        self.is_calling.store(false, Ordering::Relaxed);
    }

    fn open<'py>(
        &self,
        py: Python<'py>,
        args: &Bound<'py, PyAny>,
        kwargs: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, Span>> {
        let input = (self.captures_input && recorder::captures_input()).then(|| self.capture(args, kwargs));
        let options = span::Options {
            captures_output: self.options.captures_output && recorder::captures_output(),
            ..self.options
        };
        let span = scope::start(py, &self.core, input, options)?;
        if let Some(attributes) = &self.attributes {
            span.get().set_attributes(attributes.bind(py));
        }
        Ok(span)
    }

    /// Writes the arguments of a call.
    fn capture(&self, args: &Bound<'_, PyAny>, kwargs: &Bound<'_, PyAny>) -> Captured {
        let mut walk = Walk::new(args.py());
        // SAFETY: wrappers hand over the tuple and the dictionary that Python made for this very call, and both outlive
        // it; anything else is refused here.
        unsafe {
            if ffi::PyTuple_Check(args.as_ptr()) == 0 || ffi::PyDict_Check(kwargs.as_ptr()) == 0 {
                return walk.finish();
            }
            match self.style {
                Style::Named => self.write_named(&mut walk, args.as_ptr(), kwargs.as_ptr()),
                Style::Raw => self.write_raw(&mut walk, args.as_ptr(), kwargs.as_ptr()),
            }
        }
        walk.finish()
    }

    unsafe fn write_named(&self, walk: &mut Walk<'_>, args: *mut ffi::PyObject, kwargs: *mut ffi::PyObject) {
        // SAFETY: `args` is a tuple and `kwargs` a dictionary; items are borrowed from them while they live.
        unsafe {
            let n_args = ffi::PyTuple_Size(args);
            let n_kwargs = ffi::PyDict_Size(kwargs);
            let mut n_named = 0;
            if !walk.writer.begin_object() {
                return;
            }
            for (index, parameter) in self.positional.iter().enumerate() {
                let value = if (index as isize) < n_args {
                    ffi::PyTuple_GetItem(args, index as isize)
                } else {
                    parameter.named_or_default(kwargs, n_kwargs, &mut n_named)
                };
                if index >= self.n_skipped && !value.is_null() && walk.writer.key(&parameter.text) {
                    walk.value(value);
                }
            }
            let n_positional = self.positional.len() as isize;
            if let Some(name) = &self.var_positional
                && walk.writer.key(name)
            {
                walk.tuple_from(args, n_positional.min(n_args));
            }
            for parameter in &self.keyword_only {
                let value = parameter.named_or_default(kwargs, n_kwargs, &mut n_named);
                if !value.is_null() && walk.writer.key(&parameter.text) {
                    walk.value(value);
                }
            }
            if let Some(name) = &self.var_keyword
                && walk.writer.key(name)
            {
                walk.mapping_where(kwargs, |key| n_named == 0 || !self.has_name(key));
            }
            walk.writer.end();
        }
    }

    fn write_raw(&self, walk: &mut Walk<'_>, args: *mut ffi::PyObject, kwargs: *mut ffi::PyObject) {
        if !walk.writer.begin_object() {
            return;
        }
        if walk.writer.key("args") {
            walk.tuple_from(args, self.n_skipped as isize);
        }
        if walk.writer.key("kwargs") {
            walk.mapping_where(kwargs, |_| true);
        }
        walk.writer.end();
    }

    fn has_name(&self, key: &str) -> bool {
        self.positional.iter().chain(&self.keyword_only).any(|parameter| parameter.text == key)
    }
}

impl Parameter {
    /// The value that a call gives by name, else the default, else null; borrowed.
    #[inline]
    unsafe fn named_or_default(
        &self,
        kwargs: *mut ffi::PyObject,
        n_kwargs: isize,
        n_named: &mut isize,
    ) -> *mut ffi::PyObject {
        if n_kwargs > 0 {
            // SAFETY: both are live objects; an error of the lookup is cleared, for the call itself will meet it.
            unsafe {
                let value = ffi::PyDict_GetItemWithError(kwargs, self.name.as_ptr());
                if !value.is_null() {
                    *n_named += 1;
                    return value;
                }
                if !ffi::PyErr_Occurred().is_null() {
                    ffi::PyErr_Clear();
                }
            }
        }
        self.default.as_ref().map_or(std::ptr::null_mut(), Py::as_ptr)
    }
}
