//! Bodies: read within a bound, decompressed within a bound.

use std::io::{self, Read};
use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use http::{HeaderMap, header};
use http_body_util::BodyExt;
use tokio::sync::OwnedSemaphorePermit;

use crate::error::{Reason, Refusal};
use crate::state::Server;

/// How long a client may take to send its body: six times the timeout that OTLP exporters give a whole request.
const BODY_TIMEOUT: Duration = Duration::from_mins(1);
/// How long the rest of a body that is too large is read and thrown away, so that the client gets to read our answer.
const DISCARD_TIMEOUT: Duration = Duration::from_secs(5);

/// How much memory is taken for a body before any of it has arrived.
const CAPACITY_MAX: usize = 1024 * 1024;

/// The largest window of a zstd stream, 8 MiB: what RFC 9659 allows on the web. The default would let a stream of a few
/// bytes take 128 MiB.
pub(super) const ZSTD_WINDOW_LOG_MAX: u32 = 23;

/// How a body was compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    Gzip,
    /// The zlib format, as HTTP's `deflate` means.
    Deflate,
    Zstd,
}

impl Compression {
    /// What a request's `Content-Encoding` says.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, Refusal> {
        let mut values = headers.get_all(header::CONTENT_ENCODING).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return match headers.get(header::CONTENT_ENCODING) {
                None => Ok(Self::None),
                Some(_) => Err(unsupported("more than one")),
            };
        };
        Self::from_word(value.to_str().unwrap_or("not text"))
    }

    /// The compression that a word of HTTP or gRPC stands for.
    pub(crate) fn from_word(word: &str) -> Result<Self, Refusal> {
        let word = word.trim();
        let is = |name: &str| word.eq_ignore_ascii_case(name);
        if word.is_empty() || is("identity") {
            Ok(Self::None)
        } else if is("gzip") || is("x-gzip") {
            Ok(Self::Gzip)
        } else if is("deflate") {
            Ok(Self::Deflate)
        } else if is("zstd") {
            Ok(Self::Zstd)
        } else {
            Err(unsupported(word))
        }
    }
}

fn unsupported(word: &str) -> Refusal {
    let message = format!("content encoding \"{word}\" is not supported; use gzip, zstd, deflate or identity");
    Refusal::new(Reason::UnsupportedMediaType, message)
}

/// A body in memory, with the place that it takes until it is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) bytes: Bytes,
    _admitted: OwnedSemaphorePermit,
    _room: Option<OwnedSemaphorePermit>,
}

/// Reads a body of at most `request_bytes_max` bytes, if there is room for one more.
pub(crate) async fn read(server: &Server, headers: &HeaderMap, mut body: Body) -> Result<Held, Refusal> {
    let bytes_max = server.limits.request_bytes_max;
    let n_bytes_said = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let reading = async {
        if n_bytes_said.is_some_and(|n_bytes| n_bytes > bytes_max) {
            return Err(too_large(bytes_max));
        }
        let mut room: Option<OwnedSemaphorePermit> = None;
        // What the client announces is believed up to here, so that announcing alone takes no memory.
        let mut bytes = BytesMut::with_capacity(n_bytes_said.unwrap_or_default().min(CAPACITY_MAX));
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| Refusal::bad_request(format!("the body ended early: {error}")))?;
            let Ok(chunk) = frame.into_data() else { continue };
            if bytes.len() + chunk.len() > bytes_max {
                return Err(too_large(bytes_max));
            }
            let more = server.reserve(chunk.len())?;
            match &mut room {
                Some(room) => room.merge(more),
                None => room = Some(more),
            }
            bytes.extend_from_slice(&chunk);
        }
        // Only now, so that clients who send slowly take no place from those who are done.
        let admitted = server.admit()?;
        Ok(Held { bytes: bytes.freeze(), _admitted: admitted, _room: room })
    };
    let Ok(held) = tokio::time::timeout(BODY_TIMEOUT, reading).await else {
        return Err(Refusal::new(Reason::TooSlow, "the body took too long to arrive"));
    };
    if held.is_err() {
        discard(server, body).await;
    }
    held
}

