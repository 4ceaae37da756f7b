//! The type of the callables: how one is made, taken apart by the collector, bound as a method, and seen as a function.
#![expect(unsafe_code, reason = "a type with PEP 590's protocol has no safe interface under the limited API")]

use std::ffi::{CStr, c_int, c_uint, c_ulong, c_void};
use std::mem::offset_of;

use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyString;

use super::{Call, Object, Vectorcall};
use crate::site::Site;

/// `Py_TPFLAGS_DISALLOW_INSTANTIATION`: nobody makes one but this module.
const NO_INSTANCES: c_ulong = 1 << 7;
/// `Py_TPFLAGS_HAVE_VECTORCALL`.
const HAS_VECTORCALL: c_ulong = 1 << 11;

// Not part of the limited API of 3.10, though exported by every CPython since 3.8.
unsafe extern "C" {
    fn PyMethod_New(function: Object, object: Object) -> Object;
    fn PyVectorcall_Call(callable: Object, args: Object, kwargs: Object) -> Object;
}

static TYPE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static FUNCTION_TYPE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// Makes the type; called once, when the module is loaded.
pub(super) fn prepare(py: Python<'_>) -> PyResult<()> {
    TYPE.get_or_try_init(py, || make_type(py))?;
    FUNCTION_TYPE
        .get_or_try_init(py, || -> PyResult<_> { Ok(py.import("types")?.getattr("FunctionType")?.unbind()) })?;
    Ok(())
}

/// Makes a callable; `target` is what it calls, and the function that it looks like.
pub(super) fn make<'py>(
    site: &Bound<'py, Site>,
    vectorcall: Vectorcall,
    target: Option<(&Bound<'py, PyAny>, &Bound<'py, PyAny>)>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = site.py();
    let class = TYPE.get(py).ok_or_else(|| PyTypeError::new_err("the module is not loaded"))?;
    let owned =
        |object: Option<&Bound<'py, PyAny>>| object.map_or(std::ptr::null_mut(), |object| object.clone().into_ptr());
    // SAFETY: the type is the one that was made for this layout; every field is set before the collector may look.
    unsafe {
        let made = ffi::PyType_GenericAlloc(class.as_ptr().cast(), 0).cast::<Call>();
        if made.is_null() {
            return Err(PyErr::fetch(py));
        }
        (*made).vectorcall = vectorcall;
        (*made).site = site.clone().into_ptr();
        (*made).target = owned(target.map(|(target, _)| target));
        (*made).model = owned(target.map(|(_, model)| model));
        Ok(Bound::from_owned_ptr(py, made.cast()))
    }
}

fn make_type(py: Python<'_>) -> PyResult<Py<PyAny>> {
    let member = |name: &'static CStr, offset: usize| ffi::PyMemberDef {
        name: name.as_ptr(),
        type_code: ffi::Py_T_PYSSIZET,
        offset: offset as ffi::Py_ssize_t,
        flags: ffi::Py_READONLY,
        doc: std::ptr::null(),
    };
    // The type keeps pointers to these for as long as the process lives.
    let members = Box::leak(Box::new([
        member(c"__dictoffset__", offset_of!(Call, dict)),
        member(c"__weaklistoffset__", offset_of!(Call, weak_references)),
        member(c"__vectorcalloffset__", offset_of!(Call, vectorcall)),
        // SAFETY: zeros are the end of the list.
        unsafe { std::mem::zeroed() },
    ]));
    let attribute = |name: &'static CStr, get: ffi::getter, set: Option<ffi::setter>| ffi::PyGetSetDef {
        name: name.as_ptr(),
        get: Some(get),
        set,
        doc: std::ptr::null(),
        closure: std::ptr::null_mut(),
    };
    let attributes = Box::leak(Box::new([
        attribute(c"__class__", class_of, None),
        attribute(c"__dict__", ffi::PyObject_GenericGetDict, Some(ffi::PyObject_GenericSetDict)),
        // SAFETY: as above.
        unsafe { std::mem::zeroed() },
    ]));
    let methods = Box::leak(Box::new([
        ffi::PyMethodDef {
            ml_name: c"__reduce__".as_ptr(),
            ml_meth: ffi::PyMethodDefPointer { PyCFunction: reduce },
            ml_flags: ffi::METH_NOARGS,
            ml_doc: std::ptr::null(),
        },
        // SAFETY: as above.
        unsafe { std::mem::zeroed() },
    ]));
    let slot = |slot: c_int, pfunc: *mut c_void| ffi::PyType_Slot { slot, pfunc };
    let mut slots = [
        slot(ffi::Py_tp_call, PyVectorcall_Call as *mut c_void),
        slot(ffi::Py_tp_dealloc, dealloc as *mut c_void),
        slot(ffi::Py_tp_traverse, traverse as *mut c_void),
        slot(ffi::Py_tp_clear, clear as *mut c_void),
        slot(ffi::Py_tp_descr_get, bind as *mut c_void),
        slot(ffi::Py_tp_getattro, get_attribute as *mut c_void),
        slot(ffi::Py_tp_repr, represent as *mut c_void),
        slot(ffi::Py_tp_members, members.as_mut_ptr().cast()),
        slot(ffi::Py_tp_getset, attributes.as_mut_ptr().cast()),
        slot(ffi::Py_tp_methods, methods.as_mut_ptr().cast()),
        slot(0, std::ptr::null_mut()),
    ];
    let flags = ffi::Py_TPFLAGS_DEFAULT
        | ffi::Py_TPFLAGS_HAVE_GC
        | ffi::Py_TPFLAGS_METHOD_DESCRIPTOR
        | HAS_VECTORCALL
        | NO_INSTANCES;
    let mut spec = ffi::PyType_Spec {
        name: c"tracewood._native.Call".as_ptr(),
        basicsize: size_of::<Call>() as c_int,
        itemsize: 0,
        flags: flags as c_uint,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: the specification is whole, and each function has the form that its slot asks for.
    unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyType_FromSpec(&raw mut spec)).map(Bound::unbind) }
}

