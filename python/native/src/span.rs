//! A span as Python holds it: begun, current in its context, ended exactly once.
#![expect(unsafe_code, reason = "reference counts have no safe interface")]

use std::cell::RefMut;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use pyo3::ffi;
use pyo3::prelude::*;
use tracewood_sdk::{Captured, OpenSpan, SpanContext, clock, json};
use tracewood_span::{SpanId, Status, TraceId};

use crate::capture::{self, Walk};
use crate::guard::quietly;
use crate::held::Held;
use crate::{context, exception, otel, scope, update};

/// A span that was begun; once ended, or begun while tracing was off, its methods do nothing.
#[pyclass(frozen, module = "tracewood")]
#[derive(Debug)]
pub(crate) struct Span {
    ids: Option<(TraceId, SpanId)>,
    is_open: AtomicBool,
    pub(crate) options: Options,
    /// How many frames of wrappers are nested here, that of its own included.
    pub(crate) n_frames: u32,
    /// Where it stands for a span of another process, the `tracestate` that came with it.
    tracestate: Option<Box<str>>,
    /// Where it stands for a span of somebody else in OpenTelemetry's context, that span.
    pub(crate) foreign: Option<Py<PyAny>>,
    /// What OpenTelemetry knows of it, once it was asked.
    pub(crate) otel: OnceLock<Arc<otel::Told>>,
    state: Held<State>,
}

/// What is settled before a span begins.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Options {
    /// Whether it is the span of a traced call whose wrapper has a frame on the stack.
    pub(crate) has_frame: bool,
    /// Whether results are recorded.
    pub(crate) captures_output: bool,
    /// Whether the status is worded as in MutagenT's SDK: `ok` after success, and the text of an exception alone.
    /// TraceRoot's leaves it unset after success, and tells the type of an exception before its text.
    pub(crate) is_mutagent: bool,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) open: Option<OpenSpan>,
    /// Made when the first child asks, since most spans have none.
    pub(crate) context: Option<SpanContext>,
    /// What was current when this span became so.
    pub(crate) outer: Option<Py<Span>>,
    /// What a suspended generator left current in its body, where it is not the span itself.
    pub(crate) inner: Option<Py<Span>>,
    /// What a generator has yielded so far.
    pub(crate) items: Option<Box<json::Writer>>,
    /// Whether the program said itself what came out, which a return value does not replace.
    pub(crate) is_output_stated: bool,
    /// OpenTelemetry's context before it was entered, and where the one after it lies.
    pub(crate) attached: Option<(Py<PyAny>, usize)>,
    /// What OpenTelemetry lets be read of it after its end, where somebody wants that.
    pub(crate) ended: Option<Py<otel::Snapshot>>,
    /// The object of a face that stands for this span, whose changes are read when it ends.
    pub(crate) view: Option<Py<PyAny>>,
}

