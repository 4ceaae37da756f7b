//! Projects, their retention, their own prices and their clients, in the catalog.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use rusqlite::{OptionalExtension as _, Row, params};
use sha2::{Digest as _, Sha256};

use super::Catalog;
use crate::embedded::fail::{self, lock};
use crate::{Client, Error, ErrorKind, Price, Project, keys};

/// The step of the catalog that makes room for how projects are kept.
pub(super) const MIGRATION: (&str, &str) = (
    "retention, prices and clients of projects",
    "ALTER TABLE projects ADD COLUMN keep_seconds INTEGER;
     CREATE TABLE prices (
         project TEXT NOT NULL,
         id TEXT NOT NULL,
         model TEXT NOT NULL,
         provider TEXT,
         from_unix_nanos INTEGER NOT NULL,
         input_usd_per_million REAL NOT NULL,
         output_usd_per_million REAL NOT NULL,
         cache_read_usd_per_million REAL,
         cache_write_usd_per_million REAL,
         PRIMARY KEY (project, id)
     ) STRICT;
     CREATE TABLE clients (
         project TEXT NOT NULL,
         id TEXT NOT NULL,
         service TEXT NOT NULL,
         instance TEXT NOT NULL,
         process TEXT NOT NULL,
         sdk TEXT NOT NULL,
         first_seen_at_unix_nanos INTEGER NOT NULL,
         last_seen_at_unix_nanos INTEGER NOT NULL,
         n_spans INTEGER NOT NULL,
         lost TEXT NOT NULL,
         PRIMARY KEY (project, id)
     ) STRICT;",
);

/// The step of the catalog that makes room for when clients lost spans.
pub(super) const WHEN_LOST: (&str, &str) =
    ("when clients lost spans", "ALTER TABLE clients ADD COLUMN lost_at TEXT NOT NULL DEFAULT '';");

const PUT_PRICE: &str = "keep price";
/// How many prices a project has at the most: more than there are models, and quick to look through for each span.
const PRICES_MAX: i64 = 1_000;
/// Bytes of a model's or provider's name.
const NAME_BYTES_MAX: usize = 200;

impl Catalog {
    /// All projects, by id.
    pub(crate) fn list_projects(&self) -> Result<Vec<Project>, Error> {
        let connection = lock(&self.connection);
        let read = || -> rusqlite::Result<Vec<Project>> {
            let mut statement = connection
                .prepare_cached("SELECT id, created_at_unix_nanos, keep_seconds FROM projects ORDER BY id")?;
            statement.query_map([], project)?.collect()
        };
        read().map_err(|e| fail::catalog("list projects", e))
    }

    /// One project.
    pub(crate) fn project(&self, id: &str) -> Result<Option<Project>, Error> {
        let connection = lock(&self.connection);
        let read = || {
            let mut statement = connection
                .prepare_cached("SELECT id, created_at_unix_nanos, keep_seconds FROM projects WHERE id = ?1")?;
            statement.query_row([id], project).optional()
        };
        read().map_err(|e| fail::catalog("read project", e))
    }

    /// Makes a project; `false` if it is there.
    pub(crate) fn put_project(&self, id: &str, now_unix_nanos: u64) -> Result<bool, Error> {
        const OPERATION: &str = "make project";
        keys::check_project(OPERATION, id)?;
        let made = lock(&self.connection).execute(
            "INSERT INTO projects (id, name, created_at_unix_nanos) VALUES (?1, ?1, ?2) ON CONFLICT DO NOTHING",
            params![id, now_unix_nanos as i64],
        );
        made.map(|n| n > 0).map_err(|e| fail::catalog(OPERATION, e))
    }

    /// Says how long the spans of a project are kept; `false` if there is no such project.
    pub(crate) fn set_keep(&self, project: &str, keep: Option<Duration>) -> Result<bool, Error> {
        let changed = lock(&self.connection).execute(
            "UPDATE projects SET keep_seconds = ?2 WHERE id = ?1",
            params![project, keep.map(|keep| keep.as_secs() as i64)],
        );
        changed.map(|n| n > 0).map_err(|e| fail::catalog("keep retention", e))
    }

