//! `start_as_current_span`: a block, or a decorated function of any sort, with a span of its own that is current in it.

use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;

use super::api;
use super::attach::{self, Token};
use super::provider::TracerCore;
use super::span::{OtelSpan, is_error};
use super::start::{self, Given};
use crate::guard::quietly;

/// A span around a block; each entering begins another one.
#[pyclass(frozen, module = "tracewood.otel")]
#[derive(Debug)]
pub(crate) struct SpanScope {
    /// The tracer as the program has it, which may be a subclass or a proxy with a `start_span` of its own.
    tracer: Py<PyAny>,
    /// What makes the spans where it is just ours.
    core: Option<Py<TracerCore>>,
    name: Py<PyAny>,
    context: Option<Py<PyAny>>,
    kind: Option<Py<PyAny>>,
    attributes: Option<Py<PyAny>>,
    links: Option<Py<PyAny>>,
    start_time: Option<Py<PyAny>>,
    records_exception: bool,
    sets_status: bool,
    ends: bool,
    entered: Mutex<Vec<(Py<PyAny>, Option<Token>)>>,
}

#[pymethods]
impl SpanScope {
    #[new]
    #[pyo3(signature = (tracer, core, name, context, kind, attributes, links, start_time, record_exception, set_status_on_exception, end_on_exit))]
    #[expect(clippy::too_many_arguments, reason = "they are those of OpenTelemetry's start_as_current_span")]
    fn new(
        tracer: Py<PyAny>,
        core: Option<Py<TracerCore>>,
        name: Py<PyAny>,
        context: Option<Py<PyAny>>,
        kind: Option<Py<PyAny>>,
        attributes: Option<Py<PyAny>>,
        links: Option<Py<PyAny>>,
        start_time: Option<Py<PyAny>>,
        record_exception: bool,
        set_status_on_exception: bool,
        end_on_exit: bool,
    ) -> Self {
        Self {
            tracer,
            core,
            name,
            context,
            kind,
            attributes,
            links,
            start_time,
            records_exception: record_exception,
            sets_status: set_status_on_exception,
            ends: end_on_exit,
            entered: Mutex::new(Vec::new()),
        }
    }

    /// The same again, for a call of a decorated function that may run beside others.
    fn renew(&self, py: Python<'_>) -> Self {
        let again = |object: &Option<Py<PyAny>>| object.as_ref().map(|object| object.clone_ref(py));
        Self {
            tracer: self.tracer.clone_ref(py),
            core: self.core.as_ref().map(|core| core.clone_ref(py)),
            name: self.name.clone_ref(py),
            context: again(&self.context),
            kind: again(&self.kind),
            attributes: again(&self.attributes),
            links: again(&self.links),
            start_time: again(&self.start_time),
            entered: Mutex::new(Vec::new()),
            ..*self
        }
    }

    fn __enter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let span = self.begin(py)?;
        let token = api::get(py).and_then(|api| attach::attach_span(py, api, &span));
        self.entered.lock().unwrap_or_else(PoisonError::into_inner).push((span.clone().unbind(), token));
        Ok(span)
    }

    #[pyo3(signature = (exc_type, exc_val, exc_tb))]
    fn __exit__(
        &self,
        py: Python<'_>,
        exc_type: &Bound<'_, PyAny>,
        exc_val: &Bound<'_, PyAny>,
        exc_tb: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        let _ = (exc_type, exc_tb);
        let entered = self.entered.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let Some((span, token)) = entered else { return Ok(false) };
        if let (Some(api), Some(token)) = (api::get(py), &token) {
            attach::detach(py, api, token);
        }
        let span = span.bind(py);
        match span.cast_exact::<OtelSpan>() {
            Ok(ours) => self.leave_ours(ours, exc_val),
            Err(_) => self.leave_foreign(span, exc_val)?,
        }
        Ok(false)
    }

    /// Makes each call of a function a span.
    fn __call__<'py>(slf: &Bound<'py, Self>, function: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("tracewood.otel._decorate")?.getattr("decorated")?.call1((slf, function))
    }
}

impl SpanScope {
    fn begin<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let held = |object: &Option<Py<PyAny>>| object.as_ref().map(|object| object.bind(py).clone());
        let (context, kind, attributes) = (held(&self.context), held(&self.kind), held(&self.attributes));
        let (links, start_time) = (held(&self.links), held(&self.start_time));
        let name = self.name.bind(py).clone();
        if let Some(core) = &self.core {
            let given = Given {
                name: &name,
                context: context.as_ref(),
                kind: kind.as_ref(),
                attributes: attributes.as_ref(),
                links: links.as_ref(),
                start_time: start_time.as_ref(),
                records_exception: self.records_exception,
                sets_status: self.sets_status,
            };
            return start::start(core.bind(py), &given);
        }
        self.tracer.bind(py).call_method1(
            "start_span",
            (name, context, kind, attributes, links, start_time, self.records_exception, self.sets_status),
        )
    }

    fn leave_ours(&self, ours: &Bound<'_, OtelSpan>, error: &Bound<'_, PyAny>) {
        let (py, this) = (ours.py(), ours.get());
        if is_error(error) && this.is_recording() {
            quietly(py, || {
                this.fail(error, self.records_exception, self.sets_status, false);
                Ok(())
            });
        }
        if self.ends {
            this.end(py, None);
        }
    }

    fn leave_foreign(&self, span: &Bound<'_, PyAny>, error: &Bound<'_, PyAny>) -> PyResult<()> {
        if is_error(error) && span.call_method0("is_recording")?.is_truthy()? {
            if self.records_exception {
                span.call_method1("record_exception", (error,))?;
            }
            if self.sets_status {
                span.py().import("tracewood.otel._decorate")?.getattr("set_error_status")?.call1((span, error))?;
            }
        }
        if self.ends {
            span.call_method0("end")?;
        }
        Ok(())
    }
}
