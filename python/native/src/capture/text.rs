//! Text of Python as UTF-8, without copying where that can be, and without touching more of it than is kept.
#![expect(unsafe_code, reason = "the bytes of a text are read where they lie")]

use std::ffi::c_char;

use pyo3::ffi;
use tracewood_sdk::Captured;

use super::walk::Walk;

/// Writes a text as a value.
///
/// # Safety
///
/// `text` is a live `str` or an instance of a subclass.
pub(super) unsafe fn write(walk: &mut Walk<'_>, text: *mut ffi::PyObject) {
    // SAFETY: passed on.
    unsafe {
        with_text(text, walk.writer.n_string_bytes_max(), |text, n_bytes| walk.writer.string_of(text, n_bytes));
    }
}

/// Writes the key of a mapping; answers whether the value is wanted.
///
/// # Safety
///
/// `key` is a live object.
pub(super) unsafe fn with_key(walk: &mut Walk<'_>, key: *mut ffi::PyObject, is_wanted: impl Fn(&str) -> bool) -> bool {
    // SAFETY: the check tells that it is a text; other keys are written as JSON and that is used as the name.
    unsafe {
        if ffi::PyUnicode_Check(key) != 0 {
            return with_text(key, walk.writer.n_string_bytes_max(), |name, _| {
                is_wanted(name) && walk.writer.key(name)
            });
        }
        let mut alone = Walk::new(walk.py);
        alone.value(key);
        let name = alone.finish().to_json();
        let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(&name);
        is_wanted(name) && walk.writer.key(name)
    }
}

/// Hands over the UTF-8 of a text, at most about `n_bytes_max` of it, and its whole length in bytes.
///
/// A long text is cut before it is encoded: making UTF-8 of 100 MB would take a tenth of a second and stay in memory.
///
/// # Safety
///
/// `text` is a live `str` or an instance of a subclass.
#[inline]
pub(super) unsafe fn with_text<T>(
    text: *mut ffi::PyObject,
    n_bytes_max: usize,
    then: impl FnOnce(&str, u64) -> T,
) -> T {
    // SAFETY: `text` is a text; each function's result is checked before use, and the borrowed bytes end with the call.
    unsafe {
        let n_chars = ffi::PyUnicode_GetLength(text);
        if n_chars as usize > n_bytes_max {
            let part = ffi::PyUnicode_Substring(text, 0, n_bytes_max as isize);
            if part.is_null() {
                ffi::PyErr_Clear();
                return then("", n_chars as u64);
            }
            // How many bytes the rest would have is not known; most long texts have one for each character.
            let result = with_short(part, |text| then(text, (n_chars as u64).max(text.len() as u64 + 1)));
            ffi::Py_DECREF(part);
            return result;
        }
        with_short(text, |text| then(text, text.len() as u64))
    }
}

#[inline]
unsafe fn with_short<T>(text: *mut ffi::PyObject, then: impl FnOnce(&str) -> T) -> T {
    // SAFETY: as for `with_text`; what the interpreter calls UTF-8 is UTF-8.
    unsafe {
        let mut n_bytes = 0;
        let bytes = ffi::PyUnicode_AsUTF8AndSize(text, &raw mut n_bytes);
        if !bytes.is_null() {
            return then(utf8(bytes, n_bytes));
        }
        // A lone surrogate, which UTF-8 has no bytes for: it is shown as its escape.
        ffi::PyErr_Clear();
        let encoded = ffi::PyUnicode_AsEncodedString(text, c"utf-8".as_ptr(), c"backslashreplace".as_ptr());
        if encoded.is_null() {
            ffi::PyErr_Clear();
            return then("");
        }
        let (mut bytes, mut n_bytes) = (std::ptr::null_mut(), 0);
        let is_read = ffi::PyBytes_AsStringAndSize(encoded, &raw mut bytes, &raw mut n_bytes) == 0;
        let result = then(if is_read { utf8(bytes, n_bytes) } else { "" });
        ffi::Py_DECREF(encoded);
        result
    }
}

unsafe fn utf8<'a>(bytes: *const c_char, n_bytes: isize) -> &'a str {
    // SAFETY: the interpreter made the bytes as UTF-8, and the caller keeps them alive.
    unsafe { std::str::from_utf8_unchecked(std::slice::from_raw_parts(bytes.cast(), n_bytes as usize)) }
}

/// A text as a whole value, which may have been cut before.
pub(super) fn captured(text: &str, n_bytes_original: u64, n_bytes_max: usize) -> Captured {
    if n_bytes_original == text.len() as u64 {
        return Captured::text(text, n_bytes_max);
    }
    Captured::text_of(text, n_bytes_original, n_bytes_max)
}
