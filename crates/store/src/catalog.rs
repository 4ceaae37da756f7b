//! What a store knows beside spans: scores, and how each project is kept.

use std::time::Duration;

use tracewood_span::TraceId;

use crate::filter::Filter;
use crate::{Client, Error, Price, Project, Score, ScorePage, ScoreQuery};

/// A place that keeps what is known beside spans. Everything belongs to one project.
///
/// As with [`Store`](crate::Store), what an implementation does not answer is an error.
pub trait Catalog: Send + Sync + std::fmt::Debug {
    /// Keeps scores; one with the id of an older one takes its place. All of them are on disk afterwards, or none.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Query`](crate::ErrorKind::Query) if one of them says nothing or goes beyond a limit.
    fn put_scores(&self, project: &str, scores: &[Score]) -> Result<(), Error> {
        let _ = (project, scores);
        Err(Error::unanswered("keep scores"))
    }

    /// Forgets a score; `false` if there is none of that id.
    fn remove_score(&self, project: &str, id: &str) -> Result<bool, Error> {
        let _ = (project, id);
        Err(Error::unanswered("remove score"))
    }

    /// One page of scores, the newest first.
    fn scores(&self, query: &ScoreQuery) -> Result<ScorePage, Error> {
        let _ = query;
        Err(Error::unanswered("list scores"))
    }

    /// The filter as it holds for spans of some traces: its conditions on scores know what has such a score now. By
    /// itself a filter takes a span for one that nobody has judged.
    fn with_scores(&self, project: &str, filter: &Filter, traces: &[TraceId]) -> Result<Filter, Error> {
        let _ = (project, filter, traces);
        Err(Error::unanswered("find scores"))
    }

    /// All projects, by id.
    fn list_projects(&self) -> Result<Vec<Project>, Error> {
        Err(Error::unanswered("list projects"))
    }

    /// One project.
    fn project(&self, id: &str) -> Result<Option<Project>, Error> {
        let _ = id;
        Err(Error::unanswered("read project"))
    }

    /// Makes a project; `false` if it is there.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Query`](crate::ErrorKind::Query) if nothing can have that id.
    fn put_project(&self, id: &str) -> Result<bool, Error> {
        let _ = id;
        Err(Error::unanswered("make project"))
    }

    /// Says how long the spans of a project are kept; `None` leaves it to the rule for all. `false` if there is no such
    /// project.
    fn set_keep(&self, project: &str, keep: Option<Duration>) -> Result<bool, Error> {
        let _ = (project, keep);
        Err(Error::unanswered("keep retention"))
    }

    /// The prices of a project, by model, then by moment.
    fn prices(&self, project: &str) -> Result<Vec<Price>, Error> {
        let _ = project;
        Ok(Vec::new())
    }

    /// Keeps a price, in the place of the one for the same model, provider and moment, and returns it with its id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Query`](crate::ErrorKind::Query) if it is none.
    fn put_price(&self, project: &str, price: Price) -> Result<Price, Error> {
        let _ = (project, price);
        Err(Error::unanswered("keep price"))
    }

    /// Forgets a price; `false` if there is none of that id.
    fn remove_price(&self, project: &str, id: &str) -> Result<bool, Error> {
        let _ = (project, id);
        Err(Error::unanswered("remove price"))
    }

    /// The clients of all projects, with the project of each.
    fn clients(&self) -> Result<Vec<(String, Client)>, Error> {
        Ok(Vec::new())
    }

    /// Keeps what is known of some clients, and forgets those that were last seen before a moment.
    fn put_clients(&self, clients: &[(String, Client)], forget_before_unix_nanos: u64) -> Result<(), Error> {
        let _ = (clients, forget_before_unix_nanos);
        Ok(())
    }
}
