//! Merging gives way: it may be late, but clients wait for their answer and spans to be found.

/// In the words of `nice`: while others want the processor, merging gets a tenth of what each of them gets, and all of it
/// while nobody does.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Lets others go first, here and in the threads that this one starts.
#[cfg(target_os = "linux")]
pub(super) fn step_back() {
    // On Linux what has a priority is a thread, and the calling one is meant where none is named.
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::debug!(%error, "merging keeps the priority of everything else");
    }
}

/// Elsewhere priorities belong to processes.
#[cfg(not(target_os = "linux"))]
pub(super) fn step_back() {}
