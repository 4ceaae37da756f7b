//! The callable that stands in the place of a traced function: called like one and seen as one, without a frame of its
//! own.
//!
//! A wrapper in Python costs a frame, a tuple, a dictionary and two calls into this module for each call, a third of
//! what a span costs. This one is called by the interpreter's own protocol for calls (PEP 590), so the arguments are
//! read where the caller put them, and the traced function is called with them as they lie. To `isinstance`, `inspect`
//! and whoever asks for its code it is the function: `__class__` says so, and what a function has, the traced one lends.
#![expect(unsafe_code, reason = "a type with PEP 590's protocol has no safe interface under the limited API")]

mod class;

use std::ffi::{c_char, c_void};
use std::sync::OnceLock;

use pyo3::ffi;
use pyo3::prelude::*;

use crate::arguments::Arguments;
use crate::guard::quietly;
use crate::scope;
use crate::site::Site;
use crate::span::Span;

type Object = *mut ffi::PyObject;
type Vectorcall = unsafe extern "C" fn(Object, *const Object, usize, Object) -> Object;

/// Says that the callee may use the place before the first argument; it is no part of their number.
const ARGUMENTS_OFFSET: usize = 1 << (usize::BITS - 1);
// Not part of the limited API of 3.10, though exported by every CPython since 3.9.
unsafe extern "C" {
    fn PyObject_VectorcallDict(callable: Object, args: *const Object, n_args: usize, kwargs: Object) -> Object;
    fn dlsym(handle: *mut c_void, name: *const c_char) -> *mut c_void;
}

/// A callable of this module.
#[repr(C)]
struct Call {
    object: ffi::PyObject,
    vectorcall: Vectorcall,
    /// What a program hangs on a function, its name and documentation among it.
    dict: Object,
    weak_references: Object,
    site: Object,
    /// What is called; null where a wrapper in Python does that itself.
    target: Object,
    /// The function that lends its code, defaults and the like; null where there is no target.
    model: Object,
}

/// `PyObject_Vectorcall`, which Python 3.10 does not export.
static CALL: OnceLock<Vectorcall> = OnceLock::new();

/// Makes the type; called once, when the module is loaded.
pub(crate) fn prepare(py: Python<'_>) -> PyResult<()> {
    class::prepare(py)?;
    // SAFETY: the handle of zero means the whole process, and a function of that name has that form in every CPython.
    CALL.get_or_init(|| unsafe {
        let found = dlsym(std::ptr::null_mut(), c"PyObject_Vectorcall".as_ptr());
        if found.is_null() { call_with_dict } else { std::mem::transmute::<*mut c_void, Vectorcall>(found) }
    });
    Ok(())
}

/// The callable that stands for `target` and makes a span of each call; `model` is the function that it looks like.
#[pyfunction]
pub(crate) fn traced<'py>(
    target: &Bound<'py, PyAny>,
    site: &Bound<'py, Site>,
    model: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    class::make(site, call, Some((target, model)))
}

/// A callable that begins the span of a call with the same arguments, and makes it current; `None` while tracing is off.
pub(crate) fn enter<'py>(site: &Bound<'py, Site>) -> PyResult<Bound<'py, PyAny>> {
    class::make(site, enter_only, None)
}

/// A callable that begins the span of a call with the same arguments; `None` while tracing is off.
pub(crate) fn begin<'py>(site: &Bound<'py, Site>) -> PyResult<Bound<'py, PyAny>> {
    class::make(site, begin_only, None)
}

/// A call of a traced function.
unsafe extern "C" fn call(callable: Object, args: *const Object, n_args: usize, names: Object) -> Object {
    // SAFETY: the interpreter hands over a live callable of ours, and arguments that live as long as the call. Nothing
    // of ours is on the stack, borrowed or locked while the program's function runs, so that it may switch stacks.
    unsafe {
        let this = callable.cast::<Call>();
        if (*this).target.is_null() {
            // The collector took it apart, and somebody's finalizer calls it all the same.
            ffi::PyErr_SetString(ffi::PyExc_ReferenceError, c"the traced function is gone".as_ptr());
            return std::ptr::null_mut();
        }
        let span = open(this, args, n_args, names, true);
        let result = vectorcall((*this).target, args, n_args, names);
        if span.is_null() {
            return result;
        }
        if result.is_null() {
            fail(span);
            return result;
        }
        leave(span, result)
    }
}

unsafe extern "C" fn enter_only(callable: Object, args: *const Object, n_args: usize, names: Object) -> Object {
    // SAFETY: as for `call`.
    unsafe { or_none(open(callable.cast(), args, n_args, names, true)) }
}

unsafe extern "C" fn begin_only(callable: Object, args: *const Object, n_args: usize, names: Object) -> Object {
    // SAFETY: as for `call`.
    unsafe { or_none(open(callable.cast(), args, n_args, names, false)) }
}

