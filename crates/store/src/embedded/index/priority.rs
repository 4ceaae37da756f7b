//! The index gives way: it may be a moment late, but clients wait for their answer.

#[cfg(target_os = "linux")]
use thread_priority::{ThreadPriority, set_current_thread_priority};

/// A quarter of the scale, which is 10 in the words of `nice`: while both want the processor, the index gets about a
/// tenth of what those who answer get, and all of it while only the index does.
#[cfg(target_os = "linux")]
const SHARE: u8 = 25;

/// Lets the threads that take and answer requests go first. Threads that this one starts inherit it.
#[cfg(target_os = "linux")]
pub(super) fn step_back() {
    let step = SHARE.try_into().map(ThreadPriority::Crossplatform).map(set_current_thread_priority);
    if !matches!(step, Ok(Ok(()))) {
        tracing::debug!("the index thread keeps its priority");
    }
}

/// Elsewhere priorities belong to processes.
#[cfg(not(target_os = "linux"))]
pub(super) fn step_back() {}
