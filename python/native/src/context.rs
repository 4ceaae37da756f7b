//! The two context variables of the process: the current span, and what `using_attributes` hangs on new spans.
//!
//! Once `opentelemetry-api` is imported, the current span lies in OpenTelemetry's context instead ([`otel::attach`]), so
//! that there is one answer to what is current; the variable of our own then only tells what was current before.
#![expect(unsafe_code, reason = "context variables have no safe interface under the limited API")]

use std::ffi::c_int;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use tracewood_sdk::TraceAttributes;

use crate::otel;
use crate::span::Span;

// Not part of the limited API, though unchanged and exported by every CPython since 3.7.1: going through the methods of
// the variable instead costs 60 ns more a span.
unsafe extern "C" {
    fn PyContextVar_New(name: *const std::ffi::c_char, default: *mut ffi::PyObject) -> *mut ffi::PyObject;
    fn PyContextVar_Get(
        variable: *mut ffi::PyObject,
        default: *mut ffi::PyObject,
        value: *mut *mut ffi::PyObject,
    ) -> c_int;
    fn PyContextVar_Set(variable: *mut ffi::PyObject, value: *mut ffi::PyObject) -> *mut ffi::PyObject;
    fn PyContextVar_Reset(variable: *mut ffi::PyObject, token: *mut ffi::PyObject) -> c_int;
}

static CURRENT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static ATTRIBUTES: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
/// Whether attributes were ever set: a variable that is nowhere set is looked for in vain each time, at 20 ns.
static HAS_ATTRIBUTES: AtomicBool = AtomicBool::new(false);

/// Makes both variables; called once, when the module is loaded.
pub(crate) fn prepare(py: Python<'_>) -> PyResult<()> {
    CURRENT.get_or_try_init(py, || variable(py, c"tracewood_span"))?;
    ATTRIBUTES.get_or_try_init(py, || variable(py, c"tracewood_attributes"))?;
    Ok(())
}

fn variable(py: Python<'_>, name: &std::ffi::CStr) -> PyResult<Py<PyAny>> {
    // SAFETY: the name is a C string, no default is allowed, and the result is a new reference or null.
    unsafe {
        Bound::from_owned_ptr_or_err(py, PyContextVar_New(name.as_ptr(), std::ptr::null_mut())).map(Bound::unbind)
    }
}

#[inline]
fn get<'py>(py: Python<'py>, variable: &PyOnceLock<Py<PyAny>>) -> Option<Bound<'py, PyAny>> {
    get_variable(py, variable.get(py)?)
}

/// The value of a context variable; `None` where it has none.
#[inline]
pub(crate) fn get_variable<'py>(py: Python<'py>, variable: &Py<PyAny>) -> Option<Bound<'py, PyAny>> {
    let mut value = std::ptr::null_mut();
    // SAFETY: `variable` is a context variable; `value` becomes a new reference, or stays null where none is set.
    unsafe {
        if PyContextVar_Get(variable.as_ptr(), std::ptr::null_mut(), &raw mut value) < 0 {
            ffi::PyErr_Clear();
            return None;
        }
        Bound::from_owned_ptr_or_opt(py, value)
    }
}

#[inline]
fn set(py: Python<'_>, variable: &PyOnceLock<Py<PyAny>>, value: *mut ffi::PyObject) {
    let Some(variable) = variable.get(py) else { return };
    // SAFETY: `variable` is a context variable and `value` a live object; the token that comes back is ours to release.
    unsafe {
        let token = PyContextVar_Set(variable.as_ptr(), value);
        if token.is_null() {
            ffi::PyErr_Clear();
        } else {
            ffi::Py_DECREF(token);
        }
    }
}

/// Sets a context variable; answers what brings its value back.
pub(crate) fn set_variable(py: Python<'_>, variable: &Py<PyAny>, value: &Bound<'_, PyAny>) -> Option<Py<PyAny>> {
    // SAFETY: `variable` is a context variable and `value` a live object; the token is a new reference or null.
    unsafe {
        let token = PyContextVar_Set(variable.as_ptr(), value.as_ptr());
        if token.is_null() {
            ffi::PyErr_Clear();
        }
        Bound::from_owned_ptr_or_opt(py, token).map(Bound::unbind)
    }
}

/// Brings a value back; answers whether this is the context that it was set in.
pub(crate) fn reset_variable(_py: Python<'_>, variable: &Py<PyAny>, token: &Py<PyAny>) -> bool {
    // SAFETY: both are live objects; a token of another context, or one that was used, raises, which is cleared.
    unsafe {
        let done = PyContextVar_Reset(variable.as_ptr(), token.as_ptr()) >= 0;
        if !done {
            ffi::PyErr_Clear();
        }
        done
    }
}

