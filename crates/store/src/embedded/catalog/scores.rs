//! Scores in the catalog, and which traces and spans a condition on scores means.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::types::Value;
use rusqlite::{Row, params, params_from_iter};
use tracewood_span::{SpanId, TraceId};

use super::Catalog;
use crate::embedded::fail::{self, lock};
use crate::filter::{Check, Expr, Field, Filter, Targets, Test, holds_of_score};
use crate::{Error, ErrorKind, Score, ScorePage, ScoreQuery};

/// The step of the catalog that makes room for scores.
pub(super) const MIGRATION: (&str, &str) = (
    "scores",
    "CREATE TABLE scores (
         project TEXT NOT NULL,
         id TEXT NOT NULL,
         trace_id BLOB NOT NULL,
         span_id BLOB,
         name TEXT NOT NULL,
         number REAL,
         text TEXT,
         comment TEXT NOT NULL,
         source TEXT NOT NULL,
         scored_at_unix_nanos INTEGER NOT NULL,
         PRIMARY KEY (project, id)
     ) STRICT;
     CREATE INDEX scores_by_trace ON scores (project, trace_id);
     CREATE INDEX scores_by_name ON scores (project, name);
     CREATE INDEX scores_by_time ON scores (project, scored_at_unix_nanos, id);",
);

const PUT: &str = "keep scores";
const LIST: &str = "list scores";
const FIND: &str = "find scores";
const COLUMNS: &str = "id, trace_id, span_id, name, number, text, comment, source, scored_at_unix_nanos";
/// Bytes of a name, an id or a source: what fits into a line.
const NAME_BYTES_MAX: usize = 200;
/// Bytes of a text or a comment: a page of writing.
const TEXT_BYTES_MAX: usize = 16 * 1024;
/// How many scores a page has at the most.
const PAGE_MAX: usize = 1_000;
/// How many traces and spans a condition on scores may mean: some megabytes, and a second's work for the index.
const TARGETS_MAX: usize = 50_000;

