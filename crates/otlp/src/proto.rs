//! The messages of opentelemetry-proto v1.11 that traces need, written by hand so that no build needs `protoc`.
//!
//! Field numbers are those of `trace.proto`, `common.proto`, `resource.proto`, `trace_service.proto` and
//! `google/rpc/status.proto`. Our answers are written with them; requests are read where they lie, by
//! [`decode::protobuf`](crate::decode::protobuf), and these say for its tests and for other rooms what a request is.
//!
//! Text is declared as bytes, so that a request can hold text that is not UTF-8. The encoding is the same.

/// `opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ExportTraceServiceRequest {
    /// One entry a process, usually.
    #[prost(message, repeated, tag = "1")]
    pub resource_spans: Vec<ResourceSpans>,
}

/// `opentelemetry.proto.trace.v1.ResourceSpans`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ResourceSpans {
    /// The process that sent the spans.
    #[prost(message, optional, tag = "1")]
    pub resource: Option<Resource>,
    /// One entry a library, usually.
    #[prost(message, repeated, tag = "2")]
    pub scope_spans: Vec<ScopeSpans>,
    /// Where the words of the resource are defined.
    #[prost(bytes = "vec", tag = "3")]
    pub schema_url: Vec<u8>,
}

/// `opentelemetry.proto.resource.v1.Resource`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Resource {
    /// `service.name` and the like.
    #[prost(message, repeated, tag = "1")]
    pub attributes: Vec<KeyValue>,
}

/// `opentelemetry.proto.trace.v1.ScopeSpans`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ScopeSpans {
    /// The library that made the spans.
    #[prost(message, optional, tag = "1")]
    pub scope: Option<InstrumentationScope>,
    /// The spans.
    #[prost(message, repeated, tag = "2")]
    pub spans: Vec<Span>,
    /// Where the words of the spans are defined.
    #[prost(bytes = "vec", tag = "3")]
    pub schema_url: Vec<u8>,
}

/// `opentelemetry.proto.common.v1.InstrumentationScope`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct InstrumentationScope {
    /// The library's name.
    #[prost(bytes = "vec", tag = "1")]
    pub name: Vec<u8>,
    /// The library's version.
    #[prost(bytes = "vec", tag = "2")]
    pub version: Vec<u8>,
    /// What else it says of itself.
    #[prost(message, repeated, tag = "3")]
    pub attributes: Vec<KeyValue>,
}

/// `opentelemetry.proto.trace.v1.Span`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Span {
    /// 16 bytes.
    #[prost(bytes = "vec", tag = "1")]
    pub trace_id: Vec<u8>,
    /// 8 bytes.
    #[prost(bytes = "vec", tag = "2")]
    pub span_id: Vec<u8>,
    /// W3C `tracestate`.
    #[prost(bytes = "vec", tag = "3")]
    pub trace_state: Vec<u8>,
    /// 8 bytes; empty for the root.
    #[prost(bytes = "vec", tag = "4")]
    pub parent_span_id: Vec<u8>,
    /// The span's name.
    #[prost(bytes = "vec", tag = "5")]
    pub name: Vec<u8>,
    /// `SpanKind`.
    #[prost(int32, tag = "6")]
    pub kind: i32,
    /// When it began.
    #[prost(fixed64, tag = "7")]
    pub start_time_unix_nano: u64,
    /// When it ended.
    #[prost(fixed64, tag = "8")]
    pub end_time_unix_nano: u64,
    /// Its attributes.
    #[prost(message, repeated, tag = "9")]
    pub attributes: Vec<KeyValue>,
    /// How many attributes the client left out.
    #[prost(uint32, tag = "10")]
    pub dropped_attributes_count: u32,
    /// What happened on the way.
    #[prost(message, repeated, tag = "11")]
    pub events: Vec<Event>,
    /// How many events the client left out.
    #[prost(uint32, tag = "12")]
    pub dropped_events_count: u32,
    /// Other spans that it has to do with.
    #[prost(message, repeated, tag = "13")]
    pub links: Vec<Link>,
    /// How many links the client left out.
    #[prost(uint32, tag = "14")]
    pub dropped_links_count: u32,
    /// How it ended.
    #[prost(message, optional, tag = "15")]
    pub status: Option<SpanStatus>,
    /// Bits 0 to 7: W3C trace flags; bit 8: bit 9 is known; bit 9: the parent is remote.
    #[prost(fixed32, tag = "16")]
    pub flags: u32,
}

