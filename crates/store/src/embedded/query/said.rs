//! What the spans of a segment say in a field: from columns, or for paths from the dictionary of the index.

use std::collections::HashMap;

use tantivy::columnar::{MonotonicallyMappableToU64, StrColumn};
use tantivy::schema::{Field as IndexField, IndexRecordOption};
use tantivy::{DocId, DocSet, InvertedIndexReader, TERMINATED};

use super::scan::Found;
use crate::Error;
use crate::embedded::partition::columns::Columns;
use crate::filter::Field;

/// Between the parts of a path in the index.
const PATH_SEPARATOR: char = '\u{1}';
/// Between a path and the type of its value.
const PATH_END: u8 = 0;
/// How many terms and places of the index are looked at for paths, in one answer: about a second's work. A path with
/// more values than that is an id, which nobody completes or charts.
const LOOKS_MAX: u64 = 5_000_000;

/// How much an answer may still look at.
#[derive(Debug)]
pub(super) struct Budget(u64);

impl Default for Budget {
    fn default() -> Self {
        Self(LOOKS_MAX)
    }
}

impl Budget {
    /// Whether anything was left out since it was used up.
    pub(super) fn is_used_up(&self) -> bool {
        self.0 == 0
    }

    fn take(&mut self, n: u64) -> bool {
        self.0 = self.0.saturating_sub(n);
        self.0 > 0
    }
}

/// A value and the spans that say it, in order.
pub(super) type Said = (String, Vec<DocId>);

/// The column of a field whose values are texts.
pub(super) fn column<'a>(field: &Field, columns: &'a Columns) -> Option<&'a StrColumn> {
    match field {
        Field::Name => columns.name.as_ref(),
        Field::Kind => columns.kind.as_ref(),
        Field::KindOriginal => columns.kind_text.as_ref(),
        Field::Status => columns.status.as_ref(),
        Field::Model => columns.model.as_ref(),
        Field::Provider => columns.provider.as_ref(),
        Field::Environment => columns.environment.as_ref(),
        Field::Session => columns.session.as_ref(),
        Field::User => columns.user.as_ref(),
        Field::Tag => columns.tags.as_ref(),
        Field::Tool => columns.tool.as_ref(),
        Field::Agent => columns.agent.as_ref(),
        Field::Workflow => columns.workflow.as_ref(),
        Field::Prompt => columns.prompt.as_ref(),
        Field::Release => columns.release.as_ref(),
        Field::Service => columns.service.as_ref(),
        _ => None,
    }
}

/// How many of the found spans say each value.
pub(super) fn counts(found: &Found<'_>, field: &Field, budget: &mut Budget) -> Result<Vec<(String, u64)>, Error> {
    let Some(column) = column(field, found.columns) else {
        if field.is_without_path() {
            return paths(found, field, budget);
        }
        let said = said(found, field, budget)?;
        return Ok(said.into_iter().map(|(value, docs)| (value, docs.len() as u64)).collect());
    };
    let mut by_ord: HashMap<u64, u64> = HashMap::new();
    for doc in &found.docs {
        for ord in column.term_ords(*doc) {
            *by_ord.entry(ord).or_default() += 1;
        }
    }
    let text = |(ord, n): (u64, u64)| {
        let mut text = String::new();
        column.ord_to_str(ord, &mut text).map_err(|e| found.snapshot.fail(e.into()))?;
        Ok((text, n))
    };
    by_ord.into_iter().map(text).collect()
}

/// Which of the found spans say what in a field without a column: a flag, or the values at a path.
pub(super) fn said(found: &Found<'_>, field: &Field, budget: &mut Budget) -> Result<Vec<Said>, Error> {
    let is_pending = |doc: &DocId| found.columns.pending.first(*doc) == Some(true);
    let is_root = |doc: &DocId| found.columns.parent_id.as_ref().is_none_or(|column| column.first(*doc).is_none());
    match field {
        Field::Pending => Ok(flags(found, is_pending)),
        Field::Root => Ok(flags(found, is_root)),
        _ => match indexed(found, field) {
            Some((index_field, path)) => values_at(found, index_field, path, budget),
            None => Ok(Vec::new()),
        },
    }
}

fn flags(found: &Found<'_>, is_set: impl Fn(&DocId) -> bool) -> Vec<Said> {
    let (set, unset): (Vec<DocId>, Vec<DocId>) = found.docs.iter().copied().partition(is_set);
    let both = [("true".to_owned(), set), ("false".to_owned(), unset)];
    both.into_iter().filter(|(_, docs)| !docs.is_empty()).collect()
}

