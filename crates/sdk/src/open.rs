//! A span that has begun and not yet ended, and what it carries.

mod bounded;
mod place;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tracewood_span::{Event, Link, SpanId, Status, TraceId, Usage, Value, keys::otel, limits};

use crate::context::{PathNode, SpanContext, TraceAttributes};
use crate::{Captured, Site, clock};
pub(crate) use place::Rest;

/// What a span takes in memory while it is open, besides what was captured for it.
pub(crate) const N_BYTES: usize = size_of::<OpenSpan>() + size_of::<Parts>();
/// A span that has begun and not yet ended.
///
/// It belongs to whoever holds it and is no shared state: setting something costs no lock. It is recorded when it is
/// given to [`Recorder::end`](crate::Recorder::end); dropped without, it is as if it had never been.
///
/// It is two pointers: its parts stay where they were made, however often it is handed on.
#[derive(Debug)]
pub struct OpenSpan {
    pub(crate) site: Arc<Site>,
    parts: Box<Parts>,
}

/// What a span consists of, besides its site.
#[doc(hidden)]
#[derive(Debug)]
pub struct Parts {
    pub(crate) trace_id: TraceId,
    pub(crate) span_id: SpanId,
    pub(crate) parent_span_id: Option<SpanId>,
    pub(crate) is_parent_remote: bool,
    pub(crate) status: Status,
    pub(crate) is_sampled: bool,
    /// The clock that it began with.
    pub(crate) clock_anchor_unix_nanos: u64,
    /// The fork in which it began: a child process leaves spans of its parent to the parent.
    pub(crate) fork_epoch: u32,
    pub(crate) started_at_unix_nanos: u64,
    /// Zero until somebody says when it ended.
    pub(crate) ended_at_unix_nanos: u64,
    /// The way from the root to the parent; kept only while a destination wants it.
    pub(crate) path: Option<Arc<PathNode>>,
    pub(crate) keeps_path: bool,
    pub(crate) trace: Option<Arc<TraceAttributes>>,
    pub(crate) input: Option<Captured>,
    pub(crate) output: Option<Captured>,
    pub(crate) extra: Option<Box<Extra>>,
}

/// What most spans do not have.
#[derive(Debug, Default, Clone)]
pub(crate) struct Extra {
    pub(crate) name: Option<Box<str>>,
    pub(crate) kind: Option<Box<str>>,
    pub(crate) status_message: Option<Box<str>>,
    pub(crate) metadata: Option<Captured>,
    pub(crate) tags: Option<Vec<String>>,
    pub(crate) session_id: Option<String>,
    pub(crate) user_id: Option<String>,
    pub(crate) trace_session_id: Option<String>,
    pub(crate) trace_user_id: Option<String>,
    pub(crate) trace_metadata: Option<Captured>,
    pub(crate) trace_tags: Option<Vec<String>>,
    pub(crate) model: Option<String>,
    pub(crate) model_responded: Option<String>,
    pub(crate) provider: Option<String>,
    pub(crate) model_parameters: Option<Captured>,
    pub(crate) usage: Usage,
    pub(crate) usage_stated: Option<Captured>,
    pub(crate) prompt: Option<Captured>,
    pub(crate) cost_usd: Option<f64>,
    pub(crate) latency: Option<Duration>,
    pub(crate) time_to_first_token: Option<Duration>,
    pub(crate) otel_kind: i32,
    pub(crate) trace_state: Option<String>,
    pub(crate) attributes: Vec<(String, Value)>,
    pub(crate) events: Vec<Event>,
    pub(crate) links: Vec<Link>,
    pub(crate) n_dropped_attributes: u32,
    pub(crate) n_dropped_events: u32,
    pub(crate) n_dropped_links: u32,
    /// Where there are many attributes, which keys may be among them.
    pub(crate) known: bounded::Known,
}

impl OpenSpan {
    /// Lets the span begin now, if it was only prepared before.
    #[inline]
    pub fn begin(&mut self) {
        (self.clock_anchor_unix_nanos, self.started_at_unix_nanos) = clock::begin();
    }

    /// The trace.
    pub fn trace_id(&self) -> TraceId {
        self.trace_id
    }

    /// The span's own id.
    pub fn span_id(&self) -> SpanId {
        self.span_id
    }

    /// The span that it was started in.
    pub fn parent_span_id(&self) -> Option<SpanId> {
        self.parent_span_id
    }

    /// What it is called by now.
    pub fn name(&self) -> &str {
        self.extra.as_ref().and_then(|extra| extra.name.as_deref()).unwrap_or_else(|| self.site.name())
    }

