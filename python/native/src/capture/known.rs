//! Types that every program meets: each written as its reader expects, through functions that are not the program's own.
#![expect(unsafe_code, reason = "numbers and bytes are read where they lie")]

use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyDict, PyFrozenSet, PyList, PySet, PyString, PyTuple};

use super::plan::{Form, Plan, full_name};
use super::text;
use super::walk::Walk;

/// Arrays of at most so many numbers are written out, larger ones by shape: a vector that somebody looks at is short.
const N_NUMBERS_MAX: usize = 64;
/// Bytes that are no text are written as base64, up to so many of them.
const BINARY_BYTES_MAX: usize = 64 * 1024;
/// So many columns of a table are named.
const N_COLUMNS_MAX: usize = 100;

/// A whole number that fits into 64 bits.
///
/// # Safety
///
/// `object` is a live `int` or an instance of a subclass.
#[inline]
pub(super) unsafe fn small_int(object: *mut ffi::PyObject) -> Option<i64> {
    let mut overflow = 0;
    // SAFETY: an `int`, so nothing is converted and no code is run.
    let number = unsafe { ffi::PyLong_AsLongLongAndOverflow(object, &raw mut overflow) };
    (overflow == 0).then_some(number)
}

/// Writes a whole number; beyond 64 bits as text, since readers would round it.
///
/// # Safety
///
/// As for [`small_int`].
pub(super) unsafe fn write_int(walk: &mut Walk<'_>, object: *mut ffi::PyObject) {
    // SAFETY: passed on; the text of a number is made by the interpreter.
    unsafe {
        if let Some(number) = small_int(object) {
            walk.writer.int(number);
            return;
        }
        let unsigned = ffi::PyLong_AsUnsignedLongLong(object);
        if ffi::PyErr_Occurred().is_null() {
            walk.writer.unsigned(unsigned);
            return;
        }
        ffi::PyErr_Clear();
        // Hexadecimal takes time in proportion to the length, decimal its square.
        let text = ffi::PyNumber_ToBase(object, 16);
        if text.is_null() {
            ffi::PyErr_Clear();
            walk.writer.string("<int>");
            return;
        }
        let is_short = ffi::PyUnicode_GetLength(text) < 1024;
        let decimal = if is_short { ffi::PyNumber_ToBase(object, 10) } else { std::ptr::null_mut() };
        text::write(walk, if decimal.is_null() { text } else { decimal });
        if decimal.is_null() {
            ffi::PyErr_Clear();
        } else {
            ffi::Py_DECREF(decimal);
        }
        ffi::Py_DECREF(text);
    }
}

/// Writes an instance of a well-known type; an error means that it is not what its name says.
pub(super) fn write(walk: &mut Walk<'_>, object: &Bound<'_, PyAny>, plan: &Plan) -> PyResult<()> {
    match plan.form {
        Form::Set => set(walk, object),
        Form::Bytes => bytes(walk, object.cast::<PyBytes>()?.as_bytes()),
        Form::ByteArray => bytes(walk, &object.cast::<PyByteArray>()?.to_vec()),
        Form::Enum => {
            let value = instance_item(object, "_value_")?;
            walk.value(value.as_ptr());
        }
        Form::DateTime | Form::Time => moment(walk, object, plan.form)?,
        Form::Date => unbound(walk, object, "datetime", "date", "isoformat")?,
        Form::TimeDelta => unbound(walk, object, "datetime", "timedelta", "__str__")?,
        Form::Decimal => unbound(walk, object, "decimal", "Decimal", "__str__")?,
        Form::Uuid => uuid(walk, object, plan)?,
        Form::Path => path(walk, object, plan)?,
        Form::Complex => unbound(walk, object, "builtins", "complex", "__repr__")?,
        Form::Exception => exception(walk, object, plan)?,
        Form::NumpyScalar => {
            let item = method(object, "numpy", "generic", "item")?.call1((object,))?;
            if item.is(object) || item.get_type().is(object.get_type()) {
                return Err(PyTypeError::new_err("a numpy scalar without a plain form"));
            }
            walk.value(item.as_ptr());
        }
        Form::NumpyArray => array(walk, object)?,
        Form::Frame => frame(walk, object, plan)?,
        Form::Function | Form::Class | Form::Module => named(walk, object, plan),
        _ => return Err(PyTypeError::new_err("not a well-known type")),
    }
    Ok(())
}

/// A method of a class as its module has it, whatever a subclass made of it.
fn method<'py>(object: &Bound<'py, PyAny>, module: &str, class: &str, name: &str) -> PyResult<Bound<'py, PyAny>> {
    object.py().import(module)?.getattr(class)?.getattr(name)
}

fn unbound(walk: &mut Walk<'_>, object: &Bound<'_, PyAny>, module: &str, class: &str, name: &str) -> PyResult<()> {
    let text = method(object, module, class, name)?.call1((object,))?;
    walk.writer.string(&text.cast::<PyString>()?.to_string_lossy());
    Ok(())
}