impl Catalog {
    /// Keeps scores, all of them or none.
    pub(crate) fn put_scores(&self, project: &str, scores: &[Score]) -> Result<(), Error> {
        scores.iter().try_for_each(check)?;
        let mut connection = lock(&self.connection);
        let mut put = || -> rusqlite::Result<()> {
            let transaction = connection.transaction()?;
            for score in scores {
                let mut statement = transaction.prepare_cached(
                    "INSERT OR REPLACE INTO scores (project, id, trace_id, span_id, name, number, text, comment, source,
                         scored_at_unix_nanos)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                )?;
                statement.execute(params![
                    project,
                    score.id,
                    score.trace_id.as_bytes().as_slice(),
                    score.span_id.as_ref().map(|id| id.as_bytes().as_slice()),
                    score.name,
                    score.number,
                    score.text,
                    score.comment,
                    score.source,
                    score.scored_at_unix_nanos as i64,
                ])?;
            }
            transaction.commit()
        };
        put().map_err(|e| fail::catalog(PUT, e))
    }

    /// Forgets a score.
    pub(crate) fn remove_score(&self, project: &str, id: &str) -> Result<bool, Error> {
        let removed =
            lock(&self.connection).execute("DELETE FROM scores WHERE project = ?1 AND id = ?2", params![project, id]);
        removed.map(|n| n > 0).map_err(|e| fail::catalog("remove score", e))
    }

    /// Forgets the scores of a project that are older than a moment.
    pub(crate) fn forget_scores(&self, project: &str, before_unix_nanos: u64) -> Result<(), Error> {
        let removed = lock(&self.connection).execute(
            "DELETE FROM scores WHERE project = ?1 AND scored_at_unix_nanos < ?2",
            params![project, before_unix_nanos as i64],
        );
        removed.map(drop).map_err(|e| fail::catalog("forget scores", e))
    }

    /// One page of scores, the newest first.
    pub(crate) fn scores(&self, query: &ScoreQuery) -> Result<ScorePage, Error> {
        let limit = query.limit.clamp(1, PAGE_MAX);
        let (at, id) = match &query.cursor {
            Some(cursor) => behind(cursor)?,
            None => (i64::MAX, String::new()),
        };
        // Each question has its own text, so that SQLite takes the index that fits.
        let mut text =
            format!("SELECT {COLUMNS} FROM scores WHERE project = ? AND (scored_at_unix_nanos, id) < (?, ?)");
        let mut values = vec![Value::Text(query.project.clone()), Value::Integer(at), Value::Text(id)];
        for (condition, value) in [
            (" AND trace_id = ?", query.trace_id.map(|id| Value::Blob(id.as_bytes().to_vec()))),
            (" AND span_id = ?", query.span_id.map(|id| Value::Blob(id.as_bytes().to_vec()))),
            (" AND name = ?", query.name.clone().map(Value::Text)),
        ] {
            if let Some(value) = value {
                text += condition;
                values.push(value);
            }
        }
        text += " ORDER BY scored_at_unix_nanos DESC, id DESC LIMIT ?";
        values.push(Value::Integer(limit as i64 + 1));
        let connection = lock(&self.connection);
        let read = |values: Vec<Value>| -> rusqlite::Result<Vec<Score>> {
            let mut statement = connection.prepare_cached(&text)?;
            statement.query_map(params_from_iter(values), from_row)?.collect()
        };
        let mut scores = read(values).map_err(|e| fail::catalog(LIST, e))?;
        let is_more = scores.len() > limit;
        scores.truncate(limit);
        let next_cursor = scores.last().filter(|_| is_more);
        let next_cursor = next_cursor.map(|last| format!("{:x}.{}", last.scored_at_unix_nanos, last.id));
        Ok(ScorePage { scores, next_cursor })
    }

    /// How many scores of a project have each name, or of one name each value.
    pub(crate) fn score_values(&self, project: &str, name: &str) -> Result<HashMap<String, u64>, Error> {
        let connection = lock(&self.connection);
        let read = || -> rusqlite::Result<HashMap<String, u64>> {
            let mut statement = connection.prepare_cached(if name.is_empty() {
                "SELECT name, count(*) FROM scores WHERE project = ?1 AND ?2 = '' GROUP BY 1"
            } else {
                "SELECT coalesce(text, CAST(number AS TEXT)), count(*) FROM scores
                 WHERE project = ?1 AND name = ?2 GROUP BY 1"
            })?;
            let rows =
                statement.query_map(params![project, name], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as u64)))?;
            rows.collect()
        };
        read().map_err(|e| fail::catalog(FIND, e))
    }

    /// The filter with every condition on scores carrying the traces and spans that it means.
    pub(crate) fn resolved(&self, project: &str, filter: &Filter) -> Result<Filter, Error> {
        self.resolved_of(project, filter, None)
    }

    /// The same, of some traces only where they are given.
    pub(crate) fn resolved_of(
        &self,
        project: &str,
        filter: &Filter,
        traces: Option<&[TraceId]>,
    ) -> Result<Filter, Error> {
        match filter.expr() {
            Some(expr) if expr.asks_for_scores() => self.resolved_expr(project, expr, traces).map(Filter::from),
            _ => Ok(filter.clone()),
        }
    }

    fn resolved_expr(&self, project: &str, expr: &Expr, traces: Option<&[TraceId]>) -> Result<Expr, Error> {
        let each = |parts: &[Expr]| -> Result<Vec<Expr>, Error> {
            parts.iter().map(|part| self.resolved_expr(project, part, traces)).collect()
        };
        Ok(match expr {
            Expr::All(parts) => Expr::All(each(parts)?),
            Expr::Any(parts) => Expr::Any(each(parts)?),
            Expr::Not(inner) => Expr::Not(Box::new(self.resolved_expr(project, inner, traces)?)),
            Expr::Test(Test { field: Field::Score(name), check }) => {
                let targets = match traces {
                    Some(traces) => self.targets_of(project, name, check, traces)?,
                    None => self.targets(project, name, check)?,
                };
                let targets = Arc::new(targets);
                let check = Check::Scored { check: Box::new(check.clone()), targets };
                Expr::Test(Test { field: Field::Score(name.clone()), check })
            }
            Expr::Test(test) => Expr::Test(test.clone()),
        })
    }

    fn targets_of(&self, project: &str, name: &str, check: &Check, traces: &[TraceId]) -> Result<Targets, Error> {
        let connection = lock(&self.connection);
        let mut targets = Targets::default();
        let mut read = || -> rusqlite::Result<()> {
            // The plus keeps SQLite from the index by name, which may have all scores there are.
            let text = format!("SELECT {COLUMNS} FROM scores WHERE project = ?1 AND trace_id = ?2 AND +name = ?3");
            let mut statement = connection.prepare_cached(&text)?;
            for trace_id in traces {
                for score in statement.query_map(params![project, trace_id.as_bytes().as_slice(), name], from_row)? {
                    let score = score?;
                    if holds_of_score(check, &score) {
                        targets.add(score.trace_id, score.span_id);
                    }
                }
            }
            Ok(())
        };
        read().map_err(|e| fail::catalog(FIND, e))?;
        Ok(targets)
    }

    fn targets(&self, project: &str, name: &str, check: &Check) -> Result<Targets, Error> {
        let connection = lock(&self.connection);
        let mut targets = Targets::default();
        let mut read = || -> rusqlite::Result<bool> {
            let mut statement =
                connection.prepare_cached(&format!("SELECT {COLUMNS} FROM scores WHERE project = ?1 AND name = ?2"))?;
            let rows = statement.query_map(params![project, name], from_row)?;
            for score in rows {
                let score = score?;
                if holds_of_score(check, &score) {
                    targets.add(score.trace_id, score.span_id);
                }
                if targets.len() > TARGETS_MAX {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        if read().map_err(|e| fail::catalog(FIND, e))? {
            return Ok(targets);
        }
        let context = format!("more than {TARGETS_MAX} traces and spans have such a score of '{name}'; ask for fewer");
        Err(Error::new(ErrorKind::Query, FIND, context))
    }
}

fn check(score: &Score) -> Result<(), Error> {
    let refuse = |context: String| Err(Error::new(ErrorKind::Query, PUT, context));
    let is_name = |text: &str| !text.is_empty() && text.len() <= NAME_BYTES_MAX && !text.chars().any(char::is_control);
    if !is_name(&score.name) {
        return refuse(format!("the name of a score has 1 to {NAME_BYTES_MAX} bytes and no control characters"));
    }
    if !is_name(&score.id) || (!score.source.is_empty() && !is_name(&score.source)) {
        return refuse(format!(
            "id and source of a score have at most {NAME_BYTES_MAX} bytes and no control characters"
        ));
    }
    let is_long = |text: &str| text.len() > TEXT_BYTES_MAX;
    if is_long(&score.comment) || score.text.as_deref().is_some_and(is_long) {
        return refuse(format!("text and comment of a score have at most {TEXT_BYTES_MAX} bytes each"));
    }
    match (score.number, &score.text) {
        (Some(number), _) if !number.is_finite() => refuse("the number of a score is finite".to_owned()),
        (None, None) => refuse("a score has a number, a text or both".to_owned()),
        _ => Ok(()),
    }
}

/// The place behind which a page begins.
fn behind(cursor: &str) -> Result<(i64, String), Error> {
    let place = cursor.split_once('.').and_then(|(at, id)| Some((i64::from_str_radix(at, 16).ok()?, id.to_owned())));
    place.ok_or_else(|| {
        let context = "the cursor is not one that a page of this question gave; start again without one";
        Error::new(ErrorKind::Query, LIST, context)
    })
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Score> {
    let broken = |column| rusqlite::Error::InvalidColumnType(column, "id".into(), rusqlite::types::Type::Blob);
    let trace_id = TraceId::new(row.get(1)?).ok_or_else(|| broken(1))?;
    let span_id: Option<[u8; 8]> = row.get(2)?;
    Ok(Score {
        id: row.get(0)?,
        trace_id,
        span_id: span_id.map(|id| SpanId::new(id).ok_or_else(|| broken(2))).transpose()?,
        name: row.get(3)?,
        number: row.get(4)?,
        text: row.get(5)?,
        comment: row.get(6)?,
        source: row.get(7)?,
        scored_at_unix_nanos: row.get::<_, i64>(8)? as u64,
    })
}
