//! The sessions or users that were active last, found from the newest partitions alone; the rest of the store is asked
//! only about them.
//!
//! A group was active when a span began that names it. Partitions are gone through from the newest, until none that is
//! left can have a span that would change the page.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use tantivy::DocId;
use tracewood_span::TraceId;

use super::cursor::Seal;
use super::entries::EntryKey;
use super::groups::{By, Members, add_totals, empty, key};
use super::plan::plan;
use super::scan::{self, Found};
use crate::embedded::partition::key::TraceKey;
use crate::embedded::partition::snapshot::Snapshot;
use crate::filter::{Check, Expr, Field, Filter, Pattern, Test};
use crate::{Error, Group, GroupPage, GroupQuery};

/// Up to so many traces are looked up one by one; of more, it is quicker to go through all spans.
const TRACES_MAX: usize = 4_000;

/// One page of groups without a filter.
pub(super) fn page(
    snapshots: &[Arc<Snapshot>],
    query: &GroupQuery,
    by: &By,
    started: &Range<u64>,
    seal: &Seal,
    before: Option<EntryKey>,
    limit: usize,
) -> Result<GroupPage, Error> {
    let mut chosen = active_last(snapshots, &query.project, by, started, before, limit + 1)?;
    let next_cursor =
        (chosen.len() > limit).then(|| chosen.get(limit - 1).map(|last| seal.encode(key(last)))).flatten();
    chosen.truncate(limit);
    let members = members(snapshots, &query.project, by, started, &chosen)?;
    let mut totals = members.empty_groups();
    for snapshot in snapshots {
        each_of(snapshot, &query.project, &members, |mut found| {
            found.retain_started(started);
            add_totals(&found, &members, &mut totals)
        })?;
    }
    Ok(GroupPage { groups: totals, next_cursor })
}

/// The groups behind a place in the list, with no more than their ids and when they were active last.
fn active_last(
    snapshots: &[Arc<Snapshot>],
    project: &str,
    by: &By,
    started: &Range<u64>,
    before: Option<EntryKey>,
    n_wanted: usize,
) -> Result<Vec<Group>, Error> {
    let mut waiting = Vec::new();
    for snapshot in snapshots {
        waiting.extend(snapshot.started_range()?.map(|(_, last)| (last, snapshot)));
    }
    waiting.sort_by_key(|(last, _)| *last);
    let mut lasts: HashMap<String, u64> = HashMap::new();
    while let Some((_, snapshot)) = waiting.pop() {
        let says_it = Filter::from(Expr::Test(Test { field: by.field.clone(), check: Check::Exists }));
        let says_it = plan(snapshot, project, &says_it, None)?;
        scan::each_segment(snapshot, says_it.as_ref(), |mut found| {
            found.retain_started(started);
            last_of_segment(&found, by, before, n_wanted, &mut lasts)
        })?;
        // What is left began before this.
        let bound = waiting.last().map_or(0, |(last, _)| *last);
        let is_behind = |last: u64| before.is_none_or(|before| last < before.started_at);
        if lasts.values().filter(|last| **last > bound && is_behind(**last)).count() >= n_wanted {
            break;
        }
    }
    let group = |(id, last): (String, u64)| Group { last_started_at_unix_nanos: last, ..empty(&id) };
    let mut groups: Vec<Group> = lasts.into_iter().map(group).collect();
    groups.retain(|group| before.is_none_or(|before| key(group) < before));
    groups.sort_by_cached_key(|group| (Reverse(key(group)), group.id.clone()));
    groups.truncate(n_wanted);
    Ok(groups)
}

