//! Spans as they lie in their bytes: read without a copy, for the index, and made whole for everybody else.

use std::sync::Arc;

use tracewood_span::wire::{Broken, Fields, Held};
use tracewood_span::{Kind, Resource, Scope, Span, SpanId, Status, TraceId, Usage};

use super::parts::{NamesView, event, link, names, names_view, source, usage};
use super::tag;
use super::value::{ContentView, Pairs, ValueView, content, pair, whole, whole_pair};
use crate::Stored;

/// Room that is made for attributes at once; spans of model calls mostly have fewer.
const ATTRIBUTES_USUAL: usize = 24;

/// A span of a batch.
#[derive(Debug)]
pub(crate) struct View<'a> {
    pub(crate) project: &'a str,
    pub(crate) received_at_unix_nanos: u64,
    price_version: &'a str,
    pub(crate) trace_id: TraceId,
    pub(crate) span_id: SpanId,
    pub(crate) parent_span_id: Option<SpanId>,
    is_parent_remote: bool,
    trace_id_text: Option<&'a str>,
    span_id_text: Option<&'a str>,
    pub(crate) name: &'a str,
    pub(crate) started_at_unix_nanos: u64,
    pub(crate) ended_at_unix_nanos: Option<u64>,
    pub(crate) status: Status,
    pub(crate) status_message: &'a str,
    otel_kind: i32,
    trace_state: &'a str,
    pub(crate) attributes: Pairs<'a>,
    events: Vec<&'a [u8]>,
    links: Vec<&'a [u8]>,
    n_dropped_by_client: u32,
    /// The place of its resource in the batch.
    pub(crate) resource: usize,
    /// The place of its scope, likewise.
    pub(crate) scope: usize,

    pub(crate) kind: Kind,
    pub(crate) kind_text: &'a str,
    input: Option<ContentView<'a>>,
    output: Option<ContentView<'a>>,
    model_requested: Option<&'a str>,
    model_responded: Option<&'a str>,
    pub(crate) provider: Option<&'a str>,
    model_parameters: Vec<&'a [u8]>,
    finish_reasons: Vec<&'a str>,
    pub(crate) usage: Usage,
    pub(crate) cost_usd: Option<f64>,
    pub(crate) time_to_first_token_nanos: Option<u64>,
    pub(crate) session_id: Option<&'a str>,
    pub(crate) user_id: Option<&'a str>,
    pub(crate) tags: Vec<&'a str>,
    pub(crate) environment: Option<&'a str>,
    pub(crate) metadata: Pairs<'a>,
    git_repo: Option<&'a str>,
    git_ref: Option<&'a str>,
    source: Option<&'a [u8]>,
    names: Option<&'a [u8]>,
}

