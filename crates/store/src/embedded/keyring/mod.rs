//! The keys in the catalog of a data directory.
//!
//! The command line writes them straight into the catalog, also while a server runs: who may write to the data directory
//! may make keys. The server looks at SQLite's counter of changes before each answer, so that a new or revoked key counts
//! from the next request on.

mod text;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, Row, params};

use super::catalog::Catalog;
use super::directory::Directory;
use super::fail::{self, lock};
use crate::keys::{Key, Keys, NewKey, Scope, check_project};
use crate::{Error, ErrorKind};
use text::Digest;

/// The step of the catalog that makes room for keys.
pub(crate) const MIGRATION: (&str, &str) = (
    "keys",
    "CREATE TABLE keys (
         id TEXT PRIMARY KEY NOT NULL,
         project TEXT NOT NULL REFERENCES projects (id),
         scopes TEXT NOT NULL,
         name TEXT NOT NULL,
         digest BLOB NOT NULL,
         created_at_unix_nanos INTEGER NOT NULL,
         revoked_at_unix_nanos INTEGER
     ) STRICT;",
);

const COLUMNS: &str = "id, project, scopes, name, created_at_unix_nanos, revoked_at_unix_nanos, digest";
/// The longest name of a project or key: what fits into a line of a list.
const NAME_BYTES_MAX: usize = 64;

/// The keys of a data directory.
#[derive(Debug)]
pub struct Keyring {
    connection: Mutex<Connection>,
    known: Mutex<Known>,
}

type ById = HashMap<String, (Key, Digest)>;

/// What was read from the catalog, and at which of its changes.
#[derive(Debug, Default)]
struct Known {
    change: Option<i64>,
    keys: Arc<ById>,
}

impl Keyring {
    /// Opens the keys of a data directory, which is made where it is missing. A server may be running there.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unusable`] if the directory holds something else or a newer version made it; [`ErrorKind::Disk`] and
    /// [`ErrorKind::Corrupt`] as the disk is.
    pub fn open(root: &Path) -> Result<Self, Error> {
        let path = Directory::prepare(root)?;
        let connection = Catalog::connect(&path, now_unix_nanos())?;
        Ok(Self { connection: Mutex::new(connection), known: Mutex::default() })
    }

    /// Makes a key for a project, which is made too where it is missing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Query`] if a name cannot be used or no scope is given.
    pub fn create(&self, project: &str, scopes: &[Scope], name: &str) -> Result<NewKey, Error> {
        const OPERATION: &str = "create key";
        check_project(OPERATION, project)?;
        if name.len() > NAME_BYTES_MAX || name.chars().any(char::is_control) {
            let context = format!("the name of a key has at most {NAME_BYTES_MAX} bytes and no control characters");
            return Err(Error::new(ErrorKind::Query, OPERATION, context));
        }
        let scopes: Vec<Scope> = Scope::ALL.into_iter().filter(|scope| scopes.contains(scope)).collect();
        if scopes.is_empty() {
            return Err(Error::new(ErrorKind::Query, OPERATION, "a key without a scope opens nothing"));
        }
        let random = |e: getrandom::Error| {
            Error::new(ErrorKind::Unavailable, OPERATION, "the system gives no random bytes").caused_by(e.to_string())
        };
        let text = text::generate().map_err(random)?;
        let Some((id, digest)) = text::split(&text) else {
            return Err(Error::new(ErrorKind::Corrupt, OPERATION, "the text of a new key is not understood"));
        };
        let key = Key {
            id: id.to_owned(),
            project: project.to_owned(),
            scopes,
            name: name.to_owned(),
            created_at_unix_nanos: now_unix_nanos(),
            revoked_at_unix_nanos: None,
        };
        let words: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
        let now = key.created_at_unix_nanos as i64;
        let mut connection = lock(&self.connection);
        let mut write = || -> rusqlite::Result<()> {
            let transaction = connection.transaction()?;
            transaction.execute(
                "INSERT INTO projects (id, name, created_at_unix_nanos) VALUES (?1, ?1, ?2) ON CONFLICT DO NOTHING",
                params![key.project, now],
            )?;
            transaction.execute(
                "INSERT INTO keys (id, project, scopes, name, digest, created_at_unix_nanos)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![key.id, key.project, words.join(" "), key.name, digest.as_slice(), now],
            )?;
            transaction.commit()
        };
        write().map_err(|e| fail::catalog(OPERATION, e))?;
        drop(connection);
        lock(&self.known).change = None;
        Ok(NewKey { key, text })
    }

