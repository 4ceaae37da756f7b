//! What all spans of a provider, and all spans of one of its tracers, have in common.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyString;
use tracewood_sdk::{Site, ids, site};
use tracewood_span::{TraceId, limits};

use super::start::{self, Given};
use super::value;
use crate::capture;

/// How many providers have a processor; where none has, nothing of Python runs when a span ends.
static N_LISTENING: AtomicUsize = AtomicUsize::new(0);
/// The provider whose processors are told of our own spans too, since it is the one of the process.
static MAIN: Mutex<Option<Py<ProviderCore>>> = Mutex::new(None);

/// Whether any provider has a processor.
#[inline]
pub(super) fn is_anybody_listening() -> bool {
    N_LISTENING.load(Ordering::Relaxed) > 0
}

/// The provider of the process, if there is one.
pub(super) fn main(py: Python<'_>) -> Option<Py<ProviderCore>> {
    MAIN.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|main| main.clone_ref(py))
}

/// Bounds of a span; what is unbounded in OpenTelemetry's sense is at the largest number.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_field_names, reason = "counts begin with n_ everywhere")]
pub(super) struct Limits {
    pub(super) n_attributes: usize,
    pub(super) n_events: usize,
    pub(super) n_links: usize,
    pub(super) n_event_attributes: usize,
    pub(super) n_link_attributes: usize,
    /// How many characters of a text of a span are kept.
    pub(super) n_chars: usize,
    /// The same for events and links.
    pub(super) n_other_chars: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            n_attributes: limits::SPAN_ATTRIBUTES_MAX,
            n_events: limits::SPAN_EVENTS_MAX,
            // OpenTelemetry's defaults.
            n_links: 128,
            n_event_attributes: 128,
            n_link_attributes: 128,
            n_chars: usize::MAX,
            n_other_chars: usize::MAX,
        }
    }
}

/// Which traces are kept, as far as OpenTelemetry's own samplers say it; others are asked in Python.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Sampler {
    /// The share of traces by their ids; everything from one on, nothing at zero.
    Ratio { bound: u128, follows_parent: bool },
    /// An object that decides.
    Asked,
}

impl Sampler {
    /// Whether a trace is kept by its id.
    pub(super) fn keeps(bound: u128, trace_id: TraceId) -> bool {
        u128::from(u128::from_be_bytes(*trace_id.as_bytes()) as u64) < bound
    }
}

/// What all spans of a provider have in common.
#[pyclass(frozen, module = "tracewood._native")]
#[derive(Debug)]
pub(crate) struct ProviderCore {
    pub(super) limits: Limits,
    pub(super) sampler: Sampler,
    /// What decides, where that is not done here.
    pub(super) asked: Option<Py<PyAny>>,
    /// What draws ids, where that is not done here.
    pub(super) id_generator: Option<Py<PyAny>>,
    /// Whether a span can be read after it has ended though nobody listens.
    pub(super) keeps_ended: bool,
    /// What is told of starts and ends.
    pub(super) processor: Py<PyAny>,
    /// A weak reference to the provider itself, which holds this.
    pub(super) owner: Mutex<Option<Py<PyAny>>>,
    is_listening: AtomicBool,
    is_enabled: AtomicBool,
}

#[pymethods]
impl ProviderCore {
    #[new]
    #[pyo3(signature = (processor, *, limits, ratio_bound=None, follows_parent=true, sampler=None, id_generator=None, keeps_ended=false))]
    fn new(
        processor: Py<PyAny>,
        limits: [Option<usize>; 7],
        ratio_bound: Option<u128>,
        follows_parent: bool,
        sampler: Option<Py<PyAny>>,
        id_generator: Option<Py<PyAny>>,
        keeps_ended: bool,
    ) -> Self {
        let [n_attributes, n_events, n_links, n_event_attributes, n_link_attributes, n_chars, n_other_chars] =
            limits.map(|limit| limit.unwrap_or(usize::MAX));
        Self {
            limits: Limits {
                n_attributes,
                n_events,
                n_links,
                n_event_attributes,
                n_link_attributes,
                n_chars,
                n_other_chars,
            },
            sampler: ratio_bound.map_or(Sampler::Asked, |bound| Sampler::Ratio { bound, follows_parent }),
            asked: sampler,
            id_generator,
            keeps_ended,
            processor,
            owner: Mutex::new(None),
            is_listening: AtomicBool::new(false),
            is_enabled: AtomicBool::new(true),
        }
    }

