//! One span as bytes, for carrying it whole from one store to another.
//!
//! The bytes are those of the store's own records, whose format `docs/store.md` promises to keep.

use crate::embedded::record;
use crate::{Error, Stored};

/// A span with everything that is kept of it.
pub fn encode(stored: &Stored) -> Vec<u8> {
    record::encode_one(stored)
}

/// The span that the bytes stand for, as far as it says nothing that no store would have taken.
///
/// # Errors
///
/// [`ErrorKind::Corrupt`](crate::ErrorKind::Corrupt) if the bytes are not those of one span.
pub fn decode(bytes: &[u8]) -> Result<Stored, Error> {
    record::decode_one(bytes)
}
