//! How many connections are open, and which one has to go when there are too many.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::Notify;

/// All open connections.
#[derive(Debug)]
pub(crate) struct Connections {
    n_max: usize,
    began_at: Instant,
    n_evicted: AtomicU64,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    by_number: HashMap<u64, Arc<Connection>>,
}

/// One connection, as far as others have to know of it.
#[derive(Debug)]
pub(crate) struct Connection {
    began_at: Instant,
    /// Requests whose answer is not sent whole.
    n_requests: AtomicUsize,
    /// Since when it has none of these, in milliseconds since `began_at`.
    idle_since_millis: AtomicU64,
    has_asked: AtomicBool,
    evicted: Notify,
}

/// An open connection; closed when it goes out of scope.
#[derive(Debug)]
pub(crate) struct Slot {
    connections: Arc<Connections>,
    number: u64,
    connection: Arc<Connection>,
}

/// A request under way; done when it goes out of scope.
#[derive(Debug)]
pub(crate) struct Busy(Arc<Connection>);

impl Connections {
    pub(crate) fn new(n_max: usize) -> Self {
        Self { n_max, began_at: Instant::now(), n_evicted: AtomicU64::new(0), open: Mutex::default() }
    }

    /// Lets a connection in, if need be in place of the one that is idle for longest; `None` if all are busy.
    pub(crate) fn admit(self: &Arc<Self>) -> Option<Slot> {
        let mut open = self.lock();
        if open.by_number.len() >= self.n_max && !self.evict(&mut open) {
            return None;
        }
        let connection = Arc::new(Connection {
            began_at: self.began_at,
            n_requests: AtomicUsize::new(0),
            idle_since_millis: AtomicU64::new(millis(self.began_at)),
            has_asked: AtomicBool::new(false),
            evicted: Notify::new(),
        });
        let number = open.next;
        open.next += 1;
        open.by_number.insert(number, Arc::clone(&connection));
        Some(Slot { connections: Arc::clone(self), number, connection })
    }

    /// Closes an idle connection, for when the system has no more files.
    pub(crate) fn evict_one(&self) -> bool {
        self.evict(&mut self.lock())
    }

    pub(crate) fn n_open(&self) -> usize {
        self.lock().by_number.len()
    }

    pub(crate) fn n_evicted(&self) -> u64 {
        self.n_evicted.load(Ordering::Relaxed)
    }

    fn evict(&self, open: &mut Open) -> bool {
        let idle = open.by_number.iter().filter(|(_, connection)| connection.n_requests.load(Ordering::Acquire) == 0);
        let longest =
            idle.min_by_key(|(number, connection)| (connection.idle_since_millis.load(Ordering::Relaxed), **number));
        let Some(number) = longest.map(|(number, _)| *number) else { return false };
        if let Some(connection) = open.by_number.remove(&number) {
            connection.evicted.notify_one();
            self.n_evicted.fetch_add(1, Ordering::Relaxed);
        }
        true
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    /// Done when the connection has to make room.
    pub(crate) async fn evicted(&self) {
        self.connection.evicted.notified().await;
    }

    /// Whether the head of a request has ever arrived.
    pub(crate) fn has_asked(&self) -> bool {
        self.connection.has_asked.load(Ordering::Relaxed)
    }

    /// What requests say that they are under way.
    pub(crate) fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.connections.lock().by_number.remove(&self.number);
    }
}

impl Connection {
    /// Notes that a request began.
    pub(crate) fn begin(self: &Arc<Self>) -> Busy {
        self.has_asked.store(true, Ordering::Relaxed);
        self.n_requests.fetch_add(1, Ordering::AcqRel);
        Busy(Arc::clone(self))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.idle_since_millis.store(millis(self.0.began_at), Ordering::Relaxed);
        self.0.n_requests.fetch_sub(1, Ordering::AcqRel);
    }
}

fn millis(since: Instant) -> u64 {
    since.elapsed().as_millis() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oldest_idle_connection_makes_room_and_busy_ones_stay() {
        let connections = Arc::new(Connections::new(2));
        let busy = connections.admit().unwrap();
        let request = busy.connection().begin();
        let idle = connections.admit().unwrap();
        let new = connections.admit().unwrap();
        assert_eq!((connections.n_open(), connections.n_evicted()), (2, 1));
        let _request = new.connection().begin();
        assert!(connections.admit().is_none(), "all are busy");
        drop(idle);
        assert_eq!(connections.n_open(), 2, "one that made room is not counted twice");
        drop(request);
        assert!(connections.admit().is_some());
        assert!(busy.has_asked());
    }
}