fn instance_item<'py>(object: &Bound<'py, PyAny>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: the object is alive; the function looks at its memory, and raises where there is no dictionary.
    let dict = unsafe {
        Bound::from_owned_ptr_or_err(object.py(), ffi::PyObject_GenericGetDict(object.as_ptr(), std::ptr::null_mut()))?
    };
    dict.cast_into::<PyDict>()?.get_item(name)?.ok_or_else(|| PyTypeError::new_err("an attribute is missing"))
}

/// Writes a set; texts and whole numbers in order, since a set has none of its own.
fn set(walk: &mut Walk<'_>, object: &Bound<'_, PyAny>) {
    let items: Vec<Bound<'_, PyAny>> = if let Ok(set) = object.cast::<PySet>() {
        exact_items(set.as_any(), walk.writer.n_items_max())
    } else {
        let frozen = object.cast::<PyFrozenSet>();
        frozen.map(|set| exact_items(set.as_any(), walk.writer.n_items_max())).unwrap_or_default()
    };
    let mut items = items;
    if items.iter().all(PyAnyMethods::is_exact_instance_of::<PyString>) {
        items.sort_by_cached_key(super::text_of);
    } else if items.iter().all(PyAnyMethods::is_exact_instance_of::<pyo3::types::PyInt>) {
        items.sort_by_cached_key(|item| item.extract::<i128>().unwrap_or(i128::MAX));
    }
    walk.within(object.as_ptr(), |walk| {
        if !walk.writer.begin_array() {
            return;
        }
        for (index, item) in items.iter().enumerate() {
            if walk.is_done(index as isize) {
                walk.writer.skip(items.len() - index);
                break;
            }
            walk.value(item.as_ptr());
        }
        walk.writer.end();
    });
}

/// The items of a set through the iterator of the built-in type, also for a subclass that has its own.
fn exact_items<'py>(set: &Bound<'py, PyAny>, n_items_max: usize) -> Vec<Bound<'py, PyAny>> {
    let py = set.py();
    let class = if set.is_instance_of::<PySet>() { py.get_type::<PySet>() } else { py.get_type::<PyFrozenSet>() };
    let Ok(iterator) = class.getattr("__iter__").and_then(|iter| iter.call1((set,))) else { return Vec::new() };
    let Ok(iterator) = iterator.try_iter() else { return Vec::new() };
    iterator.take(n_items_max + 1).map_while(Result::ok).collect()
}

/// Writes bytes as the text that they are, else as base64.
fn bytes(walk: &mut Walk<'_>, bytes: &[u8]) {
    let head = bytes.get(..walk.writer.n_string_bytes_max()).unwrap_or(bytes);
    match std::str::from_utf8(head) {
        Ok(text) => {
            walk.writer.string_of(text, bytes.len() as u64);
        }
        // The cut may have gone through a character.
        Err(error) if error.error_len().is_none() && head.len() < bytes.len() => {
            let text = std::str::from_utf8(head.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default();
            walk.writer.string_of(text, bytes.len() as u64);
        }
        Err(_) => {
            if walk.writer.begin_object() {
                if walk.writer.key("bytes_base64") {
                    let kept = bytes.get(..BINARY_BYTES_MAX).unwrap_or(bytes);
                    walk.writer.string(&base64(kept));
                    walk.writer.skip_bytes(((bytes.len() - kept.len()) / 3 * 4) as u64);
                }
                walk.writer.end();
            }
        }
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |index: usize| u32::from(three.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let at = (bits >> (18 - 6 * digit) & 63) as usize;
            text.push(if digit > three.len() { '=' } else { DIGITS.get(at).map_or('=', |digit| *digit as char) });
        }
    }
    text
}

/// Writes a date with time, or a time; a time zone of the program's own is not asked for its offset.
fn moment(walk: &mut Walk<'_>, object: &Bound<'_, PyAny>, form: Form) -> PyResult<()> {
    let class = if form == Form::DateTime { "datetime" } else { "time" };
    let part = |name: &str| -> PyResult<Bound<'_, PyAny>> {
        method(object, "datetime", class, name)?.call_method1("__get__", (object,))
    };
    let zone = part("tzinfo")?;
    let zone_module: String = zone.get_type().getattr("__module__")?.extract().unwrap_or_default();
    if zone.is_none() || zone_module == "datetime" || zone_module == "zoneinfo" || zone_module == "zoneinfo._zoneinfo" {
        return unbound(walk, object, "datetime", class, "isoformat");
    }
    let number = |name: &str| -> PyResult<u32> { part(name)?.extract() };
    let mut text = format!("{:02}:{:02}:{:02}", number("hour")?, number("minute")?, number("second")?);
    let micros = number("microsecond")?;
    if micros > 0 {
        text = format!("{text}.{micros:06}");
    }
    if form == Form::DateTime {
        text = format!("{:04}-{:02}-{:02}T{text}", number("year")?, number("month")?, number("day")?);
    }
    let zone_name: String = zone.get_type().getattr("__qualname__")?.extract().unwrap_or_default();
    walk.writer.string(&format!("{text}[{}]", full_name(&zone_module, &zone_name)));
    Ok(())
}