unsafe fn or_none(object: Object) -> Object {
    // SAFETY: `None` outlives every call.
    unsafe {
        if object.is_null() {
            let none = ffi::Py_None();
            ffi::Py_INCREF(none);
            return none;
        }
    }
    object
}

#[inline]
unsafe fn vectorcall(callable: Object, args: *const Object, n_args: usize, names: Object) -> Object {
    // SAFETY: the arguments are passed on as they came.
    unsafe { CALL.get().copied().unwrap_or(call_with_dict)(callable, args, n_args, names) }
}

/// The same through a function that every version has, which wants names and values in a dictionary.
unsafe extern "C" fn call_with_dict(callable: Object, args: *const Object, n_args: usize, names: Object) -> Object {
    // SAFETY: the values of the named arguments follow on the others.
    unsafe {
        if names.is_null() {
            return PyObject_VectorcallDict(callable, args, n_args, std::ptr::null_mut());
        }
        let kwargs = ffi::PyDict_New();
        if kwargs.is_null() {
            return kwargs;
        }
        for at in 0..ffi::PyTuple_Size(names) {
            let value = *args.add((n_args & !ARGUMENTS_OFFSET) + at as usize);
            if ffi::PyDict_SetItem(kwargs, ffi::PyTuple_GetItem(names, at), value) < 0 {
                ffi::Py_DECREF(kwargs);
                return std::ptr::null_mut();
            }
        }
        let result = PyObject_VectorcallDict(callable, args, n_args, kwargs);
        ffi::Py_DECREF(kwargs);
        result
    }
}

/// Begins the span of a call; null while tracing is off, or where that failed.
#[inline]
unsafe fn open(this: *mut Call, args: *const Object, n_args: usize, names: Object, is_entered: bool) -> Object {
    // SAFETY: called by the interpreter, which is ours then; the site is a live object of its type.
    unsafe {
        let py = Python::assume_attached();
        if (*this).site.is_null() {
            return std::ptr::null_mut();
        }
        let site = Bound::from_borrowed_ptr(py, (*this).site).cast_into_unchecked::<Site>();
        let site = site.get();
        if !site.is_on(py) {
            return std::ptr::null_mut();
        }
        let arguments = Arguments::new(args, n_args & !ARGUMENTS_OFFSET, names);
        let has_frame = (*this).target.is_null();
        quietly(py, || site.open(py, &arguments, is_entered, has_frame).map(Some))
            .map_or(std::ptr::null_mut(), Bound::into_ptr)
    }
}

/// Ends the span of a call that returned; gives the result, or what waits for the end of it.
unsafe fn leave(span: Object, result: Object) -> Object {
    // SAFETY: both are live and owned by the call; the result is handed on.
    unsafe {
        let py = Python::assume_attached();
        let span = Bound::from_owned_ptr(py, span).cast_into_unchecked::<Span>();
        let is_coroutine = {
            let result = Bound::from_borrowed_ptr(py, result);
            quietly(py, || Ok(scope::leave(&span, &result)))
        };
        if is_coroutine { awaited(&span, result) } else { result }
    }
}

/// Puts what ends the span when it was awaited in the place of a coroutine.
#[cold]
unsafe fn awaited(span: &Bound<'_, Span>, coroutine: Object) -> Object {
    let py = span.py();
    // SAFETY: the coroutine is owned by the call.
    let coroutine = unsafe { Bound::from_owned_ptr(py, coroutine) };
    let waiting = py
        .import("tracewood._wrap")
        .and_then(|module| module.getattr("awaited"))
        .and_then(|awaited| awaited.call1((span, &coroutine)));
    waiting.unwrap_or(coroutine).into_ptr()
}

/// Ends the span of a call that raised; the exception stays raised, as it was.
#[cold]
unsafe fn fail(span: Object) {
    // SAFETY: the span is live and owned by the call; an exception is set, and set again with what it consists of.
    unsafe {
        let py = Python::assume_attached();
        let span = Bound::from_owned_ptr(py, span).cast_into_unchecked::<Span>();
        let (mut class, mut value, mut trace) = (std::ptr::null_mut(), std::ptr::null_mut(), std::ptr::null_mut());
        ffi::PyErr_Fetch(&raw mut class, &raw mut value, &raw mut trace);
        ffi::PyErr_NormalizeException(&raw mut class, &raw mut value, &raw mut trace);
        if !trace.is_null() {
            ffi::PyException_SetTraceback(value, trace);
        }
        if !value.is_null() {
            let error = Bound::from_borrowed_ptr(py, value);
            quietly(py, || {
                scope::fail(&span, &error);
                Ok(())
            });
        }
        drop(span);
        // Releasing the span, or recording it, may have left an error of its own.
        ffi::PyErr_Restore(class, value, trace);
    }
}
