//! Sessions and users, with the totals of the traces that name them.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use tantivy::columnar::StrColumn;
use tracewood_span::TraceId;

use super::cursor::Seal;
use super::entries::EntryKey;
use super::plan::plan;
use super::scan::{self, Found};
use super::{PAGE_MAX, matches, range, recent};
use crate::embedded::partition::columns::{Columns, value};
use crate::embedded::partition::snapshot::Snapshot;
use crate::filter::words::{EXACT_BYTES_MAX, first_bytes};
use crate::filter::{Check, Expr, Field, Filter, Pattern, Test};
use crate::{Error, ErrorKind, Group, GroupPage, GroupQuery};

/// How many sessions or users are told apart; beyond that the question has to be narrowed.
const GROUPS_MAX: usize = 1_000_000;

/// Up to so many traces are asked for one by one; of more, it is quicker to go through all spans.
const TRACES_ASKED_MAX: usize = 2_000;

/// What traces are grouped by.
pub(super) struct By {
    operation: &'static str,
    pub(super) field: Field,
    pub(super) column: fn(&Columns) -> Option<&StrColumn>,
}

/// One page of sessions, those that were active last first.
pub(in crate::embedded) fn sessions(snapshots: &[Arc<Snapshot>], query: &GroupQuery) -> Result<GroupPage, Error> {
    let by = By { operation: "list sessions", field: Field::Session, column: |columns| columns.session.as_ref() };
    groups(snapshots, query, &by)
}

/// One page of users, likewise.
pub(in crate::embedded) fn users(snapshots: &[Arc<Snapshot>], query: &GroupQuery) -> Result<GroupPage, Error> {
    let by = By { operation: "list users", field: Field::User, column: |columns| columns.user.as_ref() };
    groups(snapshots, query, &by)
}

fn groups(snapshots: &[Arc<Snapshot>], query: &GroupQuery, by: &By) -> Result<GroupPage, Error> {
    let started = range(by.operation, query.started_at_or_after_unix_nanos, query.started_before_unix_nanos)?;
    let seal = Seal::new(by.operation, &query.project, &query.filter.to_string());
    let before = query.cursor.as_deref().map(|cursor| seal.decode(cursor)).transpose()?;
    let snapshots: Vec<_> = overlapping(snapshots, &started)?;
    if query.id.is_none() && recent::is_recent(&query.filter, &by.field) {
        return recent::page(&snapshots, query, by, &started, &seal, before, query.limit.clamp(1, PAGE_MAX));
    }
    let mut members = Members::default();
    for snapshot in &snapshots {
        let check = match &query.id {
            Some(id) => Check::Text(vec![Pattern::exact(id)]),
            None => Check::Exists,
        };
        let says_it = Filter::from(Expr::Test(Test { field: by.field.clone(), check }));
        let plan = plan(snapshot, &query.project, &says_it, None)?;
        scan::each_segment(snapshot, plan.as_ref(), |mut found| {
            found.retain_started(&started);
            members.add(&found, by, query.id.as_deref())
        })?;
    }
    if !query.filter.is_everything() {
        let matching = matches::all(&snapshots, &query.project, &query.filter, &started)?;
        members.of_trace.retain(|trace, _| matching.contains(trace));
    }
    let mut totals = members.empty_groups();
    let spans = members.spans();
    for snapshot in &snapshots {
        let query = plan(snapshot, &query.project, &spans, None)?;
        scan::each_segment(snapshot, query.as_ref(), |mut found| {
            found.retain_started(&started);
            add_totals(&found, &members, &mut totals)
        })?;
    }
    totals.retain(|group| group.n_spans > 0);
    Ok(page(totals, query, &seal, before))
}

/// The partitions that have spans from a range of time.
fn overlapping(snapshots: &[Arc<Snapshot>], started: &Range<u64>) -> Result<Vec<Arc<Snapshot>>, Error> {
    let mut found = Vec::new();
    for snapshot in snapshots {
        let is_in = snapshot.started_range()?.is_some_and(|(first, last)| first < started.end && last >= started.start);
        if is_in {
            found.push(Arc::clone(snapshot));
        }
    }
    Ok(found)
}

/// Which groups each trace belongs to.
#[derive(Default)]
pub(super) struct Members {
    pub(super) ids: Vec<String>,
    pub(super) places: HashMap<String, u32>,
    pub(super) of_trace: HashMap<u128, Vec<u32>>,
}