/// `opentelemetry.proto.trace.v1.Span.Event`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Event {
    /// When.
    #[prost(fixed64, tag = "1")]
    pub time_unix_nano: u64,
    /// What.
    #[prost(bytes = "vec", tag = "2")]
    pub name: Vec<u8>,
    /// More of it.
    #[prost(message, repeated, tag = "3")]
    pub attributes: Vec<KeyValue>,
    /// How many attributes the client left out.
    #[prost(uint32, tag = "4")]
    pub dropped_attributes_count: u32,
}

/// `opentelemetry.proto.trace.v1.Span.Link`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Link {
    /// 16 bytes.
    #[prost(bytes = "vec", tag = "1")]
    pub trace_id: Vec<u8>,
    /// 8 bytes.
    #[prost(bytes = "vec", tag = "2")]
    pub span_id: Vec<u8>,
    /// W3C `tracestate`.
    #[prost(bytes = "vec", tag = "3")]
    pub trace_state: Vec<u8>,
    /// More of it.
    #[prost(message, repeated, tag = "4")]
    pub attributes: Vec<KeyValue>,
    /// How many attributes the client left out.
    #[prost(uint32, tag = "5")]
    pub dropped_attributes_count: u32,
}

/// `opentelemetry.proto.trace.v1.Status`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SpanStatus {
    /// What went wrong.
    #[prost(bytes = "vec", tag = "2")]
    pub message: Vec<u8>,
    /// `StatusCode`.
    #[prost(int32, tag = "3")]
    pub code: i32,
}

/// `opentelemetry.proto.common.v1.KeyValue`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct KeyValue {
    /// The key.
    #[prost(bytes = "vec", tag = "1")]
    pub key: Vec<u8>,
    /// The value.
    #[prost(message, optional, tag = "2")]
    pub value: Option<AnyValue>,
}

/// `opentelemetry.proto.common.v1.AnyValue`; without a value it is null.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AnyValue {
    /// The value.
    #[prost(oneof = "any_value::Value", tags = "1, 2, 3, 4, 5, 6, 7")]
    pub value: Option<any_value::Value>,
}

/// What an [`AnyValue`] holds.
pub mod any_value {
    /// One of the types that OTLP knows.
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub enum Value {
        /// Text.
        #[prost(bytes, tag = "1")]
        String(Vec<u8>),
        /// True or false.
        #[prost(bool, tag = "2")]
        Bool(bool),
        /// A whole number.
        #[prost(int64, tag = "3")]
        Int(i64),
        /// A floating point number.
        #[prost(double, tag = "4")]
        Double(f64),
        /// Values in order.
        #[prost(message, tag = "5")]
        Array(super::ArrayValue),
        /// Named values.
        #[prost(message, tag = "6")]
        Kvlist(super::KeyValueList),
        /// Bytes.
        #[prost(bytes, tag = "7")]
        Bytes(Vec<u8>),
    }
}

/// `opentelemetry.proto.common.v1.ArrayValue`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ArrayValue {
    /// The values.
    #[prost(message, repeated, tag = "1")]
    pub values: Vec<AnyValue>,
}

/// `opentelemetry.proto.common.v1.KeyValueList`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct KeyValueList {
    /// The values.
    #[prost(message, repeated, tag = "1")]
    pub values: Vec<KeyValue>,
}

/// `opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ExportTraceServiceResponse {
    /// Only there when not everything was well.
    #[prost(message, optional, tag = "1")]
    pub partial_success: Option<ExportTracePartialSuccess>,
}

/// `opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ExportTracePartialSuccess {
    /// How many spans were not taken; zero with a message is a warning.
    #[prost(int64, tag = "1")]
    pub rejected_spans: i64,
    /// Why.
    #[prost(string, tag = "2")]
    pub error_message: String,
}

/// `google.rpc.Status`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RpcStatus {
    /// `google.rpc.Code`, such as 3 for an invalid argument.
    #[prost(int32, tag = "1")]
    pub code: i32,
    /// What went wrong.
    #[prost(string, tag = "2")]
    pub message: String,
}