    /// The prices of a project, by model, then by moment.
    pub(crate) fn prices(&self, project: &str) -> Result<Vec<Price>, Error> {
        let connection = lock(&self.connection);
        let read = || -> rusqlite::Result<Vec<Price>> {
            let mut statement = connection.prepare_cached(
                "SELECT id, model, provider, from_unix_nanos, input_usd_per_million, output_usd_per_million,
                     cache_read_usd_per_million, cache_write_usd_per_million
                 FROM prices WHERE project = ?1 ORDER BY model, from_unix_nanos, id",
            )?;
            statement.query_map([project], price)?.collect()
        };
        read().map_err(|e| fail::catalog("list prices", e))
    }

    /// Keeps a price and returns it with its id.
    pub(crate) fn put_price(&self, project: &str, price: Price) -> Result<Price, Error> {
        let price = Price { id: price_id(&price), ..price };
        check_price(&price)?;
        let mut connection = lock(&self.connection);
        let mut put = || -> rusqlite::Result<bool> {
            let transaction = connection.transaction()?;
            transaction.execute(
                "INSERT OR REPLACE INTO prices (project, id, model, provider, from_unix_nanos, input_usd_per_million,
                     output_usd_per_million, cache_read_usd_per_million, cache_write_usd_per_million)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                params![
                    project,
                    price.id,
                    price.model,
                    price.provider,
                    price.from_unix_nanos as i64,
                    price.input_usd_per_million,
                    price.output_usd_per_million,
                    price.cache_read_usd_per_million,
                    price.cache_write_usd_per_million,
                ],
            )?;
            let n: i64 =
                transaction.query_row("SELECT count(*) FROM prices WHERE project = ?1", [project], |row| row.get(0))?;
            if n > PRICES_MAX {
                return Ok(false);
            }
            transaction.commit().map(|()| true)
        };
        if put().map_err(|e| fail::catalog(PUT_PRICE, e))? {
            return Ok(price);
        }
        let context = format!("a project has at most {PRICES_MAX} prices; remove some, or use a '*' for many models");
        Err(Error::new(ErrorKind::Query, PUT_PRICE, context))
    }

    /// Forgets a price; `false` if there is none of that id.
    pub(crate) fn remove_price(&self, project: &str, id: &str) -> Result<bool, Error> {
        let removed =
            lock(&self.connection).execute("DELETE FROM prices WHERE project = ?1 AND id = ?2", params![project, id]);
        removed.map(|n| n > 0).map_err(|e| fail::catalog("remove price", e))
    }

    /// The clients of all projects, with the project of each.
    pub(crate) fn clients(&self) -> Result<Vec<(String, Client)>, Error> {
        let connection = lock(&self.connection);
        let read = || -> rusqlite::Result<Vec<(String, Client)>> {
            let mut statement = connection.prepare_cached(
                "SELECT project, id, service, instance, process, sdk, first_seen_at_unix_nanos, last_seen_at_unix_nanos,
                     n_spans, lost, lost_at
                 FROM clients",
            )?;
            statement.query_map([], client)?.collect()
        };
        read().map_err(|e| fail::catalog("list clients", e))
    }

    /// Keeps what is known of some clients, and forgets those that were last seen before a moment.
    pub(crate) fn put_clients(&self, clients: &[(String, Client)], forget_before_unix_nanos: u64) -> Result<(), Error> {
        let mut connection = lock(&self.connection);
        let mut put = || -> rusqlite::Result<()> {
            let transaction = connection.transaction()?;
            for (project, client) in clients {
                let mut statement = transaction.prepare_cached(
                    "INSERT OR REPLACE INTO clients VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                )?;
                statement.execute(params![
                    project,
                    client.id,
                    client.service,
                    client.instance,
                    client.process,
                    client.sdk,
                    client.first_seen_at_unix_nanos as i64,
                    client.last_seen_at_unix_nanos as i64,
                    client.n_spans as i64,
                    to_lines(&client.lost),
                    to_lines(&client.lost_at),
                ])?;
            }
            transaction
                .execute("DELETE FROM clients WHERE last_seen_at_unix_nanos < ?1", [forget_before_unix_nanos as i64])?;
            transaction.commit()
        };
        put().map_err(|e| fail::catalog("keep clients", e))
    }
}