    /// The user's word for the sort of work.
    pub fn kind(&self) -> &str {
        self.extra.as_ref().and_then(|extra| extra.kind.as_deref()).unwrap_or_else(|| self.site.kind())
    }

    /// Where it was made.
    pub fn site(&self) -> &Arc<Site> {
        &self.site
    }

    /// When it began.
    pub fn started_at_unix_nanos(&self) -> u64 {
        self.started_at_unix_nanos
    }

    /// Whether it will be sent, as far as was decided at its beginning; where not, nothing need be captured for it.
    #[inline]
    pub fn is_sampled(&self) -> bool {
        self.is_sampled
    }

    /// The time by the clock that it began with, which nobody can set back meanwhile.
    #[inline]
    pub fn now_unix_nanos(&self) -> u64 {
        clock::now_by(self.clock_anchor_unix_nanos)
    }

    /// How it stands.
    pub fn status(&self) -> Status {
        self.status
    }

    /// What its children need to know of it. Ask once and keep the answer: it may cost an allocation.
    pub fn context(&self) -> SpanContext {
        let path = self.keeps_path.then(|| {
            Arc::new(PathNode {
                site: Arc::clone(&self.site),
                name: self.extra.as_ref().and_then(|extra| extra.name.clone()),
                span_id: self.span_id,
                parent: self.path.clone(),
                cleaned: OnceLock::new(),
            })
        });
        SpanContext::new(self.trace_id, self.span_id).with_sampled(self.is_sampled).with_path(path)
    }

    fn extra(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }

    /// Hangs on it what the whole trace carries at this place, such as the innermost `using_attributes`.
    pub fn set_trace_attributes(&mut self, attributes: Arc<TraceAttributes>) {
        self.trace = Some(attributes);
    }

    /// Says what went in.
    pub fn set_input(&mut self, input: Captured) {
        if let Some(before) = self.input.replace(input) {
            before.recycle();
        }
    }

    /// Says what came out.
    pub fn set_output(&mut self, output: Captured) {
        if let Some(before) = self.output.replace(output) {
            before.recycle();
        }
    }

    /// Renames it.
    pub fn set_name(&mut self, name: &str) {
        self.extra().name = Some(name.into());
    }

    /// Says what sort of work it is, in the user's word.
    pub fn set_kind(&mut self, kind: &str) {
        self.extra().kind = Some(kind.into());
    }

    /// Says how it stands; the message matters with [`Status::Error`] only, and an empty one takes an earlier one away.
    pub fn set_status(&mut self, status: Status, message: &str) {
        self.status = status;
        if !message.is_empty() || self.extra.is_some() {
            self.extra().status_message = (!message.is_empty()).then(|| message.into());
        }
    }

    /// Replaces the metadata of the span (a JSON object), also that given at decoration.
    pub fn set_metadata(&mut self, metadata: Captured) {
        self.extra().metadata = Some(metadata.into_json());
    }

    /// Replaces the tags of the span, also those given at decoration.
    pub fn set_tags(&mut self, tags: Vec<String>) {
        self.extra().tags = Some(tags);
    }

    /// Says which conversation the span belongs to, over what its context and its site say.
    pub fn set_session_id(&mut self, id: impl Into<String>) {
        self.extra().session_id = Some(id.into());
    }

    /// Says whom the span is done for, over what its context and its site say.
    pub fn set_user_id(&mut self, id: impl Into<String>) {
        self.extra().user_id = Some(id.into());
    }

    /// Says from within this span which conversation the trace belongs to.
    pub fn set_trace_session_id(&mut self, id: impl Into<String>) {
        self.extra().trace_session_id = Some(id.into());
    }

    /// Says from within this span whom the trace is done for.
    pub fn set_trace_user_id(&mut self, id: impl Into<String>) {
        self.extra().trace_user_id = Some(id.into());
    }

    /// Sets metadata of the trace (a JSON object) from within this span.
    pub fn set_trace_metadata(&mut self, metadata: Captured) {
        self.extra().trace_metadata = Some(metadata.into_json());
    }

    /// Sets tags of the trace from within this span.
    pub fn set_trace_tags(&mut self, tags: Vec<String>) {
        self.extra().trace_tags = Some(tags);
    }

    /// Says which model was asked.
    pub fn set_model(&mut self, model: impl Into<String>) {
        self.extra().model = Some(model.into());
    }

    /// Says which model answered, where the provider tells.
    pub fn set_model_responded(&mut self, model: impl Into<String>) {
        self.extra().model_responded = Some(model.into());
    }

