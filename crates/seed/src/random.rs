//! Numbers that look random and are the same in each run.

/// Steele and Vigna's `SplitMix64`: one multiplication or two a number, and any number is a good seed.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The randomness that belongs to one more number.
    pub(crate) fn and(mut self, number: u64) -> Self {
        let mixed = self.next();
        Self(mixed ^ number.wrapping_mul(0xd6e8_feb8_6659_fd93))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = self.0;
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        let n = high.saturating_sub(low).saturating_add(1);
        low + ((u128::from(self.next()) * u128::from(n)) >> 64) as u64
    }

    /// True so many times out of a hundred.
    pub(crate) fn percent(&mut self, percent: u64) -> bool {
        self.between(0, 99) < percent
    }

    /// One of a list that is not empty.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.between(0, list.len() as u64 - 1) as usize]
    }

    /// A number from `low` to `high` of which small ones are more likely, as times and sizes are.
    pub(crate) fn skewed(&mut self, low: u64, high: u64) -> u64 {
        let share = self.between(0, 1_000_000) as f64 / 1e6;
        low + ((high - low) as f64 * share * share * share) as u64
    }
}
