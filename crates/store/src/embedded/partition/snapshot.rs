//! What a partition looked like after a commit: what queries read.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use tantivy::schema::IndexRecordOption;
use tantivy::schema::document::Value as _;
use tantivy::{DocAddress, DocSet, Searcher, TERMINATED, TantivyDocument, Term};

use super::columns::{Columns, unix_nanos};
use super::key::TraceKey;
use super::schema::{Fields, Record};
use crate::embedded::day::Day;
use crate::embedded::{codec, fail};
use crate::{Error, ErrorKind, Stored};

const READ: &str = "read partition";

/// What a partition looked like after a commit.
pub(crate) struct Snapshot {
    day: Day,
    fields: Fields,
    searcher: Searcher,
    columns: Vec<OnceLock<Columns>>,
}

impl Snapshot {
    pub(crate) fn new(day: Day, fields: Fields, searcher: Searcher) -> Self {
        let columns = searcher.segment_readers().iter().map(|_| OnceLock::new()).collect();
        Self { day, fields, searcher, columns }
    }

    pub(crate) fn day(&self) -> Day {
        self.day
    }

    pub(crate) fn searcher(&self) -> &Searcher {
        &self.searcher
    }

    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The columns of a segment.
    pub(crate) fn columns(&self, segment: u32) -> Result<&Columns, Error> {
        let missing = || self.corrupt("a segment is missing");
        let cell = self.columns.get(segment as usize).ok_or_else(missing)?;
        if let Some(columns) = cell.get() {
            return Ok(columns);
        }
        let reader = self.searcher.segment_readers().get(segment as usize).ok_or_else(missing)?;
        let columns = Columns::open(reader).map_err(|e| self.fail(e))?;
        Ok(cell.get_or_init(|| columns))
    }

    /// The first and the last start of its spans, in nanoseconds since the Unix epoch; `None` if it has none.
    pub(crate) fn started_range(&self) -> Result<Option<(u64, u64)>, Error> {
        let mut range: Option<(u64, u64)> = None;
        for segment in 0..self.columns.len() as u32 {
            let started = &self.columns(segment)?.started;
            let (first, last) = (unix_nanos(started.min_value()), unix_nanos(started.max_value()));
            range = Some(range.map_or((first, last), |(low, high)| (low.min(first), high.max(last))));
        }
        Ok(range)
    }

    /// The projects that have spans in it.
    pub(crate) fn projects(&self) -> Result<Vec<String>, Error> {
        let mut found = BTreeSet::new();
        for reader in self.searcher.segment_readers() {
            let index = reader.inverted_index(self.fields.project).map_err(|e| self.fail(e))?;
            let mut terms = index.terms().stream().map_err(|e| self.fail(e.into()))?;
            while terms.advance() {
                let postings = index.read_postings_from_terminfo(terms.value(), IndexRecordOption::Basic);
                let mut postings = postings.map_err(|e| self.fail(e.into()))?;
                while postings.doc() != TERMINATED && reader.is_deleted(postings.doc()) {
                    postings.advance();
                }
                if postings.doc() != TERMINATED {
                    found.insert(String::from_utf8_lossy(terms.key()).into_owned());
                }
            }
        }
        Ok(found.into_iter().collect())
    }

    /// Goes through the keys of its traces; one whose trace is in several segments is met as often.
    pub(crate) fn each_trace_key(&self, mut visit: impl FnMut(&[u8])) -> Result<(), Error> {
        for reader in self.searcher.segment_readers() {
            let index = reader.inverted_index(self.fields.trace_key).map_err(|e| self.fail(e))?;
            let mut terms = index.terms().stream().map_err(|e| self.fail(e.into()))?;
            while terms.advance() {
                visit(terms.key());
            }
        }
        Ok(())
    }

    /// The spans of a trace.
    pub(crate) fn spans_of(&self, key: &TraceKey) -> Result<Vec<DocAddress>, Error> {
        let term = Term::from_field_bytes(self.fields.trace_key, key.as_bytes());
        let mut found = Vec::new();
        for (segment, reader) in (0_u32..).zip(self.searcher.segment_readers()) {
            let index = reader.inverted_index(self.fields.trace_key).map_err(|e| self.fail(e))?;
            let postings = index.read_postings(&term, IndexRecordOption::Basic);
            let Some(mut postings) = postings.map_err(|e| self.fail(e.into()))? else { continue };
            while postings.doc() != TERMINATED {
                if !reader.is_deleted(postings.doc()) {
                    found.push(DocAddress::new(segment, postings.doc()));
                }
                postings.advance();
            }
        }
        Ok(found)
    }

    /// The whole span that a document stands for.
    pub(crate) fn stored(&self, address: DocAddress) -> Result<Stored, Error> {
        let document: TantivyDocument = self.searcher.doc(address).map_err(|e| self.fail(e))?;
        let bytes = match self.fields.record {
            Record::Text(field) => document.get_first(field).and_then(|value| value.as_str().map(codec::from_text)),
            Record::Bytes(field) => document.get_first(field).and_then(|value| value.as_bytes().map(<[u8]>::to_vec)),
        };
        let bytes = bytes.ok_or_else(|| self.corrupt("a span has no record"))?;
        codec::decode(&bytes)?.pop().ok_or_else(|| self.corrupt("a span has an empty record"))
    }

    fn corrupt(&self, why: &str) -> Error {
        Error::new(ErrorKind::Corrupt, READ, format!("partition '{}': {why}", self.day))
    }

    pub(crate) fn fail(&self, source: tantivy::TantivyError) -> Error {
        fail::index(READ, format!("partition '{}'", self.day), source)
    }
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot")
            .field("day", &self.day)
            .field("n_segments", &self.columns.len())
            .finish_non_exhaustive()
    }
}
