//! What a destination has taken from the queue: stretches of chunks, and batches cut from them.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use crate::batch::Policy;
use crate::record::{Chunk, Entry};

/// Spans of one chunk that follow each other; the chunk is shared with the other destinations.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) chunk: Arc<Chunk>,
    pub(crate) range: Range<usize>,
}

impl Piece {
    fn sizes(&self) -> impl Iterator<Item = usize> {
        self.chunk.sizes(self.range.clone())
    }

    fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.chunk.records(self.range.clone())
    }
}

/// Spans that wait in the order of their ends.
#[derive(Debug, Default)]
pub(crate) struct Load {
    pieces: VecDeque<Piece>,
}

impl Load {
    pub(crate) fn n_spans(&self) -> usize {
        self.pieces.iter().map(|piece| piece.range.len()).sum()
    }

    pub(crate) fn append(&mut self, pieces: &mut VecDeque<Piece>) {
        self.pieces.append(pieces);
    }

    pub(crate) fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.pieces.iter()
    }

    /// Takes what goes into the next request off the front; `None` if nothing waits.
    pub(crate) fn cut(&mut self, policy: &Policy, n_bytes_max: usize) -> Option<Batch> {
        let sizes = self.pieces.iter().flat_map(Piece::sizes);
        let mut n_missing = policy.n_to_take(n_bytes_max, sizes);
        let mut pieces = Vec::new();
        while n_missing > 0 {
            let Some(mut piece) = self.pieces.pop_front() else { break };
            let n_taken = piece.range.len().min(n_missing);
            n_missing -= n_taken;
            if n_taken < piece.range.len() {
                let middle = piece.range.start + n_taken;
                self.pieces.push_front(Piece { chunk: Arc::clone(&piece.chunk), range: middle..piece.range.end });
                piece.range.end = middle;
            }
            pieces.push(piece);
        }
        Batch::of(pieces)
    }
}

/// Spans that go into one request; never empty.
#[derive(Debug)]
pub(crate) struct Batch {
    pieces: Vec<Piece>,
    pub(crate) n_spans: usize,
    pub(crate) n_bytes: usize,
}

impl Batch {
    fn of(pieces: Vec<Piece>) -> Option<Self> {
        let n_spans = pieces.iter().map(|piece| piece.range.len()).sum();
        let n_bytes = pieces.iter().flat_map(Piece::sizes).sum();
        (n_spans > 0).then_some(Self { pieces, n_spans, n_bytes })
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.pieces.iter().flat_map(Piece::entries)
    }

    pub(crate) fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.pieces.iter()
    }

    /// The two halves; the second is `None` if there is one span only.
    pub(crate) fn halves(self) -> (Option<Self>, Option<Self>) {
        let n_first = self.n_spans.div_ceil(2);
        let (mut first, mut second) = (Vec::new(), Vec::new());
        let mut n_seen = 0;
        for Piece { chunk, range } in self.pieces {
            let middle = range.start + (n_first - n_seen).min(range.len());
            n_seen += middle - range.start;
            if middle > range.start {
                first.push(Piece { chunk: Arc::clone(&chunk), range: range.start..middle });
            }
            if range.end > middle {
                second.push(Piece { chunk, range: middle..range.end });
            }
        }
        (Self::of(first), Self::of(second))
    }

    /// Gives the pieces back when everything is said about them.
    pub(crate) fn into_pieces(self) -> Vec<Piece> {
        self.pieces
    }
}
