//! The list of the spans that say a word, to be written: in blocks of 128, each with its numbers in as few bits as its
//! largest one needs.

use std::io;

use tantivy::DocId;
use tantivy_bitpacker::BitPacker;

/// Spans of a block.
pub(super) const BLOCK_SPANS: usize = 128;
/// What stands before a block: the bits of its numbers of spans, of times and of positions.
pub(super) const HEAD_BYTES: usize = 3;
/// What the table says of a block: its last span, and where it ends.
pub(super) const ENTRY_BYTES: usize = 8;

/// A list that grows by spans in order.
#[derive(Debug)]
pub(super) struct List {
    n_spans: u32,
    last: DocId,
    /// Of the block at hand: how many spans lie between each and the one before.
    gaps: Vec<u32>,
    /// How often each says the word, less one.
    more: Vec<u32>,
    /// Where each says it: the first place, and from there the words in between.
    positions: Vec<u32>,
    table: Vec<u8>,
    blocks: Vec<u8>,
}

impl Default for List {
    fn default() -> Self {
        Self {
            n_spans: 0,
            last: BEFORE_FIRST,
            gaps: Vec::new(),
            more: Vec::new(),
            positions: Vec::new(),
            table: Vec::new(),
            blocks: Vec::new(),
        }
    }
}

/// What comes before the first span, by which the gap before it is its number.
pub(super) const BEFORE_FIRST: DocId = DocId::MAX;

impl List {
    /// Adds the next span, and where it says the word, in order.
    pub(super) fn push(&mut self, doc: DocId, positions: impl IntoIterator<Item = u32>) -> io::Result<()> {
        if self.gaps.len() == BLOCK_SPANS {
            self.end_block()?;
        }
        self.gaps.push(doc.wrapping_sub(self.last).wrapping_sub(1));
        self.last = doc;
        self.n_spans += 1;
        let n_before = self.positions.len();
        let mut last = None;
        for position in positions {
            self.positions.push(last.map_or(position, |last: u32| position.wrapping_sub(last).wrapping_sub(1)));
            last = Some(position);
        }
        self.more.push((self.positions.len() - n_before).saturating_sub(1) as u32);
        Ok(())
    }

    /// Writes it down and begins anew; says how many spans it had.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) -> io::Result<u32> {
        let n_spans = std::mem::take(&mut self.n_spans);
        if n_spans > 0 {
            self.end_block()?;
            if n_spans as usize > BLOCK_SPANS {
                out.extend_from_slice(&self.table);
            }
            out.extend_from_slice(&self.blocks);
        }
        self.last = BEFORE_FIRST;
        self.table.clear();
        self.blocks.clear();
        Ok(n_spans)
    }

    fn end_block(&mut self) -> io::Result<()> {
        let streams = [&self.gaps, &self.more, &self.positions];
        let widths = streams.map(|numbers| width(numbers));
        self.blocks.extend_from_slice(&widths);
        for (numbers, width) in streams.into_iter().zip(widths) {
            let mut packer = BitPacker::new();
            for number in numbers {
                packer.write(u64::from(*number), width, &mut self.blocks)?;
            }
            packer.close(&mut self.blocks)?;
        }
        self.table.extend_from_slice(&self.last.to_le_bytes());
        self.table.extend_from_slice(&(self.blocks.len() as u32).to_le_bytes());
        self.gaps.clear();
        self.more.clear();
        self.positions.clear();
        Ok(())
    }
}

fn width(numbers: &[u32]) -> u8 {
    let all = numbers.iter().fold(0, |all, number| all | number);
    (u32::BITS - all.leading_zeros()) as u8
}