/// Adds those of a segment that may be on the page, each with its last start.
///
/// A group that was active again later, in a partition that was met before, is known by that; all others that come
/// before the page are left out.
fn last_of_segment(
    found: &Found<'_>,
    by: &By,
    before: Option<EntryKey>,
    n_wanted: usize,
    lasts: &mut HashMap<String, u64>,
) -> Result<(), Error> {
    let Some(column) = (by.column)(found.columns) else { return Ok(()) };
    let mut by_ord = vec![0_u64; column.num_terms()];
    for doc in &found.docs {
        let started_at = found.columns.started_at(*doc);
        for ord in column.term_ords(*doc) {
            if let Some(last) = by_ord.get_mut(ord as usize) {
                *last = (*last).max(started_at);
            }
        }
    }
    let mut active: Vec<(u64, u64)> =
        (0_u64..).zip(by_ord).filter(|(_, last)| *last > 0).map(|(ord, last)| (last, ord)).collect();
    active.sort_unstable_by_key(|(last, _)| Reverse(*last));
    let mut n_behind = 0;
    for (last, ord) in active {
        // Groups from before the page are kept too: an older partition must not bring them up again.
        if before.is_none_or(|before| last < before.started_at) {
            n_behind += 1;
            if n_behind > n_wanted {
                break;
            }
        }
        let mut id = String::new();
        column.ord_to_str(ord, &mut id).map_err(|e| found.snapshot.fail(e.into()))?;
        let known = lasts.entry(id).or_default();
        *known = (*known).max(last);
    }
    Ok(())
}

/// The traces of the chosen groups, in the order of the groups.
fn members(
    snapshots: &[Arc<Snapshot>],
    project: &str,
    by: &By,
    started: &Range<u64>,
    chosen: &[Group],
) -> Result<Members, Error> {
    let mut members = Members {
        ids: chosen.iter().map(|group| group.id.clone()).collect(),
        places: (0_u32..).zip(chosen).map(|(place, group)| (group.id.clone(), place)).collect(),
        of_trace: HashMap::new(),
    };
    if chosen.is_empty() {
        return Ok(members);
    }
    let check = Check::Text(chosen.iter().map(|group| Pattern::exact(group.id.as_str())).collect());
    let says_one = Filter::from(Expr::Test(Test { field: by.field.clone(), check }));
    for snapshot in snapshots {
        let says_one = plan(snapshot, project, &says_one, None)?;
        scan::each_segment(snapshot, says_one.as_ref(), |mut found| {
            found.retain_started(started);
            let Some(column) = (by.column)(found.columns) else { return Ok(()) };
            let mut by_ord = HashMap::new();
            for (place, id) in (0_u32..).zip(&members.ids) {
                let ord = column.dictionary().term_ord(id).map_err(|e| found.snapshot.fail(e.into()))?;
                by_ord.extend(ord.map(|ord| (ord, place)));
            }
            let traces = found.traces()?;
            for (doc, trace) in found.docs.iter().zip(traces.each()) {
                for place in column.term_ords(*doc).filter_map(|ord| by_ord.get(&ord)) {
                    let groups = members.of_trace.entry(trace).or_default();
                    if !groups.contains(place) {
                        groups.push(*place);
                    }
                }
            }
            Ok(())
        })?;
    }
    Ok(members)
}

/// Goes through the spans of the members' traces, and through others too where that is quicker.
fn each_of(
    snapshot: &Arc<Snapshot>,
    project: &str,
    members: &Members,
    visit: impl FnMut(Found<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut visit = visit;
    if members.of_trace.len() > TRACES_MAX {
        let all = plan(snapshot, project, &Filter::everything(), None)?;
        return scan::each_segment(snapshot, all.as_ref(), visit);
    }
    let mut docs: BTreeMap<u32, HashSet<DocId>> = BTreeMap::new();
    for trace in members.of_trace.keys().filter_map(|trace| TraceId::new(trace.to_be_bytes())) {
        for address in snapshot.spans_of(&TraceKey::new(project, trace))? {
            docs.entry(address.segment_ord).or_default().insert(address.doc_id);
        }
    }
    for (segment, docs) in docs {
        let mut docs: Vec<DocId> = docs.into_iter().collect();
        docs.sort_unstable();
        visit(Found { snapshot, segment, columns: snapshot.columns(segment)?, docs })?;
    }
    Ok(())
}

/// Whether a question about groups is one for this file: nothing but the project and a range of time.
pub(super) fn is_recent(filter: &Filter, field: &Field) -> bool {
    filter.is_everything() && matches!(field, Field::Session | Field::User)
}
