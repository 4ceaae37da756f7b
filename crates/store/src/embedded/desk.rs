//! Requests of other processes to the one that has the store open, left as files in the data directory: who may write
//! there may ask, and no route of the network can.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::fail;
use crate::{Error, ErrorKind};

/// The directory that requests are left in.
const DESK: &str = "requests";
const ASKED: &str = "asked";
const TAKEN: &str = "taken";
const DONE: &str = "done";
const ASK: &str = "ask the running server";
/// How often both sides look: often enough for a person who waits, and next to nothing to do.
const LOOK_INTERVAL: Duration = Duration::from_millis(200);
/// How long a request may lie there; a server that runs takes it at its next look.
const TAKE_TIMEOUT: Duration = Duration::from_secs(30);

/// What may be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Request {
    /// A backup into a directory.
    Backup(PathBuf),
}

impl Request {
    fn to_text(&self) -> String {
        match self {
            Self::Backup(to) => json!({"backup": to}).to_string(),
        }
    }

    fn from_text(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        Some(Self::Backup(value.get("backup")?.as_str()?.into()))
    }
}

/// The side of the process that has the store open.
#[derive(Debug)]
pub(super) struct Desk {
    directory: PathBuf,
}

impl Desk {
    /// Clears away what was asked of an earlier process.
    pub(super) fn open(root: &Path) -> Result<Self, Error> {
        let directory = root.join(DESK);
        if directory.exists() {
            fs::remove_dir_all(&directory).map_err(|e| fail::disk("open store", &directory, e))?;
        }
        fs::create_dir_all(&directory).map_err(|e| fail::disk("open store", &directory, e))?;
        Ok(Self { directory })
    }

    /// Does what is asked for now. A request whose answer cannot be written is forgotten by whoever asked.
    pub(super) fn serve(&self, mut run: impl FnMut(Request) -> Result<(), Error>) {
        for asked in files(&self.directory, ASKED) {
            let taken = asked.with_extension(TAKEN);
            if fs::rename(&asked, &taken).is_err() {
                continue;
            }
            let text = fs::read_to_string(&taken).unwrap_or_default();
            let answer = match Request::from_text(&text) {
                Some(request) => run(request).map_err(|error| error.to_string()),
                None => Err(format!("this version does not know what \"{text}\" asks for")),
            };
            let answer = json!({"error": answer.err()}).to_string();
            let written = write_whole(&asked.with_extension(DONE), &answer);
            if let Err(error) = written.and_then(|()| fs::remove_file(&taken)) {
                tracing::warn!(%error, "the answer to a request in the data directory cannot be written");
            }
        }
    }

    /// How long to wait until the next look.
    pub(super) const fn interval() -> Duration {
        LOOK_INTERVAL
    }
}

/// Has the process that has a data directory open make a backup of it.
///
/// # Errors
///
/// [`ErrorKind::Unavailable`] if no process answers; what the backup itself failed of as [`ErrorKind::Disk`].
pub fn backup_running(root: &Path, to: &Path) -> Result<(), Error> {
    let to = std::path::absolute(to).map_err(|e| fail::disk(ASK, to, e))?;
    ask(root, &Request::Backup(to))
}

/// Whether a process has the data directory open.
pub fn is_running(root: &Path) -> bool {
    let Ok(file) = File::open(root.join("LOCK")) else { return false };
    matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}

fn ask(root: &Path, request: &Request) -> Result<(), Error> {
    let unavailable = |context: &str| Error::new(ErrorKind::Unavailable, ASK, context);
    let name = format!("{}-{:016x}", std::process::id(), random());
    let asked = root.join(DESK).join(name).with_extension(ASKED);
    write_whole(&asked, &request.to_text()).map_err(|e| fail::disk(ASK, &asked, e))?;
    let (done, began) = (asked.with_extension(DONE), Instant::now());
    loop {
        if let Ok(text) = fs::read_to_string(&done) {
            let _ = fs::remove_file(&done);
            let answer: Value = serde_json::from_str(&text).unwrap_or_default();
            return match answer.get("error").and_then(Value::as_str) {
                None => Ok(()),
                Some(error) => Err(Error::new(ErrorKind::Disk, ASK, error.to_owned())),
            };
        }
        if began.elapsed() > TAKE_TIMEOUT && fs::remove_file(&asked).is_ok() {
            return Err(unavailable("nobody took the request; is the server that runs there older than this program?"));
        }
        if !is_running(root) && !done.exists() {
            let _ = fs::remove_file(&asked);
            return Err(unavailable("the server ended meanwhile; ask again"));
        }
        thread::sleep(LOOK_INTERVAL);
    }
}

/// A number that no other request of this process has; where there is no chance, the clock must do.
fn random() -> u64 {
    let mut bytes = [0; 8];
    match getrandom::fill(&mut bytes) {
        Ok(()) => u64::from_ne_bytes(bytes),
        Err(_) => super::now_unix_nanos(),
    }
}

/// Files of a directory with an ending, in the order of their names.
fn files(directory: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|found| found == ending)).collect();
    files.sort();
    files
}

/// Writes a file that is whole wherever it is.
fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    let new = path.with_extension("new");
    fs::write(&new, text).and_then(|()| fs::rename(&new, path))
}
