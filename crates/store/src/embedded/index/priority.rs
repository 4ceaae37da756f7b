//! The index gives way: it may be a moment late, but clients wait for their answer.

#[cfg(target_os = "linux")]
use thread_priority::{ThreadPriority, set_current_thread_priority};

/// On the scale of 0 to 100 what `nice` calls 5: while both want the processor, the index gets about a third of what those
/// who answer get, and all of it while only the index does. With 10 it got a tenth, and fell a minute behind on a machine
/// that other programs kept busy.
#[cfg(target_os = "linux")]
const SHARE: u8 = 36;

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
