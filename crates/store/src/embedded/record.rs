//! One span as the bytes of a record, and back again from bytes that somebody else may have made.

use tracewood_span::Usage;

use super::codec;
use crate::{Error, ErrorKind, Stored};

/// The bytes of a batch of one.
pub(crate) fn encode_one(stored: &Stored) -> Vec<u8> {
    codec::encode(std::slice::from_ref(stored)).pop().map(|chunk| chunk.bytes).unwrap_or_default()
}

/// The span of a batch of one, held to the bounds that decoders hold spans to.
pub(crate) fn decode_one(bytes: &[u8]) -> Result<Stored, Error> {
    let mut spans = codec::decode(bytes)?;
    let (Some(mut stored), true) = (spans.pop(), spans.is_empty()) else {
        return Err(Error::new(ErrorKind::Corrupt, "decode spans", "the bytes are not those of one span"));
    };
    let span = &mut stored.span;
    let usage = &mut span.usage;
    for count in [
        &mut usage.input_tokens,
        &mut usage.output_tokens,
        &mut usage.total_tokens,
        &mut usage.cache_read_tokens,
        &mut usage.cache_write_tokens,
        &mut usage.reasoning_tokens,
    ] {
        *count = count.filter(|count| *count <= Usage::COUNT_MAX);
    }
    span.cost_usd = span.cost_usd.filter(|cost| cost.is_finite());
    Ok(stored)
}
