//! The few things that the write-ahead log asks of a disk, behind a trait so that tests can make them fail.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

/// Where the write-ahead log is written to.
pub trait Disk: Send + Sync + std::fmt::Debug {
    /// Makes a new, empty file; one of that name must not be there.
    fn create(&self, path: &Path) -> io::Result<Box<dyn LogFile>>;

    /// Opens a file to write on behind its first `n_bytes`.
    fn open(&self, path: &Path, n_bytes: u64) -> io::Result<Box<dyn LogFile>>;

    /// Makes the names in a directory survive a power loss.
    fn sync_directory(&self, path: &Path) -> io::Result<()>;
}

/// A file of the write-ahead log.
pub trait LogFile: Send {
    /// Writes all the bytes behind those that are there.
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Makes all that was written survive a power loss.
    fn sync(&mut self) -> io::Result<()>;

    /// Cuts the file down and goes on writing there.
    fn truncate(&mut self, n_bytes: u64) -> io::Result<()>;
}

/// The disk of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsDisk;

struct OsFile(File);

impl Disk for OsDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn LogFile>> {
        Ok(Box::new(OsFile(OpenOptions::new().write(true).create_new(true).open(path)?)))
    }

    fn open(&self, path: &Path, n_bytes: u64) -> io::Result<Box<dyn LogFile>> {
        let mut file = OpenOptions::new().write(true).open(path)?;
        file.seek(SeekFrom::Start(n_bytes))?;
        Ok(Box::new(OsFile(file)))
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }
}

impl LogFile for OsFile {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn truncate(&mut self, n_bytes: u64) -> io::Result<()> {
        self.0.set_len(n_bytes)?;
        self.0.seek(SeekFrom::Start(n_bytes))?;
        Ok(())
    }
}
