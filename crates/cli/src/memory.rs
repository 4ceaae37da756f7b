//! The allocator, and how soon it gives memory back.

/// The decoder and the index allocate on many threads, where the C library's allocator waits and grows.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What the allocator reads before anything of ours runs.
#[cfg(unix)]
const PURGE_DELAY: &str = "MIMALLOC_PURGE_DELAY";
/// Milliseconds until memory that is not used goes back to the system. The default gives back what the next request
/// takes again, which cost an eighth of the processor under load; ten seconds of quiet are soon enough.
#[cfg(unix)]
const PURGE_DELAY_MILLIS: &str = "10000";

/// Sees to it that the allocator keeps memory for a while: it listens only to its environment, so that the process
/// begins once more with the right one, under the same id. Where that cannot be had, all goes on as it is.
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "the allocator reads the variable, and only whether it is there matters")]
pub(crate) fn keep_for_a_while() {
    use std::os::unix::process::CommandExt as _;

    if std::env::var_os(PURGE_DELAY).is_some() {
        return;
    }
    if let Ok(program) = std::env::current_exe() {
        let mut again = std::process::Command::new(program);
        let arguments: Vec<_> = std::env::args_os().collect();
        if let Some((name, rest)) = arguments.split_first() {
            again.arg0(name).args(rest).env(PURGE_DELAY, PURGE_DELAY_MILLIS);
            // It comes back only if it failed.
            let _ = again.exec();
        }
    }
}

/// Elsewhere a process cannot begin again under the same id.
#[cfg(not(unix))]
pub(crate) fn keep_for_a_while() {}
