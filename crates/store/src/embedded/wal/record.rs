//! A record of the log: a header with lengths and checksums, and the bytes of some spans.

use crate::embedded::codec::Chunk;
use crate::{Error, ErrorKind};

/// Bytes before the payload.
pub(crate) const HEADER_BYTES: usize = 24;
/// No payload is longer; a length beyond it is damage.
pub(crate) const PAYLOAD_BYTES_MAX: usize = 1 << 30;
pub(super) const MAGIC: [u8; 4] = *b"TWR1";

const CODEC_PLAIN: u8 = 0;
const CODEC_ZSTD: u8 = 1;

/// A record that lacks only the salt of the segment that it will stand in.
#[derive(Debug)]
pub(crate) struct Record {
    n_spans: u32,
    codec: u8,
    payload_crc: u32,
    payload: Vec<u8>,
}

impl Record {
    /// Makes a record, compressed where a level is given and it helps.
    pub(crate) fn new(chunk: Chunk, zstd_level: Option<i32>) -> Result<Self, Error> {
        let Chunk { bytes, n_spans } = chunk;
        let packed = zstd_level
            .and_then(|level| zstd::bulk::compress(&bytes, level).ok())
            .filter(|packed| packed.len() < bytes.len());
        let (codec, payload) = packed.map_or((CODEC_PLAIN, bytes), |packed| (CODEC_ZSTD, packed));
        if payload.len() > PAYLOAD_BYTES_MAX {
            let context = format!("one span has {} bytes, more than the {PAYLOAD_BYTES_MAX} that fit", payload.len());
            return Err(Error::new(ErrorKind::Query, "append spans", context));
        }
        Ok(Self { n_spans, codec, payload_crc: crc32fast::hash(&payload), payload })
    }

    pub(crate) fn n_bytes(&self) -> usize {
        HEADER_BYTES + self.payload.len()
    }

    /// Writes the record as it stands in a segment with that salt.
    pub(crate) fn write(&self, salt: u64, out: &mut Vec<u8>) {
        let begin = out.len();
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&(self.payload.len() as u32).to_le_bytes());
        out.extend_from_slice(&self.n_spans.to_le_bytes());
        out.extend_from_slice(&[self.codec, 0, 0, 0]);
        out.extend_from_slice(&self.payload_crc.to_le_bytes());
        let crc = header_crc(salt, out.get(begin..).unwrap_or_default());
        out.extend_from_slice(&crc.to_le_bytes());
        out.extend_from_slice(&self.payload);
    }
}

/// What the header of a record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) n_payload_bytes: u32,
    pub(crate) n_spans: u32,
    codec: u8,
    payload_crc: u32,
}

impl Header {
    /// Reads a header; `None` if it is damaged or none at all.
    pub(crate) fn decode(salt: u64, bytes: &[u8; HEADER_BYTES]) -> Option<Self> {
        let (fields, crc) = bytes.split_last_chunk::<4>()?;
        if u32::from_le_bytes(*crc) != header_crc(salt, fields) {
            return None;
        }
        let (magic, rest) = fields.split_first_chunk::<4>()?;
        let (n_payload_bytes, rest) = rest.split_first_chunk::<4>()?;
        let (n_spans, rest) = rest.split_first_chunk::<4>()?;
        let ([codec, ..], rest) = rest.split_first_chunk::<4>()?;
        let (payload_crc, _) = rest.split_first_chunk::<4>()?;
        (*magic == MAGIC).then(|| Self {
            n_payload_bytes: u32::from_le_bytes(*n_payload_bytes),
            n_spans: u32::from_le_bytes(*n_spans),
            codec: *codec,
            payload_crc: u32::from_le_bytes(*payload_crc),
        })
    }

    /// Whether a payload is the one that this header was written for.
    pub(crate) fn matches(&self, payload: &[u8]) -> bool {
        payload.len() == self.n_payload_bytes as usize && crc32fast::hash(payload) == self.payload_crc
    }

    /// The bytes of the spans, unpacked where they were packed.
    pub(crate) fn unpack(&self, payload: Vec<u8>) -> Result<Vec<u8>, Error> {
        let corrupt = |context: String| Error::new(ErrorKind::Corrupt, "read write-ahead log", context);
        match self.codec {
            CODEC_PLAIN => Ok(payload),
            CODEC_ZSTD => zstd::stream::decode_all(payload.as_slice())
                .map_err(|e| corrupt("a record does not unpack".to_owned()).caused_by(e)),
            other => Err(corrupt(format!("a record is packed in a way that this version does not know ({other})"))),
        }
    }
}

fn header_crc(salt: u64, fields: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&salt.to_le_bytes());
    hasher.update(fields);
    hasher.finalize()
}
