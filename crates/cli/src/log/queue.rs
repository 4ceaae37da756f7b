//! Lines of the log on their way to whoever reads them, who may stop reading: then lines are lost, and counted, and
//! nobody waits.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// Lines that wait for the reader: what a bad second brings, in a quarter of a megabyte.
const LINES_MAX: usize = 1_024;
/// How long the end of the process waits for the last lines.
const END_TIMEOUT: Duration = Duration::from_secs(1);

/// The log, until it is dropped.
pub(crate) struct Log {
    lines: Option<SyncSender<Vec<u8>>>,
    ended: Receiver<()>,
    n_lost: Arc<AtomicU64>,
}

impl Log {
    /// Starts a thread that writes lines to a place.
    pub(crate) fn start(mut place: impl Write + Send + 'static) -> Self {
        let (lines, waiting) = sync_channel::<Vec<u8>>(LINES_MAX);
        let (end, ended) = sync_channel(1);
        let n_lost = Arc::new(AtomicU64::new(0));
        let lost = Arc::clone(&n_lost);
        // Without the thread every line is lost and counted, which is better than a server that does not start.
        let _ = thread::Builder::new().name("tracewood-log".to_owned()).spawn(move || {
            let mut n_told = 0;
            while let Ok(line) = waiting.recv() {
                if line.is_empty() {
                    break;
                }
                // A place that is gone takes no more; the lines are lost like those that found no room.
                if place.write_all(&line).and_then(|()| place.flush()).is_err() {
                    lost.fetch_add(1, Ordering::Relaxed);
                }
                let n_lines = lost.load(Ordering::Relaxed) - n_told;
                if n_lines > 0 {
                    n_told += n_lines;
                    tracing::warn!(n_lines, "lines of the log were lost, since nobody read them in time");
                }
            }
            let _ = end.send(());
        });
        Self { lines: Some(lines), ended, n_lost }
    }

    /// How many lines were lost, to be read at any time.
    pub(crate) fn n_lost(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.n_lost)
    }

    /// What takes lines and never waits.
    pub(crate) fn writer(&self) -> Lines {
        Lines { lines: self.lines.clone(), n_lost: Arc::clone(&self.n_lost) }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        // The subscriber holds another sender for as long as the process lives, so that the end is told by a line
        // without text, behind all others.
        let Some(lines) = self.lines.take() else { return };
        let _ = lines.try_send(Vec::new());
        drop(lines);
        let _ = self.ended.recv_timeout(END_TIMEOUT);
    }
}

/// Takes lines and never waits.
#[derive(Clone)]
pub(crate) struct Lines {
    lines: Option<SyncSender<Vec<u8>>>,
    n_lost: Arc<AtomicU64>,
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let is_taken = self.lines.as_ref().is_some_and(|lines| lines.try_send(line.to_vec()).is_ok());
        if !is_taken {
            self.n_lost.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// A reader that does not read until it is told to.
    struct Stuck(mpsc::Receiver<()>, mpsc::SyncSender<Vec<u8>>);

    impl Write for Stuck {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            let _ = self.0.recv();
            let _ = self.1.send(line.to_vec());
            Ok(line.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn nobody_waits_for_a_reader_that_has_stopped_and_what_is_lost_is_counted() {
        let (go, wait) = mpsc::sync_channel(1);
        let (written, lines) = mpsc::sync_channel(2 * LINES_MAX);
        let log = Log::start(Stuck(wait, written));
        let mut writer = log.writer();
        let n_lines = LINES_MAX as u64 + 100;
        for n in 0..n_lines {
            writer.write_all(n.to_string().as_bytes()).unwrap();
        }
        let n_lost = log.n_lost().load(Ordering::Relaxed);
        // One line may be in the hands of the thread.
        assert!((99..=100).contains(&n_lost), "{n_lost}");
        drop(go);
        let first: Vec<Vec<u8>> = lines.iter().take(3).collect();
        assert_eq!(first, [b"0", b"1", b"2"]);
    }
}
