//! Which traces a partition may have: a filter in memory that says no without a look into the dictionaries.

use super::key::TraceKey;

/// Traces in one block of the filter.
const BLOCK_TRACES: usize = 1 << 16;
/// Bits for each trace; with `N_PROBES` one trace in 300 is looked up in vain.
const BITS_PER_TRACE: usize = 12;
/// Bits that are set for each trace.
const N_PROBES: u64 = 6;
const BLOCK_WORDS: usize = BLOCK_TRACES * BITS_PER_TRACE / 64;

/// The traces of a partition, with some false hits and without a false miss. Traces that went stay in it.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    blocks: Vec<Block>,
}

#[derive(Debug)]
struct Block {
    words: Vec<u64>,
    n_traces: usize,
}

impl Seen {
    /// Notes a trace, by its key.
    pub(crate) fn insert(&mut self, key: &[u8]) {
        let hash = hash(key);
        if self.blocks.last().is_none_or(|block| block.n_traces >= BLOCK_TRACES) {
            self.blocks.push(Block { words: vec![0; BLOCK_WORDS], n_traces: 0 });
        }
        let Some(block) = self.blocks.last_mut() else { return };
        block.n_traces += 1;
        for (word, bit) in places(hash) {
            if let Some(word) = block.words.get_mut(word) {
                *word |= bit;
            }
        }
    }

    /// Whether the trace may be there.
    pub(crate) fn may_have(&self, key: &TraceKey) -> bool {
        let hash = hash(key.as_bytes());
        self.blocks
            .iter()
            .any(|block| places(hash).all(|(word, bit)| block.words.get(word).is_some_and(|word| word & bit != 0)))
    }
}

/// Trace ids are random, or made by hashing, so that the last bytes of the key are as good as any hash; clients that
/// count are mixed by the multiplication.
fn hash(key: &[u8]) -> u64 {
    let number = key.last_chunk::<16>().map_or(0, |bytes| u128::from_be_bytes(*bytes));
    let mut hash = (number >> 64) as u64 ^ (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash = (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 29)
}

fn places(hash: u64) -> impl Iterator<Item = (usize, u64)> {
    // Two halves of one hash stand in for as many hashes as are needed (Kirsch and Mitzenmacher).
    let (one, other) = (hash & 0xffff_ffff, (hash >> 32) | 1);
    (0..N_PROBES).map(move |n| {
        let bit = one.wrapping_add(n.wrapping_mul(other)) % (BLOCK_WORDS as u64 * 64);
        ((bit / 64) as usize, 1 << (bit % 64))
    })
}

#[cfg(test)]
mod tests {
    use tracewood_span::TraceId;

    use super::*;

    #[test]
    fn nothing_is_missed_and_little_is_hit_in_vain() {
        let key = |n: u128| TraceKey::new("project", TraceId::new(n.to_be_bytes()).unwrap());
        let mut seen = Seen::default();
        assert!(!seen.may_have(&key(1)));
        let n = BLOCK_TRACES as u128 * 2;
        (1..=n).for_each(|n| seen.insert(key(n).as_bytes()));
        assert!((1..=n).all(|n| seen.may_have(&key(n))));
        let n_false = (n + 1..=n + 100_000).filter(|n| seen.may_have(&key(*n))).count();
        assert!(n_false < 2_000, "{n_false} of 100000");
    }
}
