//! Questions for words, as tantivy asks them.

use std::sync::Arc;

use tantivy::query::{BitSetDocSet, ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{BitSet, DocId, DocSet, Score, SegmentReader, TantivyError};
use tantivy_fst::{IntoStreamer, Regex, Streamer};

use super::file::File;
use super::phrase::Phrase;
use super::{ANYTHING, Place};

/// What is to be said.
#[derive(Debug, Clone)]
pub(crate) enum Wanted {
    /// Any word.
    Anything,
    /// Words one after the other, each with its place among them; none is said nowhere.
    Phrase(Vec<(u32, String)>),
    /// One word that a regular expression fits.
    Like(Arc<Regex>),
}

impl Wanted {
    /// A word that a regular expression fits.
    pub(crate) fn like(pattern: &str) -> tantivy::Result<Self> {
        let invalid = |error| TantivyError::InvalidArgument(format!("pattern of words '{pattern}': {error}"));
        Regex::new(pattern).map(|regex| Self::Like(Arc::new(regex))).map_err(invalid)
    }
}

/// The spans that say something at a place.
#[derive(Debug, Clone)]
pub(crate) struct WordsQuery {
    place: Place,
    wanted: Wanted,
}

impl WordsQuery {
    pub(crate) fn new(place: Place, wanted: Wanted) -> Self {
        Self { place, wanted }
    }

    fn phrase(&self, file: &File, words: &[(u32, String)]) -> Option<Box<dyn Scorer>> {
        let postings = words.iter().map(|(place, word)| Some((*place, file.postings(word.as_bytes(), self.place)?)));
        let mut postings: Vec<_> = postings.collect::<Option<_>>()?;
        if postings.len() > 1 {
            return Some(Box::new(Phrase::new(postings)));
        }
        let (_, postings) = postings.pop()?;
        Some(Box::new(postings))
    }

    fn like(&self, file: &File, regex: &Regex, max_doc: DocId) -> Box<dyn Scorer> {
        let mut found = BitSet::with_max_value(max_doc);
        let mut words = file.dictionary().search(regex).into_stream();
        while let Some((_, offset)) = words.next() {
            let Some(mut postings) = file.postings_at(offset, self.place) else { continue };
            let mut doc = postings.doc();
            // Nothing in a damaged list is a reason to panic.
            while doc < max_doc {
                found.insert(doc);
                doc = postings.advance();
            }
        }
        Box::new(ConstScorer::new(BitSetDocSet::from(found), 1.0))
    }
}

impl Query for WordsQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for WordsQuery {
    fn scorer(&self, reader: &SegmentReader, _: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let file = File::open(reader)?;
        let found = match &self.wanted {
            Wanted::Anything => file.postings(ANYTHING, self.place).map(|all| Box::new(all) as Box<dyn Scorer>),
            Wanted::Phrase(words) => self.phrase(&file, words),
            Wanted::Like(regex) => Some(self.like(&file, regex, reader.max_doc())),
        };
        Ok(found.unwrap_or_else(|| Box::new(EmptyScorer)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("a span has no score".to_owned()))
    }
}
