//! Trace and span ids from a generator of each thread's own (xoshiro256++, seeded by the operating system).

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};

use tracewood_span::{SpanId, TraceId};

/// How many forks lie between the first process and this one; a generator seeded in another epoch is seeded anew.
static FORK_EPOCH: AtomicU32 = AtomicU32::new(1);

thread_local! {
    static STATE: Cell<[u64; 4]> = const { Cell::new([0; 4]) };
    static SEEDED_IN: Cell<u32> = const { Cell::new(0) };
}

/// A fresh trace id.
#[inline]
pub fn trace_id() -> TraceId {
    loop {
        let (high, low) = (next(), next());
        let mut bytes = [0; 16];
        let (first, second) = bytes.split_at_mut(8);
        first.copy_from_slice(&high.to_be_bytes());
        second.copy_from_slice(&low.to_be_bytes());
        if let Some(id) = TraceId::new(bytes) {
            return id;
        }
    }
}

/// A fresh span id.
#[inline]
pub fn span_id() -> SpanId {
    loop {
        if let Some(id) = SpanId::new(next().to_be_bytes()) {
            return id;
        }
    }
}

/// Which fork of the first process this is.
#[inline]
pub(crate) fn fork_epoch() -> u32 {
    FORK_EPOCH.load(Ordering::Relaxed)
}

/// Makes every generator of this process seed itself anew; for the child of a fork.
pub(crate) fn enter_fork_epoch() {
    FORK_EPOCH.fetch_add(1, Ordering::Relaxed);
}

/// A random number, also used for jitter.
#[inline]
pub(crate) fn next() -> u64 {
    let epoch = fork_epoch();
    // A thread that is being torn down has no state left; it pays for a seed of its own each time.
    STATE
        .try_with(|state| {
            let is_seeded = SEEDED_IN.try_with(|seeded| seeded.replace(epoch) == epoch).unwrap_or(false);
            let mut now = if is_seeded { state.get() } else { seed(epoch) };
            let number = step(&mut now);
            state.set(now);
            number
        })
        .unwrap_or_else(|_| step(&mut seed(epoch)))
}

fn step(state: &mut [u64; 4]) -> u64 {
    let [a, b, c, d] = *state;
    let number = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
    let (c, d) = (c ^ a, d ^ b);
    *state = [a ^ d, b ^ c, c ^ (b << 17), d.rotate_left(45)];
    number
}

#[cold]
fn seed(epoch: u32) -> [u64; 4] {
    let mut bytes = [0; 32];
    if getrandom::fill(&mut bytes).is_err() {
        // Without an entropy source, time and place still keep processes and threads apart.
        let place = &raw const bytes as u64;
        let mut mixed = crate::clock::now_unix_nanos() ^ place.rotate_left(32) ^ (u64::from(std::process::id()) << 16);
        for chunk in bytes.chunks_exact_mut(8) {
            mixed = mixed.wrapping_add(0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9) ^ u64::from(epoch);
            chunk.copy_from_slice(&(mixed ^ (mixed >> 31)).to_ne_bytes());
        }
    }
    let mut state = [1; 4];
    for (word, chunk) in state.iter_mut().zip(bytes.chunks_exact(8)) {
        *word = chunk.try_into().map_or(1, u64::from_ne_bytes);
    }
    // The all-zero state would stay zero for ever.
    if state == [0; 4] { [1; 4] } else { state }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_do_not_repeat_across_threads() {
        let threads: Vec<_> =
            (0..4).map(|_| std::thread::spawn(|| (0..10_000).map(|_| span_id()).collect::<Vec<_>>())).collect();
        let ids: HashSet<SpanId> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert_eq!(ids.len(), 40_000);
    }

    #[test]
    fn generator_is_the_published_one() {
        // First numbers of xoshiro256++ from the state 1, 2, 3, 4, as its authors' C code gives them.
        let mut state = [1, 2, 3, 4];
        let numbers: Vec<u64> = (0..4).map(|_| step(&mut state)).collect();
        assert_eq!(numbers, [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386]);
    }
}
