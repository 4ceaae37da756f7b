//! Looks over a data directory that nobody has open, file by file, and says in sentences what is wrong.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::day::Day;
use super::directory::Directory;
use super::partition::Partition;
use super::wal::reader::{SegmentReader, Step};
use super::wal::{self, Position, segment};
use super::{codec, fail, index};
use crate::{Error, ErrorKind, Finding, Report};

const VERIFY: &str = "verify store";

/// Looks over a data directory.
///
/// # Errors
///
/// [`ErrorKind::Unusable`] if it is in use, is none, or was made by a newer version; [`ErrorKind::Disk`] if it cannot
/// be read. What is wrong with its content is in the report.
pub fn verify(root: &Path) -> Result<Report, Error> {
    if !root.join(super::directory::FORMAT).is_file() {
        let context = format!("'{}' has no file 'FORMAT', so it is not a data directory of tracewood", root.display());
        return Err(Error::new(ErrorKind::Unusable, VERIFY, context));
    }
    let directory = Directory::open(root)?;
    let mut report = Report::default();
    report.catalog(&directory.catalog());
    let partitions = report.partitions(&directory.partitions())?;
    let from = index::payload::read_all(&partitions).map(|payloads| index::payload::replay_from(&payloads));
    report.log(&directory.wal(), from.unwrap_or_default())?;
    Ok(report)
}

impl Report {
    fn add(&mut self, path: &Path, text: impl Into<String>) {
        self.findings.push(Finding { path: path.to_owned(), text: text.into() });
    }

    fn catalog(&mut self, path: &Path) {
        if !path.is_file() {
            return self
                .add(path, "The catalog is missing. It is made again when the store is opened, without its keys.");
        }
        let check = || -> rusqlite::Result<Vec<String>> {
            let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            let mut statement = connection.prepare("PRAGMA integrity_check(10)")?;
            statement.query_map([], |row| row.get(0))?.collect()
        };
        match check() {
            Ok(lines) if lines == ["ok"] => {}
            Ok(lines) => self.add(path, format!("The catalog is damaged: {}.", lines.join("; "))),
            Err(error) => self.add(path, format!("The catalog cannot be read: {error}.")),
        }
    }

    fn partitions(&mut self, directory: &Path) -> Result<Vec<(Day, PathBuf)>, Error> {
        let mut whole = Vec::new();
        let mut paths: Vec<PathBuf> = fs::read_dir(directory)
            .map_err(|e| fail::disk(VERIFY, directory, e))?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .collect();
        paths.sort();
        for path in paths {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            match name.parse::<Day>() {
                Ok(day) if Partition::exists(&path) => {
                    self.partition(&path, day);
                    whole.push((day, path));
                }
                Err(()) if name.contains(".damaged") => {
                    self.add(&path, "This partition was broken when it was opened, and was set aside.");
                }
                // What a crash leaves of a partition before its first commit is made again from the log.
                Ok(_) | Err(()) => {}
            }
        }
        Ok(whole)
    }

    fn partition(&mut self, path: &Path, day: Day) {
        let partition = match Partition::open(path, day) {
            Ok(partition) => partition,
            Err(error) => return self.add(path, format!("The partition cannot be opened: {error}.")),
        };
        match partition.damaged_files() {
            Ok(files) => {
                for file in files {
                    let text = "The file is not what was written; spans of this day are lost or cannot be found.";
                    self.add(&path.join(file), text);
                }
            }
            Err(error) => self.add(path, format!("The files of the partition cannot be checked: {error}.")),
        }
        self.n_spans += partition.snapshot().searcher().num_docs();
    }

    fn log(&mut self, directory: &Path, from: Position) -> Result<(), Error> {
        for entry in fs::read_dir(directory).map_err(|e| fail::disk(VERIFY, directory, e))? {
            let path = entry.map_err(|e| fail::disk(VERIFY, directory, e))?.path();
            if path.extension().is_some_and(|extension| extension == "damaged") {
                self.add(&path, "The header of this segment was broken when it was opened, and it was set aside.");
            }
        }
        let numbers = wal::list(directory)?;
        let last = numbers.last().copied();
        for number in numbers {
            self.segment(&wal::path(directory, number), number, Some(number) == last, from)?;
        }
        Ok(())
    }

    fn segment(&mut self, path: &Path, number: u64, is_last: bool, from: Position) -> Result<(), Error> {
        let n_bytes = fs::metadata(path).map_err(|e| fail::disk(VERIFY, path, e))?.len();
        let Some(mut reader) = SegmentReader::open(path)? else {
            if !is_last || n_bytes > segment::HEADER_BYTES {
                self.add(path, "The header of this segment is broken; the spans in it that were not indexed are lost.");
            }
            return Ok(());
        };
        let mut at = segment::HEADER_BYTES;
        loop {
            match reader.step(at, n_bytes)? {
                Step::End => return Ok(()),
                Step::Record { header, payload, end } => {
                    let n_spans = u64::from(header.n_spans);
                    if let Err(error) = header.unpack(payload).and_then(|bytes| codec::decode(&bytes)) {
                        let text = format!("A record of {n_spans} spans at byte {at} cannot be read: {error}.");
                        self.add(path, text);
                    } else if (Position { segment: number, offset: at }) >= from {
                        self.n_spans_waiting += n_spans;
                    }
                    at = end;
                }
                Step::Gap(gap) => {
                    let text = format!(
                        "{} bytes at byte {} are broken; the spans in them that were not indexed are lost.",
                        gap.end - gap.start,
                        gap.start
                    );
                    self.add(path, text);
                    at = gap.end;
                }
                // At the end of the last segment this is a batch that a crash tore and that was never acknowledged.
                Step::Tail(gap) => {
                    if !is_last {
                        self.add(path, format!("The segment ends in {} broken bytes.", gap.end - gap.start));
                    }
                    return Ok(());
                }
            }
        }
    }
}