fn uuid(walk: &mut Walk<'_>, object: &Bound<'_, PyAny>, plan: &Plan) -> PyResult<()> {
    let slot = plan.slots.iter().find(|(name, _)| name == "int").map(|(_, slot)| slot.bind(object.py()));
    let number = match slot {
        Some(slot) => slot.call_method1("__get__", (object,))?,
        None => instance_item(object, "int")?,
    };
    let hex = format!("{:032x}", number.extract::<u128>()?);
    let parts = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)];
    let parts: Vec<_> = parts.iter().filter_map(|(from, to)| hex.get(*from..*to)).collect();
    walk.writer.string(&parts.join("-"));
    Ok(())
}

/// Writes a path of the standard library; a subclass of the program's own may compute its parts.
fn path(walk: &mut Walk<'_>, object: &Bound<'_, PyAny>, plan: &Plan) -> PyResult<()> {
    if !plan.name.starts_with("pathlib.") {
        return Err(PyTypeError::new_err("a path with code of its own"));
    }
    let text = method(object, "pathlib", "PurePath", "__str__")?.call1((object,))?;
    walk.writer.string(&text.cast::<PyString>()?.to_string_lossy());
    Ok(())
}

fn exception(walk: &mut Walk<'_>, object: &Bound<'_, PyAny>, plan: &Plan) -> PyResult<()> {
    let args = method(object, "builtins", "BaseException", "args")?.call_method1("__get__", (object,))?;
    let args = args.cast_into::<PyTuple>()?;
    walk.within(object.as_ptr(), |walk| {
        if walk.writer.begin_object() {
            if walk.writer.key("__class__") {
                walk.writer.string(&plan.name);
            }
            if walk.writer.key("args") {
                walk.tuple_from(args.as_ptr(), 0);
            }
            walk.writer.end();
        }
    });
    Ok(())
}

/// Writes the shape and type of an array, and its numbers where they are few.
fn array(walk: &mut Walk<'_>, object: &Bound<'_, PyAny>) -> PyResult<()> {
    let part = |name: &str| -> PyResult<Bound<'_, PyAny>> {
        method(object, "numpy", "ndarray", name)?.call_method1("__get__", (object,))
    };
    let (shape, dtype, size) = (part("shape")?, part("dtype")?, part("size")?.extract::<usize>()?);
    let kind: String = dtype.getattr("kind")?.extract()?;
    let values = (size <= N_NUMBERS_MAX && matches!(kind.as_str(), "b" | "i" | "u" | "f"))
        .then(|| method(object, "numpy", "ndarray", "tolist")?.call1((object,)))
        .transpose()?;
    let dtype: String = dtype.getattr("str")?.extract()?;
    if walk.writer.begin_object() {
        if walk.writer.key("__class__") {
            walk.writer.string("numpy.ndarray");
        }
        if walk.writer.key("shape") {
            walk.value(shape.as_ptr());
        }
        if walk.writer.key("dtype") {
            walk.writer.string(&dtype);
        }
        if let Some(values) = values
            && walk.writer.key("values")
        {
            walk.value(values.as_ptr());
        }
        walk.writer.end();
    }
    Ok(())
}

/// Writes the shape of a table and the names of its columns; a subclass of the program's own is an object.
fn frame(walk: &mut Walk<'_>, object: &Bound<'_, PyAny>, plan: &Plan) -> PyResult<()> {
    if !plan.name.starts_with("pandas.") {
        return Err(PyTypeError::new_err("a table with code of its own"));
    }
    let shape = object.getattr("shape")?;
    let columns = object
        .getattr_opt("columns")?
        .map(|columns| columns.py().get_type::<PyList>().call1((columns,)))
        .transpose()?
        .map(Bound::cast_into::<PyList>)
        .transpose()?;
    if walk.writer.begin_object() {
        if walk.writer.key("__class__") {
            walk.writer.string(&plan.name);
        }
        if walk.writer.key("shape") {
            walk.value(shape.as_ptr());
        }
        if let Some(columns) = columns
            && walk.writer.key("columns")
        {
            let kept = columns.get_slice(0, N_COLUMNS_MAX);
            walk.value(kept.as_ptr());
        }
        walk.writer.end();
    }
    Ok(())
}

/// Writes what a function, class or module is called.
fn named(walk: &mut Walk<'_>, object: &Bound<'_, PyAny>, plan: &Plan) {
    let text = |name: &str| -> String {
        // Through `object`'s own lookup for functions and modules, and through `type`'s for classes: neither runs code of
        // a metaclass.
        let class = if plan.form == Form::Class { "type" } else { "object" };
        method(object, "builtins", class, "__getattribute__")
            .and_then(|get| get.call1((object, name)))
            .and_then(|name| Ok(name.cast_into::<PyString>()?.to_string_lossy().into_owned()))
            .unwrap_or_default()
    };
    let (word, name) = match plan.form {
        Form::Class => ("class", full_name(&text("__module__"), &text("__qualname__"))),
        Form::Module => ("module", text("__name__")),
        _ => ("function", full_name(&text("__module__"), &text("__qualname__"))),
    };
    walk.writer.string(&format!("<{word} {name}>"));
}
