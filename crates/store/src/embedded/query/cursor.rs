//! The text that says where a page ended.

use std::fmt::Write as _;

use super::entries::EntryKey;
use crate::{Error, ErrorKind};

const VERSION: u8 = 1;
const N_BYTES: usize = 1 + 8 + 16 + 8 + 4;

/// The cursor behind an entry of a project.
pub(super) fn encode(project: &str, key: EntryKey) -> String {
    let mut bytes = Vec::with_capacity(N_BYTES);
    bytes.push(VERSION);
    bytes.extend_from_slice(&key.started_at.to_be_bytes());
    bytes.extend_from_slice(&key.trace.to_be_bytes());
    bytes.extend_from_slice(&key.span_id.to_be_bytes());
    bytes.extend_from_slice(&seal(project, &bytes));
    bytes.iter().fold(String::with_capacity(N_BYTES * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The entry behind which a page begins.
pub(super) fn decode(project: &str, cursor: &str) -> Result<EntryKey, Error> {
    read(project, cursor).ok_or_else(|| {
        let context = "the cursor is not one that a page of this project gave; start again without one";
        Error::new(ErrorKind::Query, "list traces", context)
    })
}

fn read(project: &str, cursor: &str) -> Option<EntryKey> {
    let digits = cursor.as_bytes();
    if digits.len() != N_BYTES * 2 {
        return None;
    }
    let bytes = digits.chunks_exact(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    let bytes: Vec<u8> = bytes.collect::<Option<_>>()?;
    let (fields, seal_found) = bytes.split_last_chunk::<4>()?;
    let (version, rest) = fields.split_first()?;
    let (started_at, rest) = rest.split_first_chunk::<8>()?;
    let (trace, rest) = rest.split_first_chunk::<16>()?;
    let (span_id, _) = rest.split_first_chunk::<8>()?;
    (*version == VERSION && *seal_found == seal(project, fields)).then(|| EntryKey {
        started_at: u64::from_be_bytes(*started_at),
        trace: u128::from_be_bytes(*trace),
        span_id: u64::from_be_bytes(*span_id),
    })
}

/// Finds typing mistakes and cursors of other projects; it is no secret, and nothing is reached through it.
fn seal(project: &str, fields: &[u8]) -> [u8; 4] {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(project.as_bytes());
    hasher.update(fields);
    hasher.finalize().to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursor_reads_back_in_its_own_project_only() {
        let key = EntryKey { started_at: 7, trace: u128::MAX - 3, span_id: 9 };
        let cursor = encode("default", key);
        assert_eq!(decode("default", &cursor).unwrap(), key);
        for (project, cursor) in [
            ("other", cursor.as_str()),
            ("default", ""),
            ("default", "zz"),
            ("default", &cursor[1..]),
            ("default", &cursor.replace('7', "8")),
            ("default", &"+1".repeat(N_BYTES)),
            ("default", &"é".repeat(N_BYTES)),
        ] {
            assert_eq!(decode(project, cursor).unwrap_err().kind(), ErrorKind::Query, "{project} {cursor}");
        }
    }
}
