//! The data directory: its names, its format version, and the lock that one process holds.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind as IoKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::fail;
use crate::{Error, ErrorKind};

/// The version of the directory that this code writes; an older one is brought up to it when opened.
///
/// 2: partitions have no dictionary of spans any more, and spans as text; older code does not open them.
/// 3: partitions keep words in a component of ours.
pub(crate) const FORMAT_VERSION: u32 = 3;
/// The file that says what version a directory has.
pub(crate) const FORMAT: &str = "FORMAT";
const FORMAT_WORD: &str = "tracewood-store";
const OPEN: &str = "open store";

/// A data directory that this process has locked.
#[derive(Debug)]
pub(crate) struct Directory {
    root: PathBuf,
    lock: Option<File>,
}

impl Directory {
    /// Makes the directory where it is missing, locks it, and checks that it is ours and not too new.
    pub(crate) fn open(root: &Path) -> Result<Self, Error> {
        fs::create_dir_all(root).map_err(|e| fail::disk(OPEN, root, e))?;
        let lock = lock(&root.join("LOCK"), root)?;
        let this = Self { root: root.to_owned(), lock: Some(lock) };
        match fs::read_to_string(this.format()) {
            Ok(text) if check_format(&text, root)? < FORMAT_VERSION => this.write_format()?,
            Ok(_) => {}
            Err(error) if error.kind() == IoKind::NotFound => {
                this.refuse_foreign()?;
                this.write_format()?;
            }
            Err(error) => return Err(fail::disk(OPEN, &this.format(), error)),
        }
        for path in [this.wal(), this.partitions()] {
            fs::create_dir_all(&path).map_err(|e| fail::disk(OPEN, &path, e))?;
        }
        sync(root).map_err(|e| fail::disk(OPEN, root, e))?;
        Ok(this)
    }

    /// Sees to it that a directory is ours, without holding it, and says where its catalog is.
    pub(crate) fn prepare(root: &Path) -> Result<PathBuf, Error> {
        let this = Self { root: root.to_owned(), lock: None };
        match fs::read_to_string(this.format()) {
            Ok(text) => drop(check_format(&text, root)?),
            Err(error) if error.kind() == IoKind::NotFound => drop(Self::open(root)?),
            Err(error) => return Err(fail::disk(OPEN, &this.format(), error)),
        }
        Ok(this.catalog())
    }

    /// Lets another process have the directory.
    pub(crate) fn unlock(&mut self) {
        self.lock = None;
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn wal(&self) -> PathBuf {
        self.root.join("wal")
    }

    pub(crate) fn partitions(&self) -> PathBuf {
        self.root.join("partitions")
    }

    pub(crate) fn catalog(&self) -> PathBuf {
        self.root.join("catalog.sqlite")
    }

    /// Where a backup is gathered; what a crash leaves there is removed by the next one.
    pub(crate) fn backup(&self) -> PathBuf {
        self.root.join("backup.gathering")
    }

    /// Makes another directory one of the same format.
    pub(crate) fn copy_format(&self, to: &Path) -> Result<(), Error> {
        fs::copy(self.format(), to.join(FORMAT)).map(drop).map_err(|e| fail::disk("back up store", to, e))
    }

    fn format(&self) -> PathBuf {
        self.root.join(FORMAT)
    }

    /// A directory that has files but no `FORMAT` is not ours.
    fn refuse_foreign(&self) -> Result<(), Error> {
        let foreign = fs::read_dir(&self.root)
            .map_err(|e| fail::disk(OPEN, &self.root, e))?
            .filter_map(Result::ok)
            .map(|entry| entry.file_name())
            .find(|name| name != "LOCK" && name != "FORMAT.new" && name != "lost+found");
        if let Some(name) = foreign {
            let (root, name) = (self.root.display(), name.display());
            let context = format!(
                "'{root}' holds '{name}' but no file 'FORMAT', so it is not a data directory of tracewood; choose an empty one"
            );
            return Err(Error::new(ErrorKind::Unusable, OPEN, context));
        }
        Ok(())
    }

    /// Written under another name first, so that `FORMAT` is whole wherever it is.
    fn write_format(&self) -> Result<(), Error> {
        let new = self.root.join("FORMAT.new");
        let write = || -> std::io::Result<()> {
            let mut file = File::create(&new)?;
            writeln!(file, "{FORMAT_WORD} {FORMAT_VERSION}")?;
            file.sync_all()?;
            fs::rename(&new, self.format())?;
            sync(&self.root)
        };
        write().map_err(|e| fail::disk(OPEN, &self.format(), e))
    }
}

/// Makes the names in a directory survive a power loss.
pub(crate) fn sync(path: &Path) -> std::io::Result<()> {
    File::open(path)?.sync_all()
}

fn lock(path: &Path, root: &Path) -> Result<File, Error> {
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(|e| fail::disk(OPEN, path, e))?;
    match file.try_lock() {
        Ok(()) => {
            // Only for the sentence that the next one reads; the lock itself is the operating system's.
            let note = file
                .set_len(0)
                .and_then(|()| file.rewind())
                .and_then(|()| writeln!(file, "process {}", std::process::id()));
            if let Err(error) = note {
                tracing::debug!(%error, "could not write a note into LOCK");
            }
            Ok(file)
        }
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let holder = match file.read_to_string(&mut holder) {
                Ok(_) if !holder.trim().is_empty() => format!(" ({})", holder.trim()),
                _ => String::new(),
            };
            let context = format!(
                "'{}' is in use by another tracewood{holder}; stop that one or choose another directory",
                root.display()
            );
            Err(Error::new(ErrorKind::Unusable, OPEN, context))
        }
        Err(TryLockError::Error(error)) => Err(fail::disk(OPEN, path, error)),
    }
}

/// The version that a text says, if it is one that this code can open.
fn check_format(text: &str, root: &Path) -> Result<u32, Error> {
    let root = root.display();
    let version = text.trim().strip_prefix(FORMAT_WORD).and_then(|rest| rest.trim().parse::<u32>().ok());
    match version {
        Some(version) if version > FORMAT_VERSION => {
            let context = format!(
                "'{root}' was made by a newer tracewood (format {version}, this one knows {FORMAT_VERSION}); use that one, \
                 or another directory"
            );
            Err(Error::new(ErrorKind::Unusable, OPEN, context))
        }
        Some(version) if version > 0 => Ok(version),
        _ => {
            let context =
                format!("'{root}/FORMAT' does not say '{FORMAT_WORD} {FORMAT_VERSION}' but '{}'", text.trim());
            Err(Error::new(ErrorKind::Corrupt, OPEN, context))
        }
    }
}