impl Members {
    /// Adds the groups that spans name, or of those only the one of an id.
    fn add(&mut self, found: &Found<'_>, by: &By, only: Option<&str>) -> Result<(), Error> {
        let Some(column) = (by.column)(found.columns) else { return Ok(()) };
        let mut places: HashMap<u64, u32> = HashMap::new();
        let traces = found.traces()?;
        for (doc, trace) in found.docs.iter().zip(traces.each()) {
            for ord in column.term_ords(*doc) {
                let place = if let Some(place) = places.get(&ord) {
                    *place
                } else {
                    let mut id = String::new();
                    column.ord_to_str(ord, &mut id).map_err(|e| found.snapshot.fail(e.into()))?;
                    if only.is_some_and(|only| first_bytes(only, EXACT_BYTES_MAX) != id) {
                        continue;
                    }
                    let place = self.place(id, by)?;
                    places.insert(ord, place);
                    place
                };
                let groups = self.of_trace.entry(trace).or_default();
                if !groups.contains(&place) {
                    groups.push(place);
                }
            }
        }
        Ok(())
    }

    fn place(&mut self, id: String, by: &By) -> Result<u32, Error> {
        if let Some(place) = self.places.get(&id) {
            return Ok(*place);
        }
        if self.ids.len() >= GROUPS_MAX {
            let context = format!("there are more than {GROUPS_MAX}; ask for a shorter time");
            return Err(Error::new(ErrorKind::Query, by.operation, context));
        }
        let place = self.ids.len() as u32;
        self.ids.push(id.clone());
        self.places.insert(id, place);
        Ok(place)
    }

    /// The filter for the spans of all their traces, where these are few; else for all spans there are.
    fn spans(&self) -> Filter {
        if self.of_trace.len() > TRACES_ASKED_MAX {
            return Filter::everything();
        }
        let traces = self.of_trace.keys().filter_map(|trace| TraceId::new(trace.to_be_bytes())).collect();
        Filter::from(Expr::Test(Test { field: Field::TraceId, check: Check::Traces(traces) }))
    }

    pub(super) fn empty_groups(&self) -> Vec<Group> {
        let mut groups: Vec<Group> = self.ids.iter().map(|id| empty(id)).collect();
        for place in self.of_trace.values().flatten() {
            if let Some(group) = groups.get_mut(*place as usize) {
                group.n_traces += 1;
            }
        }
        groups
    }
}

pub(super) fn empty(id: &str) -> Group {
    Group {
        id: id.to_owned(),
        n_traces: 0,
        n_spans: 0,
        n_errors: 0,
        total_tokens: 0,
        cost_usd: None,
        first_started_at_unix_nanos: u64::MAX,
        last_started_at_unix_nanos: 0,
    }
}

pub(super) fn add_totals(found: &Found<'_>, members: &Members, totals: &mut [Group]) -> Result<(), Error> {
    let columns = found.columns;
    let traces = found.traces()?;
    let groups: Vec<Option<&Vec<u32>>> = traces.ids.iter().map(|trace| members.of_trace.get(trace)).collect();
    let errors = found.error_ord()?;
    for (doc, place) in found.docs.iter().zip(&traces.places) {
        let Some(places) = groups.get(*place as usize).copied().flatten() else { continue };
        let started_at = columns.started_at(*doc);
        let is_error = found.is_error(errors, *doc);
        let is_model_call = columns.model_call.first(*doc) == Some(true);
        for place in places {
            let Some(group) = totals.get_mut(*place as usize) else { continue };
            group.n_spans += 1;
            group.n_errors += u64::from(is_error);
            group.first_started_at_unix_nanos = group.first_started_at_unix_nanos.min(started_at);
            group.last_started_at_unix_nanos = group.last_started_at_unix_nanos.max(started_at);
            if is_model_call {
                let tokens = value(columns.total_tokens.as_ref(), *doc).unwrap_or(0);
                group.total_tokens = group.total_tokens.saturating_add(tokens);
                if let Some(cost) = value(columns.cost.as_ref(), *doc) {
                    *group.cost_usd.get_or_insert(0.0) += cost;
                }
            }
        }
    }
    Ok(())
}

fn page(mut totals: Vec<Group>, query: &GroupQuery, seal: &Seal, before: Option<EntryKey>) -> GroupPage {
    let limit = query.limit.clamp(1, PAGE_MAX);
    totals.sort_by_cached_key(|group| (Reverse(key(group)), group.id.clone()));
    let mut left = totals.into_iter().filter(|group| before.is_none_or(|before| key(group) < before));
    let groups: Vec<Group> = left.by_ref().take(limit).collect();
    let is_more = left.next().is_some();
    let next_cursor = groups.last().filter(|_| is_more).map(|group| seal.encode(key(group)));
    GroupPage { groups, next_cursor }
}

/// The place of a group in the list: by its last start, then by what tells its id from others.
pub(super) fn key(group: &Group) -> EntryKey {
    let hash = |salt: u32| {
        let mut hasher = crc32fast::Hasher::new_with_initial(salt);
        hasher.update(group.id.as_bytes());
        u128::from(hasher.finalize())
    };
    let first = group.id.bytes().take(8).fold(0_u128, |number, byte| number << 8 | u128::from(byte));
    let trace = first << 64 | hash(1) << 32 | hash(2);
    EntryKey { rank: 0, started_at: group.last_started_at_unix_nanos, trace, span_id: group.id.len() as u64 }
}