    /// Says whose core this is, by a weak reference, and whether it is the provider of the process.
    fn belong_to(slf: &Bound<'_, Self>, owner: Py<PyAny>, is_main: bool) {
        let old = slf.get().owner.lock().unwrap_or_else(PoisonError::into_inner).replace(owner);
        drop(old);
        if is_main {
            let old = MAIN.lock().unwrap_or_else(PoisonError::into_inner).replace(slf.clone().unbind());
            drop(old);
        }
    }

    /// Says whether there is a processor to be told.
    fn set_listening(&self, is_listening: bool) {
        match (self.is_listening.swap(is_listening, Ordering::Relaxed), is_listening) {
            (false, true) => drop(N_LISTENING.fetch_add(1, Ordering::Relaxed)),
            (true, false) => drop(N_LISTENING.fetch_sub(1, Ordering::Relaxed)),
            _ => {}
        }
    }

    /// Says whether its tracers make spans.
    fn set_enabled(&self, is_enabled: bool) {
        self.is_enabled.store(is_enabled, Ordering::Relaxed);
    }
}

impl ProviderCore {
    #[inline]
    pub(super) fn is_listening(&self) -> bool {
        self.is_listening.load(Ordering::Relaxed)
    }

    #[inline]
    pub(super) fn is_enabled(&self) -> bool {
        self.is_enabled.load(Ordering::Relaxed)
    }

    /// The provider itself, as Python has it.
    pub(super) fn owner(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        let owner =
            self.owner.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|owner| owner.clone_ref(py))?;
        owner.call0(py).ok().filter(|owner| !owner.is_none(py))
    }
}

/// What all spans of a tracer have in common.
#[pyclass(frozen, module = "tracewood._native")]
#[derive(Debug)]
pub(crate) struct TracerCore {
    pub(super) provider: Py<ProviderCore>,
    pub(super) site: Arc<Site>,
    /// The `InstrumentationScope`, or what stands for it where there is no SDK.
    pub(super) scope: Py<PyAny>,
}

/// What is known of the spans of an instrumentation, by what its `InstrumentationScope` says.
pub(super) fn scope_config(name: String, version: String, scope: &Bound<'_, PyAny>) -> site::Config {
    let attributes = told(scope, intern!(scope.py(), "attributes"));
    let schema_url = told(scope, intern!(scope.py(), "schema_url"));
    site::Config {
        name: name.clone(),
        scope: Some((name, version)),
        scope_attributes: attributes.map(|told| value::attributes(&told, usize::MAX).0).unwrap_or_default(),
        scope_schema_url: schema_url.map(|url| capture::text_of(&url)).unwrap_or_default(),
        is_instrumented: true,
        ..site::Config::default()
    }
}

/// A field that is there and not `None`.
fn told<'py>(object: &Bound<'py, PyAny>, name: &Bound<'py, PyString>) -> Option<Bound<'py, PyAny>> {
    object.getattr_opt(name).ok().flatten().filter(|told| !told.is_none())
}

#[pymethods]
impl TracerCore {
    #[new]
    fn new(provider: Py<ProviderCore>, name: String, version: String, scope: &Bound<'_, PyAny>) -> Self {
        let config = scope_config(name, version, scope);
        Self { provider, site: Arc::new(Site::new(config)), scope: scope.clone().unbind() }
    }

    /// Begins a span without making it current; one that records nothing where nobody wants it.
    #[pyo3(signature = (name, context, kind, attributes, links, start_time, record_exception, set_status_on_exception))]
    #[expect(clippy::too_many_arguments, reason = "they are those of OpenTelemetry's start_span")]
    fn start_span<'py>(
        slf: &Bound<'py, Self>,
        name: &Bound<'py, PyAny>,
        context: Option<&Bound<'py, PyAny>>,
        kind: Option<&Bound<'py, PyAny>>,
        attributes: Option<&Bound<'py, PyAny>>,
        links: Option<&Bound<'py, PyAny>>,
        start_time: Option<&Bound<'py, PyAny>>,
        record_exception: bool,
        set_status_on_exception: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        start::start(
            slf,
            &Given {
                name,
                context,
                kind,
                attributes,
                links,
                start_time,
                records_exception: record_exception,
                sets_status: set_status_on_exception,
            },
        )
    }
}

/// A fresh trace id and span id, as numbers.
#[pyfunction]
pub(crate) fn random_ids() -> (u128, u64) {
    let (trace_id, span_id) = (ids::trace_id(), ids::span_id());
    (u128::from_be_bytes(*trace_id.as_bytes()), u64::from_be_bytes(*span_id.as_bytes()))
}
