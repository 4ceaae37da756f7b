//! How a tracer begins a span: its parent, whether it is kept, and what is said of it from the start.

use std::sync::Arc;

use pyo3::prelude::*;
use tracewood_sdk::{OpenSpan, SpanContext, ids};
use tracewood_span::{SpanId, TraceId};

use super::api::{self, Api};
use super::attach::{self, Current};
use super::place::{Place, RANDOM, SAMPLED, state_of};
use super::provider::{ProviderCore, Sampler, TracerCore};
use super::span::{OtelSpan, Told, link_to, put_all};
use super::value;
use crate::guard::quietly;
use crate::span::{self, Span};
use crate::{context, recorder, scope};

/// What a span is begun with, as `start_span` takes it.
pub(super) struct Given<'a, 'py> {
    pub(super) name: &'a Bound<'py, PyAny>,
    pub(super) context: Option<&'a Bound<'py, PyAny>>,
    pub(super) kind: Option<&'a Bound<'py, PyAny>>,
    pub(super) attributes: Option<&'a Bound<'py, PyAny>>,
    pub(super) links: Option<&'a Bound<'py, PyAny>>,
    pub(super) start_time: Option<&'a Bound<'py, PyAny>>,
    pub(super) records_exception: bool,
    pub(super) sets_status: bool,
}

/// What was decided of a span before it begins.
struct Decision<'py> {
    is_recorded: bool,
    is_sampled: bool,
    /// Attributes that the sampler wants it to have, in the place of those given.
    attributes: Option<Bound<'py, PyAny>>,
    /// Whether a sampler of the program was asked, whose state then counts over that of the parent.
    was_asked: bool,
    state: Option<Py<PyAny>>,
}

impl Decision<'_> {
    fn of(is_sampled: bool) -> Self {
        Self { is_recorded: is_sampled, is_sampled, attributes: None, was_asked: false, state: None }
    }
}

/// Begins a span; whatever goes wrong in it, the program gets one that records nothing.
pub(super) fn start<'py>(tracer: &Bound<'py, TracerCore>, given: &Given<'_, 'py>) -> PyResult<Bound<'py, PyAny>> {
    let py = tracer.py();
    let Some(api) = api::get(py) else { return Err(pyo3::exceptions::PyRuntimeError::new_err("not joined")) };
    let begun = quietly(py, || begin(tracer, api, given).map(Some));
    Ok(begun.unwrap_or_else(|| api.invalid_span.bind(py).clone()))
}

fn begin<'py>(tracer: &Bound<'py, TracerCore>, api: &'py Api, given: &Given<'_, 'py>) -> PyResult<Bound<'py, PyAny>> {
    let py = tracer.py();
    let this = tracer.get();
    let provider = this.provider.bind(py).get();
    let (outer, parent) = parent_of(py, api, given.context);
    let is_wanted = provider.is_enabled() && (recorder::is_active() || provider.is_listening() || provider.keeps_ended);
    if !is_wanted {
        return Ok(match &parent {
            Some(parent) => api.non_recording_class.bind(py).call1((parent.to_python(py, api)?,))?,
            None => api.invalid_span.bind(py).clone(),
        });
    }
    let around = outer.as_ref().and_then(|outer| outer.get().context());
    let mut open = recorder::get().start(&this.site, around.as_ref());
    if let Some(generator) = &provider.id_generator {
        draw_ids(generator.bind(py), &mut open, parent.as_ref())?;
    }
    let mut decision = decide(py, provider, given, &open, parent.as_ref())?;
    // The share of `initialize` counts as well, and for the whole trace.
    decision.is_sampled &= open.is_sampled() || decision.was_asked;
    let inherited = || parent.as_ref().and_then(|parent| parent.state.as_ref().map(|state| state.clone_ref(py)));
    let state = if decision.was_asked { decision.state.take() } else { inherited() };
    let random = match &parent {
        Some(parent) => parent.flags & RANDOM,
        None => {
            if is_random(py, provider) {
                RANDOM
            } else {
                0
            }
        }
    };
    let flags = random | if decision.is_sampled { SAMPLED } else { 0 };
    let place = Place { trace_id: open.trace_id(), span_id: open.span_id(), is_remote: false, flags, state };
    open.set_sampled(decision.is_sampled);
    if !decision.is_recorded {
        recorder::get().end(open);
        return api.non_recording_class.bind(py).call1((place.to_python(py, api)?,));
    }
    describe(py, provider, &mut open, given, &decision, &place);
    let mut told = Told::new(place, parent, Some(tracer.clone().unbind()), provider.limits);
    told.records_exception = given.records_exception;
    told.sets_status = given.sets_status;
    let told = Arc::new(told);
    let span = scope::wrap_told(py, open, outer, span::Options::default(), Some(Arc::clone(&told)))?;
    let face = Bound::new(py, OtelSpan { inner: span.unbind(), told })?;
    if provider.is_listening() {
        let processor = provider.processor.bind(py);
        quietly(py, || processor.call_method1("on_start", (&face, given.context)).map(drop));
    }
    Ok(face.into_any())
}

