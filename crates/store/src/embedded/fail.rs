//! Makes errors of the store from those of the libraries below it.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tantivy::TantivyError;
use tantivy::directory::error::{OpenReadError, OpenWriteError};

use crate::{Error, ErrorKind};

/// The disk said no at a path.
pub(crate) fn disk(operation: &'static str, path: &Path, source: std::io::Error) -> Error {
    Error::new(ErrorKind::Disk, operation, format!("'{}'", path.display())).caused_by(source)
}

/// The search index said no; whether later may be better depends on what it said.
pub(crate) fn index(operation: &'static str, context: impl Into<String>, source: TantivyError) -> Error {
    let kind = match &source {
        TantivyError::DataCorruption(_)
        | TantivyError::IncompatibleIndex(_)
        | TantivyError::SchemaError(_)
        | TantivyError::FieldNotFound(_)
        | TantivyError::DeserializeError(_)
        | TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(_) | OpenReadError::IncompatibleIndex(_)) => {
            ErrorKind::Corrupt
        }
        TantivyError::OpenWriteError(OpenWriteError::FileAlreadyExists(_)) => ErrorKind::Unusable,
        _ => ErrorKind::Disk,
    };
    Error::new(kind, operation, context).caused_by(source)
}

/// The catalog said no.
pub(crate) fn catalog(operation: &'static str, source: rusqlite::Error) -> Error {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    let kind = match source.sqlite_error_code() {
        Some(DatabaseCorrupt | NotADatabase) => ErrorKind::Corrupt,
        _ => ErrorKind::Disk,
    };
    Error::new(kind, operation, "'catalog.sqlite'").caused_by(source)
}

/// Takes a lock, also after a thread that held it panicked: every state behind our locks is whole between two steps.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