/// The current span, also one that has ended since.
#[inline]
pub(crate) fn current(py: Python<'_>) -> Option<Bound<'_, Span>> {
    if otel::api::is_joined(py) {
        return otel::attach::current(py);
    }
    own(py)
}

/// What our own variable holds.
#[inline]
pub(crate) fn own(py: Python<'_>) -> Option<Bound<'_, Span>> {
    get(py, &CURRENT)?.cast_into::<Span>().ok()
}

/// Makes a span current until it is left or ended.
#[inline]
pub(crate) fn enter(span: &Bound<'_, Span>) {
    if otel::api::is_joined(span.py()) {
        otel::attach::enter(span);
        return;
    }
    set_current(span.py(), Some(span));
}

/// Makes a span, or none, the current one.
#[inline]
pub(crate) fn set_current(py: Python<'_>, span: Option<&Bound<'_, Span>>) {
    if otel::api::is_joined(py) {
        otel::attach::set_current(py, span);
        return;
    }
    // SAFETY: `Py_None` is borrowed from the interpreter, which outlives the call.
    set(py, &CURRENT, span.map_or_else(|| unsafe { ffi::Py_None() }, Bound::as_ptr));
}

/// What `using_attributes` hangs on the spans that begin here.
#[inline]
pub(crate) fn attributes(py: Python<'_>) -> Option<Arc<TraceAttributes>> {
    if !HAS_ATTRIBUTES.load(Ordering::Relaxed) {
        return None;
    }
    let value = get(py, &ATTRIBUTES)?.cast_into::<Attributes>().ok()?;
    Some(Arc::clone(&value.get().shared))
}

/// What `using_attributes` hangs on spans; one object for each block.
#[pyclass(frozen, module = "tracewood._native")]
#[derive(Debug)]
pub(crate) struct Attributes {
    shared: Arc<TraceAttributes>,
}

/// Puts fields over those that are current, each over its own, and answers what was current before.
#[pyfunction]
#[pyo3(signature = (*, user_id=None, session_id=None, tags=None, metadata=None, prompt_template=None, prompt_template_version=None, prompt_template_variables=None))]
#[expect(clippy::too_many_arguments, reason = "they are the keywords of using_attributes")]
pub(crate) fn push_attributes<'py>(
    py: Python<'py>,
    user_id: Option<String>,
    session_id: Option<String>,
    tags: Option<&Bound<'py, PyAny>>,
    metadata: Option<&Bound<'py, PyAny>>,
    prompt_template: Option<String>,
    prompt_template_version: Option<String>,
    prompt_template_variables: Option<&Bound<'py, PyAny>>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let before = get(py, &ATTRIBUTES);
    let mut fields = attributes(py).map(|shared| (*shared).clone()).unwrap_or_default();
    fields.user_id = user_id.or(fields.user_id);
    fields.session_id = session_id.or(fields.session_id);
    if let Some(tags) = tags {
        fields.tags = crate::capture::texts(tags);
    }
    if let Some(metadata) = metadata {
        fields.metadata_json = Some(crate::capture::json(metadata).to_json());
    }
    fields.prompt_template = prompt_template.or(fields.prompt_template);
    fields.prompt_template_version = prompt_template_version.or(fields.prompt_template_version);
    if let Some(variables) = prompt_template_variables {
        fields.prompt_template_variables_json = Some(crate::capture::json(variables).to_json());
    }
    HAS_ATTRIBUTES.store(true, Ordering::Relaxed);
    let fields = Bound::new(py, Attributes { shared: Arc::new(fields) })?;
    set(py, &ATTRIBUTES, fields.as_ptr());
    Ok(before)
}

/// Brings back what `push_attributes` answered.
#[pyfunction]
pub(crate) fn pop_attributes(py: Python<'_>, before: &Bound<'_, PyAny>) {
    set(py, &ATTRIBUTES, before.as_ptr());
}

/// The session of the innermost block that names one.
#[pyfunction]
pub(crate) fn current_session_id(py: Python<'_>) -> Option<String> {
    attributes(py)?.session_id.clone()
}

/// Both variables, each of which may be unset.
type Both<'py> = (Option<Bound<'py, PyAny>>, Option<Bound<'py, PyAny>>);

/// Both variables as they are here, to be carried to another thread; `None` where there is nothing to carry.
#[pyfunction]
pub(crate) fn carried(py: Python<'_>) -> Option<Both<'_>> {
    let span = current(py).map(Bound::into_any);
    let attributes = get(py, &ATTRIBUTES).filter(|attributes| !attributes.is_none());
    (span.is_some() || attributes.is_some()).then_some((span, attributes))
}

/// Sets both variables to what was carried here; answers what they were.
#[pyfunction]
#[pyo3(signature = (both))]
pub(crate) fn carry<'py>(py: Python<'py>, both: Option<Both<'py>>) -> Both<'py> {
    let before = (current(py).map(Bound::into_any), get(py, &ATTRIBUTES));
    let (span, attributes) = both.unwrap_or_default();
    let none = py.None();
    set_current(py, span.and_then(|span| span.cast_into::<Span>().ok()).as_ref());
    set(py, &ATTRIBUTES, attributes.as_ref().map_or(none.as_ptr(), Bound::as_ptr));
    before
}
