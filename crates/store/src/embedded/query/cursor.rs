//! The text that says where a page ended.

use std::fmt::Write as _;

use super::entries::EntryKey;
use crate::{Error, ErrorKind};

const VERSION: u8 = 2;
const N_BYTES: usize = 1 + 8 + 8 + 16 + 8 + 4;

/// Finds typing mistakes and cursors of other questions; it is no secret, and nothing is reached through it.
pub(super) struct Seal {
    operation: &'static str,
    question: u32,
}

impl Seal {
    /// The seal of a question to a project.
    pub(super) fn new(operation: &'static str, project: &str, question: &str) -> Self {
        let mut hasher = crc32fast::Hasher::new();
        for text in [operation, project, question] {
            hasher.update(&(text.len() as u64).to_be_bytes());
            hasher.update(text.as_bytes());
        }
        Self { operation, question: hasher.finalize() }
    }

    /// The cursor behind a place in the list.
    pub(super) fn encode(&self, key: EntryKey) -> String {
        let mut bytes = Vec::with_capacity(N_BYTES);
        bytes.push(VERSION);
        bytes.extend_from_slice(&key.rank.to_be_bytes());
        bytes.extend_from_slice(&key.started_at.to_be_bytes());
        bytes.extend_from_slice(&key.trace.to_be_bytes());
        bytes.extend_from_slice(&key.span_id.to_be_bytes());
        bytes.extend_from_slice(&self.check(&bytes));
        bytes.iter().fold(String::with_capacity(N_BYTES * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// The place behind which a page begins.
    pub(super) fn decode(&self, cursor: &str) -> Result<EntryKey, Error> {
        self.read(cursor).ok_or_else(|| {
            let context = "the cursor is not one that a page of this question gave; start again without one";
            Error::new(ErrorKind::Query, self.operation, context)
        })
    }

    fn read(&self, cursor: &str) -> Option<EntryKey> {
        let digits = cursor.as_bytes();
        if digits.len() != N_BYTES * 2 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        let bytes = digits.chunks_exact(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        let bytes: Vec<u8> = bytes.collect::<Option<_>>()?;
        let (fields, check) = bytes.split_last_chunk::<4>()?;
        let (version, rest) = fields.split_first()?;
        let (rank, rest) = rest.split_first_chunk::<8>()?;
        let (started_at, rest) = rest.split_first_chunk::<8>()?;
        let (trace, rest) = rest.split_first_chunk::<16>()?;
        let (span_id, _) = rest.split_first_chunk::<8>()?;
        (*version == VERSION && *check == self.check(fields)).then(|| EntryKey {
            rank: u64::from_be_bytes(*rank),
            started_at: u64::from_be_bytes(*started_at),
            trace: u128::from_be_bytes(*trace),
            span_id: u64::from_be_bytes(*span_id),
        })
    }

    fn check(&self, fields: &[u8]) -> [u8; 4] {
        let mut hasher = crc32fast::Hasher::new_with_initial(self.question);
        hasher.update(fields);
        hasher.finalize().to_be_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursor_reads_back_for_its_own_question_only() {
        let key = EntryKey { rank: 3, started_at: 7, trace: u128::MAX - 3, span_id: 9 };
        let seal = Seal::new("list traces", "default", "kind:llm");
        let cursor = seal.encode(key);
        assert_eq!(seal.decode(&cursor).unwrap(), key);
        for other in [
            Seal::new("list traces", "other", "kind:llm"),
            Seal::new("list traces", "default", ""),
            Seal::new("list spans", "default", "kind:llm"),
        ] {
            assert_eq!(other.decode(&cursor).unwrap_err().kind(), ErrorKind::Query);
        }
        let broken = ["", "zz", &cursor[1..], &cursor.replace('7', "8"), &"+1".repeat(N_BYTES), &"é".repeat(N_BYTES)];
        for cursor in broken {
            assert_eq!(seal.decode(cursor).unwrap_err().kind(), ErrorKind::Query, "{cursor}");
        }
    }
}
