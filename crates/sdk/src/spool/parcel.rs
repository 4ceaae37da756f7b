//! One file of the spool: the body of a request with a header, and a checksum over both.

use crate::export::Coding;

/// The first bytes of every file; the number grows when the rest is laid out in another way.
const MAGIC: &[u8; 8] = b"TWSPOOL1";

/// A request that waits on disk: everything but the URL and the headers, which are those of the day it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parcel {
    /// The wire whose words the body uses.
    pub(crate) wire: String,
    pub(crate) content_type: String,
    pub(crate) coding: Coding,
    pub(crate) n_spans: u32,
    pub(crate) body: Vec<u8>,
}

impl Parcel {
    /// The bytes of the file.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut rest = Vec::with_capacity(self.body.len() + 64);
        rest.extend_from_slice(&(self.body.len() as u64).to_le_bytes());
        rest.extend_from_slice(&self.n_spans.to_le_bytes());
        rest.push(match self.coding {
            Coding::Identity => 0,
            Coding::Gzip => 1,
            Coding::Zstd => 2,
        });
        for text in [&self.wire, &self.content_type] {
            let text = text.as_bytes().get(..usize::from(u8::MAX)).unwrap_or(text.as_bytes());
            rest.push(text.len() as u8);
            rest.extend_from_slice(text);
        }
        rest.extend_from_slice(&self.body);
        let mut bytes = Vec::with_capacity(rest.len() + 12);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&crc32fast::hash(&rest).to_le_bytes());
        bytes.extend_from_slice(&rest);
        bytes
    }

    /// Reads a file; `None` if it is not whole.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (checksum, rest) = bytes.strip_prefix(MAGIC)?.split_first_chunk()?;
        if u32::from_le_bytes(*checksum) != crc32fast::hash(rest) {
            return None;
        }
        let (n_body_bytes, rest) = rest.split_first_chunk()?;
        let (n_spans, rest) = rest.split_first_chunk()?;
        let (coding, rest) = rest.split_first()?;
        let coding = match coding {
            0 => Coding::Identity,
            1 => Coding::Gzip,
            2 => Coding::Zstd,
            _ => return None,
        };
        let (wire, rest) = text(rest)?;
        let (content_type, body) = text(rest)?;
        if body.len() as u64 != u64::from_le_bytes(*n_body_bytes) {
            return None;
        }
        Some(Self { wire, content_type, coding, n_spans: u32::from_le_bytes(*n_spans), body: body.to_vec() })
    }
}

fn text(bytes: &[u8]) -> Option<(String, &[u8])> {
    let (length, rest) = bytes.split_first()?;
    let (text, rest) = rest.split_at_checked(usize::from(*length))?;
    Some((String::from_utf8(text.to_vec()).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_file_is_read_back_and_every_torn_one_is_noticed() {
        let parcel = Parcel {
            wire: "otlp".to_owned(),
            content_type: "application/x-protobuf".to_owned(),
            coding: Coding::Zstd,
            n_spans: 7,
            body: (0..200).collect(),
        };
        let bytes = parcel.to_bytes();
        assert_eq!(Parcel::from_bytes(&bytes), Some(parcel));
        for n_bytes in 0..bytes.len() {
            assert_eq!(Parcel::from_bytes(&bytes[..n_bytes]), None, "cut after {n_bytes} bytes");
            let mut flipped = bytes.clone();
            flipped[n_bytes] ^= 1;
            assert_eq!(Parcel::from_bytes(&flipped), None, "byte {n_bytes} is another one");
        }
    }
}
