//! How spans begin and end: their place in the context, and the one end that each of them has.
#![expect(unsafe_code, reason = "reference counts have no safe interface")]

use std::sync::Arc;

use pyo3::ffi;
use pyo3::prelude::*;
use tracewood_sdk::{Captured, OpenSpan, Site, clock};
use tracewood_span::Status;

use crate::guard::quietly;
use crate::span::{Options, Span};
use crate::{capture, context, exception, otel, recorder, redact};

/// Begins a span under the current one, without making it current; `capture` writes down what goes in, before the time
/// of the span begins.
#[inline]
pub(crate) fn start<'py>(
    py: Python<'py>,
    site: &Arc<Site>,
    options: Options,
    capture: impl FnOnce(&mut OpenSpan),
) -> PyResult<Bound<'py, Span>> {
    let outer = context::current(py);
    let parent = outer.as_ref().and_then(|outer| outer.get().context());
    let mut open = recorder::get().prepare(site, parent.as_ref());
    capture(&mut open);
    open.begin();
    wrap(py, open, outer, options)
}

/// Makes the Python object of a span that was just begun.
#[inline]
pub(crate) fn wrap<'py>(
    py: Python<'py>,
    open: OpenSpan,
    outer: Option<Bound<'py, Span>>,
    options: Options,
) -> PyResult<Bound<'py, Span>> {
    let span = wrap_told(py, open, outer, options, None)?;
    otel::tell_start(py, &span);
    Ok(span)
}

/// The same for a span of OpenTelemetry's API, with what that knows of it.
#[inline]
pub(crate) fn wrap_told<'py>(
    py: Python<'py>,
    mut open: OpenSpan,
    outer: Option<Bound<'py, Span>>,
    options: Options,
    told: Option<Arc<otel::Told>>,
) -> PyResult<Bound<'py, Span>> {
    if let Some(attributes) = context::attributes(py) {
        open.set_trace_attributes(attributes);
    }
    let begun = Span::begun(open, outer.map(Bound::unbind), options);
    if let Some(told) = told {
        let _ = begun.otel.set(told);
    }
    let span = Bound::new(py, begun)?;
    if recorder::is_observed() {
        recorder::observe_start(py, &span);
    }
    Ok(span)
}

/// A span that records nothing, for calls while tracing is off.
pub(crate) fn none(py: Python<'_>) -> PyResult<Bound<'_, Span>> {
    Bound::new(py, Span::unrecorded())
}

/// Makes a span current until it is left or ended.
#[inline]
pub(crate) fn enter(span: &Bound<'_, Span>) {
    context::enter(span);
}

/// Takes a span out of the context, if it is current there or, for the scope of a function, if something below it is.
#[inline]
pub(crate) fn retire(span: &Bound<'_, Span>, is_scope: bool) {
    let py = span.py();
    if otel::api::is_joined(py) && otel::attach::leave(span, is_scope) {
        return;
    }
    let Some(mut current) = context::current(py) else { return };
    while !current.is(span) {
        // Something else is current: another context, or a span below that was left open.
        match is_scope.then(|| current.get().outer(py)).flatten() {
            Some(outer) => current = outer,
            None => return,
        }
    }
    drop(current);
    context::set_current(py, span.get().open_outer(py).as_ref());
}

/// Ends the span of a call that returned; answers whether a coroutine came back whose end must be waited for.
#[inline]
pub(crate) fn leave(span: &Bound<'_, Span>, result: &Bound<'_, PyAny>) -> bool {
    let ended_at = clock::now_unix_nanos();
    retire(span, true);
    if capture::is_coroutine(result) {
        return true;
    }
    let this = span.get();
    let output = (this.options.captures_output && !result.is_none()).then(|| capture::value(result));
    succeed(span, ended_at, output);
    false
}

/// Ends the span of a call that raised.
#[cold]
pub(crate) fn fail(span: &Bound<'_, Span>, error: &Bound<'_, PyAny>) {
    let ended_at = clock::now_unix_nanos();
    retire(span, true);
    let told = exception::tell(error);
    let is_mutagent = span.get().options.is_mutagent;
    finish(span, ended_at, |open, _| told.record(open, is_mutagent));
}

/// Ends a span, once; `change` has the last word on it.
#[inline]
pub(crate) fn finish(span: &Bound<'_, Span>, ended_at: u64, change: impl FnOnce(&mut OpenSpan, bool)) {
    let this = span.get();
    if !this.is_open() {
        return;
    }
    let py = span.py();
    let mut state = this.state();
    if let Some(view) = state.view.take() {
        drop(state);
        // The face's own code; it may set what the program changed on its object.
        quietly(py, || view.call_method0(py, "_settle").map(drop));
        state = this.state();
    }
    if !this.close() {
        return;
    }
    // Somebody else who holds the span, such as a task that has not begun, may make children of it later.
    // SAFETY: the object is alive, and its count is only looked at.
    if state.context.is_none() && unsafe { ffi::Py_REFCNT(span.as_ptr()) } > 2 {
        state.context = state.open.as_ref().map(OpenSpan::context);
    }
    let is_output_stated = state.is_output_stated;
    let inner = state.inner.take();
    let items = state.items.take();
    let Some(mut open) = state.open.take() else { return };
    drop(state);
    drop(inner);
    if let Some(items) = items
        && !is_output_stated
    {
        open.set_output(items.finish());
    }
    open.set_ended_at_unix_nanos(ended_at);
    change(&mut open, is_output_stated);
    otel::tell_end(py, span, &mut open);
    redact::leave_out_own(&mut open);
    if recorder::is_observed() {
        recorder::observe_end(py, span, &open, ended_at);
    }
    if recorder::may_wait() {
        // Whoever waits for room must not keep the other threads, which may be the ones that make it, from running.
        py.detach(|| recorder::get().end(open));
        return;
    }
    recorder::get().end(open);
}

/// Ends a span whose function returned.
#[inline]
pub(crate) fn succeed(span: &Bound<'_, Span>, ended_at: u64, output: Option<Captured>) {
    let is_mutagent = span.get().options.is_mutagent;
    finish(span, ended_at, |open, is_stated| {
        if let Some(output) = output
            && !is_stated
        {
            open.set_output(output);
        }
        if is_mutagent && open.status() == Status::Unset {
            open.set_status(Status::Ok, "");
        }
    });
}
