//! Room on the stack for the frames of our own wrappers, so that a deep recursion that worked before still does.
//!
//! Python counts frames and refuses the thousandth. A traced function takes two, its own and that of its wrapper, so a
//! recursion of 900 levels would fail at half its depth. Where traced calls nest deep, which is rare, the limit is
//! raised by as much as they take, and never by more than it was.

use std::sync::atomic::{AtomicU32, Ordering};

use pyo3::prelude::*;

/// The limit is looked at once in so many levels; the room for the next ones is always there already.
const STEP: u32 = 64;

/// For how many of our frames the limit was raised so far.
static N_GRANTED: AtomicU32 = AtomicU32::new(0);

/// Makes room for the next traced calls, if so many of them are nested now.
#[inline]
pub(crate) fn make_room(py: Python<'_>, n_frames: u32) {
    if n_frames.is_multiple_of(STEP) && n_frames + STEP > N_GRANTED.load(Ordering::Relaxed) {
        raise(py, n_frames + STEP);
    }
}

#[cold]
fn raise(py: Python<'_>, n_wanted: u32) {
    // Without the room, the call behaves as it would with any other wrapper.
    let done = (|| -> PyResult<()> {
        let sys = py.import("sys")?;
        let limit: u32 = sys.call_method0("getrecursionlimit")?.extract()?;
        let n_granted = N_GRANTED.load(Ordering::Relaxed);
        let n_granted_max = limit.saturating_sub(n_granted);
        let n_more = n_wanted.min(n_granted_max).saturating_sub(n_granted);
        if n_more > 0 {
            sys.call_method1("setrecursionlimit", (limit + n_more,))?;
            N_GRANTED.store(n_granted + n_more, Ordering::Relaxed);
        }
        Ok(())
    })();
    drop(done);
}
