//! A span: one piece of work of an agent, with what was sent and what was understood of it.

use std::sync::Arc;

use crate::{Attributes, Content, Kind, Names, SpanId, Status, TraceId, Usage, Value};

/// One piece of work of an agent.
///
/// The raw part is what a client sent, untouched; the canonical part is what the key dialects understood of it. The
/// canonical part can be made again from the raw part at any time, since conventions go on changing.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    // Raw: as sent.
    /// The trace that the span belongs to.
    pub trace_id: TraceId,
    /// The id of the span.
    pub span_id: SpanId,
    /// The span that this one was started in; `None` for the root of a trace.
    pub parent_span_id: Option<SpanId>,
    /// Whether the client said that the parent lies in another process (bit 9 of OTLP's `flags`).
    pub is_parent_remote: bool,
    /// The trace id as its client wrote it, where that was neither hex nor a UUID; such ids are hashed.
    pub trace_id_text: Option<String>,
    /// The span id as its client wrote it, where that was not 16 hex digits; such ids are hashed.
    pub span_id_text: Option<String>,
    /// What the span is called.
    pub name: String,
    /// When it began, in nanoseconds since the Unix epoch.
    pub started_at_unix_nanos: u64,
    /// When it ended, in nanoseconds since the Unix epoch; `None` while it is pending.
    pub ended_at_unix_nanos: Option<u64>,
    /// How it ended.
    pub status: Status,
    /// What went wrong, in the client's words; empty when nothing did.
    pub status_message: String,
    /// OTLP's `SpanKind` number (0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer).
    pub otel_kind: i32,
    /// W3C `tracestate`, usually empty.
    pub trace_state: String,
    /// Everything else the client said, untouched.
    pub attributes: Attributes,
    /// What happened on the way, exceptions among them.
    pub events: Vec<Event>,
    /// Other spans that this one has to do with.
    pub links: Vec<Link>,
    /// How many attributes, events and links the client says it left out.
    pub n_dropped_by_client: u32,
    /// The process that sent it, shared by all spans of a batch.
    pub resource: Arc<Resource>,
    /// The library that made it, shared likewise.
    pub scope: Arc<Scope>,

    // Canonical: as understood.
    /// What sort of work it is.
    pub kind: Kind,
    /// The client's own word for the sort of work, such as `llm.chat`; empty when it said none.
    pub kind_text: String,
    /// What went in.
    pub input: Option<Content>,
    /// What came out.
    pub output: Option<Content>,
    /// The model that was asked for.
    pub model_requested: Option<String>,
    /// The model that answered, where the provider said so.
    pub model_responded: Option<String>,
    /// Who runs the model, in OpenTelemetry's words (`openai`, `anthropic`, `aws.bedrock` …).
    pub provider: Option<String>,
    /// Temperature and the like.
    pub model_parameters: Attributes,
    /// Why the model stopped.
    pub finish_reasons: Vec<String>,
    /// The tokens used.
    pub usage: Usage,
    /// What it cost in US dollars, as the client stated it or as the server worked it out.
    pub cost_usd: Option<f64>,
    /// From the start to the first token of a streamed answer, in nanoseconds.
    pub time_to_first_token_nanos: Option<u64>,
    /// The conversation that it belongs to.
    pub session_id: Option<String>,
    /// The user whom it was done for.
    pub user_id: Option<String>,
    /// Labels of the span and its trace, without repeats.
    pub tags: Vec<String>,
    /// `production`, `staging` and the like.
    pub environment: Option<String>,
    /// What the user attached to span and trace, the span's own value first where both name a key.
    pub metadata: Attributes,
    /// The repository that the code lives in, as `owner/name` or a URL.
    pub git_repo: Option<String>,
    /// The commit, branch or tag that ran.
    pub git_ref: Option<String>,
    /// Where the work is written down.
    pub source: Option<SourceLocation>,
    /// What prompt, tool, agent and the like are called.
    pub names: Names,
}