    /// Says who runs the model.
    pub fn set_provider(&mut self, provider: impl Into<String>) {
        self.extra().provider = Some(provider.into());
    }

    /// Says with what temperature and the like the model was asked (a JSON object).
    pub fn set_model_parameters(&mut self, parameters: Captured) {
        self.extra().model_parameters = Some(parameters);
    }

    /// Says which tokens were used.
    pub fn set_usage(&mut self, usage: Usage) {
        self.extra().usage = usage;
    }

    /// Says which tokens were used, in the user's own mapping (a JSON object), which TraceRoot's wire carries as it is.
    pub fn set_usage_stated(&mut self, usage: Captured) {
        self.extra().usage_stated = Some(usage);
    }

    /// Says with which prompt the model was asked.
    pub fn set_prompt(&mut self, prompt: Captured) {
        self.extra().prompt = Some(prompt);
    }

    /// Says what it cost.
    pub fn set_cost_usd(&mut self, cost_usd: f64) {
        self.extra().cost_usd = Some(cost_usd);
    }

    /// Says how long the call took by the user's own measure.
    pub fn set_latency(&mut self, latency: Duration) {
        self.extra().latency = Some(latency);
    }

    /// Says how long the first token of a streamed answer took.
    pub fn set_time_to_first_token(&mut self, time: Duration) {
        self.extra().time_to_first_token = Some(time);
    }

    /// Sets OTLP's `SpanKind` number.
    pub fn set_otel_kind(&mut self, otel_kind: i32) {
        self.extra().otel_kind = otel_kind;
    }

    /// Sets W3C `tracestate`.
    pub fn set_trace_state(&mut self, trace_state: impl Into<String>) {
        self.extra().trace_state = Some(trace_state.into());
    }

    /// Sets an attribute, replacing one of the same key; beyond the limit it is left out and counted.
    pub fn set_attribute(&mut self, key: &str, value: Value) {
        let extra = self.extra();
        if let Some((_, old)) = extra.attributes.iter_mut().find(|(name, _)| name == key) {
            *old = value;
        } else if extra.attributes.len() < limits::SPAN_ATTRIBUTES_MAX {
            extra.attributes.push((key.to_owned(), value));
        } else {
            extra.n_dropped_attributes += 1;
        }
    }

    /// Sets attributes that are known to have different keys, without looking for each among the others.
    pub fn extend_attributes(&mut self, attributes: impl IntoIterator<Item = (String, Value)>) {
        let extra = self.extra();
        for attribute in attributes {
            if extra.attributes.len() < limits::SPAN_ATTRIBUTES_MAX {
                extra.attributes.push(attribute);
            } else {
                extra.n_dropped_attributes += 1;
            }
        }
    }

    /// Notes that something happened, now unless a time is given; beyond the limit it is left out and counted.
    pub fn add_event(&mut self, name: &str, at_unix_nanos: Option<u64>, attributes: Vec<(String, Value)>) {
        let at_unix_nanos = at_unix_nanos.unwrap_or_else(|| self.now_unix_nanos());
        let extra = self.extra();
        if extra.events.len() < limits::SPAN_EVENTS_MAX {
            extra.events.push(Event { name: name.to_owned(), at_unix_nanos, attributes, n_dropped_attributes: 0 });
        } else {
            extra.n_dropped_events += 1;
        }
    }

    /// Notes an exception as OpenTelemetry words it; the status is not touched.
    pub fn record_exception(&mut self, type_name: &str, message: &str, stack: Option<&str>) {
        let mut attributes = vec![
            (otel::EXCEPTION_TYPE.to_owned(), Value::from(type_name)),
            (otel::EXCEPTION_MESSAGE.to_owned(), Value::from(message)),
        ];
        if let Some(stack) = stack {
            attributes.push((otel::EXCEPTION_STACKTRACE.to_owned(), Value::from(stack)));
        }
        self.add_event(otel::EXCEPTION_EVENT, None, attributes);
    }

    /// Points at another span.
    pub fn add_link(&mut self, link: Link) {
        self.extra().links.push(link);
    }

    /// Sets another beginning than the moment it was started at.
    pub fn set_started_at_unix_nanos(&mut self, at: u64) {
        self.started_at_unix_nanos = at;
    }

    /// Sets another end than the moment it is given to [`Recorder::end`](crate::Recorder::end).
    pub fn set_ended_at_unix_nanos(&mut self, at: u64) {
        self.ended_at_unix_nanos = at;
    }
}
