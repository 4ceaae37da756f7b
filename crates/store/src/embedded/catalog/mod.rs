//! The catalog: what the store knows beside spans, in SQLite. Projects, keys and scores.

mod scores;
mod settings;

use std::path::Path;
use std::sync::Mutex;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::fail::{self, lock};
use super::keyring;
use crate::{Error, ErrorKind};

const OPEN: &str = "open catalog";

/// Steps from one version of the catalog to the next; a step that was released never changes again.
const MIGRATIONS: &[(&str, &str)] = &[
    (
        "projects and meta",
        "CREATE TABLE projects (
             id TEXT PRIMARY KEY NOT NULL,
             name TEXT NOT NULL,
             created_at_unix_nanos INTEGER NOT NULL
         ) STRICT;
         CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT;",
    ),
    keyring::MIGRATION,
    scores::MIGRATION,
    settings::MIGRATION,
    settings::WHEN_LOST,
];

/// The project that spans belong to where nobody named one.
pub const DEFAULT_PROJECT: &str = "default";

/// The catalog of a data directory.
#[derive(Debug)]
pub(crate) struct Catalog {
    connection: Mutex<Connection>,
}

impl Catalog {
    /// Opens the catalog, brings it up to date, and sees to it that the default project is there.
    pub(crate) fn open(path: &Path, now_unix_nanos: u64) -> Result<Self, Error> {
        Ok(Self { connection: Mutex::new(Self::connect(path, now_unix_nanos)?) })
    }

    /// A connection to the catalog for one who works on a part of it; others may be open.
    pub(crate) fn connect(path: &Path, now_unix_nanos: u64) -> Result<Connection, Error> {
        let fail = |e| fail::catalog(OPEN, e);
        let mut connection = Connection::open(path).map_err(fail)?;
        connection.pragma_update(None, "journal_mode", "WAL").map_err(fail)?;
        connection.pragma_update(None, "synchronous", "FULL").map_err(fail)?;
        connection.pragma_update(None, "foreign_keys", true).map_err(fail)?;
        migrate(&mut connection, now_unix_nanos)?;
        connection
            .execute(
                "INSERT INTO projects (id, name, created_at_unix_nanos) VALUES (?1, ?1, ?2) ON CONFLICT DO NOTHING",
                params![DEFAULT_PROJECT, now_unix_nanos as i64],
            )
            .map_err(fail)?;
        Ok(connection)
    }

    /// Writes a copy of the whole catalog to a file that is not there yet.
    pub(crate) fn copy(&self, to: &Path) -> Result<(), Error> {
        let copied = lock(&self.connection).execute("VACUUM INTO ?1", [to.to_string_lossy()]);
        copied.map(drop).map_err(|e| fail::catalog("back up store", e))
    }

    /// The ids of all projects, in order.
    pub(crate) fn projects(&self) -> Result<Vec<String>, Error> {
        let connection = lock(&self.connection);
        let read = || -> rusqlite::Result<Vec<String>> {
            let mut statement = connection.prepare_cached("SELECT id FROM projects ORDER BY id")?;
            statement.query_map([], |row| row.get(0))?.collect()
        };
        read().map_err(|e| fail::catalog("list projects", e))
    }
}

fn migrate(connection: &mut Connection, now_unix_nanos: u64) -> Result<(), Error> {
    let fail = |e| fail::catalog(OPEN, e);
    // Two processes may find an old catalog at the same time; the second one waits and finds the work done.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fail)?;
    let done = version(&transaction).map_err(fail)?;
    let known = MIGRATIONS.len() as i64;
    if done > known {
        let context = format!(
            "'catalog.sqlite' was made by a newer tracewood (version {done}, this one knows {known}); use that one"
        );
        return Err(Error::new(ErrorKind::Unusable, OPEN, context));
    }
    transaction
        .execute_batch(
            "CREATE TABLE IF NOT EXISTS migrations (
                 version INTEGER PRIMARY KEY NOT NULL,
                 name TEXT NOT NULL,
                 applied_at_unix_nanos INTEGER NOT NULL
             ) STRICT;",
        )
        .map_err(fail)?;
    for (version, (name, step)) in (1_i64..).zip(MIGRATIONS).filter(|(version, _)| *version > done) {
        transaction.execute_batch(step).map_err(fail)?;
        transaction
            .execute("INSERT INTO migrations VALUES (?1, ?2, ?3)", params![version, name, now_unix_nanos as i64])
            .map_err(fail)?;
    }
    transaction.commit().map_err(fail)
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    let is_there: Option<i64> = connection
        .query_row("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'", [], |row| row.get(0))
        .optional()?;
    match is_there {
        None => Ok(0),
        Some(_) => connection.query_row("SELECT coalesce(max(version), 0) FROM migrations", [], |row| row.get(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn catalog_has_the_default_project_once_however_often_it_is_opened() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("catalog.sqlite");
        for now in 1..4 {
            assert_eq!(Catalog::open(&path, now).unwrap().projects().unwrap(), [DEFAULT_PROJECT]);
        }
    }

    #[test]
    fn catalog_of_a_newer_version_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("catalog.sqlite");
        let catalog = Catalog::open(&path, 1).unwrap();
        lock(&catalog.connection).execute("INSERT INTO migrations VALUES (99, 'later', 0)", []).unwrap();
        drop(catalog);
        let error = Catalog::open(&path, 2).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unusable);
        assert!(error.to_string().contains("newer tracewood"), "{error}");
    }
}
