//! The beginning of a segment file: which one it is, and the salt that its records are sealed with.

use std::hash::{BuildHasher, RandomState};

/// Version of the log that this code writes.
const VERSION: u32 = 1;
const MAGIC: [u8; 8] = *b"TWWALSEG";
const COPY_BYTES: usize = 32;
/// Bytes before the first record: the header twice, so that one broken byte does not cost the whole segment.
pub(crate) const HEADER_BYTES: u64 = 2 * COPY_BYTES as u64;

/// What stands at the beginning of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) number: u64,
    /// Goes into the checksum of each record header. Without it, a client could send text that reads as a record, and
    /// have it taken for one where a power loss tore the record around it.
    pub(crate) salt: u64,
}

impl Header {
    /// A header with a salt that nobody can guess.
    pub(crate) fn new(number: u64) -> Self {
        Self { number, salt: RandomState::new().hash_one(number) }
    }

    pub(crate) fn encode(self) -> Vec<u8> {
        let mut copy = Vec::with_capacity(HEADER_BYTES as usize);
        copy.extend_from_slice(&MAGIC);
        copy.extend_from_slice(&VERSION.to_le_bytes());
        copy.extend_from_slice(&self.number.to_le_bytes());
        copy.extend_from_slice(&self.salt.to_le_bytes());
        copy.extend_from_slice(&crc32fast::hash(&copy).to_le_bytes());
        copy.repeat(2)
    }

    /// The header, from whichever copy is whole; `None` if none is.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        bytes.chunks_exact(COPY_BYTES).take(2).find_map(|copy| {
            let (fields, crc) = copy.split_last_chunk::<4>()?;
            let (magic, rest) = fields.split_first_chunk::<8>()?;
            let (version, rest) = rest.split_first_chunk::<4>()?;
            let (number, rest) = rest.split_first_chunk::<8>()?;
            let (salt, _) = rest.split_first_chunk::<8>()?;
            let is_whole = *magic == MAGIC
                && u32::from_le_bytes(*version) == VERSION
                && u32::from_le_bytes(*crc) == crc32fast::hash(fields);
            is_whole.then(|| Self { number: u64::from_le_bytes(*number), salt: u64::from_le_bytes(*salt) })
        })
    }
}
