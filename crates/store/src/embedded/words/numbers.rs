//! Numbers words as they come.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;

/// Bytes of a word that its place in the table holds: most words whole, so that one look is enough for them.
const HEAD_BYTES: usize = 8;
/// Places that the table has at first, twice the words of a commit under load: it grows, but one that is too large keeps
/// less of itself in the processor's cache.
const PLACES_MIN: usize = 1 << 14;
/// The number of a place that no word has.
const FREE: u32 = u32::MAX;

/// The number of each word that was met, counted from 0.
pub(super) struct Numbers {
    hasher: RandomState,
    /// A power of two of places, half of them free at least; a word stands at its hash or in the next free place.
    table: Vec<Entry>,
    /// All words one after the other, and where each ends.
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

#[derive(Clone, Copy)]
struct Entry {
    /// The first bytes of the word, filled up with zeros.
    head: u64,
    n_bytes: u32,
    number: u32,
}

impl Default for Numbers {
    fn default() -> Self {
        Self {
            hasher: RandomState::default(),
            table: vec![Entry { head: 0, n_bytes: 0, number: FREE }; PLACES_MIN],
            bytes: Vec::new(),
            ends: Vec::new(),
        }
    }
}

impl Numbers {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The number of a word, a new one where it was not met before.
    pub(super) fn of(&mut self, word: &[u8]) -> u32 {
        let (head, n_bytes) = (head_of(word), word.len() as u32);
        let mut place = self.place(word);
        loop {
            let mask = self.table.len() - 1;
            let Some(entry) = self.table.get(place & mask) else { return FREE };
            if entry.number == FREE {
                return self.insert(word, Entry { head, n_bytes, number: self.len() as u32 }, place & mask);
            }
            let is_same = entry.head == head
                && entry.n_bytes == n_bytes
                && (word.len() <= HEAD_BYTES || self.word(entry.number as usize) == word);
            if is_same {
                return entry.number;
            }
            place += 1;
        }
    }

    /// The word with a number.
    pub(super) fn word(&self, number: usize) -> &[u8] {
        let begin = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(number).and_then(|end| self.bytes.get(begin..*end)).unwrap_or_default()
    }

    /// Bytes that the words take, without those of a table that has not grown.
    pub(super) fn n_bytes(&self) -> usize {
        let n_grown = self.table.len() - PLACES_MIN;
        n_grown * size_of::<Entry>() + self.bytes.len() + self.ends.len() * size_of::<usize>()
    }

    fn place(&self, word: &[u8]) -> usize {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(word);
        hasher.finish() as usize
    }

    fn insert(&mut self, word: &[u8], entry: Entry, place: usize) -> u32 {
        if let Some(free) = self.table.get_mut(place) {
            *free = entry;
        }
        self.bytes.extend_from_slice(word);
        self.ends.push(self.bytes.len());
        if self.len() * 2 > self.table.len() {
            self.grow();
        }
        entry.number
    }

    fn grow(&mut self) {
        let n = self.table.len() * 2;
        let old = std::mem::replace(&mut self.table, vec![Entry { head: 0, n_bytes: 0, number: FREE }; n]);
        for entry in old.into_iter().filter(|entry| entry.number != FREE) {
            let mut place = self.place(self.word(entry.number as usize));
            while self.table.get(place & (n - 1)).is_some_and(|other| other.number != FREE) {
                place += 1;
            }
            if let Some(free) = self.table.get_mut(place & (n - 1)) {
                *free = entry;
            }
        }
    }
}

/// The first eight bytes as a number, zeros behind a shorter word.
fn head_of(word: &[u8]) -> u64 {
    if let Some(head) = word.first_chunk() {
        return u64::from_le_bytes(*head);
    }
    let n = word.len();
    if let (Some(low), Some(high)) = (word.first_chunk(), word.last_chunk()) {
        // Both halves overlap unless there are eight bytes, and say the same where they do.
        return u64::from(u32::from_le_bytes(*low)) | u64::from(u32::from_le_bytes(*high)) << (8 * (n - 4));
    }
    let byte = |at: usize| u64::from(word.get(at).copied().unwrap_or(0)) << (8 * at);
    byte(0) | byte(n / 2) | byte(n.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn same_words_and_only_they_have_the_same_number(words in proptest::collection::vec("[ab\u{e9}]{0,12}", 0..300)) {
            let mut numbers = Numbers::default();
            let mut expected: HashMap<String, u32> = HashMap::new();
            for word in &words {
                let n = expected.len() as u32;
                prop_assert_eq!(numbers.of(word.as_bytes()), *expected.entry(word.clone()).or_insert(n));
            }
            for (word, number) in expected {
                prop_assert_eq!(numbers.word(number as usize), word.as_bytes());
            }
        }
    }

    #[test]
    fn numbers_stay_while_the_table_grows() {
        let mut numbers = Numbers::default();
        for round in 0..2 {
            for n in 0..2 * PLACES_MIN as u32 {
                assert_eq!(numbers.of(format!("word number {n}").as_bytes()), n, "round {round}");
            }
        }
        assert!(numbers.n_bytes() > 0);
    }

    #[test]
    fn head_is_what_the_first_eight_bytes_say() {
        for n in 0..12 {
            let word = &b"abcdefghijkl"[..n];
            let mut bytes = [0; 8];
            bytes[..n.min(8)].copy_from_slice(&word[..n.min(8)]);
            assert_eq!(head_of(word), u64::from_le_bytes(bytes), "{n}");
        }
    }
}
