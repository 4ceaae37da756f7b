//! One trace under way: its ids, its clock, its process, and its spans as they are opened and closed.

use std::sync::Arc;

use tracewood_span::keys::{openinference, otel, tracewood as own};
use tracewood_span::{Event, Kind, Resource, Scope, Span, SpanId, Status, TraceId, Value};

use crate::random::Random;
use crate::{Plan, story};

const MILLI: u64 = 1_000_000;
/// Longer traces run at a quicker clock, so that one of 50 000 spans takes minutes and not days.
const SPANS_AT_FULL_LENGTH: u64 = 100;
const DAY_NANOS: f64 = 86_400e9;

/// The place of a span in its trace.
pub(crate) type Place = usize;

/// One trace under way.
#[derive(Debug)]
pub(crate) struct Builder<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) random: Random,
    pub(crate) n: u64,
    pub(crate) started_at: u64,
    spans: Vec<Span>,
    trace_id: TraceId,
    ids: Random,
    pace: u64,
    resource: Arc<Resource>,
    scope: Arc<Scope>,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(plan: &'a Plan, n: u64, mut random: Random, n_spans: u64) -> Self {
        let before_end =
            plan.days * DAY_NANOS * (plan.n_traces - 1 - n.min(plan.n_traces - 1)) as f64 / plan.n_traces.max(1) as f64;
        let trace_id = TraceId::from_slice(&[random.next() | 1, random.next()].map(u64::to_be_bytes).concat());
        let ids = Random::new(random.next());
        let service = random.pick(&story::SERVICES);
        let environment = if random.percent(80) { "production" } else { "staging" };
        let attribute = |key: &str, value: &str| (key.to_owned(), Value::from(value));
        let resource = Resource {
            attributes: vec![
                attribute(otel::SERVICE_NAME, service.name),
                attribute(otel::ENVIRONMENT, environment),
                attribute(otel::VCS_REPOSITORY, service.repository),
                attribute(otel::VCS_REVISION, service.revision),
                attribute(otel::SDK_NAME, "tracewood"),
                attribute(otel::SDK_LANGUAGE, "python"),
            ],
            ..Resource::default()
        };
        Self {
            plan,
            random,
            n,
            started_at: plan.until_unix_nanos.saturating_sub(before_end as u64),
            spans: Vec::with_capacity(n_spans as usize),
            trace_id: trace_id.unwrap_or_else(|_| unreachable!("the lowest bit is set")),
            ids,
            pace: n_spans.div_ceil(SPANS_AT_FULL_LENGTH).max(1),
            resource: Arc::new(resource),
            scope: Arc::new(Scope { name: "tracewood-seed".into(), ..Scope::default() }),
        }
    }

    /// Some time between two numbers of milliseconds, in nanoseconds of this trace's clock.
    pub(crate) fn millis(&mut self, low: u64, high: u64) -> u64 {
        self.random.skewed(low * MILLI, high * MILLI) / self.pace
    }

    /// Opens a span.
    pub(crate) fn open(&mut self, parent: Option<Place>, name: &str, kind: Kind, at: u64) -> Place {
        let place = self.spans.len();
        // Its numbers do not repeat, so no two ids of a trace are the same; zero is none.
        let id = std::iter::repeat_with(|| self.ids.next()).find_map(|id| SpanId::new(id.to_be_bytes()));
        let mut span = Span::new(self.trace_id, id.unwrap_or_else(|| unreachable!("endless")), name, at);
        span.parent_span_id = parent.and_then(|parent| self.spans.get(parent)).map(|parent| parent.span_id);
        span.otel_kind = if kind.is_model_call() { 3 } else { 1 };
        span.resource = Arc::clone(&self.resource);
        span.scope = Arc::clone(&self.scope);
        span.attributes.reserve(16);
        span.attributes.push((own::KIND.into(), Value::from(kind.as_str())));
        self.spans.push(span);
        place
    }

    /// Ends a span.
    pub(crate) fn close(&mut self, place: Place, at: u64) {
        if let Some(span) = self.spans.get_mut(place) {
            span.ended_at_unix_nanos = Some(at.max(span.started_at_unix_nanos));
        }
    }

    /// Adds an attribute.
    pub(crate) fn set(&mut self, place: Place, key: &str, value: impl Into<Value>) {
        if let Some(span) = self.spans.get_mut(place) {
            span.attributes.push((key.to_owned(), value.into()));
        }
    }

    /// Ends a span as failed, with the exception that it raised.
    pub(crate) fn fail(&mut self, place: Place, exception: &str, message: &str, stack: &str, at: u64) {
        let Some(span) = self.spans.get_mut(place) else { return };
        span.status = Status::Error;
        message.clone_into(&mut span.status_message);
        let attribute = |key: &str, value: &str| (key.to_owned(), Value::from(value));
        span.events.push(Event {
            name: otel::EXCEPTION_EVENT.into(),
            at_unix_nanos: at,
            attributes: vec![
                attribute(otel::EXCEPTION_TYPE, exception),
                attribute(otel::EXCEPTION_MESSAGE, message),
                attribute(otel::EXCEPTION_STACKTRACE, stack),
            ],
            ..Event::default()
        });
        self.close(place, at);
    }

    /// Adds an event.
    pub(crate) fn event(&mut self, place: Place, event: Event) {
        if let Some(span) = self.spans.get_mut(place) {
            span.events.push(event);
        }
    }

    /// The span at a place, for what the shapes alone know of.
    pub(crate) fn span_mut(&mut self, place: Place) -> Option<&mut Span> {
        self.spans.get_mut(place)
    }

    /// Says whose trace it is, on its root as SDKs do.
    pub(crate) fn belong(&mut self, root: Place) {
        let session = self.n / self.plan.traces_per_session.max(1);
        let user = story::user(session % self.plan.n_users.max(1));
        self.set(root, openinference::SESSION_ID, format!("session-{:08x}-{session}", self.plan.seed));
        self.set(root, openinference::USER_ID, user);
        let tags = [*self.random.pick(&["web", "mobile", "batch"]), *self.random.pick(&["beta", "stable"])];
        self.set(root, openinference::TAGS, Value::Array(tags.map(Value::from).into()));
    }

    /// The spans: shifted so that the trace ends when it should, and the last ones open where it is under way.
    pub(crate) fn finish(mut self) -> Vec<Span> {
        let last = self.spans.iter().filter_map(|span| span.ended_at_unix_nanos).max().unwrap_or(self.started_at);
        let shift = last.saturating_sub(self.started_at);
        for span in &mut self.spans {
            span.started_at_unix_nanos = span.started_at_unix_nanos.saturating_sub(shift);
            span.ended_at_unix_nanos = span.ended_at_unix_nanos.map(|at| at.saturating_sub(shift));
            span.events.iter_mut().for_each(|event| event.at_unix_nanos = event.at_unix_nanos.saturating_sub(shift));
        }
        if self.plan.is_pending(self.n) {
            self.leave_open();
        }
        self.spans
    }

    /// Opens the span that began last again, and all above it.
    fn leave_open(&mut self) {
        let mut next = self.spans.last().map(|span| span.span_id);
        while let Some(id) = next {
            let Some(span) = self.spans.iter_mut().find(|span| span.span_id == id) else { return };
            span.ended_at_unix_nanos = None;
            span.attributes.push((own::PENDING.into(), Value::from("start")));
            next = span.parent_span_id;
        }
    }
}
