//! The bytes of a span on disk, as protobuf messages written down by hand; `docs/store.md` has the same as a table.
//!
//! A field number that was released never changes its meaning; what is new gets a new number, and readers skip numbers
//! they do not know. Attributes have the bytes of OTLP's `KeyValue` and `AnyValue`.

use prost::{Message, Oneof};

/// Some spans, with the resources and scopes that they share.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Batch {
    #[prost(message, repeated, tag = "1")]
    pub(crate) resources: Vec<Resource>,
    #[prost(message, repeated, tag = "2")]
    pub(crate) scopes: Vec<Scope>,
    #[prost(message, repeated, tag = "3")]
    pub(crate) spans: Vec<Record>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Resource {
    #[prost(message, repeated, tag = "1")]
    pub(crate) attributes: Vec<KeyValue>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Scope {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(string, tag = "2")]
    pub(crate) version: String,
    #[prost(message, repeated, tag = "3")]
    pub(crate) attributes: Vec<KeyValue>,
}

/// OTLP's `KeyValue`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct KeyValue {
    #[prost(string, tag = "1")]
    pub(crate) key: String,
    #[prost(message, optional, tag = "2")]
    pub(crate) value: Option<AnyValue>,
}

/// OTLP's `AnyValue`. Lists and maps are kept as their bytes here, so that this crate counts how deep they go instead
/// of prost, which refuses what is deeper than a hundred messages.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct AnyValue {
    #[prost(oneof = "OneValue", tags = "1, 2, 3, 4, 5, 6, 7")]
    pub(crate) value: Option<OneValue>,
}

