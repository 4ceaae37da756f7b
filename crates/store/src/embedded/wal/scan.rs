//! Opens the log after a stop or a crash: finds its end and cuts off what a crash tore.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::reader::{SegmentReader, Step};
use super::{Position, list, path, segment};
use crate::embedded::disk::{Disk, LogFile};
use crate::embedded::fail;
use crate::{Error, ErrorKind};

const OPEN: &str = "open write-ahead log";

/// The last segment, open to be written on.
pub(crate) struct Current {
    pub(crate) number: u64,
    pub(crate) salt: u64,
    pub(crate) n_bytes: u64,
    pub(crate) file: Box<dyn LogFile>,
}

/// What the log looks like when it is opened.
pub(crate) struct Opened {
    /// How many bytes of each segment count.
    pub(crate) segments: BTreeMap<u64, u64>,
    /// The last segment, if there is one.
    pub(crate) current: Option<Current>,
    /// Behind the last record.
    pub(crate) end: Position,
    /// The number of the next segment; none that was ever there is used again.
    pub(crate) next_number: u64,
    /// What was found broken, for a person to read.
    pub(crate) trouble: Option<String>,
}

/// Opens the log. Reads only the last segment, since those before it were whole before it was begun.
pub(crate) fn open(directory: &Path, disk: &dyn Disk) -> Result<Opened, Error> {
    let mut opened =
        Opened { segments: BTreeMap::new(), current: None, end: Position::default(), next_number: 1, trouble: None };
    let mut numbers = list(directory)?;
    if let Some(last) = numbers.last() {
        opened.next_number = last + 1;
    }
    while let Some(number) = numbers.pop() {
        let path = path(directory, number);
        let Some(reader) = SegmentReader::open(&path)? else {
            discard(&path, disk, directory, &mut opened)?;
            continue;
        };
        let current = open_last(number, &path, reader, disk)?;
        opened.end = Position { segment: number, offset: current.n_bytes };
        opened.segments.insert(number, current.n_bytes);
        opened.current = Some(current);
        break;
    }
    for number in numbers {
        let path = path(directory, number);
        let metadata = fs::metadata(&path).map_err(|e| fail::disk(OPEN, &path, e))?;
        opened.segments.insert(number, metadata.len());
    }
    Ok(opened)
}

fn open_last(number: u64, path: &Path, mut reader: SegmentReader, disk: &dyn Disk) -> Result<Current, Error> {
    let n_bytes = fs::metadata(path).map_err(|e| fail::disk(OPEN, path, e))?.len();
    let mut end = segment::HEADER_BYTES;
    loop {
        match reader.step(end, n_bytes)? {
            Step::Record { end: next, .. } => end = next,
            // Stays in the file; whoever indexes the records around it says so.
            Step::Gap(gap) => end = gap.end,
            Step::End | Step::Tail(_) => break,
        }
    }
    let mut file = disk.open(path, end).map_err(|e| fail::disk(OPEN, path, e))?;
    if end < n_bytes {
        let n_cut = n_bytes - end;
        tracing::warn!(
            segment = %path.display(),
            offset = end,
            n_bytes = n_cut,
            "cut {n_cut} bytes off the end of '{}': a batch that a crash tore and that was never acknowledged",
            path.display()
        );
        file.truncate(end).and_then(|()| file.sync()).map_err(|e| fail::disk(OPEN, path, e))?;
    }
    Ok(Current { number, salt: reader.salt(), n_bytes: end, file })
}

/// Takes a segment without a whole header out of the log: removed where a crash tore its creation, else set aside.
fn discard(path: &Path, disk: &dyn Disk, directory: &Path, opened: &mut Opened) -> Result<(), Error> {
    let n_bytes = fs::metadata(path).map_err(|e| fail::disk(OPEN, path, e))?.len();
    // The header is on disk before the first record is written, so a file that is not longer has no record.
    if n_bytes <= segment::HEADER_BYTES {
        fs::remove_file(path).map_err(|e| fail::disk(OPEN, path, e))?;
    } else {
        let aside = path.with_extension("log.damaged");
        fs::rename(path, &aside).map_err(|e| fail::disk(OPEN, path, e))?;
        let trouble = Error::new(
            ErrorKind::Corrupt,
            OPEN,
            format!("the header of a segment is broken, it was set aside as '{}'", aside.display()),
        )
        .to_string();
        tracing::error!(segment = %path.display(), "{trouble}");
        opened.trouble = Some(trouble);
    }
    disk.sync_directory(directory).map_err(|e| fail::disk(OPEN, directory, e))
}
