//! OpenTelemetry's context as the place of the current span: what is current in it, and how that is changed.
#![expect(unsafe_code, reason = "context variables and dictionaries are read where they lie")]

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::api::{self, Api};
use super::place::Place;
use super::span::OtelSpan;
use crate::context;
use crate::span::Span;

/// The current context; `None` where the runtime does not answer.
fn now<'py>(py: Python<'py>, api: &Api) -> Option<Bound<'py, PyAny>> {
    match &api.variable {
        Some(variable) => context::get_variable(py, variable),
        None => api.runtime.bind(py).call_method0("get_current").ok(),
    }
}

/// What lies under a key of a context.
fn item<'py>(context: &Bound<'py, PyAny>, key: &Py<pyo3::types::PyString>) -> Option<Bound<'py, PyAny>> {
    let py = context.py();
    if context.is_instance_of::<PyDict>() {
        // SAFETY: a dictionary and a text; the borrowed item is taken hold of at once, and no code of the program runs.
        unsafe {
            let found = ffi::PyDict_GetItemWithError(context.as_ptr(), key.as_ptr());
            if found.is_null() {
                ffi::PyErr_Clear();
            }
            return Bound::from_borrowed_ptr_or_opt(py, found);
        }
    }
    context.call_method1("get", (key,)).ok().filter(|found| !found.is_none())
}

/// A context with another span in it.
pub(super) fn with_span<'py>(
    py: Python<'py>,
    api: &Api,
    context: &Bound<'py, PyAny>,
    span: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let changed = api.context_class.bind(py).call1((context,))?;
    // SAFETY: a subclass of `dict`, which nobody else has seen yet; its own `__setitem__` refuses changes.
    let done = unsafe { ffi::PyDict_SetItem(changed.as_ptr(), api.span_key.as_ptr(), span.as_ptr()) };
    if done < 0 { Err(PyErr::fetch(py)) } else { Ok(changed) }
}

/// What brings back what was current before.
pub(super) type Token = Py<PyAny>;

/// Makes a context current.
pub(super) fn attach(py: Python<'_>, api: &Api, context: &Bound<'_, PyAny>) -> Option<Token> {
    match &api.variable {
        Some(variable) => context::set_variable(py, variable, context),
        None => api.runtime.bind(py).call_method1("attach", (context,)).ok().map(Bound::unbind),
    }
}

/// Makes a span current on top of what is.
pub(super) fn attach_span(py: Python<'_>, api: &Api, span: &Bound<'_, PyAny>) -> Option<Token> {
    attach(py, api, &with_span(py, api, &now(py, api)?, span).ok()?)
}

/// Brings back what was current; in another context than that of the attaching it changes nothing.
pub(super) fn detach(py: Python<'_>, api: &Api, token: &Token) {
    let done = match &api.variable {
        Some(variable) => context::reset_variable(py, variable, token),
        None => api.runtime.bind(py).call_method1("detach", (token,)).is_ok(),
    };
    if !done {
        crate::log::debug(py, "a span was left in another context than the one that it was entered in");
    }
}

/// What is current in a context, or here and now.
pub(super) enum Current<'py> {
    /// Nothing was ever said.
    Unsaid,
    /// No span.
    Nothing,
    /// A span of ours.
    Ours(Bound<'py, Span>),
    /// A span of somebody else, or something around one of ours.
    Foreign(Bound<'py, PyAny>, Place),
}

/// The span in a context.
pub(super) fn in_context<'py>(api: &Api, context: &Bound<'py, PyAny>) -> Current<'py> {
    match item(context, &api.span_key) {
        None => Current::Unsaid,
        Some(found) => tell(&found),
    }
}

/// How far something around a span is taken off; two libraries may have wrapped it.
const N_WRAPPERS_MAX: usize = 4;

