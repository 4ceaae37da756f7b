//! A decorated function as the native side knows it, and how its arguments are bound to names and written down.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};
use tracewood_sdk::{Captured, json, site};

use crate::arguments::Arguments;
use crate::capture::{self, Walk};
use crate::guard::quietly;
use crate::span::{self, Span};
use crate::{call, depth, recorder, scope};

static ARGS: LazyLock<json::Key> = LazyLock::new(|| json::Key::new("args"));
static KWARGS: LazyLock<json::Key> = LazyLock::new(|| json::Key::new("kwargs"));

/// A parameter and what stands for it where a call leaves it out.
#[derive(Debug)]
struct Parameter {
    name: Py<PyString>,
    text: String,
    key: json::Key,
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
        let text = name.to_str()?.to_owned();
        Ok(Parameter { key: json::Key::new(&text), text, name: name.unbind(), default })
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
            options: span::Options { has_frame: false, captures_output: capture_output, is_mutagent: style == "raw" },
            attributes: attributes.filter(|given| !given.is_empty()).map(Bound::unbind),
            first_call,
            called_in: AtomicU64::new(0),
            is_calling: AtomicBool::new(false),
        })
    }

    /// A callable that begins the span of a call with the same arguments and makes it current.
    #[getter]
    fn enter<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        call::enter(slf)
    }

    /// A callable that begins the span of a generator, which is current only while its body runs.
    #[getter]
    fn begin<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        call::begin(slf)
    }
}

impl Site {
    /// Whether spans are worth making, after a face had its chance to start from the environment.
    #[inline]
    pub(crate) fn is_on(&self, py: Python<'_>) -> bool {
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

    /// Begins the span of a call; `has_frame` says that the caller is a wrapper with a frame of its own.
    #[inline]
    pub(crate) fn open<'py>(
        &self,
        py: Python<'py>,
        arguments: &Arguments<'_>,
        is_entered: bool,
        has_frame: bool,
    ) -> PyResult<Bound<'py, Span>> {
        let options = span::Options {
            has_frame,
            captures_output: self.options.captures_output && recorder::captures_output(),
            ..self.options
        };
        let captures_input = self.captures_input && recorder::captures_input();
        let span = scope::start(py, &self.core, options, |open| {
            if captures_input && open.is_sampled() {
                open.set_input(self.capture(py, arguments));
            }
        })?;
        if let Some(attributes) = &self.attributes {
            span.get().set_attributes(attributes.bind(py));
        }
        if is_entered {
            scope::enter(&span);
            if has_frame {
                depth::make_room(py, span.get().n_frames);
            }
        }
        Ok(span)
    }

    /// Writes the arguments of a call.
    #[inline]
    fn capture(&self, py: Python<'_>, arguments: &Arguments<'_>) -> Captured {
        let mut walk = Walk::new(py);
        if walk.writer.begin_object() {
            match self.style {
                Style::Named => self.write_named(&mut walk, arguments),
                Style::Raw => self.write_raw(&mut walk, arguments),
            }
            walk.writer.end();
        }
        walk.finish()
    }

    fn write_named(&self, walk: &mut Walk<'_>, arguments: &Arguments<'_>) {
        let mut n_named = 0;
        for (index, parameter) in self.positional.iter().enumerate() {
            let value = match arguments.positional.get(index) {
                Some(value) => *value,
                None => parameter.named_or_default(arguments, &mut n_named),
            };
            if index >= self.n_skipped && !value.is_null() && walk.writer.prepared_key(&parameter.key) {
                walk.value(value);
            }
        }
        if let Some(name) = &self.var_positional
            && walk.writer.key(name)
        {
            walk.items(arguments.positional.get(self.positional.len()..).unwrap_or_default());
        }
        for parameter in &self.keyword_only {
            let value = parameter.named_or_default(arguments, &mut n_named);
            if !value.is_null() && walk.writer.prepared_key(&parameter.key) {
                walk.value(value);
            }
        }
        if let Some(name) = &self.var_keyword
            && walk.writer.key(name)
        {
            walk.named(arguments, |key| n_named == 0 || !self.has_name(key));
        }
    }

    fn write_raw(&self, walk: &mut Walk<'_>, arguments: &Arguments<'_>) {
        if walk.writer.prepared_key(&ARGS) {
            walk.items(arguments.positional.get(self.n_skipped..).unwrap_or_default());
        }
        if walk.writer.prepared_key(&KWARGS) {
            walk.named(arguments, |_| true);
        }
    }

    fn has_name(&self, key: &str) -> bool {
        self.positional.iter().chain(&self.keyword_only).any(|parameter| parameter.text == key)
    }
}

impl Parameter {
    /// The value that a call gives by name, else the default, else null; borrowed.
    #[inline]
    fn named_or_default(&self, arguments: &Arguments<'_>, n_named: &mut usize) -> *mut ffi::PyObject {
        let value = arguments.by_name(self.name.as_ptr());
        if !value.is_null() {
            *n_named += 1;
            return value;
        }
        self.default.as_ref().map_or(std::ptr::null_mut(), Py::as_ptr)
    }
}
