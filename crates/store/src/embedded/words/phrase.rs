//! The spans that say some words one after the other.

use tantivy::query::Scorer;
use tantivy::{DocId, DocSet, Score, TERMINATED};

use super::postings::Postings;

/// The spans that say a phrase.
pub(super) struct Phrase {
    /// The words, the rarest first, each with its place in the phrase.
    words: Vec<(u32, Postings)>,
    doc: DocId,
    /// Where the phrase may begin in the span at hand.
    begins: Vec<u32>,
    positions: Vec<u32>,
}

impl Phrase {
    pub(super) fn new(mut words: Vec<(u32, Postings)>) -> Self {
        words.sort_by_key(|(_, postings)| postings.size_hint());
        let mut this = Self { words, doc: TERMINATED, begins: Vec::new(), positions: Vec::new() };
        let first = this.words.first().map_or(TERMINATED, |(_, rarest)| rarest.doc());
        this.settle(first);
        this
    }

    /// Goes to the first span from one of the rarest word on that says the phrase.
    fn settle(&mut self, mut candidate: DocId) -> DocId {
        while candidate != TERMINATED && !(self.all_say(candidate) && self.is_said()) {
            candidate = self.words.first_mut().map_or(TERMINATED, |(_, rarest)| rarest.advance());
        }
        self.doc = candidate;
        candidate
    }

    fn all_say(&mut self, doc: DocId) -> bool {
        self.words.iter_mut().all(|(_, postings)| match postings.doc() {
            // `seek` is for what lies ahead.
            at if at < doc => postings.seek(doc) == doc,
            at => at == doc,
        })
    }

    fn is_said(&mut self) -> bool {
        let (begins, positions) = (&mut self.begins, &mut self.positions);
        for (n, (place, postings)) in self.words.iter_mut().enumerate() {
            postings.positions(positions);
            let mut found = positions.iter().filter_map(|position| position.checked_sub(*place));
            if n == 0 {
                begins.clear();
                begins.extend(found);
                continue;
            }
            // Both are in order.
            let mut next = found.next();
            begins.retain(|begin| {
                while next.is_some_and(|found| found < *begin) {
                    next = found.next();
                }
                next == Some(*begin)
            });
        }
        !begins.is_empty()
    }
}

impl DocSet for Phrase {
    fn advance(&mut self) -> DocId {
        let next = self.words.first_mut().map_or(TERMINATED, |(_, rarest)| rarest.advance());
        self.settle(next)
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        let next = self.words.first_mut().map_or(TERMINATED, |(_, rarest)| rarest.seek(target));
        self.settle(next)
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.words.first().map_or(0, |(_, rarest)| rarest.size_hint())
    }
}

impl Scorer for Phrase {
    fn score(&mut self) -> Score {
        1.0
    }
}
