//! How one project is kept, as one request may change it: its keys, its prices, how long its spans stay.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use tracewood_span::Kind;
use tracewood_store::filter::{Check, Expr, Field, Filter, Pattern, Test};
use tracewood_store::keys::{Key, Keys, NewKey, Scope};
use tracewood_store::{Price, Project, SpanQuery, Stored};

use super::Server;
use super::fence::project;
use crate::access::Grant;
use crate::error::{Reason, Refusal};
use crate::hosts;

/// How many model calls are priced again by one request: about a second's work.
const REPRICE_SPANS_MAX: usize = 5_000;
/// How long it may take until they are on disk.
const DURABLE_TIMEOUT: Duration = Duration::from_secs(25);

/// Changes how one project is kept.
#[derive(Debug, Clone)]
pub(crate) struct Owner {
    server: Arc<Server>,
    project: Arc<str>,
    /// What the key of the request allows; everything on an open server.
    scopes: Vec<Scope>,
    is_open: bool,
    is_local: bool,
}

/// What came of pricing again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Repriced {
    pub(crate) n_spans: u64,
    pub(crate) n_changed: u64,
    pub(crate) next_cursor: Option<String>,
}

impl Owner {
    pub(crate) fn server(&self) -> &Arc<Server> {
        &self.server
    }

    /// Whether everybody may do everything.
    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Whether keys can be made over the network: with a key that allows it, or on this machine while it is the only one
    /// that reaches the server.
    pub(crate) fn can_make_keys(&self) -> bool {
        let access = &self.server.access;
        access.keys().is_some() && (!self.is_open || (access.is_for_this_machine() && self.is_local))
    }

    /// Makes a key for the project.
    pub(crate) fn make_key(&self, scopes: &[Scope], name: &str) -> Result<NewKey, Refusal> {
        let keys = self.keys()?;
        if !self.can_make_keys() {
            let message = "keys of an open server are made on its own machine, with \"tracewood keys create\" or at \
                           http://localhost";
            return Err(Refusal::new(Reason::Forbidden, message));
        }
        if scopes.contains(&Scope::Metrics) && !self.scopes.contains(&Scope::Metrics) {
            let message =
                "a key that allows \"metrics\" shows numbers of all projects; only one that allows it too can make it";
            return Err(Refusal::new(Reason::Forbidden, message));
        }
        let is_enough = [Scope::Read, Scope::Admin].iter().all(|scope| scopes.contains(scope));
        if self.is_open && !is_enough {
            let message = "the first key closes the server to all others; give it \"read\" and \"admin\", so that you can \
                           go on here";
            return Err(Refusal::bad_request(message));
        }
        keys.make(&self.project, scopes, name).map_err(|error| Refusal::of_store(&error))
    }

    /// The keys of the project, revoked ones included.
    pub(crate) fn list_keys(&self) -> Result<Vec<Key>, Refusal> {
        let Some(keys) = self.server.access.keys() else { return Ok(Vec::new()) };
        keys.of_project(&self.project).map_err(|error| Refusal::of_store(&error))
    }

    /// Revokes a key of the project; `false` if it has none of that id.
    pub(crate) fn revoke_key(&self, id: &str) -> Result<bool, Refusal> {
        self.keys()?.revoke_in(&self.project, id).map_err(|error| Refusal::of_store(&error))
    }

    fn keys(&self) -> Result<&Arc<dyn Keys>, Refusal> {
        let missing = || Refusal::new(Reason::Forbidden, "this server keeps no keys");
        self.server.access.keys().ok_or_else(missing)
    }

    /// Makes another project, which only an open server lets a request do; `false` if it is there.
    pub(crate) fn make_project(&self, id: &str) -> Result<bool, Refusal> {
        if !self.is_open {
            let message = "a key opens one project and makes no others; \"tracewood keys create --project\" makes both";
            return Err(Refusal::new(Reason::Forbidden, message));
        }
        self.server.store.put_project(id).map_err(|error| Refusal::of_store(&error))
    }

    /// The project.
    pub(crate) fn read_project(&self) -> Result<Project, Refusal> {
        self.server.read_project(&self.project)
    }