    /// All keys, revoked ones included, the oldest first.
    pub fn list(&self) -> Result<Vec<Key>, Error> {
        let mut keys: Vec<Key> = self.known()?.values().map(|(key, _)| key.clone()).collect();
        keys.sort_by(|a, b| (a.created_at_unix_nanos, &a.id).cmp(&(b.created_at_unix_nanos, &b.id)));
        Ok(keys)
    }

    /// Revokes a key by its id or its whole text; `false` if there is none of that id that still opens something.
    pub fn revoke(&self, id_or_text: &str) -> Result<bool, Error> {
        let id = text::split(id_or_text).map_or(id_or_text, |(id, _)| id);
        let connection = lock(&self.connection);
        let n_revoked = connection
            .execute(
                "UPDATE keys SET revoked_at_unix_nanos = ?2 WHERE id = ?1 AND revoked_at_unix_nanos IS NULL",
                params![id, now_unix_nanos() as i64],
            )
            .map_err(|e| fail::catalog("revoke key", e))?;
        drop(connection);
        lock(&self.known).change = None;
        Ok(n_revoked > 0)
    }

    fn known(&self) -> Result<Arc<ById>, Error> {
        let read = |known: &mut Known| -> rusqlite::Result<()> {
            let connection = lock(&self.connection);
            let change: i64 = connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
            if known.change != Some(change) {
                let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM keys"))?;
                let keys: Vec<(Key, Digest)> = statement.query_map([], from_row)?.collect::<rusqlite::Result<_>>()?;
                known.keys = Arc::new(keys.into_iter().map(|(key, digest)| (key.id.clone(), (key, digest))).collect());
                known.change = Some(change);
            }
            Ok(())
        };
        let mut known = lock(&self.known);
        read(&mut known).map_err(|e| fail::catalog("read keys", e))?;
        Ok(Arc::clone(&known.keys))
    }
}

impl Keys for Keyring {
    fn find(&self, text: &str) -> Result<Option<Key>, Error> {
        let known = self.known()?;
        let Some((id, digest)) = text::split(text) else { return Ok(None) };
        // An id that is not there costs the same comparison as one that is.
        let none = (None, [0; 32]);
        let (key, expected) = known.get(id).map_or(none, |(key, digest)| (Some(key), *digest));
        let is_equal = text::is_equal(&digest, &expected);
        Ok(key.filter(|key| is_equal && key.revoked_at_unix_nanos.is_none()).cloned())
    }

    fn has_any(&self) -> Result<bool, Error> {
        Ok(!self.known()?.is_empty())
    }

    fn of_project(&self, project: &str) -> Result<Vec<Key>, Error> {
        let keys = self.list()?;
        Ok(keys.into_iter().filter(|key| key.project == project).collect())
    }

    fn make(&self, project: &str, scopes: &[Scope], name: &str) -> Result<NewKey, Error> {
        self.create(project, scopes, name)
    }

    fn revoke_in(&self, project: &str, id: &str) -> Result<bool, Error> {
        let is_theirs = self.known()?.get(id).is_some_and(|(key, _)| key.project == project);
        if is_theirs { self.revoke(id) } else { Ok(false) }
    }
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<(Key, Digest)> {
    let words: String = row.get(2)?;
    let key = Key {
        id: row.get(0)?,
        project: row.get(1)?,
        // A word of a later version allows nothing here.
        scopes: words.split(' ').filter_map(Scope::from_word).collect(),
        name: row.get(3)?,
        created_at_unix_nanos: row.get::<_, i64>(4)? as u64,
        revoked_at_unix_nanos: row.get::<_, Option<i64>>(5)?.map(|at| at as u64),
    };
    Ok((key, row.get(6)?))
}

fn now_unix_nanos() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64)
}

#[cfg(test)]
mod tests;
