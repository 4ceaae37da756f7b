//! Objects of all other types, each by the plan of its type.
#![expect(unsafe_code, reason = "instance dictionaries are asked for without the object's own code")]

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::known;
use super::plan::{EXTRA_SLOT, Form, Plan};
use super::walk::Walk;

/// Writes an object by the plan of its type.
///
/// # Safety
///
/// `object` is a live instance of the type that the plan was made for.
pub(super) unsafe fn write(walk: &mut Walk<'_>, object: *mut ffi::PyObject, plan: &Plan) {
    // SAFETY: as the caller says; each function is the one for instances of that type.
    unsafe {
        match plan.form {
            Form::Text => super::text::write(walk, object),
            Form::Int => known::write_int(walk, object),
            Form::Float => {
                walk.writer.double(ffi::PyFloat_AsDouble(object));
            }
            Form::Mapping => walk.mapping(object),
            Form::List => walk.list(object),
            Form::Tuple => walk.tuple_from(object, 0),
            Form::Record => record(walk, object, plan),
            Form::Object => plain(walk, object, plan),
            Form::Encoder => encoded(walk, object, plan),
            _ => {
                let bound = Bound::from_borrowed_ptr(walk.py, object);
                if known::write(walk, &bound, plan).is_err() {
                    plain(walk, object, plan);
                }
            }
        }
    }
    // An error set by a function of the interpreter must not surface in the user's call.
    // SAFETY: the interpreter is ours.
    unsafe {
        if !ffi::PyErr_Occurred().is_null() {
            ffi::PyErr_Clear();
        }
    }
}

/// Writes the fields of a record: all that it has, and nothing about its class.
unsafe fn record(walk: &mut Walk<'_>, object: *mut ffi::PyObject, plan: &Plan) {
    walk.within(object, |walk| {
        if !walk.writer.begin_object() {
            return;
        }
        let bound = unsafe { Bound::from_borrowed_ptr(walk.py, object) };
        fields(walk, &bound, plan, true);
        walk.writer.end();
    });
}

/// Writes the class of an object and its attributes, without those that their author marked as internal.
unsafe fn plain(walk: &mut Walk<'_>, object: *mut ffi::PyObject, plan: &Plan) {
    let bound = unsafe { Bound::from_borrowed_ptr(walk.py, object) };
    let dict = instance_dict(&bound, plan);
    let has_attributes = dict.as_ref().is_some_and(|dict| !dict.is_empty()) || !plan.slots.is_empty();
    if !has_attributes {
        walk.writer.string(&format!("<{}>", plan.name));
        return;
    }
    drop(dict);
    walk.within(object, |walk| {
        if !walk.writer.begin_object() {
            return;
        }
        if walk.writer.key("__class__") {
            walk.writer.string(&plan.name);
        }
        fields(walk, &bound, plan, false);
        walk.writer.end();
    });
}

fn fields(walk: &mut Walk<'_>, object: &Bound<'_, PyAny>, plan: &Plan, with_internal: bool) {
    for (name, slot) in &plan.slots {
        if walk.writer.is_full() {
            break;
        }
        if !with_internal && name.starts_with('_') {
            continue;
        }
        if name == EXTRA_SLOT {
            extra_fields(walk, object, slot.bind(walk.py));
            continue;
        }
        // An unset slot answers with an error; so does what is no slot of this object after all.
        if let Ok(value) = slot.bind(walk.py).call_method1("__get__", (object,))
            && walk.writer.key(name)
        {
            walk.value(value.as_ptr());
        }
    }
    if let Some(dict) = instance_dict(object, plan) {
        walk.items_where(dict.as_ptr(), |name| with_internal || !name.starts_with('_'));
    }
}

/// Writes the fields that a pydantic model has beyond those of its class, beside the others as its own dump does.
fn extra_fields(walk: &mut Walk<'_>, object: &Bound<'_, PyAny>, slot: &Bound<'_, PyAny>) {
    if let Ok(extra) = slot.call_method1("__get__", (object,))
        && let Ok(extra) = extra.cast::<PyDict>()
    {
        walk.items_where(extra.as_ptr(), |_| true);
    }
}

/// The `__dict__` of an object, without asking the object for it.
fn instance_dict<'py>(object: &Bound<'py, PyAny>, plan: &Plan) -> Option<Bound<'py, PyDict>> {
    if !plan.has_dict {
        return None;
    }
    // SAFETY: the object is alive; the function looks at its memory, and raises where there is no dictionary.
    unsafe {
        let dict = ffi::PyObject_GenericGetDict(object.as_ptr(), std::ptr::null_mut());
        if dict.is_null() {
            ffi::PyErr_Clear();
            return None;
        }
        Bound::from_owned_ptr(object.py(), dict).cast_into::<PyDict>().ok()
    }
}

/// Writes what the program's own encoder makes of an object; one that raises counts as none.
fn encoded(walk: &mut Walk<'_>, object: *mut ffi::PyObject, plan: &Plan) {
    // SAFETY: a live object, as the caller of `write` says.
    let bound = unsafe { Bound::from_borrowed_ptr(walk.py, object) };
    let simpler = plan.encoder.as_ref().and_then(|encoder| encoder.bind(walk.py).call1((&bound,)).ok());
    match simpler {
        Some(simpler) if !simpler.is(&bound) => walk.within(object, |walk| walk.value(simpler.as_ptr())),
        _ => {
            walk.writer.string(&format!("<{}>", plan.name));
        }
    }
}