#[derive(Clone, PartialEq, Oneof)]
pub(crate) enum OneValue {
    #[prost(string, tag = "1")]
    String(String),
    #[prost(bool, tag = "2")]
    Bool(bool),
    #[prost(int64, tag = "3")]
    Int(i64),
    #[prost(double, tag = "4")]
    Double(f64),
    /// The bytes of an [`ArrayValue`].
    #[prost(bytes, tag = "5")]
    Array(Vec<u8>),
    /// The bytes of a [`KeyValueList`].
    #[prost(bytes, tag = "6")]
    Map(Vec<u8>),
    #[prost(bytes, tag = "7")]
    Bytes(Vec<u8>),
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct ArrayValue {
    #[prost(message, repeated, tag = "1")]
    pub(crate) values: Vec<AnyValue>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct KeyValueList {
    #[prost(message, repeated, tag = "1")]
    pub(crate) values: Vec<KeyValue>,
}

/// One span.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Record {
    #[prost(string, tag = "1")]
    pub(crate) project: String,
    #[prost(fixed64, tag = "2")]
    pub(crate) received_at_unix_nanos: u64,
    #[prost(string, tag = "3")]
    pub(crate) price_version: String,
    #[prost(bytes, tag = "4")]
    pub(crate) trace_id: Vec<u8>,
    #[prost(bytes, tag = "5")]
    pub(crate) span_id: Vec<u8>,
    #[prost(bytes, tag = "6")]
    pub(crate) parent_span_id: Vec<u8>,
    #[prost(bool, tag = "7")]
    pub(crate) is_parent_remote: bool,
    #[prost(string, optional, tag = "8")]
    pub(crate) trace_id_text: Option<String>,
    #[prost(string, optional, tag = "9")]
    pub(crate) span_id_text: Option<String>,
    #[prost(string, tag = "10")]
    pub(crate) name: String,
    #[prost(fixed64, tag = "11")]
    pub(crate) started_at_unix_nanos: u64,
    #[prost(fixed64, optional, tag = "12")]
    pub(crate) ended_at_unix_nanos: Option<u64>,
    #[prost(int32, tag = "13")]
    pub(crate) status: i32,
    #[prost(string, tag = "14")]
    pub(crate) status_message: String,
    #[prost(int32, tag = "15")]
    pub(crate) otel_kind: i32,
    #[prost(string, tag = "16")]
    pub(crate) trace_state: String,
    #[prost(message, repeated, tag = "17")]
    pub(crate) attributes: Vec<KeyValue>,
    #[prost(message, repeated, tag = "18")]
    pub(crate) events: Vec<Event>,
    #[prost(message, repeated, tag = "19")]
    pub(crate) links: Vec<Link>,
    #[prost(uint32, tag = "20")]
    pub(crate) n_dropped_by_client: u32,
    /// The place of its resource in [`Batch::resources`].
    #[prost(uint32, tag = "21")]
    pub(crate) resource: u32,
    /// The place of its scope in [`Batch::scopes`].
    #[prost(uint32, tag = "22")]
    pub(crate) scope: u32,

    #[prost(string, tag = "40")]
    pub(crate) kind: String,
    #[prost(string, tag = "41")]
    pub(crate) kind_text: String,
    #[prost(message, optional, tag = "42")]
    pub(crate) input: Option<Content>,
    #[prost(message, optional, tag = "43")]
    pub(crate) output: Option<Content>,
    #[prost(string, optional, tag = "44")]
    pub(crate) model_requested: Option<String>,
    #[prost(string, optional, tag = "45")]
    pub(crate) model_responded: Option<String>,
    #[prost(string, optional, tag = "46")]
    pub(crate) provider: Option<String>,
    #[prost(message, repeated, tag = "47")]
    pub(crate) model_parameters: Vec<KeyValue>,
    #[prost(string, repeated, tag = "48")]
    pub(crate) finish_reasons: Vec<String>,
    #[prost(message, optional, tag = "49")]
    pub(crate) usage: Option<Usage>,
    #[prost(double, optional, tag = "50")]
    pub(crate) cost_usd: Option<f64>,
    #[prost(uint64, optional, tag = "51")]
    pub(crate) time_to_first_token_nanos: Option<u64>,
    #[prost(string, optional, tag = "52")]
    pub(crate) session_id: Option<String>,
    #[prost(string, optional, tag = "53")]
    pub(crate) user_id: Option<String>,
    #[prost(string, repeated, tag = "54")]
    pub(crate) tags: Vec<String>,
    #[prost(string, optional, tag = "55")]
    pub(crate) environment: Option<String>,
    #[prost(message, repeated, tag = "56")]
    pub(crate) metadata: Vec<KeyValue>,
    #[prost(string, optional, tag = "57")]
    pub(crate) git_repo: Option<String>,
    #[prost(string, optional, tag = "58")]
    pub(crate) git_ref: Option<String>,
    #[prost(message, optional, tag = "59")]
    pub(crate) source: Option<Source>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Event {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(fixed64, tag = "2")]
    pub(crate) at_unix_nanos: u64,
    #[prost(message, repeated, tag = "3")]
    pub(crate) attributes: Vec<KeyValue>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Link {
    #[prost(bytes, tag = "1")]
    pub(crate) trace_id: Vec<u8>,
    #[prost(bytes, tag = "2")]
    pub(crate) span_id: Vec<u8>,
    #[prost(message, repeated, tag = "3")]
    pub(crate) attributes: Vec<KeyValue>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Content {
    #[prost(oneof = "OneContent", tags = "1, 2")]
    pub(crate) content: Option<OneContent>,
}

#[derive(Clone, PartialEq, Oneof)]
pub(crate) enum OneContent {
    #[prost(uint32, tag = "1")]
    Attribute(u32),
    #[prost(message, tag = "2")]
    Value(AnyValue),
}

#[expect(clippy::struct_field_names, reason = "the same names as in the span's usage")]
#[derive(Clone, Copy, PartialEq, Message)]
pub(crate) struct Usage {
    #[prost(uint64, optional, tag = "1")]
    pub(crate) input_tokens: Option<u64>,
    #[prost(uint64, optional, tag = "2")]
    pub(crate) output_tokens: Option<u64>,
    #[prost(uint64, optional, tag = "3")]
    pub(crate) total_tokens: Option<u64>,
    #[prost(uint64, optional, tag = "4")]
    pub(crate) cache_read_tokens: Option<u64>,
    #[prost(uint64, optional, tag = "5")]
    pub(crate) cache_write_tokens: Option<u64>,
    #[prost(uint64, optional, tag = "6")]
    pub(crate) reasoning_tokens: Option<u64>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Source {
    #[prost(string, tag = "1")]
    pub(crate) file: String,
    #[prost(uint32, optional, tag = "2")]
    pub(crate) line: Option<u32>,
    #[prost(string, optional, tag = "3")]
    pub(crate) function: Option<String>,
}
