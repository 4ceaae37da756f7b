//! A directory where batches wait that could not be delivered, until a later start of the program delivers them.
//!
//! Each batch is one file, written under another name, synced and then renamed, so that a killed writer leaves no half
//! batch under a good name. Whoever delivers holds the lock of the directory, which the system takes from a process
//! that dies, and renames the file first, so that it is neither sent by two nor thrown out by a third. A file whose
//! sender died is taken over. A batch may arrive twice if the process dies between the server's answer and the removal
//! of the file; servers tell spans apart by their ids.

mod parcel;

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub(crate) use parcel::Parcel;

use crate::{Error, ErrorKind, clock, ids};

/// The usual bound of a spool: four times what the queue holds in memory, since bodies are compressed there.
const BYTES_MAX: u64 = 256 * 1024 * 1024;
/// A writer whose file was swept away under it tries again so often.
const N_WRITES_MAX: usize = 3;

/// Where batches that could not be delivered wait, and how many of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The directory; it is made if it is not there. Each destination has one of its own in it, called by its name, so
    /// programs with other keys should not share it: what is sent later goes out with the key of then.
    pub directory: PathBuf,
    /// So many bytes of files are kept; the oldest batch is dropped and counted when there are more.
    pub n_bytes_max: u64,
}

impl Policy {
    /// A directory with the usual bound of 256 MiB.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into(), n_bytes_max: BYTES_MAX }
    }
}

/// What a file of the directory is, told by the end of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Being written, by whoever holds its lock.
    Writing,
    Waiting,
    /// Being sent, by whoever holds the lock of the directory.
    Sending,
    /// Not whole, and set aside for whoever wants to look at it.
    Torn,
}

impl State {
    const ALL: [(Self, &str); 4] =
        [(Self::Writing, "tmp"), (Self::Waiting, "batch"), (Self::Sending, "sending"), (Self::Torn, "torn")];

    fn suffix(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, suffix)| suffix)
    }
}

/// A file of the directory.
#[derive(Debug)]
struct Found {
    path: PathBuf,
    state: State,
    n_bytes: u64,
    n_spans: u64,
}

/// The directory of one destination.
#[derive(Debug)]
pub(crate) struct Spool {
    directory: PathBuf,
    n_bytes_max: u64,
    wire: &'static str,
}

/// What there is to deliver.
#[derive(Debug)]
pub(crate) enum Turn {
    Empty,
    /// Another process delivers, or the directory cannot be read.
    Busy,
    Claimed(Claim),
}

/// A batch that nobody else delivers while this is held.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) parcel: Parcel,
    path: PathBuf,
    /// Last, so that the file is put back or away before the lock is given back.
    _lock: File,
}

impl Claim {
    /// Takes the file away.
    pub(crate) fn remove(self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }

    /// Lets the file wait again.
    pub(crate) fn put_back(self) {
        // Where that fails, the name says that it is being sent; the next one to hold the lock takes it over.
        let _ = fs::rename(&self.path, self.path.with_extension(State::Waiting.suffix()));
    }
}

