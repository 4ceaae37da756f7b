//! Answers compressed for those who take it.

use std::io::{self, Write as _};

use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, header};

/// Answers below this size fit into a packet or three anyway.
const BYTES_MIN: usize = 4096;

/// Whether the sender of a request takes gzip.
pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|encoding| {
        let mut parts = encoding.split(';').map(str::trim);
        parts.next() == Some("gzip") && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

/// The compressed form of an answer that is worth it.
pub(crate) fn compress(bytes: &[u8]) -> io::Result<Option<Vec<u8>>> {
    if bytes.len() < BYTES_MIN {
        return Ok(None);
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::fast());
    encoder.write_all(bytes)?;
    encoder.finish().map(Some)
}

/// An answer that is sent in parts, of which whoever has one can unpack all of it.
pub(crate) struct Parts(GzEncoder<Vec<u8>>);

impl Default for Parts {
    fn default() -> Self {
        Self(GzEncoder::new(Vec::new(), Compression::fast()))
    }
}

impl Parts {
    /// One part, behind which others come.
    pub(crate) fn part(&mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        self.0.write_all(bytes)?;
        self.0.flush()?;
        Ok(std::mem::take(self.0.get_mut()))
    }

    /// The last part.
    pub(crate) fn last(mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        self.0.write_all(bytes)?;
        self.0.finish()
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn gzip_is_taken_when_it_is_named_and_not_excluded() {
        for (accepted, takes) in [
            ("gzip", true),
            ("br, gzip;q=0.5", true),
            ("gzip;q=0", false),
            ("gzip; q=0.000", false),
            ("br", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted))]);
            assert_eq!(takes_gzip(&headers), takes, "{accepted}");
        }
    }
}