impl Span {
    /// Its state; to be given back before code of the program may run, and before the interpreter is let go.
    #[inline]
    pub(crate) fn state(&self) -> RefMut<'_, State> {
        self.state.borrow()
    }

    pub(crate) fn is_open(&self) -> bool {
        self.is_open.load(Ordering::Relaxed)
    }

    pub(crate) fn ids(&self) -> Option<(TraceId, SpanId)> {
        self.ids
    }

    /// What children need to know.
    #[inline]
    pub(crate) fn context(&self) -> Option<SpanContext> {
        let mut state = self.state();
        if state.context.is_none() {
            state.context = match &state.open {
                Some(open) => Some(open.context()),
                None => self.ids.map(|(trace_id, span_id)| SpanContext::new(trace_id, span_id)),
            };
        }
        state.context.clone()
    }

    /// Changes the span, unless it has ended.
    pub(crate) fn change(&self, change: impl FnOnce(&mut OpenSpan)) {
        if let Some(open) = &mut self.state().open {
            change(open);
        }
    }

    /// Says what came out, in the program's own words.
    pub(crate) fn state_output(&self, output: Captured) {
        let mut state = self.state();
        state.is_output_stated = true;
        if let Some(open) = &mut state.open {
            open.set_output(output);
        }
    }

    /// A span that was begun.
    pub(crate) fn begun(open: OpenSpan, outer: Option<Py<Self>>, options: Options) -> Self {
        Self {
            n_frames: outer.as_ref().map_or(0, |outer| outer.get().n_frames) + u32::from(options.has_frame),
            ids: Some((open.trace_id(), open.span_id())),
            is_open: AtomicBool::new(true),
            options,
            tracestate: None,
            foreign: None,
            otel: OnceLock::new(),
            state: Held::new(State { open: Some(open), outer, ..State::default() }),
        }
    }

    /// What stands for a span of another process, until its end is said.
    pub(crate) fn remote(context: SpanContext, tracestate: &str) -> Self {
        Self {
            ids: Some((context.trace_id(), context.span_id())),
            is_open: AtomicBool::new(true),
            options: Options::default(),
            n_frames: 0,
            tracestate: Some(tracestate.into()),
            foreign: None,
            otel: OnceLock::new(),
            state: Held::new(State { context: Some(context), ..State::default() }),
        }
    }

    /// What stands for a span that somebody else made, in OpenTelemetry's context.
    pub(crate) fn foreign(context: SpanContext, tracestate: &str, span: Py<PyAny>) -> Self {
        let mut stand_in = Self::remote(context, tracestate);
        stand_in.foreign = Some(span);
        stand_in
    }

    /// The same span of another process within what is current here, closed, so that only children find it.
    pub(crate) fn remote_within(&self, outer: Option<Py<Self>>) -> Option<Self> {
        let mut remote = Self::remote(self.context()?, self.tracestate()?);
        remote.close();
        remote.n_frames = outer.as_ref().map_or(0, |outer| outer.get().n_frames);
        remote.state().outer = outer;
        Some(remote)
    }

    /// The `tracestate` of a span of another process; `None` for those of this one.
    pub(crate) fn tracestate(&self) -> Option<&str> {
        self.tracestate.as_deref()
    }

    /// A span that records nothing.
    pub(crate) fn unrecorded() -> Self {
        Self {
            ids: None,
            is_open: AtomicBool::new(false),
            options: Options::default(),
            n_frames: 0,
            tracestate: None,
            foreign: None,
            otel: OnceLock::new(),
            state: Held::new(State::default()),
        }
    }

    /// Closes the span; answers whether this was what closed it.
    pub(crate) fn close(&self) -> bool {
        self.is_open.swap(false, Ordering::Relaxed)
    }

    pub(crate) fn outer<'py>(&self, py: Python<'py>) -> Option<Bound<'py, Self>> {
        self.state().outer.as_ref().map(|outer| outer.bind(py).clone())
    }

    /// The nearest span around this one that has not ended.
    #[inline]
    pub(crate) fn open_outer<'py>(&self, py: Python<'py>) -> Option<Bound<'py, Self>> {
        let mut outer = self.outer(py)?;
        while !outer.get().is_open() {
            outer = outer.get().outer(py)?;
        }
        Some(outer)
    }
}

#[pymethods]
impl Span {
    /// Ends the span of a function that returned; answers whether a coroutine came back whose end must be waited for.
    fn leave(slf: &Bound<'_, Self>, result: &Bound<'_, PyAny>) -> bool {
        quietly(slf.py(), || Ok(scope::leave(slf, result)))
    }

    /// Ends the span of a function that raised.
    fn fail(slf: &Bound<'_, Self>, error: &Bound<'_, PyAny>) {
        quietly(slf.py(), || {
            scope::fail(slf, error);
            Ok(())
        });
    }