impl<'a> View<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Result<Self, Broken> {
        let (trace_id, span_id) = ids(bytes)?;
        let mut view = Self::new(trace_id, span_id);
        for field in Fields::of(bytes) {
            let (tag, held) = field?;
            match tag {
                tag::PROJECT => view.project = held.text()?,
                tag::RECEIVED_AT => view.received_at_unix_nanos = held.fixed64()?,
                tag::PRICE_VERSION => view.price_version = held.text()?,
                tag::TRACE_ID | tag::SPAN_ID => {}
                tag::PARENT_SPAN_ID => view.parent_span_id = parent(held.bytes()?)?,
                tag::IS_PARENT_REMOTE => view.is_parent_remote = held.varint()? != 0,
                tag::TRACE_ID_TEXT => view.trace_id_text = Some(held.text()?),
                tag::SPAN_ID_TEXT => view.span_id_text = Some(held.text()?),
                tag::NAME => view.name = held.text()?,
                tag::STARTED_AT => view.started_at_unix_nanos = held.fixed64()?,
                tag::ENDED_AT => view.ended_at_unix_nanos = Some(held.fixed64()?),
                tag::STATUS => view.status = Status::from_code(held.varint()? as i32),
                tag::STATUS_MESSAGE => view.status_message = held.text()?,
                tag::OTEL_KIND => view.otel_kind = held.varint()? as i32,
                tag::TRACE_STATE => view.trace_state = held.text()?,
                tag::ATTRIBUTE => view.attributes.push(pair(held.bytes()?)?),
                tag::EVENT => view.events.push(held.bytes()?),
                tag::LINK => view.links.push(held.bytes()?),
                tag::N_DROPPED => view.n_dropped_by_client = held.varint()? as u32,
                tag::RESOURCE => view.resource = held.varint()? as u32 as usize,
                tag::SCOPE => view.scope = held.varint()? as u32 as usize,
                _ => view.take_canonical(tag, held)?,
            }
        }
        Ok(view)
    }

    fn take_canonical(&mut self, tag: u32, held: Held<'a>) -> Result<(), Broken> {
        match tag {
            tag::KIND => self.kind = Kind::from_word(held.text()?).unwrap_or_default(),
            tag::KIND_TEXT => self.kind_text = held.text()?,
            tag::INPUT => self.input = Some(content(held.bytes()?)?),
            tag::OUTPUT => self.output = Some(content(held.bytes()?)?),
            tag::MODEL_REQUESTED => self.model_requested = Some(held.text()?),
            tag::MODEL_RESPONDED => self.model_responded = Some(held.text()?),
            tag::PROVIDER => self.provider = Some(held.text()?),
            tag::MODEL_PARAMETER => self.model_parameters.push(held.bytes()?),
            tag::FINISH_REASON => self.finish_reasons.push(held.text()?),
            tag::USAGE => self.usage = usage(held.bytes()?)?,
            tag::COST_USD => self.cost_usd = Some(f64::from_bits(held.fixed64()?)),
            tag::TIME_TO_FIRST_TOKEN => self.time_to_first_token_nanos = Some(held.varint()?),
            tag::SESSION_ID => self.session_id = Some(held.text()?),
            tag::USER_ID => self.user_id = Some(held.text()?),
            tag::TAG => self.tags.push(held.text()?),
            tag::ENVIRONMENT => self.environment = Some(held.text()?),
            tag::METADATA => self.metadata.push(pair(held.bytes()?)?),
            tag::GIT_REPO => self.git_repo = Some(held.text()?),
            tag::GIT_REF => self.git_ref = Some(held.text()?),
            tag::SOURCE => self.source = Some(held.bytes()?),
            tag::NAMES => self.names = Some(held.bytes()?),
            // Of a newer version; readers skip what they do not know.
            _ => {}
        }
        Ok(())
    }

    /// What a span is of which nothing else is said.
    fn new(trace_id: TraceId, span_id: SpanId) -> Self {
        Self {
            project: "",
            received_at_unix_nanos: 0,
            price_version: "",
            trace_id,
            span_id,
            parent_span_id: None,
            is_parent_remote: false,
            trace_id_text: None,
            span_id_text: None,
            name: "",
            started_at_unix_nanos: 0,
            ended_at_unix_nanos: None,
            status: Status::Unset,
            status_message: "",
            otel_kind: 0,
            trace_state: "",
            attributes: Vec::with_capacity(ATTRIBUTES_USUAL),
            events: Vec::new(),
            links: Vec::new(),
            n_dropped_by_client: 0,
            resource: 0,
            scope: 0,
            kind: Kind::default(),
            kind_text: "",
            input: None,
            output: None,
            model_requested: None,
            model_responded: None,
            provider: None,
            model_parameters: Vec::new(),
            finish_reasons: Vec::new(),
            usage: Usage::default(),
            cost_usd: None,
            time_to_first_token_nanos: None,
            session_id: None,
            user_id: None,
            tags: Vec::new(),
            environment: None,
            metadata: Vec::new(),
            git_repo: None,
            git_ref: None,
            source: None,
            names: None,
        }
    }
}

