//! The store as one request may use it: one project and no other.
//!
//! The store's own handle is private to this folder, and these two can only be had from what the guard of a route let
//! in, so that a handler cannot ask across projects even by mistake.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use tracewood_span::{Span, SpanId, TraceId};
use tracewood_store::filter::Filter;
use tracewood_store::keys::Scope;
use tracewood_store::{
    Client, Durable, Export, GroupPage, GroupQuery, Histogram, HistogramQuery, Metrics, MetricsQuery, Price, Project,
    Score, ScorePage, ScoreQuery, SpanPage, SpanQuery, Stored, Trace, TracePage, TraceQuery, Tree, Values, ValuesQuery,
};

use super::Server;
use crate::access::Grant;
use crate::error::Refusal;

/// How many scores are shown with a trace; there are pages of them for more.
const N_SCORES_SHOWN_MAX: usize = 1_000;

/// Reads one project.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    server: Arc<Server>,
    project: Arc<str>,
    is_open: bool,
}

impl Reader {
    /// The server around it.
    pub(crate) fn server(&self) -> &Arc<Server> {
        &self.server
    }

    /// The project.
    pub(crate) fn project(&self) -> &Arc<str> {
        &self.project
    }

    /// Whether everybody may do everything.
    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    /// The project; on an open server, all that there are.
    pub(crate) fn projects(&self) -> Result<Vec<Project>, Refusal> {
        if self.is_open {
            return self.asked(self.server.store.list_projects());
        }
        self.server.read_project(&self.project).map(|project| vec![project])
    }

    /// The project's own prices.
    pub(crate) fn prices(&self) -> Result<Vec<Price>, Refusal> {
        self.asked(self.server.store.prices(&self.project))
    }

    /// The programs that bring spans into the project, those that sent last first.
    pub(crate) fn clients(&self) -> Vec<Client> {
        self.server.clients.of_project(&self.project)
    }

    /// One page of the project's traces; the project that the query names does not count.
    pub(crate) fn traces(&self, mut query: TraceQuery) -> Result<TracePage, Refusal> {
        self.project.as_ref().clone_into(&mut query.project);
        self.asked(self.server.store.traces(&query))
    }

    /// One of the project's traces.
    pub(crate) fn trace(&self, trace_id: TraceId) -> Result<Option<Trace>, Refusal> {
        self.asked(self.server.store.trace(&self.project, trace_id))
    }

    /// One of the project's traces without payloads.
    pub(crate) fn tree(&self, trace_id: TraceId) -> Result<Option<Tree>, Refusal> {
        self.asked(self.server.store.tree(&self.project, trace_id))
    }

    /// One of the project's spans.
    pub(crate) fn span(&self, trace_id: TraceId, span_id: SpanId) -> Result<Option<Stored>, Refusal> {
        self.asked(self.server.store.span(&self.project, trace_id, span_id))
    }

    /// One page of the project's spans.
    pub(crate) fn spans(&self, mut query: SpanQuery) -> Result<SpanPage, Refusal> {
        self.project.as_ref().clone_into(&mut query.project);
        self.asked(self.server.store.spans(&query))
    }

    /// All of the project's spans that pass.
    pub(crate) fn export(&self, mut query: SpanQuery) -> Result<Export, Refusal> {
        self.project.as_ref().clone_into(&mut query.project);
        self.asked(self.server.store.export(&query))
    }

    /// One page of the project's sessions.
    pub(crate) fn sessions(&self, mut query: GroupQuery) -> Result<GroupPage, Refusal> {
        self.project.as_ref().clone_into(&mut query.project);
        self.asked(self.server.store.sessions(&query))
    }

    /// One page of the project's users.
    pub(crate) fn users(&self, mut query: GroupQuery) -> Result<GroupPage, Refusal> {
        self.project.as_ref().clone_into(&mut query.project);
        self.asked(self.server.store.users(&query))
    }

    /// Numbers of the project's spans.
    pub(crate) fn metrics(&self, mut query: MetricsQuery) -> Result<Metrics, Refusal> {
        self.project.as_ref().clone_into(&mut query.project);
        self.asked(self.server.store.metrics(&query))
    }

    /// What the project's spans say in a field.
    pub(crate) fn values(&self, mut query: ValuesQuery) -> Result<Values, Refusal> {
        self.project.as_ref().clone_into(&mut query.project);
        self.asked(self.server.store.values(&query))
    }