    /// Says how long the project's spans are kept.
    pub(crate) fn set_keep(&self, keep: Option<Duration>) -> Result<(), Refusal> {
        self.server.store.set_keep(&self.project, keep).map_err(|error| Refusal::of_store(&error))?;
        self.server.upkeep_due.notify_one();
        Ok(())
    }

    /// Keeps a price of the project, which counts from the next span on.
    pub(crate) fn put_price(&self, price: Price) -> Result<Price, Refusal> {
        let price = self.server.store.put_price(&self.project, price).map_err(|error| Refusal::of_store(&error))?;
        self.server.forget_prices(&self.project);
        Ok(price)
    }

    /// Forgets a price of the project; `false` if it has none of that id.
    pub(crate) fn remove_price(&self, id: &str) -> Result<bool, Refusal> {
        let removed = self.server.store.remove_price(&self.project, id).map_err(|error| Refusal::of_store(&error))?;
        self.server.forget_prices(&self.project);
        Ok(removed)
    }

    /// Prices some of the project's model calls again, the newest first. What a client said of the cost stands.
    pub(crate) fn reprice(&self, query: SpanQuery) -> Result<Repriced, Refusal> {
        let query =
            SpanQuery { project: self.project.to_string(), filter: query.filter.and(ended_model_calls()), ..query };
        let prices = self.server.prices_of(&self.project);
        let export = self.server.store.export(&query).map_err(|error| Refusal::of_store(&error))?;
        let mut changed: Vec<Stored> = Vec::new();
        let (mut n_spans, mut last) = (0, None);
        for hit in export.take(REPRICE_SPANS_MAX) {
            let hit = hit.map_err(|error| Refusal::of_store(&error))?;
            n_spans += 1;
            last = Some(hit.cursor);
            let mut stored = hit.stored;
            if stored.price_version.is_empty() && stored.span.cost_usd.is_some() {
                continue;
            }
            let before = (stored.span.cost_usd.take(), std::mem::take(&mut stored.price_version));
            prices.fill(&mut stored.span).clone_into(&mut stored.price_version);
            if before != (stored.span.cost_usd, stored.price_version.clone()) {
                changed.push(stored);
            }
        }
        let n_changed = changed.len() as u64;
        self.append(changed)?;
        let next_cursor = last.filter(|_| n_spans == REPRICE_SPANS_MAX as u64);
        Ok(Repriced { n_spans, n_changed, next_cursor })
    }

    fn append(&self, spans: Vec<Stored>) -> Result<(), Refusal> {
        if spans.is_empty() {
            return Ok(());
        }
        let (sender, receiver) = mpsc::sync_channel(1);
        self.server.store.append(
            spans,
            Box::new(move |outcome| {
                let _ = sender.send(outcome);
            }),
        );
        match receiver.recv_timeout(DURABLE_TIMEOUT) {
            Ok(outcome) => outcome.map_err(|error| Refusal::of_store(&error)),
            Err(_) => Err(Refusal::new(Reason::Unavailable, "the spans were not on disk in time; try again")),
        }
    }
}

fn ended_model_calls() -> Filter {
    let kinds = Kind::ALL.into_iter().filter(|kind| kind.is_model_call());
    let kinds = kinds.map(|kind| Pattern::exact(kind.as_str())).collect();
    let test = |field, check| Filter::from(Expr::Test(Test { field, check }));
    test(Field::Kind, Check::Text(kinds)).and(test(Field::Pending, Check::Flag(false)))
}

impl FromRequestParts<Arc<Server>> for Owner {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Refusal> {
        let project = project(parts, Scope::Admin)?;
        let grant = parts.extensions.get::<Grant>();
        let is_open = grant.is_some_and(|grant| grant.key_id.is_none());
        let scopes = grant.map(|grant| grant.scopes.to_vec()).unwrap_or_default();
        let is_local = is_local(&parts.headers);
        Ok(Self { server: Arc::clone(server), project, scopes, is_open, is_local })
    }
}

/// Whether the request was sent to a name of this machine that no other machine has.
fn is_local(headers: &HeaderMap) -> bool {
    let host = headers.get(http::header::HOST).and_then(|host| host.to_str().ok());
    let is_forwarded = headers.contains_key("x-forwarded-for") || headers.contains_key("forwarded");
    host.is_some_and(hosts::is_loopback) && !is_forwarded
}