impl Spool {
    /// The directory of a destination; made if it is not there, readable by this user only.
    pub(crate) fn open(policy: &Policy, name: &str, wire: &'static str) -> Result<Self, Error> {
        let name: String =
            name.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '_' }).collect();
        let directory = policy.directory.join(if name.is_empty() { "_" } else { &name });
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        let made = builder.create(&directory).and_then(|()| options().open(directory.join("lock")));
        made.map_err(|error| {
            let message = format!("the spool \"{}\" cannot be written", directory.display());
            Error::new(ErrorKind::Io, "open spool", message).because(error)
        })?;
        Ok(Self { directory, n_bytes_max: policy.n_bytes_max, wire })
    }

    /// Writes a batch and has it on disk; answers how many spans had to go for it.
    pub(crate) fn put(&self, parcel: &Parcel) -> io::Result<u64> {
        let bytes = parcel.to_bytes();
        if bytes.len() as u64 > self.n_bytes_max {
            return Err(io::Error::new(io::ErrorKind::StorageFull, "the batch alone is more than the spool holds"));
        }
        let n_evicted = self.make_room(bytes.len() as u64);
        let mut written = self.write(&bytes, parcel.n_spans);
        for _ in 1..N_WRITES_MAX {
            if !matches!(&written, Err(error) if error.kind() == io::ErrorKind::NotFound) {
                break;
            }
            written = self.write(&bytes, parcel.n_spans);
        }
        written.map(|()| n_evicted)
    }

    fn write(&self, bytes: &[u8], n_spans: u32) -> io::Result<()> {
        // Names sort by time; the random part keeps processes apart, and the count of spans need not be read.
        let name = format!("{:020}-{:016x}-{n_spans}", clock::now_unix_nanos(), ids::next());
        let path = self.directory.join(name).with_extension(State::Writing.suffix());
        let mut file = options().create_new(true).open(&path)?;
        let written = file.lock().and_then(|()| file.write_all(bytes)).and_then(|()| file.sync_all());
        let renamed = written.and_then(|()| fs::rename(&path, path.with_extension(State::Waiting.suffix())));
        if renamed.is_err() {
            let _ = fs::remove_file(&path);
        }
        renamed.and_then(|()| self.sync_directory())
    }

    /// Only with the directory synced is the new name there after a power cut.
    fn sync_directory(&self) -> io::Result<()> {
        if cfg!(unix) { File::open(&self.directory)?.sync_all() } else { Ok(()) }
    }

    /// Removes files, the torn ones and then the oldest, until so many more bytes fit; answers how many spans went.
    fn make_room(&self, n_bytes: u64) -> u64 {
        let mut files = self.files();
        let mut n_bytes_all: u64 = files.iter().map(|file| file.n_bytes).sum::<u64>().saturating_add(n_bytes);
        let mut n_evicted = 0;
        files.retain(|file| matches!(file.state, State::Torn | State::Waiting));
        files.sort_by_key(|file| file.state != State::Torn);
        for file in files {
            if n_bytes_all <= self.n_bytes_max {
                break;
            }
            if fs::remove_file(&file.path).is_ok() {
                n_bytes_all = n_bytes_all.saturating_sub(file.n_bytes);
                // Those of a torn file were counted when it was set aside.
                n_evicted += if file.state == State::Waiting { file.n_spans } else { 0 };
            }
        }
        n_evicted
    }

    /// The files, oldest first.
    fn files(&self) -> Vec<Found> {
        let entries = fs::read_dir(&self.directory).into_iter().flatten().flatten();
        let mut files: Vec<Found> =
            entries.filter_map(|entry| found(&entry.path(), entry.metadata().ok()?.len())).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }

    /// Whether anything waits to be delivered.
    pub(crate) fn has_any(&self) -> bool {
        self.files().iter().any(|file| file.state != State::Torn)
    }

    /// Takes the oldest batch, unless another process delivers; `set_aside` is told of files that are not whole.
    pub(crate) fn claim(&self, mut set_aside: impl FnMut(&Path, u64)) -> Turn {
        let Ok(lock) = options().open(self.directory.join("lock")) else { return Turn::Busy };
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => return Turn::Busy,
        }
        let mut put_aside = |path: &Path, n_spans| {
            if fs::rename(path, path.with_extension(State::Torn.suffix())).is_ok() {
                set_aside(path, n_spans);
            }
        };
        for Found { path, state, n_spans, .. } in self.files() {
            let sending = path.with_extension(State::Sending.suffix());
            match state {
                State::Torn => continue,
                State::Writing if is_locked(&path) => continue,
                State::Writing | State::Waiting | State::Sending => {}
            }
            let Ok(bytes) = fs::read(&path) else { continue };
            let Some(parcel) = Parcel::from_bytes(&bytes) else {
                put_aside(&path, n_spans);
                continue;
            };
            if parcel.wire == self.wire && (path == sending || fs::rename(&path, &sending).is_ok()) {
                return Turn::Claimed(Claim { parcel, path: sending, _lock: lock });
            }
        }
        Turn::Empty
    }
}

/// Whether whoever writes a file is alive.
fn is_locked(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

fn found(path: &Path, n_bytes: u64) -> Option<Found> {
    let suffix = path.extension()?.to_str()?;
    let (state, _) = State::ALL.into_iter().find(|(_, of_state)| *of_state == suffix)?;
    let n_spans = path.file_stem()?.to_str()?.rsplit('-').next()?.parse().ok()?;
    Some(Found { path: path.to_owned(), state, n_bytes, n_spans })
}

/// Prompts are nobody else's business.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests;
