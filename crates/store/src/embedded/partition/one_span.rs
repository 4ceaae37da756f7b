//! The question for one span: its trace by the dictionary, then the span by its column. It spares a dictionary of all
//! spans, which would be a tenth of the index.

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

use super::key::TraceKey;
use super::schema::Fields;

/// Finds one span of a trace.
#[derive(Debug, Clone)]
pub(crate) struct OneSpan {
    trace_key: Field,
    term: Term,
    span_id: u64,
}

impl OneSpan {
    pub(crate) fn new(fields: &Fields, key: &TraceKey, span_id: u64) -> Self {
        Self { trace_key: fields.trace_key, term: Term::from_field_bytes(fields.trace_key, key.as_bytes()), span_id }
    }

    fn docs(&self, reader: &SegmentReader) -> tantivy::Result<Vec<DocId>> {
        let index = reader.inverted_index(self.trace_key)?;
        let Some(mut postings) = index.read_postings(&self.term, IndexRecordOption::Basic)? else {
            return Ok(Vec::new());
        };
        let column = reader.fast_fields().u64("span_id")?;
        let mut docs = Vec::new();
        let mut doc = postings.doc();
        while doc != TERMINATED {
            if column.first(doc) == Some(self.span_id) {
                docs.push(doc);
            }
            doc = postings.advance();
        }
        Ok(docs)
    }
}

impl Query for OneSpan {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for OneSpan {
    fn scorer(&self, reader: &SegmentReader, _: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(Docs { docs: self.docs(reader)?, place: 0 }))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("a span has no score".to_owned()))
    }
}

/// Some documents, in order.
struct Docs {
    docs: Vec<DocId>,
    place: usize,
}

impl DocSet for Docs {
    fn advance(&mut self) -> DocId {
        self.place += 1;
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.docs.get(self.place).copied().unwrap_or(TERMINATED)
    }

    fn size_hint(&self) -> u32 {
        self.docs.len() as u32
    }
}

impl Scorer for Docs {
    fn score(&mut self) -> Score {
        1.0
    }
}
