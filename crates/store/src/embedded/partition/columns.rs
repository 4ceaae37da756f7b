//! The columns of one segment of an index, opened once and kept.

use tantivy::columnar::{BytesColumn, Column, StrColumn};
use tantivy::{DateTime, DocId, SegmentReader, TantivyError};

/// The columns that lists and totals are made from.
#[derive(Clone)]
pub(crate) struct Columns {
    pub(crate) started: Column<DateTime>,
    pub(crate) duration: Option<Column<u64>>,
    pub(crate) time_to_first_token: Option<Column<u64>>,
    /// Project and trace id; partitions made before there was this column do not have it.
    pub(crate) trace_key: Option<BytesColumn>,
    pub(crate) span_id: Column<u64>,
    pub(crate) parent_id: Option<Column<u64>>,
    pub(crate) entry: Column<bool>,
    pub(crate) pending: Column<bool>,
    pub(crate) model_call: Column<bool>,
    pub(crate) trace_high: Option<Column<u64>>,
    pub(crate) trace_low: Option<Column<u64>>,
    pub(crate) input_tokens: Option<Column<u64>>,
    pub(crate) output_tokens: Option<Column<u64>>,
    pub(crate) total_tokens: Option<Column<u64>>,
    pub(crate) cache_read_tokens: Option<Column<u64>>,
    pub(crate) cache_write_tokens: Option<Column<u64>>,
    pub(crate) reasoning_tokens: Option<Column<u64>>,
    pub(crate) cost: Option<Column<f64>>,
    pub(crate) name: Option<StrColumn>,
    pub(crate) kind: Option<StrColumn>,
    pub(crate) kind_text: Option<StrColumn>,
    pub(crate) provider: Option<StrColumn>,
    pub(crate) status: Option<StrColumn>,
    pub(crate) model: Option<StrColumn>,
    pub(crate) session: Option<StrColumn>,
    pub(crate) user: Option<StrColumn>,
    pub(crate) environment: Option<StrColumn>,
    pub(crate) tags: Option<StrColumn>,
    pub(crate) tool: Option<StrColumn>,
    pub(crate) agent: Option<StrColumn>,
    pub(crate) workflow: Option<StrColumn>,
    pub(crate) prompt: Option<StrColumn>,
    pub(crate) release: Option<StrColumn>,
    pub(crate) service: Option<StrColumn>,
}

impl Columns {
    pub(crate) fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        let fast = segment.fast_fields();
        Ok(Self {
            started: fast.date("started")?,
            duration: fast.column_opt("duration")?,
            time_to_first_token: fast.column_opt("time_to_first_token")?,
            trace_key: match fast.bytes("trace_key") {
                // What tantivy says of a field that is no column.
                Err(TantivyError::InvalidArgument(_)) => None,
                found => found?,
            },
            span_id: fast.u64("span_id")?,
            parent_id: fast.column_opt("parent_id")?,
            entry: fast.bool("entry")?,
            pending: fast.bool("pending")?,
            model_call: fast.bool("model_call")?,
            trace_high: fast.column_opt("trace_high")?,
            trace_low: fast.column_opt("trace_low")?,
            input_tokens: fast.column_opt("input_tokens")?,
            output_tokens: fast.column_opt("output_tokens")?,
            total_tokens: fast.column_opt("total_tokens")?,
            cache_read_tokens: fast.column_opt("cache_read_tokens")?,
            cache_write_tokens: fast.column_opt("cache_write_tokens")?,
            reasoning_tokens: fast.column_opt("reasoning_tokens")?,
            cost: fast.column_opt("cost")?,
            name: fast.str("name")?,
            kind: fast.str("kind")?,
            kind_text: fast.str("kind_text")?,
            provider: fast.str("provider")?,
            status: fast.str("status")?,
            model: fast.str("model")?,
            session: fast.str("session")?,
            user: fast.str("user")?,
            environment: fast.str("environment")?,
            tags: fast.str("tags")?,
            tool: fast.str("tool")?,
            agent: fast.str("agent")?,
            workflow: fast.str("workflow")?,
            prompt: fast.str("prompt")?,
            release: fast.str("release")?,
            service: fast.str("service")?,
        })
    }

    /// When a span began, in nanoseconds since the Unix epoch.
    pub(crate) fn started_at(&self, doc: DocId) -> u64 {
        unix_nanos(self.started.first(doc).unwrap_or_default())
    }

    /// The trace id of an entry, as a number.
    pub(crate) fn trace(&self, doc: DocId) -> u128 {
        u128::from(value(self.trace_high.as_ref(), doc).unwrap_or(0)) << 64
            | u128::from(value(self.trace_low.as_ref(), doc).unwrap_or(0))
    }
}

/// What a column that may be missing says of a document.
pub(crate) fn value<T: PartialOrd + Copy + std::fmt::Debug + Send + Sync + 'static>(
    column: Option<&Column<T>>,
    doc: DocId,
) -> Option<T> {
    column.and_then(|column| column.first(doc))
}

/// The texts that a column that may be missing has for a document.
pub(crate) fn texts(column: Option<&StrColumn>, doc: DocId) -> impl Iterator<Item = String> + '_ {
    column.into_iter().flat_map(move |column| {
        column.term_ords(doc).filter_map(|ord| {
            let mut text = String::new();
            column.ord_to_str(ord, &mut text).ok()?.then_some(text)
        })
    })
}

/// A moment of the index in nanoseconds since the Unix epoch.
pub(crate) fn unix_nanos(moment: DateTime) -> u64 {
    u64::try_from(moment.into_timestamp_nanos()).unwrap_or(0)
}
