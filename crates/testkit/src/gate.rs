//! A gate that holds threads back until a test opens it.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Whoever waits at a gate for longer than this is let through, so that a failed test ends.
const WAIT_MAX: Duration = Duration::from_mins(1);

/// Holds threads back until it is opened; clones are the same gate.
#[derive(Debug, Clone, Default)]
pub struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    /// A closed gate.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets everyone through, now and later.
    pub fn open(&self) {
        let (is_open, opened) = &*self.0;
        *is_open.lock().unwrap_or_else(PoisonError::into_inner) = true;
        opened.notify_all();
    }

    /// Waits until it is open.
    pub fn pass(&self) {
        let (is_open, opened) = &*self.0;
        let guard = is_open.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = opened.wait_timeout_while(guard, WAIT_MAX, |is_open| !*is_open);
    }
}
