//! Byte buffers that each thread uses again and again, so that a captured value costs no allocation.

use std::cell::RefCell;

/// A call with its input and output open needs two, and calls nest; beyond this many, buffers are simply freed.
const N_BUFFERS_MAX: usize = 32;
/// A buffer that grew beyond this is freed, so that one large prompt does not stay in memory for ever.
const CAPACITY_BYTES_MAX: usize = 32 * 1024;
/// What a fresh buffer has room for; most inputs and outputs are shorter.
const CAPACITY_BYTES_FRESH: usize = 512;

thread_local! {
    static POOL: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// An empty buffer.
#[inline]
pub(crate) fn take() -> Vec<u8> {
    POOL.try_with(|pool| pool.try_borrow_mut().ok().and_then(|mut pool| pool.pop()))
        .ok()
        .flatten()
        .unwrap_or_else(|| Vec::with_capacity(CAPACITY_BYTES_FRESH))
}

/// Gives a buffer back.
#[inline]
pub(crate) fn give(mut buffer: Vec<u8>) {
    if buffer.capacity() == 0 || buffer.capacity() > CAPACITY_BYTES_MAX {
        return;
    }
    buffer.clear();
    let _ = POOL.try_with(|pool| {
        if let Ok(mut pool) = pool.try_borrow_mut()
            && pool.len() < N_BUFFERS_MAX
        {
            pool.push(buffer);
        }
    });
}
