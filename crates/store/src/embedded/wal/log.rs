//! The log as it is written: the last segment, the next one when it is full, and what to do when the disk says no.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::record::Record;
use super::scan::Current;
use super::segment::{HEADER_BYTES, Header};
use super::{Position, path};
use crate::embedded::disk::Disk;

/// Bytes that are gathered before they are handed to the operating system.
const BUFFER_BYTES: usize = 1024 * 1024;
/// Enough that a disk without room for a small batch says so.
const PROBE_BYTES: usize = 64 * 1024;

/// The end of the log.
pub(crate) struct Log {
    directory: PathBuf,
    disk: Arc<dyn Disk>,
    segment_bytes: u64,
    /// The segment that is written on; `None` before the first, and after a failure that leaves it in doubt.
    current: Option<Current>,
    next_number: u64,
    buffer: Vec<u8>,
}

impl Log {
    pub(crate) fn new(
        directory: PathBuf,
        disk: Arc<dyn Disk>,
        segment_bytes: u64,
        current: Option<Current>,
        next_number: u64,
    ) -> Self {
        Self { directory, disk, segment_bytes, current, next_number, buffer: Vec::new() }
    }

    /// Writes records and waits until they survive a power loss; says where the log ends then. On an error nothing of
    /// them counts, and a later call may succeed.
    pub(crate) fn append<'a>(&mut self, records: impl Iterator<Item = &'a Record>) -> io::Result<Position> {
        if self.current.as_ref().is_some_and(|current| current.n_bytes >= self.segment_bytes) {
            self.current = None;
        }
        let mut current = match self.current.take() {
            Some(current) => current,
            None => self.create()?,
        };
        match write(&mut current, records, &mut self.buffer) {
            Ok(n_bytes) => match current.file.sync() {
                Ok(()) => {
                    current.n_bytes += n_bytes;
                    let end = Position { segment: current.number, offset: current.n_bytes };
                    self.current = Some(current);
                    Ok(end)
                }
                // After a failed fsync nobody knows what is on disk, and asking again may lie. This segment ends where
                // it last was safe; what stands behind is cut off or, where that fails too, read again without harm.
                Err(error) => {
                    let _ = current.file.truncate(current.n_bytes).and_then(|()| current.file.sync());
                    Err(error)
                }
            },
            Err(error) => {
                let cut = current.file.truncate(current.n_bytes).and_then(|()| current.file.sync());
                if cut.is_ok() {
                    self.current = Some(current);
                }
                Err(error)
            }
        }
    }

    /// Whether the disk takes anything, tried with a small file of its own.
    pub(crate) fn probe(&self) -> io::Result<()> {
        let path = self.directory.join("probe");
        let _ = std::fs::remove_file(&path);
        let mut file = self.disk.create(&path)?;
        let written = file.write_all(&vec![0; PROBE_BYTES]).and_then(|()| file.sync());
        let removed = std::fs::remove_file(&path);
        written.and(removed)
    }

    fn create(&mut self) -> io::Result<Current> {
        let header = Header::new(self.next_number);
        let path = path(&self.directory, header.number);
        let create = || -> io::Result<_> {
            let mut file = self.disk.create(&path)?;
            file.write_all(&header.encode())?;
            file.sync()?;
            self.disk.sync_directory(&self.directory)?;
            Ok(file)
        };
        // The number is used up in any case: a file that was made halfway may not go away either.
        self.next_number += 1;
        match create() {
            Ok(file) => Ok(Current { number: header.number, salt: header.salt, n_bytes: HEADER_BYTES, file }),
            Err(error) => {
                let _ = std::fs::remove_file(&path);
                Err(error)
            }
        }
    }
}

fn write<'a>(
    current: &mut Current,
    records: impl Iterator<Item = &'a Record>,
    buffer: &mut Vec<u8>,
) -> io::Result<u64> {
    let mut n_bytes = 0;
    buffer.clear();
    for record in records {
        record.write(current.salt, buffer);
        if buffer.len() >= BUFFER_BYTES {
            n_bytes += buffer.len() as u64;
            current.file.write_all(buffer)?;
            buffer.clear();
        }
    }
    n_bytes += buffer.len() as u64;
    current.file.write_all(buffer)?;
    buffer.clear();
    buffer.shrink_to(BUFFER_BYTES);
    Ok(n_bytes)
}