    /// The project's traces over time.
    pub(crate) fn histogram(&self, mut query: HistogramQuery) -> Result<Histogram, Refusal> {
        self.project.as_ref().clone_into(&mut query.project);
        self.asked(self.server.store.histogram(&query))
    }

    /// One page of the project's scores.
    pub(crate) fn scores(&self, mut query: ScoreQuery) -> Result<ScorePage, Refusal> {
        self.project.as_ref().clone_into(&mut query.project);
        self.asked(self.server.store.scores(&query))
    }

    /// The scores of one of the project's traces, as many as an answer shows.
    pub(crate) fn scores_of(&self, trace_id: TraceId) -> Result<Vec<Score>, Refusal> {
        let query = ScoreQuery { trace_id: Some(trace_id), limit: N_SCORES_SHOWN_MAX, ..ScoreQuery::default() };
        self.scores(query).map(|page| page.scores)
    }

    fn asked<T>(&self, answer: Result<T, tracewood_store::Error>) -> Result<T, Refusal> {
        self.server.metrics.query(answer.is_ok());
        answer.map_err(|error| Refusal::of_store(&error))
    }
}

/// Brings spans into one project.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    server: Arc<Server>,
    project: Arc<str>,
}

impl Writer {
    /// The server around it.
    pub(crate) fn server(&self) -> &Arc<Server> {
        &self.server
    }

    /// The project.
    pub(crate) fn project(&self) -> &Arc<str> {
        &self.project
    }

    /// Spans, each with the version of the prices that it was priced by, as they are kept in the project.
    pub(crate) fn stored(
        &self,
        spans: impl Iterator<Item = (Span, String)>,
        received_at_unix_nanos: u64,
    ) -> Vec<Stored> {
        let project = || self.project.to_string();
        spans
            .map(|(span, price_version)| Stored { project: project(), received_at_unix_nanos, price_version, span })
            .collect()
    }

    /// Keeps scores of the project.
    pub(crate) fn put_scores(&self, scores: &[Score]) -> Result<(), Refusal> {
        self.server.store.put_scores(&self.project, scores).map_err(|error| Refusal::of_store(&error))
    }

    /// A filter as it holds for spans of some of the project's traces, by what scores they have.
    pub(crate) fn with_scores(&self, filter: &Filter, traces: &[TraceId]) -> Result<Filter, tracewood_store::Error> {
        self.server.store.with_scores(&self.project, filter, traces)
    }

    /// Forgets a score of the project; `false` if there is none of that id.
    pub(crate) fn remove_score(&self, id: &str) -> Result<bool, Refusal> {
        self.server.store.remove_score(&self.project, id).map_err(|error| Refusal::of_store(&error))
    }

    /// A span of another server as one of the project.
    pub(crate) fn adopted(&self, stored: Stored) -> Stored {
        Stored { project: self.project.to_string(), ..stored }
    }

    /// Gives spans of the project to the store; those of another project, of which there are none, are left out.
    pub(crate) fn append(&self, mut spans: Vec<Stored>, durable: Durable) {
        debug_assert!(spans.iter().all(|span| *span.project == *self.project), "a span of another project");
        spans.retain(|span| *span.project == *self.project);
        self.server.store.append(spans, durable);
    }
}

/// The project that the guard of a route let the request in for.
pub(super) fn project(parts: &Parts, scope: Scope) -> Result<Arc<str>, Refusal> {
    match parts.extensions.get::<Grant>() {
        Some(grant) if grant.scope == scope => Ok(Arc::clone(&grant.project)),
        _ => Err(Refusal::internal(format_args!("{} has no guard for \"{scope}\"", parts.uri.path()))),
    }
}

impl FromRequestParts<Arc<Server>> for Reader {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Refusal> {
        let project = project(parts, Scope::Read)?;
        let is_open = parts.extensions.get::<Grant>().is_some_and(|grant| grant.key_id.is_none());
        Ok(Self { project, server: Arc::clone(server), is_open })
    }
}

impl FromRequestParts<Arc<Server>> for Writer {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Refusal> {
        Ok(Self { project: project(parts, Scope::Ingest)?, server: Arc::clone(server) })
    }
}
