//! Default bounds on what is recorded and accepted, and where each number comes from.

/// The most bytes that one captured input or output takes; what is longer is cut and marked.
///
/// 1 MiB holds every prompt that today's models take as text (a million tokens are about 4 MB, but a span repeats the
/// history); rivals refuse a batch over 5 to 20 MB, so a batch of such spans still passes.
pub const CONTENT_BYTES_MAX: usize = 1024 * 1024;
/// The most bytes that one text inside a captured value takes.
pub const STRING_BYTES_MAX: usize = 256 * 1024;
/// How deep a captured value is followed; the standard JSON parsers of servers refuse more than 100 to 128.
pub const VALUE_DEPTH_MAX: usize = 32;
/// How many items of one list or mapping are kept.
pub const VALUE_ITEMS_MAX: usize = 10_000;
/// How many attributes a span keeps; OpenInference raises OpenTelemetry's 128 to this, since it flattens messages.
pub const SPAN_ATTRIBUTES_MAX: usize = 10_000;
/// How many events a span keeps; OpenTelemetry's default.
pub const SPAN_EVENTS_MAX: usize = 128;
/// How many bytes of finished spans wait for delivery.
pub const QUEUE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// How many finished spans wait for delivery.
pub const QUEUE_SPANS_MAX: usize = 100_000;
/// The most bytes that a request to the server has, before and after decompression; what OTLP recommends.
pub const REQUEST_BYTES_MAX: usize = 64 * 1024 * 1024;