impl Span {
    /// A span that has ids, a name and a start, and nothing else.
    pub fn new(trace_id: TraceId, span_id: SpanId, name: impl Into<String>, started_at_unix_nanos: u64) -> Self {
        Self {
            trace_id,
            span_id,
            parent_span_id: None,
            is_parent_remote: false,
            trace_id_text: None,
            span_id_text: None,
            name: name.into(),
            started_at_unix_nanos,
            ended_at_unix_nanos: None,
            status: Status::Unset,
            status_message: String::new(),
            otel_kind: 0,
            trace_state: String::new(),
            attributes: Vec::new(),
            events: Vec::new(),
            links: Vec::new(),
            n_dropped_by_client: 0,
            resource: Arc::default(),
            scope: Arc::default(),
            kind: Kind::Custom,
            kind_text: String::new(),
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
            names: Names::default(),
        }
    }

    /// What went in, wherever it lies.
    pub fn input_value(&self) -> Option<&Value> {
        self.input.as_ref().and_then(|content| content.resolve(&self.attributes))
    }

    /// What came out, wherever it lies.
    pub fn output_value(&self) -> Option<&Value> {
        self.output.as_ref().and_then(|content| content.resolve(&self.attributes))
    }

    /// How long it took in nanoseconds, zero where a client says that it ended before it began; `None` while pending.
    pub fn duration_nanos(&self) -> Option<u64> {
        self.ended_at_unix_nanos.map(|end| end.saturating_sub(self.started_at_unix_nanos))
    }

    /// The model that answered, else the one that was asked for.
    pub fn model(&self) -> Option<&str> {
        self.model_responded.as_deref().or(self.model_requested.as_deref())
    }
}

/// Something that happened at one moment of a span.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Event {
    /// What happened; `exception` has the attributes `exception.type`, `.message` and `.stacktrace`.
    pub name: String,
    /// When, in nanoseconds since the Unix epoch.
    pub at_unix_nanos: u64,
    /// What is known of it.
    pub attributes: Attributes,
    /// How many attributes the client says it left out.
    pub n_dropped_attributes: u32,
}

/// A span in this or another trace that a span has to do with, or what is known of one without an id: OpenTelemetry has
/// such links kept where they have attributes or a state.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The trace of the other span.
    pub trace_id: Option<TraceId>,
    /// The other span.
    pub span_id: Option<SpanId>,
    /// W3C `tracestate` of the other span, usually empty.
    pub trace_state: String,
    /// What they have to do with each other.
    pub attributes: Attributes,
    /// How many attributes the client says it left out.
    pub n_dropped_attributes: u32,
}

impl Link {
    /// A link of which nothing is known but where it points.
    pub fn new(trace_id: TraceId, span_id: SpanId) -> Self {
        Self {
            trace_id: Some(trace_id),
            span_id: Some(span_id),
            trace_state: String::new(),
            attributes: Vec::new(),
            n_dropped_attributes: 0,
        }
    }

    /// Whether it says anything: where it points, or what is known of what it points to.
    pub fn is_telling(&self) -> bool {
        let points = self.trace_id.is_some() && self.span_id.is_some();
        points || !self.attributes.is_empty() || !self.trace_state.is_empty()
    }
}

/// The process that sent spans.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Resource {
    /// `service.name`, `deployment.environment.name` and the like.
    pub attributes: Attributes,
    /// Where the words of the attributes are defined; usually empty.
    pub schema_url: String,
}

/// The library that made spans.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scope {
    /// Its name, such as `openinference.instrumentation.openai`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What else it says of itself.
    pub attributes: Attributes,
    /// Where the words that it uses in its spans are defined; empty where it does not say.
    pub schema_url: String,
}

/// Where in the source code a piece of work is written down.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceLocation {
    /// The file, relative to the repository where one is known.
    pub file: String,
    /// The line, counted from one.
    pub line: Option<u32>,
    /// The function.
    pub function: Option<String>,
}