impl<'a> View<'a> {
    /// What went in, wherever it lies.
    pub(crate) fn input(&self) -> Option<ValueView<'a>> {
        self.resolve(self.input)
    }

    /// What came out, wherever it lies.
    pub(crate) fn output(&self) -> Option<ValueView<'a>> {
        self.resolve(self.output)
    }

    /// The attributes but those that carry input and output.
    pub(crate) fn other_attributes(&self) -> impl Iterator<Item = (&'a str, ValueView<'a>)> + '_ {
        let places = [self.input, self.output].map(|content| match content {
            Some(ContentView::Attribute(place)) => Some(place as usize),
            _ => None,
        });
        let others = self.attributes.iter().enumerate().filter(move |(place, _)| !places.contains(&Some(*place)));
        others.map(|(_, pair)| *pair)
    }

    /// The model that answered, else the one that was asked for.
    pub(crate) fn model(&self) -> Option<&'a str> {
        self.model_responded.or(self.model_requested)
    }

    /// What the things that it has to do with are called.
    pub(crate) fn names(&self) -> NamesView<'a> {
        self.names.map(names_view).unwrap_or_default()
    }

    /// How long it took in nanoseconds, as [`Span::duration_nanos`] has it.
    pub(crate) fn duration_nanos(&self) -> Option<u64> {
        self.ended_at_unix_nanos.map(|end| end.saturating_sub(self.started_at_unix_nanos))
    }

    fn resolve(&self, content: Option<ContentView<'a>>) -> Option<ValueView<'a>> {
        match content? {
            ContentView::Attribute(place) => self.attributes.get(place as usize).map(|(_, value)| *value),
            ContentView::Value(value) => Some(value),
        }
    }

    /// The whole span.
    pub(super) fn to_stored(&self, resource: &Arc<Resource>, scope: &Arc<Scope>) -> Result<Stored, Broken> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let span = Span {
            trace_id: self.trace_id,
            span_id: self.span_id,
            parent_span_id: self.parent_span_id,
            is_parent_remote: self.is_parent_remote,
            trace_id_text: owned(self.trace_id_text),
            span_id_text: owned(self.span_id_text),
            name: self.name.to_owned(),
            started_at_unix_nanos: self.started_at_unix_nanos,
            ended_at_unix_nanos: self.ended_at_unix_nanos,
            status: self.status,
            status_message: self.status_message.to_owned(),
            otel_kind: self.otel_kind,
            trace_state: self.trace_state.to_owned(),
            attributes: whole(&self.attributes)?,
            events: self.events.iter().map(|bytes| event(bytes)).collect::<Result<_, _>>()?,
            links: self.links.iter().map(|bytes| link(bytes)).collect::<Result<_, _>>()?,
            n_dropped_by_client: self.n_dropped_by_client,
            resource: Arc::clone(resource),
            scope: Arc::clone(scope),
            kind: self.kind,
            kind_text: self.kind_text.to_owned(),
            input: self.input.map(ContentView::to_content).transpose()?,
            output: self.output.map(ContentView::to_content).transpose()?,
            model_requested: owned(self.model_requested),
            model_responded: owned(self.model_responded),
            provider: owned(self.provider),
            model_parameters: self.model_parameters.iter().map(|bytes| whole_pair(bytes)).collect::<Result<_, _>>()?,
            finish_reasons: texts(&self.finish_reasons),
            usage: self.usage,
            cost_usd: self.cost_usd,
            time_to_first_token_nanos: self.time_to_first_token_nanos,
            session_id: owned(self.session_id),
            user_id: owned(self.user_id),
            tags: texts(&self.tags),
            environment: owned(self.environment),
            metadata: whole(&self.metadata)?,
            git_repo: owned(self.git_repo),
            git_ref: owned(self.git_ref),
            source: self.source.map(source).transpose()?,
            names: self.names.map(names).transpose()?.unwrap_or_default(),
        };
        Ok(Stored {
            project: self.project.to_owned(),
            received_at_unix_nanos: self.received_at_unix_nanos,
            price_version: self.price_version.to_owned(),
            span,
        })
    }
}

fn ids(bytes: &[u8]) -> Result<(TraceId, SpanId), Broken> {
    let mut trace_id = None;
    for field in Fields::of(bytes) {
        match field? {
            (tag::TRACE_ID, held) => {
                trace_id = Some(TraceId::from_slice(held.bytes()?).map_err(|_| Broken::OtherForm)?);
            }
            // It stands behind the other.
            (tag::SPAN_ID, held) => {
                let span_id = SpanId::from_slice(held.bytes()?).map_err(|_| Broken::OtherForm)?;
                return trace_id.map(|trace_id| (trace_id, span_id)).ok_or(Broken::OtherForm);
            }
            _ => {}
        }
    }
    Err(Broken::OtherForm)
}

fn parent(bytes: &[u8]) -> Result<Option<SpanId>, Broken> {
    if bytes.is_empty() {
        return Ok(None);
    }
    SpanId::from_slice(bytes).map(Some).map_err(|_| Broken::OtherForm)
}