fn indexed<'a>(found: &Found<'_>, field: &'a Field) -> Option<(IndexField, &'a str)> {
    let fields = found.snapshot.fields();
    match field {
        Field::Metadata(path) => Some((fields.metadata, path)),
        Field::Attributes(path) => Some((fields.attributes, path)),
        Field::Resource(path) => Some((fields.resource, path)),
        _ => None,
    }
}

fn index_of(found: &Found<'_>, field: IndexField) -> Result<Option<std::sync::Arc<InvertedIndexReader>>, Error> {
    let reader = found.snapshot.searcher().segment_readers().get(found.segment as usize);
    reader.map(|reader| reader.inverted_index(field).map_err(|e| found.snapshot.fail(e))).transpose()
}

fn values_at(found: &Found<'_>, field: IndexField, path: &str, budget: &mut Budget) -> Result<Vec<Said>, Error> {
    let Some(index) = index_of(found, field)? else { return Ok(Vec::new()) };
    let mut begin = path.replace('.', &PATH_SEPARATOR.to_string()).into_bytes();
    begin.push(PATH_END);
    let mut end = begin.clone();
    end.push(u8::MAX);
    let range = index.terms().range().ge(&begin).lt(&end);
    let mut terms = range.into_stream().map_err(|e| found.snapshot.fail(e.into()))?;
    let mut all = Vec::new();
    while terms.advance() {
        let Some(value) = terms.key().get(begin.len()..).and_then(text_of) else { continue };
        let docs = docs_of(found, &index, terms.value(), budget)?;
        if !docs.is_empty() {
            all.push((value, docs));
        }
        if budget.is_used_up() {
            break;
        }
    }
    Ok(all)
}

/// How many of the found spans say anything at each path.
fn paths(found: &Found<'_>, field: &Field, budget: &mut Budget) -> Result<Vec<(String, u64)>, Error> {
    let Some((index_field, _)) = indexed(found, field) else { return Ok(Vec::new()) };
    let Some(index) = index_of(found, index_field)? else { return Ok(Vec::new()) };
    let mut terms = index.terms().stream().map_err(|e| found.snapshot.fail(e.into()))?;
    let mut all: Vec<(String, u64)> = Vec::new();
    let mut current: Option<(Vec<u8>, Vec<DocId>)> = None;
    let mut finish = |path: Option<(Vec<u8>, Vec<DocId>)>| {
        if let Some((path, mut docs)) = path
            && !docs.is_empty()
        {
            docs.sort_unstable();
            docs.dedup();
            all.push((String::from_utf8_lossy(&path).replace(PATH_SEPARATOR, "."), docs.len() as u64));
        }
    };
    while terms.advance() {
        let Some(path) = terms.key().split(|byte| *byte == PATH_END).next() else { continue };
        if current.as_ref().is_none_or(|(last, _)| last != path) {
            finish(current.replace((path.to_vec(), Vec::new())));
        }
        let docs = docs_of(found, &index, terms.value(), budget)?;
        if let Some((_, all)) = &mut current {
            all.extend(docs);
        }
        if budget.is_used_up() {
            break;
        }
    }
    finish(current);
    Ok(all)
}

/// The found spans that a term stands in.
fn docs_of(
    found: &Found<'_>,
    index: &InvertedIndexReader,
    term: &tantivy::postings::TermInfo,
    budget: &mut Budget,
) -> Result<Vec<DocId>, Error> {
    let postings = index.read_postings_from_terminfo(term, IndexRecordOption::Basic);
    let mut postings = postings.map_err(|e| found.snapshot.fail(e.into()))?;
    let mut docs = Vec::new();
    if !budget.take(1 + u64::from(postings.doc_freq())) {
        return Ok(docs);
    }
    let mut left = found.docs.as_slice();
    let mut doc = postings.doc();
    // Both are in order, so that each is walked once; what is found is often far less than what is there.
    while let (Some(first), true) = (left.first(), doc != TERMINATED) {
        match doc.cmp(first) {
            std::cmp::Ordering::Less => doc = postings.seek(*first),
            std::cmp::Ordering::Greater => left = left.get(left.partition_point(|other| *other < doc)..).unwrap_or(&[]),
            std::cmp::Ordering::Equal => {
                docs.push(doc);
                doc = postings.advance();
            }
        }
    }
    Ok(docs)
}

/// The text of a value as it stands behind its path: a letter for its type, and its bytes.
fn text_of(bytes: &[u8]) -> Option<String> {
    let (sort, value) = bytes.split_first()?;
    let number = || value.try_into().ok().map(u64::from_be_bytes);
    match sort {
        b's' => Some(String::from_utf8_lossy(value).into_owned()),
        b'i' => Some(i64::from_u64(number()?).to_string()),
        b'u' => Some(number()?.to_string()),
        b'f' => Some(f64::from_u64(number()?).to_string()),
        b'o' => Some((number()? != 0).to_string()),
        _ => None,
    }
}