fn project(row: &Row<'_>) -> rusqlite::Result<Project> {
    Ok(Project {
        id: row.get(0)?,
        created_at_unix_nanos: row.get::<_, i64>(1)? as u64,
        keep: row.get::<_, Option<i64>>(2)?.map(|seconds| Duration::from_secs(seconds as u64)),
    })
}

fn price(row: &Row<'_>) -> rusqlite::Result<Price> {
    Ok(Price {
        id: row.get(0)?,
        model: row.get(1)?,
        provider: row.get(2)?,
        from_unix_nanos: row.get::<_, i64>(3)? as u64,
        input_usd_per_million: row.get(4)?,
        output_usd_per_million: row.get(5)?,
        cache_read_usd_per_million: row.get(6)?,
        cache_write_usd_per_million: row.get(7)?,
    })
}

fn client(row: &Row<'_>) -> rusqlite::Result<(String, Client)> {
    let client = Client {
        id: row.get(1)?,
        service: row.get(2)?,
        instance: row.get(3)?,
        process: row.get(4)?,
        sdk: row.get(5)?,
        first_seen_at_unix_nanos: row.get::<_, i64>(6)? as u64,
        last_seen_at_unix_nanos: row.get::<_, i64>(7)? as u64,
        n_spans: row.get::<_, i64>(8)? as u64,
        lost: from_lines(&row.get::<_, String>(9)?),
        lost_at: from_lines(&row.get::<_, String>(10)?),
    };
    Ok((row.get(0)?, client))
}

/// Counts as they are kept: a line for each, what is counted before its number.
fn to_lines<K: Display>(counts: &BTreeMap<K, u64>) -> String {
    let lines: Vec<String> = counts.iter().map(|(what, n)| format!("{what} {n}")).collect();
    lines.join("\n")
}

fn from_lines<K: FromStr + Ord>(text: &str) -> BTreeMap<K, u64> {
    let count = |line: &str| {
        let (what, n) = line.split_once(' ')?;
        Some((what.parse().ok()?, n.parse().ok()?))
    };
    text.lines().filter_map(count).collect()
}

/// The id of a price: the same for the same model, provider and moment, so that putting it again takes its place.
fn price_id(price: &Price) -> String {
    let provider = price.provider.as_deref().unwrap_or_default();
    let text = format!("{}\n{provider}\n{}", price.model.to_lowercase(), price.from_unix_nanos);
    let digest: [u8; 32] = Sha256::digest(text).into();
    let first = digest.first_chunk::<8>().copied().unwrap_or_default();
    format!("{:016x}", u64::from_be_bytes(first))
}

fn check_price(price: &Price) -> Result<(), Error> {
    let refuse = |context: &str| Err(Error::new(ErrorKind::Query, PUT_PRICE, context));
    let is_name = |text: &str| !text.is_empty() && text.len() <= NAME_BYTES_MAX && !text.chars().any(char::is_control);
    if !is_name(&price.model) || !price.provider.as_deref().is_none_or(is_name) {
        return refuse("model and provider of a price have 1 to 200 bytes and no control characters");
    }
    let needed = [price.input_usd_per_million, price.output_usd_per_million];
    let cached = [price.cache_read_usd_per_million, price.cache_write_usd_per_million];
    if needed.into_iter().chain(cached.into_iter().flatten()).any(|usd| !usd.is_finite() || usd < 0.0) {
        return refuse("a price is a number of US dollars that is not negative");
    }
    Ok(())
}
