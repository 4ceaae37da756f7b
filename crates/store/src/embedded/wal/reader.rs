//! Reads the records of one segment, stepping over what is damaged.

use std::fs::File;
use std::io::{ErrorKind as IoKind, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::record::{self, HEADER_BYTES, Header, MAGIC};
use super::segment;
use crate::Error;
use crate::embedded::fail;

const READ: &str = "read write-ahead log";

/// What stands at a place of a segment.
#[derive(Debug)]
pub(crate) enum Step {
    /// A whole record; the next one begins at `end`.
    Record { header: Header, payload: Vec<u8>, end: u64 },
    /// Bytes that are no record, with whole records behind them.
    Gap(Range<u64>),
    /// Bytes that are no record up to the end: a record that a crash tore, or damage at the very end.
    Tail(Range<u64>),
    /// Nothing more.
    End,
}

/// A segment that is being read.
#[derive(Debug)]
pub(crate) struct SegmentReader {
    path: PathBuf,
    file: File,
    salt: u64,
}

impl SegmentReader {
    /// Opens a segment; `None` if its header is not whole, so that nothing in it can be checked.
    pub(crate) fn open(path: &Path) -> Result<Option<Self>, Error> {
        let fail = |e| fail::disk(READ, path, e);
        let mut file = File::open(path).map_err(fail)?;
        let mut bytes = Vec::new();
        (&mut file).take(segment::HEADER_BYTES).read_to_end(&mut bytes).map_err(fail)?;
        // A header that was not written to its end has no record behind it.
        let header = segment::Header::decode(&bytes).filter(|_| bytes.len() as u64 == segment::HEADER_BYTES);
        Ok(header.map(|header| Self { path: path.to_owned(), file, salt: header.salt }))
    }

    pub(crate) fn salt(&self) -> u64 {
        self.salt
    }

    /// What stands at `offset`, where the segment counts as ending at `end`.
    pub(crate) fn step(&mut self, offset: u64, end: u64) -> Result<Step, Error> {
        if offset >= end {
            return Ok(Step::End);
        }
        if let Some((header, payload)) = self.record(offset, end)? {
            let end = offset + HEADER_BYTES as u64 + payload.len() as u64;
            return Ok(Step::Record { header, payload, end });
        }
        Ok(match self.next_record(offset + 1, end)? {
            Some(next) => Step::Gap(offset..next),
            None => Step::Tail(offset..end),
        })
    }

    fn record(&mut self, offset: u64, end: u64) -> Result<Option<(Header, Vec<u8>)>, Error> {
        let mut bytes = [0; HEADER_BYTES];
        if !self.read_at(offset, end, &mut bytes)? {
            return Ok(None);
        }
        let Some(header) = Header::decode(self.salt, &bytes) else { return Ok(None) };
        let begin = offset + HEADER_BYTES as u64;
        let n = header.n_payload_bytes as usize;
        if n > record::PAYLOAD_BYTES_MAX || begin + n as u64 > end {
            return Ok(None);
        }
        let mut payload = vec![0; n];
        let is_whole = self.read_at(begin, end, &mut payload)? && header.matches(&payload);
        Ok(is_whole.then_some((header, payload)))
    }

    /// Where the next whole record begins, at `offset` or behind it. Only damage leads here, so it may be slow.
    fn next_record(&mut self, offset: u64, end: u64) -> Result<Option<u64>, Error> {
        const WINDOW_BYTES: u64 = 1024 * 1024;
        let mut begin = offset;
        while begin < end {
            // Windows overlap, so that a magic on the border of two is seen in one of them.
            let mut window = vec![0; (end - begin).min(WINDOW_BYTES + MAGIC.len() as u64 - 1) as usize];
            if !self.read_at(begin, end, &mut window)? {
                return Ok(None);
            }
            for (i, bytes) in window.windows(MAGIC.len()).enumerate() {
                let at = begin + i as u64;
                if bytes == MAGIC && self.record(at, end)?.is_some() {
                    return Ok(Some(at));
                }
            }
            begin += WINDOW_BYTES;
        }
        Ok(None)
    }

    /// Fills the buffer from `offset`; `false` if the segment ends before.
    fn read_at(&mut self, offset: u64, end: u64, buffer: &mut [u8]) -> Result<bool, Error> {
        if offset + buffer.len() as u64 > end {
            return Ok(false);
        }
        let read = self.file.seek(SeekFrom::Start(offset)).and_then(|_| self.file.read_exact(buffer));
        match read {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == IoKind::UnexpectedEof => Ok(false),
            Err(error) => Err(fail::disk(READ, &self.path, error)),
        }
    }
}