/// The span to begin under: what is current here or in the context given, as ours and as OpenTelemetry tells it.
fn parent_of<'py>(
    py: Python<'py>,
    api: &Api,
    given: Option<&Bound<'py, PyAny>>,
) -> (Option<Bound<'py, Span>>, Option<Place>) {
    let found = match given {
        Some(context) => match attach::in_context(api, context) {
            Current::Foreign(object, place) => {
                let stand_in = attach::stand_in(py, object, &place);
                return (stand_in, Some(place));
            }
            Current::Ours(span) => Some(span),
            Current::Unsaid | Current::Nothing => None,
        },
        None => context::current(py),
    };
    let place = found.as_ref().and_then(|span| place_of(py, api, span));
    (found, place)
}

/// Where a span of ours, or what stands for another one, is.
fn place_of(py: Python<'_>, api: &Api, span: &Bound<'_, Span>) -> Option<Place> {
    let this = span.get();
    if let Some(foreign) = &this.foreign {
        let told = foreign.bind(py).call_method0("get_span_context").ok()?;
        return Place::read(&told);
    }
    if let Some(told) = this.otel.get() {
        return Some(told.place.clone_ref(py));
    }
    let (trace_id, span_id) = this.ids()?;
    let is_sampled = this.context().as_ref().and_then(SpanContext::is_sampled).unwrap_or(true);
    let state = this.tracestate().and_then(|text| state_of(py, api, text));
    let flags = RANDOM | if is_sampled { SAMPLED } else { 0 };
    Some(Place { trace_id, span_id, is_remote: this.tracestate().is_some(), flags, state })
}

/// Has a generator of the program draw the ids.
fn draw_ids(generator: &Bound<'_, PyAny>, open: &mut OpenSpan, parent: Option<&Place>) -> PyResult<()> {
    let trace_id = if let Some(parent) = parent {
        parent.trace_id
    } else {
        let drawn: u128 = generator.call_method0("generate_trace_id")?.extract()?;
        TraceId::new(drawn.to_be_bytes()).unwrap_or_else(ids::trace_id)
    };
    let drawn: u64 = generator.call_method0("generate_span_id")?.extract()?;
    open.set_ids(trace_id, SpanId::new(drawn.to_be_bytes()).unwrap_or_else(ids::span_id));
    Ok(())
}

fn is_random(py: Python<'_>, provider: &ProviderCore) -> bool {
    let Some(generator) = &provider.id_generator else { return true };
    generator.bind(py).call_method0("is_trace_id_random").is_ok_and(|told| told.is_truthy().unwrap_or(false))
}

fn decide<'py>(
    py: Python<'py>,
    provider: &ProviderCore,
    given: &Given<'_, 'py>,
    open: &OpenSpan,
    parent: Option<&Place>,
) -> PyResult<Decision<'py>> {
    let Some(sampler) = &provider.asked else {
        let Sampler::Ratio { bound, follows_parent } = provider.sampler else { return Ok(Decision::of(true)) };
        let is_kept = match parent {
            Some(parent) if follows_parent => parent.flags & SAMPLED != 0,
            _ => Sampler::keeps(bound, open.trace_id()) && open.is_sampled(),
        };
        return Ok(Decision::of(is_kept));
    };
    let trace_id = u128::from_be_bytes(*open.trace_id().as_bytes());
    let links = given
        .links
        .map_or_else(|| Ok(pyo3::types::PyTuple::empty(py).into_any()), |links| PyResult::Ok(links.clone()))?;
    let told = sampler
        .bind(py)
        .call_method1("should_sample", (given.context, trace_id, given.name, given.kind, given.attributes, links))?;
    let decision: u8 = told.getattr("decision")?.getattr("value")?.extract()?;
    let attributes = told.getattr("attributes")?;
    let state = told.getattr("trace_state")?;
    Ok(Decision {
        is_recorded: decision > 0,
        is_sampled: decision == 2,
        attributes: (!attributes.is_none()).then_some(attributes),
        was_asked: true,
        state: state.is_truthy()?.then(|| state.unbind()),
    })
}

/// Says of a span what it is begun with.
fn describe(
    py: Python<'_>,
    provider: &ProviderCore,
    open: &mut OpenSpan,
    given: &Given<'_, '_>,
    decision: &Decision<'_>,
    place: &Place,
) {
    let limits = provider.limits;
    open.set_name(&crate::capture::text_of(given.name));
    if let Some(at) = given.start_time.and_then(|at| at.extract::<u64>().ok()) {
        open.set_started_at_unix_nanos(at);
    }
    if let Some(number) = given.kind.and_then(|kind| kind.getattr("value").ok()?.extract::<i32>().ok())
        && number > 0
    {
        open.set_otel_kind(number + 1);
    }
    if place.state.is_some() {
        open.set_trace_state(place.state_text(py));
    }
    if let Some(attributes) = decision.attributes.as_ref().or(given.attributes) {
        let (read, n_refused) = value::attributes(attributes, limits.n_chars);
        put_all(open, read, n_refused, limits.n_attributes);
    }
    for link in given.links.and_then(|links| links.try_iter().ok()).into_iter().flatten().flatten() {
        let attributes = link.getattr("attributes").ok().filter(|attributes| !attributes.is_none());
        let link = link.getattr("context").ok().and_then(|context| link_to(&context, attributes.as_ref(), &limits));
        if let Some(link) = link {
            open.put_link(link, limits.n_links);
        }
    }
}
