//! Spans to OTLP bytes, written straight into a buffer.
