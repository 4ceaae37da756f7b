//! The thread that writes the log: all waiting batches, one fsync, then everybody who waited hears of it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use super::log::Log;
use super::queue::{Pending, Queue, Taken};
use crate::embedded::progress::Progress;
use crate::{Durable, Error, ErrorKind};

/// How often a disk that failed is tried while no batch tries it.
const PROBE_INTERVAL: Duration = Duration::from_secs(1);
/// How long to sleep when the disk is well; a batch wakes the thread.
const IDLE: Duration = Duration::from_hours(1);
const APPEND: &str = "append spans";

/// Writes until the queue is closed and empty.
pub(crate) fn run(mut log: Log, queue: &Queue, progress: &Arc<Progress>) {
    let guard = Guard { queue, progress };
    let mut n_bytes_done = 0;
    loop {
        let timeout = if progress.is_disk_failing() { PROBE_INTERVAL } else { IDLE };
        match queue.take(n_bytes_done, timeout) {
            Taken::Group(group) => {
                n_bytes_done = group.iter().map(Pending::n_bytes).sum();
                write(&mut log, group, progress);
            }
            Taken::Nothing => {
                n_bytes_done = 0;
                if progress.is_disk_failing() && log.probe().is_ok() {
                    tracing::info!("the disk takes writes again");
                    progress.set_disk_trouble(None);
                }
            }
            Taken::Closed => break,
        }
    }
    drop(guard);
}

fn write(log: &mut Log, group: Vec<Pending>, progress: &Progress) {
    let n_spans = group.iter().map(|batch| batch.n_spans).sum();
    match log.append(group.iter().flat_map(|batch| &batch.records)) {
        Ok(end) => {
            progress.advance_durable(end, n_spans);
            for batch in group {
                answer(batch.durable, Ok(()));
            }
        }
        Err(error) => {
            let text = format!("the write-ahead log cannot be written: {error}");
            tracing::error!(%error, n_spans, "{text}");
            progress.set_disk_trouble(Some(text));
            // Each batch gets an error of its own; the first cause is not made to be copied.
            for batch in group {
                let cause = std::io::Error::new(error.kind(), error.to_string());
                let context = "the write-ahead log cannot be written";
                answer(batch.durable, Err(Error::new(ErrorKind::Disk, APPEND, context).caused_by(cause)));
            }
        }
    }
}

/// Calls back; a panic over there does not stop the log.
pub(crate) fn answer(durable: Durable, result: Result<(), Error>) {
    if catch_unwind(AssertUnwindSafe(|| durable(result))).is_err() {
        tracing::error!("a callback of an append panicked");
    }
}

/// However the thread ends, nobody waits for it for ever.
struct Guard<'a> {
    queue: &'a Queue,
    progress: &'a Progress,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.queue.close();
        if let Taken::Group(group) = self.queue.take(0, Duration::ZERO) {
            self.progress.set_disk_trouble(Some("the thread of the write-ahead log has stopped".to_owned()));
            for batch in group {
                let context = "the thread of the write-ahead log has stopped";
                answer(batch.durable, Err(Error::new(ErrorKind::Unavailable, APPEND, context)));
            }
        }
        self.progress.set_log_closed();
    }
}