/// What an object in the place of a span is.
pub(super) fn tell<'py>(object: &Bound<'py, PyAny>) -> Current<'py> {
    let mut inner = object.clone();
    for _ in 0..N_WRAPPERS_MAX {
        if let Ok(ours) = inner.cast_exact::<OtelSpan>() {
            return Current::Ours(ours.get().inner.bind(object.py()).clone());
        }
        // OpenInference puts a proxy around spans into the context.
        match inner.getattr_opt("__wrapped__") {
            Ok(Some(wrapped)) => inner = wrapped,
            _ => break,
        }
    }
    let told = object.call_method0("get_span_context").ok();
    match told.and_then(|told| Place::read(&told)) {
        Some(place) => Current::Foreign(object.clone(), place),
        None => Current::Nothing,
    }
}

/// The current span; a span of somebody else as what stands for it here.
pub(crate) fn current(py: Python<'_>) -> Option<Bound<'_, Span>> {
    let api = api::get(py)?;
    match in_context(api, &now(py, api)?) {
        // What began before OpenTelemetry was imported is where it was then.
        Current::Unsaid => {
            let own = context::own(py)?;
            if own.get().is_open() { Some(own) } else { own.get().open_outer(py) }
        }
        Current::Nothing => None,
        Current::Ours(span) => Some(span),
        Current::Foreign(object, place) => stand_in(py, object, &place),
    }
}

/// What stands for a span of somebody else as the parent of ours.
pub(super) fn stand_in<'py>(py: Python<'py>, object: Bound<'py, PyAny>, place: &Place) -> Option<Bound<'py, Span>> {
    let span = Span::foreign(place.context(), &place.state_text(py), object.unbind());
    Bound::new(py, span).ok()
}

/// The object that stands for a span in OpenTelemetry's context.
fn object_of<'py>(py: Python<'py>, api: &Api, span: &Bound<'py, Span>) -> Option<Bound<'py, PyAny>> {
    if let Some(object) = &span.get().foreign {
        return Some(object.bind(py).clone());
    }
    OtelSpan::of(py, api, span).map(Bound::into_any)
}

/// Makes a span, or none, the current one; answers the context before and after.
pub(crate) fn set_current<'py>(
    py: Python<'py>,
    span: Option<&Bound<'py, Span>>,
) -> Option<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    let api = api::get(py)?;
    let before = now(py, api)?;
    let object = match span {
        Some(span) => object_of(py, api, span)?,
        None => api.invalid_span.bind(py).clone(),
    };
    let after = with_span(py, api, &before, &object).ok()?;
    attach(py, api, &after)?;
    Some((before, after))
}

/// Makes a span current and keeps what brings back what was.
pub(crate) fn enter(span: &Bound<'_, Span>) {
    if let Some((before, after)) = set_current(span.py(), Some(span)) {
        // Only where it lies: the context holds the span, which would otherwise hold itself.
        let attached = (before.unbind(), after.as_ptr() as usize);
        // The old one is released after the state was given back, since that may run code of the program.
        let old = span.get().state().attached.replace(attached);
        drop(old);
    }
}

/// Brings back what was current before a span was entered, where nothing else is current by now; answers whether it did.
pub(crate) fn leave(span: &Bound<'_, Span>, is_scope: bool) -> bool {
    let py = span.py();
    let attached = span.get().state().attached.take();
    let (Some((before, after_at)), Some(api)) = (attached, api::get(py)) else { return false };
    let Some(now) = now(py, api) else { return false };
    let is_outer_open = span.get().outer(py).is_none_or(|outer| outer.get().is_open());
    // Another context may lie where ours did, but only ours holds the span.
    let holds_span = || matches!(in_context(api, &now), Current::Ours(current) if current.is(span));
    let is_untouched = is_outer_open && now.as_ptr() as usize == after_at && holds_span();
    if is_untouched || (is_scope && is_foreign_below(span, api, &now)) {
        return attach(py, api, before.bind(py)).is_some();
    }
    false
}

/// Whether somebody else left a span current below one of ours, as a library does that forgets to detach.
fn is_foreign_below(span: &Bound<'_, Span>, api: &Api, now: &Bound<'_, PyAny>) -> bool {
    match in_context(api, now) {
        Current::Foreign(_, place) => span.get().ids().is_some_and(|(trace_id, _)| trace_id == place.trace_id),
        _ => false,
    }
}