    /// Makes the span current while the body of a generator runs; answers what was current before.
    fn resume<'py>(slf: &Bound<'py, Self>) -> Option<Bound<'py, Self>> {
        let py = slf.py();
        let before = context::current(py);
        let inner = slf.get().state().inner.take();
        context::set_current(py, Some(inner.as_ref().map_or(slf, |inner| inner.bind(py))));
        before
    }

    /// Brings back what was current before the body of a generator ran.
    #[pyo3(signature = (before))]
    fn suspend(slf: &Bound<'_, Self>, before: Option<&Bound<'_, Self>>) {
        let py = slf.py();
        let inner = context::current(py).filter(|current| !current.is(slf) && current.get().is_open());
        slf.get().state().inner = inner.map(Bound::unbind);
        context::set_current(py, before);
    }

    /// Records what a generator yielded, as one item of its output.
    fn add_item(&self, item: &Bound<'_, PyAny>) {
        if !self.options.captures_output {
            return;
        }
        quietly(item.py(), || {
            let begun = self.state().items.take();
            let mut walk = if let Some(writer) = begun {
                Walk::with(item.py(), *writer)
            } else {
                let mut walk = Walk::new(item.py());
                walk.writer.begin_array();
                walk
            };
            walk.value(item.as_ptr());
            self.state().items = Some(Box::new(walk.writer));
            Ok(())
        });
    }

    /// Ends the span of a generator that is exhausted or closed; a return value counts where nothing was yielded.
    fn finish(slf: &Bound<'_, Self>, value: &Bound<'_, PyAny>) {
        quietly(slf.py(), || {
            let ended_at = clock::now_unix_nanos();
            let this = slf.get();
            let has_items = this.state().items.is_some();
            let output =
                (this.options.captures_output && !has_items && !value.is_none()).then(|| capture::value(value));
            scope::succeed(slf, ended_at, output);
            Ok(())
        });
    }

    /// Makes the span current until it ends.
    fn activate(slf: &Bound<'_, Self>) {
        if slf.get().is_open() {
            if slf.get().tracestate.is_some() {
                let outer = context::current(slf.py()).filter(|outer| !outer.is(slf));
                slf.get().state().outer = outer.map(Bound::unbind);
            }
            scope::enter(slf);
        }
    }

    /// Ends the span now; the spans around it are current again.
    fn end(slf: &Bound<'_, Self>) {
        quietly(slf.py(), || {
            let ended_at = clock::now_unix_nanos();
            scope::retire(slf, false);
            scope::finish(slf, ended_at, |_, _| {});
            Ok(())
        });
    }

    /// Notes an exception without ending the span.
    #[pyo3(signature = (error, *, is_status=true))]
    fn record_exception(&self, error: &Bound<'_, PyAny>, is_status: bool) {
        quietly(error.py(), || {
            let told = exception::tell(error);
            let is_mutagent = self.options.is_mutagent;
            self.change(|open| if is_status { told.record(open, is_mutagent) } else { told.record_event(open) });
            Ok(())
        });
    }

    /// Notes that something happened.
    #[pyo3(signature = (name, attributes=None, *, at_unix_nanos=None))]
    fn add_event(&self, py: Python<'_>, name: &str, attributes: Option<&Bound<'_, PyAny>>, at_unix_nanos: Option<u64>) {
        quietly(py, || {
            let attributes = attributes.map(capture::attributes).unwrap_or_default();
            self.change(|open| open.add_event(name, at_unix_nanos, attributes));
            Ok(())
        });
    }

    /// Says things of the span; what is `None` stays as it is.
    #[pyo3(signature = (*, name=None, kind=None, input=None, output=None, metadata=None, tags=None, model=None, model_parameters=None, usage=None, cost=None, prompt=None, provider=None, session_id=None, user_id=None))]
    #[expect(clippy::too_many_arguments, reason = "they are what can be said of a span")]
    fn update<'py>(
        slf: &Bound<'py, Self>,
        name: Option<Bound<'py, PyAny>>,
        kind: Option<Bound<'py, PyAny>>,
        input: Option<Bound<'py, PyAny>>,
        output: Option<Bound<'py, PyAny>>,
        metadata: Option<Bound<'py, PyAny>>,
        tags: Option<Bound<'py, PyAny>>,
        model: Option<Bound<'py, PyAny>>,
        model_parameters: Option<Bound<'py, PyAny>>,
        usage: Option<Bound<'py, PyAny>>,
        cost: Option<Bound<'py, PyAny>>,
        prompt: Option<Bound<'py, PyAny>>,
        provider: Option<Bound<'py, PyAny>>,
        session_id: Option<Bound<'py, PyAny>>,
        user_id: Option<Bound<'py, PyAny>>,
    ) {
        let words = [
            ("name", name),
            ("kind", kind),
            ("input", input),
            ("output", output),
            ("metadata", metadata),
            ("tags", tags),
            ("model", model),
            ("model_parameters", model_parameters),
            ("usage", usage),
            ("cost_usd", cost),
            ("prompt", prompt),
            ("provider", provider),
            ("session_id", session_id),
            ("user_id", user_id),
        ];
        quietly(slf.py(), || {
            for (word, value) in words {
                if let Some(value) = value {
                    update::say(slf.get(), word, &value, false);
                }
            }
            Ok(())
        });
    }

    /// Sets attributes, each over one of the same name.
    pub(crate) fn set_attributes(&self, attributes: &Bound<'_, PyAny>) {
        quietly(attributes.py(), || {
            let attributes = capture::attributes(attributes);
            self.change(|open| {
                for (key, value) in attributes {
                    open.set_attribute(&key, value);
                }
            });
            Ok(())
        });
    }

    /// Says how it went: `ok`, `error` or `unset`.
    #[pyo3(signature = (status, message=""))]
    fn set_status(&self, status: &str, message: &str) {
        let status = Status::from_word(status).unwrap_or_default();
        self.change(|open| open.set_status(status, message));
    }

    /// Whether it records: not ended, and begun while tracing was on.
    #[getter]
    fn is_recording(&self) -> bool {
        self.is_open()
    }

    /// The trace, in 32 hex digits.
    #[getter]
    fn trace_id(&self) -> Option<String> {
        self.ids.map(|(trace_id, _)| trace_id.to_string())
    }

    /// The span, in 16 hex digits.
    #[getter]
    fn span_id(&self) -> Option<String> {
        self.ids.map(|(_, span_id)| span_id.to_string())
    }

    /// The span that it was begun in, in 16 hex digits.
    #[getter]
    fn parent_span_id(&self) -> Option<String> {
        self.state().open.as_ref()?.parent_span_id().map(|id| id.to_string())
    }

    /// What it is called.
    #[getter]
    fn name(&self) -> Option<String> {
        self.state().open.as_ref().map(|open| open.name().to_owned())
    }

    /// What sort of work it is.
    #[getter]
    fn kind(&self) -> Option<String> {
        self.state().open.as_ref().map(|open| open.kind().to_owned())
    }

    /// When it began, in nanoseconds since the Unix epoch.
    #[getter]
    fn started_at_unix_nanos(&self) -> Option<u64> {
        self.state().open.as_ref().map(OpenSpan::started_at_unix_nanos)
    }

    /// The object of a face that stands for this span.
    #[getter]
    fn view(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.state().view.as_ref().map(|view| view.clone_ref(py))
    }

    #[setter]
    fn set_view(&self, view: Option<Py<PyAny>>) {
        // The old one is released after the lock, since that may run code of the program.
        let old = std::mem::replace(&mut self.state().view, view);
        drop(old);
    }
}

impl Drop for Span {
    /// Takes a long chain of spans apart in a loop, since spans that are never ended nest without limit.
    fn drop(&mut self) {
        let mut next = self.state.get_mut().outer.take();
        while let Some(outer) = next {
            // SAFETY: the object is alive, and its count is only looked at; the interpreter is ours while an object of
            // it is released.
            let is_last = unsafe { ffi::Py_REFCNT(outer.as_ptr()) } == 1;
            next = if is_last { outer.get().state().outer.take() } else { None };
            drop(outer);
        }
    }
}
