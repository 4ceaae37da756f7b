//! Goes through what is kept and writes anew what somebody changes, such as the cost after prices were mended.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::{Error, ErrorKind, SpanQuery, Store, Stored};

/// Spans that are written together; each batch waits for the disk once.
const BATCH_SPANS: usize = 500;
/// How long to wait while the store is busy with what clients send; they come first.
const PAUSE: Duration = Duration::from_millis(100);
/// How long the store may be busy before it is given up.
const BUSY_MAX: Duration = Duration::from_mins(1);

/// Goes through the spans that pass a query, newest first, and writes anew those that `change` says it has changed. Says
/// how many these were; they are durable then, and found a second later.
///
/// Project, ids and start must stay as they are. A form of a span that arrives while this goes on may be replaced by the
/// changed form of the one before.
///
/// # Errors
///
/// As the store has them. What was written before stays, and beginning again does no harm.
pub fn rewrite(
    store: &dyn Store,
    query: &SpanQuery,
    mut change: impl FnMut(&mut Stored) -> bool,
) -> Result<u64, Error> {
    let mut n_changed = 0;
    let mut batch = Vec::new();
    for hit in store.export(query)? {
        let mut stored = hit?.stored;
        if change(&mut stored) {
            batch.push(stored);
            n_changed += 1;
        }
        if batch.len() >= BATCH_SPANS {
            append(store, &std::mem::take(&mut batch))?;
        }
    }
    append(store, &batch)?;
    Ok(n_changed)
}

/// Appends a batch and waits for the disk, and for the store where it is busy.
fn append(store: &dyn Store, batch: &[Stored]) -> Result<(), Error> {
    let began = Instant::now();
    loop {
        let (sender, receiver) = mpsc::sync_channel(1);
        store.append(
            batch.to_vec(),
            Box::new(move |result| {
                let _ = sender.send(result);
            }),
        );
        let gone = |_| Error::new(ErrorKind::Unavailable, "write spans anew", "the store went away");
        match receiver.recv().map_err(gone)? {
            Err(error) if error.kind() == ErrorKind::Unavailable && began.elapsed() < BUSY_MAX => thread::sleep(PAUSE),
            result => return result,
        }
    }
}
