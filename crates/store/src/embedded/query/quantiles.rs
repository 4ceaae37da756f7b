//! Quantiles of many numbers in little memory: counts in buckets that grow with the numbers.

use crate::Quantiles;

/// Each power of two is cut into so many buckets, which keeps the error below one part in 64.
const BUCKETS_BITS: u32 = 5;
const BUCKETS: u64 = 1 << BUCKETS_BITS;

/// Counts of numbers.
#[derive(Debug, Clone, Default)]
pub(super) struct Histogram {
    counts: Vec<u32>,
    n: u64,
    least: u64,
    most: u64,
}

impl Histogram {
    pub(super) fn add(&mut self, number: u64) {
        let bucket = bucket(number);
        if self.counts.len() <= bucket {
            self.counts.resize(bucket + 1, 0);
        }
        if let Some(count) = self.counts.get_mut(bucket) {
            *count = count.saturating_add(1);
        }
        self.least = if self.n == 0 { number } else { self.least.min(number) };
        self.most = self.most.max(number);
        self.n += 1;
    }

    /// The bytes of its counts.
    pub(super) fn n_bytes(&self) -> usize {
        self.counts.capacity() * size_of::<u32>()
    }

    /// Adds the numbers of another.
    pub(super) fn merge(&mut self, other: &Self) {
        if other.n == 0 {
            return;
        }
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count = count.saturating_add(*more);
        }
        self.least = if self.n == 0 { other.least } else { self.least.min(other.least) };
        self.most = self.most.max(other.most);
        self.n += other.n;
    }

    /// `None` of no numbers.
    pub(super) fn quantiles(&self) -> Option<Quantiles> {
        (self.n > 0).then(|| Quantiles {
            p50: self.quantile(50),
            p90: self.quantile(90),
            p95: self.quantile(95),
            p99: self.quantile(99),
        })
    }

    /// The smallest number that at least so many of a hundred do not go beyond, as its bucket knows it.
    fn quantile(&self, percent: u64) -> u64 {
        let wanted = (self.n * percent).div_ceil(100).max(1);
        let mut n_seen = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            n_seen += u64::from(*count);
            if n_seen >= wanted {
                return middle(bucket).clamp(self.least, self.most);
            }
        }
        self.most
    }
}

fn bucket(number: u64) -> usize {
    if number < BUCKETS * 2 {
        return number as usize;
    }
    let shift = number.ilog2() - BUCKETS_BITS;
    (u64::from(shift) * BUCKETS + (number >> shift)) as usize
}

/// The number in the middle of a bucket.
fn middle(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    if bucket < BUCKETS * 2 {
        return bucket;
    }
    let shift = bucket / BUCKETS - 1;
    let low = (bucket - shift * BUCKETS) << shift;
    low + (1 << shift >> 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(numbers: &[u64]) -> Option<Quantiles> {
        let mut histogram = Histogram::default();
        for number in numbers {
            histogram.add(*number);
        }
        histogram.quantiles()
    }

    #[test]
    fn quantiles_are_close_to_the_true_ones() {
        let numbers: Vec<u64> = (1..=10_000_u64).map(|n| n * n * 1_000).collect();
        let found = of(&numbers).unwrap();
        for (percent, found) in [(50, found.p50), (90, found.p90), (95, found.p95), (99, found.p99)] {
            let exact = numbers[percent * 100 - 1] as f64;
            assert!((found as f64 / exact - 1.0).abs() < 1.0 / 63.0, "p{percent}: {found} for {exact}");
        }
    }

    #[test]
    fn small_numbers_and_ends_are_exact() {
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[0]).unwrap().p99, 0);
        assert_eq!(of(&[u64::MAX]).unwrap().p50, u64::MAX);
        assert_eq!(of(&[1, 2, 3, 4]).unwrap(), Quantiles { p50: 2, p90: 4, p95: 4, p99: 4 });
        for number in (0..64).flat_map(|bit| [1_u64 << bit, (1_u64 << bit) - 1, (1_u64 << bit) + 1]) {
            assert!(middle(bucket(number)).abs_diff(number) as f64 <= number as f64 / 63.0, "{number}");
        }
    }
}