/// Reads on without keeping anything: a client that is still writing would otherwise see a broken pipe, and no answer.
pub(crate) async fn discard(server: &Server, mut body: Body) {
    let bytes_max = server.limits.request_bytes_max;
    let discarding = async {
        let mut n_bytes = 0;
        while let Some(Ok(frame)) = body.frame().await {
            n_bytes += frame.data_ref().map_or(0, Bytes::len);
            if n_bytes > bytes_max {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(DISCARD_TIMEOUT, discarding).await;
}

/// Decompresses a whole body to at most `bytes_max` bytes.
pub(crate) fn decompress(bytes: Bytes, compression: Compression, bytes_max: usize) -> Result<Bytes, Refusal> {
    let (name, out) = match compression {
        Compression::None => return Ok(bytes),
        Compression::Gzip => ("gzip", read_all(MultiGzDecoder::new(&bytes[..]), bytes.len(), bytes_max)),
        Compression::Deflate => ("deflate", read_all(ZlibDecoder::new(&bytes[..]), bytes.len(), bytes_max)),
        Compression::Zstd => (
            "zstd",
            zstd::Decoder::with_buffer(&bytes[..]).and_then(|mut decoder| {
                decoder.window_log_max(ZSTD_WINDOW_LOG_MAX)?;
                read_all(decoder, bytes.len(), bytes_max)
            }),
        ),
    };
    match out {
        Ok(out) if out.len() > bytes_max => Err(too_large(bytes_max)),
        Ok(out) => Ok(out.into()),
        Err(error) => Err(Refusal::bad_request(format!("the body is not {name}: {error}"))),
    }
}

/// Reads at most one byte more than the limit, so that the caller sees that there was more.
fn read_all(reader: impl Read, n_bytes_compressed: usize, bytes_max: usize) -> io::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(n_bytes_compressed.saturating_mul(4).min(bytes_max));
    reader.take(bytes_max as u64 + 1).read_to_end(&mut out)?;
    Ok(out)
}

pub(crate) fn too_large(bytes_max: usize) -> Refusal {
    let message = format!("the body is over the limit of {bytes_max} bytes; send smaller batches");
    Refusal::new(Reason::PayloadTooLarge, message)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::write::{GzEncoder, ZlibEncoder};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn every_compression_gives_back_what_went_in() {
        let mut zlib = ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        zlib.write_all(b"wood").unwrap();
        for (compression, bytes) in [
            (Compression::None, b"wood".to_vec()),
            (Compression::Gzip, gzip(b"wood")),
            (Compression::Gzip, [gzip(b"wo"), gzip(b"od")].concat()),
            (Compression::Deflate, zlib.finish().unwrap()),
            (Compression::Zstd, zstd::encode_all(&b"wood"[..], 1).unwrap()),
        ] {
            assert_eq!(decompress(bytes.into(), compression, 4).unwrap(), "wood", "{compression:?}");
        }
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = vec![0; 1 << 20];
        let zstd = zstd::encode_all(&bomb[..], 1).unwrap();
        for (compression, bytes) in [(Compression::Gzip, gzip(&bomb)), (Compression::Zstd, zstd)] {
            let refusal = decompress(bytes.into(), compression, 1000).unwrap_err();
            assert_eq!(refusal.reason, Reason::PayloadTooLarge);
        }
    }

    #[test]
    fn broken_and_cut_streams_are_bad_requests() {
        let whole = gzip(&[7; 10_000]);
        for bytes in [b"plain".to_vec(), whole[..whole.len() - 5].to_vec(), Vec::new()] {
            for compression in [Compression::Gzip, Compression::Deflate, Compression::Zstd] {
                if bytes.is_empty() && compression == Compression::Zstd {
                    continue; // no frames at all are a valid, empty stream of zstd
                }
                let refusal = decompress(bytes.clone().into(), compression, 1 << 20).unwrap_err();
                assert_eq!(refusal.reason, Reason::BadRequest, "{compression:?} {}", refusal.message);
            }
        }
    }
}
