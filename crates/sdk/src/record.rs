//! A span that has ended, as it lies in the queue: fixed parts in a row, captured bytes in one buffer behind them.

mod clean;

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use tracewood_span::{SpanId, Status, TraceId};

use crate::captured::{Captured, Form};
use crate::context::{PathNode, TraceAttributes};
use crate::open::{Extra, OpenSpan, Rest};
use crate::redact::Redactor;
use crate::{Site, size};
use clean::{Cleaned, Part, Rewritten};

/// Captured bytes from this length on are handed over as they are, since copying them would hold the lock for long.
const OWNED_BYTES_MIN: usize = 16 * 1024;

/// A span that has ended.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) trace_id: TraceId,
    pub(crate) span_id: SpanId,
    pub(crate) parent_span_id: Option<SpanId>,
    pub(crate) is_parent_remote: bool,
    pub(crate) status: Status,
    /// What it counts for in the bounds of the queue.
    pub(crate) n_bytes: u32,
    pub(crate) started_at_unix_nanos: u64,
    pub(crate) ended_at_unix_nanos: u64,
    pub(crate) site: Arc<Site>,
    pub(crate) path: Option<Arc<PathNode>>,
    pub(crate) trace: Option<Arc<TraceAttributes>>,
    input: Option<Stored>,
    output: Option<Stored>,
    pub(crate) extra: Option<Box<Extra>>,
}

/// A captured value whose bytes lie in the chunk, or in a buffer of their own if they are many.
#[derive(Debug)]
struct Stored {
    form: Form,
    is_io: bool,
    place: Place,
    n_bytes_original: u64,
}

#[derive(Debug)]
enum Place {
    Chunk(Range<u32>),
    Own(Vec<u8>),
}

impl Stored {
    /// A copy of the value.
    fn to_captured(&self, of_chunk: &[u8]) -> Captured {
        let Self { form, is_io, place, n_bytes_original } = self;
        let bytes = place.bytes(of_chunk).to_vec();
        Captured { form: *form, bytes, n_bytes_original: *n_bytes_original, is_io: *is_io }
    }
}

impl Place {
    fn bytes<'a>(&'a self, of_chunk: &'a [u8]) -> &'a [u8] {
        match self {
            Self::Chunk(range) => of_chunk.get(range.start as usize..range.end as usize).unwrap_or_default(),
            Self::Own(bytes) => bytes,
        }
    }
}

/// A captured value, to be read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) form: Form,
    /// Text or JSON; always UTF-8.
    pub(crate) bytes: &'a [u8],
    pub(crate) is_io: bool,
    pub(crate) n_bytes_original: u64,
}

impl<'a> From<&'a Captured> for View<'a> {
    fn from(captured: &'a Captured) -> Self {
        let Captured { form, bytes, n_bytes_original, is_io } = captured;
        Self { form: *form, bytes, is_io: *is_io, n_bytes_original: *n_bytes_original }
    }
}

/// Spans that ended one after the other.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    records: Vec<Record>,
    bytes: Vec<u8>,
    /// Whether secrets stay in it; said when it is sealed.
    keeps_secrets: bool,
    /// What looks through its spans first; said when it is sealed.
    redactor: Option<Redactor>,
    /// What is sent instead of what has a secret in it; the first thread to send looks for them.
    cleaned: OnceLock<Cleaned>,
}

impl Chunk {
    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    pub(crate) fn n_captured_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Empties it, keeping its room unless that has grown out of proportion.
    pub(crate) fn clear(&mut self, n_bytes_kept_max: usize) {
        self.records.clear();
        self.bytes.clear();
        self.cleaned.take();
        self.redactor = None;
        if self.bytes.capacity() > n_bytes_kept_max {
            self.bytes = Vec::new();
        }
    }

