//! The list of the spans that say a word, to be read.

use tantivy::directory::OwnedBytes;
use tantivy::query::Scorer;
use tantivy::{DocId, DocSet, Score, TERMINATED};
use tantivy_bitpacker::BitUnpacker;

use super::list::{BEFORE_FIRST, BLOCK_SPANS, ENTRY_BYTES, HEAD_BYTES};
use crate::filter::words::WORDS_BYTES_MAX;

/// A text has no more words than bytes.
const POSITIONS_MAX: u32 = WORDS_BYTES_MAX as u32;

/// The spans that say a word at a place, in order, and where they say it.
///
/// What is damaged ends the list; `tracewood doctor` finds that by the checksums of the files.
pub(super) struct Postings {
    bytes: OwnedBytes,
    n_spans: u32,
    /// Which block is unpacked.
    block: usize,
    docs: Vec<DocId>,
    place: usize,
    /// Where in the bytes the block goes on behind its spans.
    rest: usize,
    /// Where the positions of each span begin and end among those of the block; empty until somebody asks.
    begins: Vec<u32>,
    /// Where in the bytes the positions are, and how many bits each has.
    positions: (usize, BitUnpacker),
}

impl Postings {
    /// The list that begins with some bytes; more may stand behind it.
    pub(super) fn new(bytes: OwnedBytes, n_spans: u32) -> Self {
        let mut this = Self {
            bytes,
            n_spans,
            block: 0,
            docs: Vec::with_capacity(BLOCK_SPANS.min(n_spans as usize)),
            place: 0,
            rest: 0,
            begins: Vec::new(),
            positions: (0, BitUnpacker::default()),
        };
        this.unpack(0);
        this
    }

    /// Where the span at hand says the word.
    pub(super) fn positions(&mut self, out: &mut Vec<u32>) {
        out.clear();
        if self.begins.is_empty() {
            self.unpack_begins();
        }
        let (Some(begin), Some(end)) = (self.begins.get(self.place), self.begins.get(self.place + 1)) else { return };
        let (at, unpacker) = self.positions;
        let is_whole = |bytes: &&[u8]| fits(*end, unpacker, bytes) && end.wrapping_sub(*begin) <= POSITIONS_MAX;
        let Some(bytes) = self.bytes.get(at..).filter(is_whole) else { return };
        let mut next = 0_u32;
        out.extend((*begin..*end).map(|index| {
            let position = next.wrapping_add(unpacker.get(index, bytes) as u32);
            next = position.wrapping_add(1);
            position
        }));
    }

    fn n_blocks(&self) -> usize {
        (self.n_spans as usize).div_ceil(BLOCK_SPANS)
    }

    /// The last span of a block and where it ends, from the table in front.
    fn entry(&self, block: usize) -> Option<(DocId, usize)> {
        let bytes = self.bytes.get(block * ENTRY_BYTES..)?;
        let (last, rest) = bytes.split_first_chunk()?;
        Some((DocId::from_le_bytes(*last), u32::from_le_bytes(*rest.first_chunk()?) as usize))
    }

    /// Unpacks the spans of a block, or none behind the last one.
    fn unpack(&mut self, block: usize) {
        self.block = block;
        self.place = 0;
        self.docs.clear();
        self.begins.clear();
        if block < self.n_blocks() && self.unpack_spans(block).is_none() {
            self.docs.clear();
        }
    }

    fn unpack_spans(&mut self, block: usize) -> Option<()> {
        let table = if self.n_blocks() > 1 { self.n_blocks() * ENTRY_BYTES } else { 0 };
        let (before, begin) = if block == 0 { (BEFORE_FIRST, 0) } else { self.entry(block - 1)? };
        let begin = table + begin;
        let n = BLOCK_SPANS.min(self.n_spans as usize - block * BLOCK_SPANS);
        let unpacker = self.unpacker(begin)?;
        let bytes = self.bytes.get(begin + HEAD_BYTES..).filter(|bytes| fits(n as u32, unpacker, bytes))?;
        let mut last = before;
        self.docs.extend((0..n as u32).map(|index| {
            last = last.wrapping_add(unpacker.get(index, bytes) as u32).wrapping_add(1);
            last
        }));
        self.rest = begin;
        Some(())
    }

    fn unpack_begins(&mut self) -> Option<()> {
        let n = self.docs.len() as u32;
        let [spans, times, positions] = [0, 1, 2].map(|stream| self.unpacker(self.rest + stream));
        let (times, positions) = (times?, positions?);
        let at = self.rest + HEAD_BYTES + n_bytes(n, spans?);
        let bytes = self.bytes.get(at..).filter(|bytes| fits(n, times, bytes))?;
        let mut begin = 0_u32;
        self.begins.push(0);
        self.begins.extend((0..n).map(|index| {
            begin = begin.wrapping_add(times.get(index, bytes) as u32).wrapping_add(1);
            begin
        }));
        self.positions = (at + n_bytes(n, times), positions);
        Some(())
    }

    /// How the numbers are packed whose bits a byte says.
    fn unpacker(&self, at: usize) -> Option<BitUnpacker> {
        let width = *self.bytes.get(at)?;
        (u32::from(width) <= u32::BITS).then(|| BitUnpacker::new(width))
    }
}

/// How many bytes so many numbers take.
fn n_bytes(n: u32, unpacker: BitUnpacker) -> usize {
    (n as usize * usize::from(unpacker.bit_width())).div_ceil(8)
}

fn fits(n: u32, unpacker: BitUnpacker, bytes: &[u8]) -> bool {
    n_bytes(n, unpacker) <= bytes.len()
}

impl DocSet for Postings {
    fn advance(&mut self) -> DocId {
        self.place += 1;
        if self.place >= self.docs.len() && !self.docs.is_empty() {
            self.unpack(self.block + 1);
        }
        self.doc()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.docs.last().is_some_and(|last| *last < target) {
            let (mut low, mut high) = (self.block + 1, self.n_blocks());
            while low < high {
                let middle = low.midpoint(high);
                if self.entry(middle).is_some_and(|(last, _)| last < target) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            self.unpack(low);
        }
        let left = self.docs.get(self.place..).unwrap_or_default();
        self.place += left.partition_point(|doc| *doc < target);
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.docs.get(self.place).copied().unwrap_or(TERMINATED)
    }

    fn size_hint(&self) -> u32 {
        self.n_spans
    }
}

impl Scorer for Postings {
    fn score(&mut self) -> Score {
        1.0
    }
}
