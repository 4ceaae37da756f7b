//! How bodies are compressed: gzip from the start where it is known to be understood, zstd once the server says so.

use std::io::{Read, Write};

use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::destination::Compression;

/// A content coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    Identity,
    Gzip,
    Zstd,
}

impl Coding {
    /// What stands in `Content-Encoding`.
    pub(crate) fn header(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Zstd => Some("zstd"),
        }
    }

    /// What a body was before it was compressed; `None` if it was not, or cannot be read.
    pub(crate) fn decompressed(self, body: &[u8]) -> Option<Vec<u8>> {
        let mut plain = Vec::new();
        let read = match self {
            Self::Identity => return None,
            Self::Gzip => GzDecoder::new(body).take(PLAIN_BYTES_MAX).read_to_end(&mut plain),
            Self::Zstd => zstd::stream::Decoder::new(body).ok()?.take(PLAIN_BYTES_MAX).read_to_end(&mut plain),
        };
        read.is_ok().then_some(plain)
    }
}

/// Nothing that this crate compressed is larger than this before.
const PLAIN_BYTES_MAX: u64 = 4 * tracewood_span::limits::REQUEST_BYTES_MAX as u64;

/// Compresses bodies, and learns what the server understands.
pub(crate) struct Compressor {
    allowed: Compression,
    coding: Coding,
    /// Whether a server that spoke of zstd then refused it.
    is_zstd_refused: bool,
    zstd: Option<zstd::bulk::Compressor<'static>>,
}

impl Compressor {
    pub(crate) fn new(allowed: Compression, is_gzip_known: bool) -> Self {
        let coding = match allowed {
            Compression::Gzip => Coding::Gzip,
            Compression::Auto if is_gzip_known => Coding::Gzip,
            Compression::None | Compression::Auto => Coding::Identity,
        };
        Self { allowed, coding, is_zstd_refused: false, zstd: None }
    }

    /// Learns from a reply's `Accept-Encoding` what the server takes.
    pub(crate) fn hear(&mut self, accept_encoding: &str) {
        let has_zstd = accept_encoding.split(',').any(|coding| {
            let mut parts = coding.split(';');
            let is_zstd = parts.next().is_some_and(|name| name.trim().eq_ignore_ascii_case("zstd"));
            is_zstd && !parts.any(|part| matches!(part.trim(), "q=0" | "q=0.0"))
        });
        if has_zstd && self.allowed == Compression::Auto && !self.is_zstd_refused {
            self.coding = Coding::Zstd;
        }
    }

    /// Learns that the server did not understand what it was sent; answers whether there is something simpler.
    pub(crate) fn step_down(&mut self) -> bool {
        self.coding = match self.coding {
            Coding::Zstd => {
                self.is_zstd_refused = true;
                Coding::Gzip
            }
            Coding::Gzip => Coding::Identity,
            Coding::Identity => return false,
        };
        true
    }

    /// Compresses a body; answers how it is compressed, `Identity` meaning that nothing was written.
    pub(crate) fn compress(&mut self, body: &[u8], out: &mut Vec<u8>) -> Coding {
        out.clear();
        let is_done = match self.coding {
            Coding::Identity => false,
            Coding::Gzip => gzip(body, out),
            Coding::Zstd => self.compress_zstd(body, out),
        };
        if is_done { self.coding } else { Coding::Identity }
    }

    fn compress_zstd(&mut self, body: &[u8], out: &mut Vec<u8>) -> bool {
        if self.zstd.is_none() {
            self.zstd = zstd::bulk::Compressor::new(1).ok();
        }
        let Some(compressor) = &mut self.zstd else { return false };
        out.reserve(zstd::zstd_safe::compress_bound(body.len()));
        compressor.compress_to_buffer(body, out).is_ok()
    }
}

fn gzip(body: &[u8], out: &mut Vec<u8>) -> bool {
    let mut encoder = GzEncoder::new(out, flate2::Compression::fast());
    encoder.write_all(body).is_ok() && encoder.finish().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(compressor: &mut Compressor) -> Coding {
        let body = b"the same words again and again ".repeat(100);
        let mut out = Vec::new();
        let coding = compressor.compress(&body, &mut out);
        let read = match coding {
            Coding::Identity => return coding,
            Coding::Gzip => std::io::read_to_string(flate2::read::GzDecoder::new(out.as_slice())).unwrap().into_bytes(),
            Coding::Zstd => zstd::decode_all(out.as_slice()).unwrap(),
        };
        assert_eq!(read, body);
        assert!(out.len() < body.len() / 10);
        coding
    }

    #[test]
    fn zstd_begins_when_the_server_asks_for_it_and_ends_when_it_refuses() {
        let mut compressor = Compressor::new(Compression::Auto, true);
        assert_eq!(round_trip(&mut compressor), Coding::Gzip);
        compressor.hear("gzip, deflate;q=0.5, zstd;q=0");
        assert_eq!(round_trip(&mut compressor), Coding::Gzip);
        compressor.hear("gzip, Zstd");
        assert_eq!(round_trip(&mut compressor), Coding::Zstd);
        assert!(compressor.step_down());
        compressor.hear("zstd");
        assert_eq!(round_trip(&mut compressor), Coding::Gzip);
        assert!(compressor.step_down());
        assert!(!compressor.step_down());
        assert_eq!(round_trip(&mut compressor), Coding::Identity);
    }

    #[test]
    fn what_was_configured_is_kept_to() {
        for (allowed, is_gzip_known, coding) in [
            (Compression::None, true, Coding::Identity),
            (Compression::Gzip, true, Coding::Gzip),
            (Compression::Auto, false, Coding::Identity),
        ] {
            let mut compressor = Compressor::new(allowed, is_gzip_known);
            assert_eq!(round_trip(&mut compressor), coding);
            compressor.hear("zstd");
            let expected = if allowed == Compression::Auto { Coding::Zstd } else { coding };
            assert_eq!(round_trip(&mut compressor), expected);
        }
    }
}