    pub(crate) fn records(&self, range: Range<usize>) -> impl Iterator<Item = Entry<'_>> {
        let is_cleaned = !self.keeps_secrets || self.redactor.is_some();
        let cleaned = is_cleaned.then(|| self.cleaned.get_or_init(|| self.clean()));
        let records = self.records.get(range.clone()).unwrap_or_default();
        records.iter().zip(range.start..).map(move |(record, index)| {
            let rewritten = cleaned.and_then(|cleaned| cleaned.get(index));
            Entry { record, bytes: &self.bytes, rewritten, keeps_secrets: self.keeps_secrets }
        })
    }

    fn clean(&self) -> Cleaned {
        match &self.redactor {
            Some(redactor) => Cleaned::by(redactor, &self.records, &self.bytes, self.keeps_secrets),
            None => Cleaned::of(&self.records, &self.bytes),
        }
    }

    /// How many bytes each record of a stretch counts for, without looking into them.
    pub(crate) fn sizes(&self, range: Range<usize>) -> impl Iterator<Item = usize> {
        self.records.get(range).unwrap_or_default().iter().map(|record| record.n_bytes as usize)
    }

    /// A chunk that need not grow while so much comes in, since all that is in it is copied each time.
    pub(crate) fn with_room(n_spans: usize, n_bytes: usize) -> Self {
        Self { records: Vec::with_capacity(n_spans), bytes: Vec::with_capacity(n_bytes), ..Self::default() }
    }

    /// Says that it is complete, whether secrets stay in it, and what looks through it.
    pub(crate) fn seal(&mut self, keeps_secrets: bool, redactor: Option<Redactor>) {
        self.keeps_secrets = keeps_secrets;
        self.redactor = redactor;
    }

    /// Takes a span in; buffers that were copied from are in the rest, to be given back outside of any lock.
    #[inline]
    pub(crate) fn push(&mut self, mut span: OpenSpan, n_bytes: usize) -> Rest {
        let input = span.input.as_mut().map(|value| self.store(value));
        let output = span.output.as_mut().map(|value| self.store(value));
        let (path, trace, extra) = (span.path.take(), span.trace.take(), span.extra.take());
        let (site, rest) = span.into_site_and_rest();
        let parts = rest.parts();
        self.records.push(Record {
            trace_id: parts.trace_id,
            span_id: parts.span_id,
            parent_span_id: parts.parent_span_id,
            is_parent_remote: parts.is_parent_remote,
            status: parts.status,
            n_bytes: u32::try_from(n_bytes).unwrap_or(u32::MAX),
            started_at_unix_nanos: parts.started_at_unix_nanos,
            ended_at_unix_nanos: parts.ended_at_unix_nanos,
            site,
            path,
            trace,
            input,
            output,
            extra,
        });
        rest
    }

    fn store(&mut self, value: &mut Captured) -> Stored {
        let at = self.bytes.len();
        let place = if value.bytes.len() >= OWNED_BYTES_MIN || u32::try_from(at + OWNED_BYTES_MIN).is_err() {
            Place::Own(std::mem::take(&mut value.bytes))
        } else {
            self.bytes.extend_from_slice(&value.bytes);
            Place::Chunk(at as u32..self.bytes.len() as u32)
        };
        Stored { form: value.form, is_io: value.is_io, place, n_bytes_original: value.n_bytes_original }
    }
}

/// What a span that is about to be queued counts for in its bounds.
pub(crate) fn n_bytes(span: &OpenSpan) -> usize {
    let captured = |value: &Option<Captured>| value.as_ref().map_or(0, |value| value.bytes.len());
    let extra = span.extra.as_deref().map_or(0, size::of_extra);
    size_of::<Record>() + captured(&span.input) + captured(&span.output) + extra
}

/// A record together with the bytes of its chunk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'a> {
    record: &'a Record,
    bytes: &'a [u8],
    rewritten: Option<&'a Rewritten>,
    keeps_secrets: bool,
}

