//! What foreign clients send becomes the same spans, whatever form it comes in.

mod canonical;
mod dialects;
mod hostile;
mod json;
mod mutagent;
mod protobuf;
mod same_call;
mod traceroot;