unsafe fn parts(this: *mut Call) -> [*mut Object; 4] {
    // SAFETY: a live object of this layout.
    unsafe { [&raw mut (*this).dict, &raw mut (*this).site, &raw mut (*this).target, &raw mut (*this).model] }
}

unsafe extern "C" fn dealloc(object: Object) {
    // SAFETY: the interpreter calls this once, with the last reference gone.
    unsafe {
        ffi::PyObject_GC_UnTrack(object.cast());
        if !(*object.cast::<Call>()).weak_references.is_null() {
            ffi::PyObject_ClearWeakRefs(object);
        }
        clear(object);
        let class = ffi::Py_TYPE(object);
        ffi::PyObject_GC_Del(object.cast());
        ffi::Py_DECREF(class.cast());
    }
}

unsafe extern "C" fn traverse(object: Object, visit: ffi::visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: as the collector asks for: each reference once, and nothing else is touched.
    unsafe {
        let class = ffi::Py_TYPE(object).cast::<ffi::PyObject>();
        for part in std::iter::once(class).chain(parts(object.cast()).into_iter().map(|part| *part)) {
            if !part.is_null() {
                let stop = visit(part, arg);
                if stop != 0 {
                    return stop;
                }
            }
        }
    }
    0
}

unsafe extern "C" fn clear(object: Object) -> c_int {
    // SAFETY: each field is emptied before what was in it is released, since that may run code that looks at it.
    unsafe {
        for part in parts(object.cast()) {
            let old = std::mem::replace(&mut *part, std::ptr::null_mut());
            ffi::Py_XDECREF(old);
        }
    }
    0
}

/// Makes a method of it, as of any function in a class.
unsafe extern "C" fn bind(function: Object, object: Object, _class: Object) -> Object {
    // SAFETY: called by the interpreter; what comes back is a new reference.
    unsafe {
        if object.is_null() || object == ffi::Py_None() {
            ffi::Py_INCREF(function);
            return function;
        }
        PyMethod_New(function, object)
    }
}

unsafe extern "C" fn class_of(_object: Object, _closure: *mut c_void) -> Object {
    // SAFETY: called by the interpreter.
    let py = unsafe { Python::assume_attached() };
    FUNCTION_TYPE.get(py).map_or_else(|| py.None(), |class| class.clone_ref(py)).into_ptr()
}

/// What every function has and is not set on this one, the traced function lends.
const LENT: [&str; 9] = [
    "__annotate__",
    "__annotations__",
    "__builtins__",
    "__closure__",
    "__code__",
    "__defaults__",
    "__globals__",
    "__kwdefaults__",
    "__type_params__",
];

unsafe extern "C" fn get_attribute(object: Object, name: Object) -> Object {
    // SAFETY: called by the interpreter with live objects; an error is set exactly where null is answered.
    unsafe {
        let found = ffi::PyObject_GenericGetAttr(object, name);
        let model = (*object.cast::<Call>()).model;
        if !found.is_null() || model.is_null() || ffi::PyErr_ExceptionMatches(ffi::PyExc_AttributeError) == 0 {
            return found;
        }
        let py = Python::assume_attached();
        let is_lent = Bound::from_borrowed_ptr(py, name)
            .cast::<PyString>()
            .is_ok_and(|name| LENT.iter().any(|lent| name.to_str().is_ok_and(|name| name == *lent)));
        if !is_lent {
            return found;
        }
        ffi::PyErr_Clear();
        ffi::PyObject_GetAttr(model, name)
    }
}

unsafe extern "C" fn represent(object: Object) -> Object {
    // SAFETY: called by the interpreter with a live object.
    unsafe {
        let py = Python::assume_attached();
        let function = Bound::from_borrowed_ptr(py, object);
        let name = function.getattr("__qualname__").and_then(|name| name.extract::<String>());
        let name = name.unwrap_or_else(|_| "?".to_owned());
        PyString::new(py, &format!("<function {name} at {object:?}>")).into_any().into_ptr()
    }
}

/// Pickled by its name, as a function is.
unsafe extern "C" fn reduce(object: Object, _: Object) -> Object {
    // SAFETY: as for `represent`.
    unsafe {
        let py = Python::assume_attached();
        match Bound::from_borrowed_ptr(py, object).getattr("__qualname__") {
            Ok(name) => name.into_ptr(),
            Err(error) => {
                error.restore(py);
                std::ptr::null_mut()
            }
        }
    }
}