impl<'a> Entry<'a> {
    pub(crate) fn input(&self) -> Option<View<'a>> {
        self.view(self.record.input.as_ref(), self.rewritten.map(|rewritten| &rewritten.input))
    }

    pub(crate) fn output(&self) -> Option<View<'a>> {
        self.view(self.record.output.as_ref(), self.rewritten.map(|rewritten| &rewritten.output))
    }

    fn view(&self, stored: Option<&'a Stored>, rewritten: Option<&'a Part>) -> Option<View<'a>> {
        let Stored { form, is_io, place, n_bytes_original } = stored?;
        let bytes = match rewritten {
            None | Some(Part::Same) => place.bytes(self.bytes),
            Some(Part::Bytes(bytes)) => bytes,
            Some(Part::Value(value)) => return Some(View::from(value)),
            Some(Part::LeftOut) => return None,
        };
        Some(View { form: *form, bytes, is_io: *is_io, n_bytes_original: *n_bytes_original })
    }

    /// What most spans do not have.
    pub(crate) fn extra(&self) -> Option<&'a Extra> {
        self.rewritten.and_then(|rewritten| rewritten.extra.as_deref()).or(self.record.extra.as_deref())
    }

    pub(crate) fn site(&self) -> &'a Site {
        if self.keeps_secrets { &self.record.site } else { self.record.site.without_secrets() }
    }

    pub(crate) fn trace(&self) -> Option<&'a TraceAttributes> {
        self.rewritten.and_then(|rewritten| rewritten.trace.as_deref()).or(self.record.trace.as_deref())
    }

    pub(crate) fn name(&self) -> &'a str {
        self.extra().and_then(|extra| extra.name.as_deref()).unwrap_or_else(|| self.site().name())
    }

    /// The name of a span on the way to this one.
    pub(crate) fn name_of<'b>(&self, node: &'b PathNode) -> &'b str {
        if self.keeps_secrets { node.name() } else { node.name_without_secrets() }
    }

    /// The user's word for the sort of work, as it is by now.
    pub(crate) fn kind(&self) -> &'a str {
        self.extra().and_then(|extra| extra.kind.as_deref()).unwrap_or_else(|| self.site().kind())
    }

    /// The same, unless nobody said it and the attributes of an instrumentation tell.
    pub(crate) fn kind_stated(&self) -> Option<&'a str> {
        let own = self.extra().and_then(|extra| extra.kind.as_deref());
        own.or_else(|| (!self.site().config().is_instrumented).then(|| self.site().kind()))
    }

    pub(crate) fn status_message(&self) -> &'a str {
        self.extra().and_then(|extra| extra.status_message.as_deref()).unwrap_or_default()
    }

    /// OTLP's `SpanKind` number.
    pub(crate) fn otel_kind(&self) -> i32 {
        let stated = self.extra().map_or(0, |extra| extra.otel_kind);
        [stated, self.site().config().otel_kind].into_iter().find(|kind| *kind > 0).unwrap_or(1)
    }

    /// The session and user of the span itself: what was said later counts over what was said at decoration, and that
    /// over what lies around the call.
    pub(crate) fn session_id(&self) -> Option<&'a str> {
        let own = self.extra().and_then(|extra| extra.session_id.as_deref());
        own.or(self.site().config().session_id.as_deref()).or(self.trace().and_then(|t| t.session_id.as_deref()))
    }

    pub(crate) fn user_id(&self) -> Option<&'a str> {
        let own = self.extra().and_then(|extra| extra.user_id.as_deref());
        own.or(self.site().config().user_id.as_deref()).or(self.trace().and_then(|t| t.user_id.as_deref()))
    }

    /// The span's own tags.
    pub(crate) fn tags(&self) -> &'a [String] {
        let own = self.extra().and_then(|extra| extra.tags.as_deref());
        own.unwrap_or(&self.site().config().tags)
    }

    /// The span's own metadata, as JSON text.
    pub(crate) fn metadata(&self) -> Option<&'a [u8]> {
        let own = self.extra().and_then(|extra| extra.metadata.as_ref()).map(|metadata| metadata.bytes.as_slice());
        own.or(self.site().config().metadata_json.as_deref().map(str::as_bytes))
    }
}

impl std::ops::Deref for Entry<'_> {
    type Target = Record;

    fn deref(&self) -> &Record {
        self.record
    }
}
