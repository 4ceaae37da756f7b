//! Which destinations there are and what looks through their spans, kept so that the child of a fork can read it whatever its parent was doing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::destination::{Config, Id};
use crate::redact::Redactor;

/// What is written down.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entries {
    pub(crate) destinations: Vec<(Id, Arc<Config>)>,
    pub(crate) redactor: Option<Redactor>,
}

/// Which destinations there are.
///
/// It is written down twice, one after the other. A fork copies locks as they are, and one that another thread held
/// stays locked in the child for ever; but never both of them are held at once.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    first: Mutex<Entries>,
    second: Mutex<Entries>,
    changing: Mutex<()>,
}

impl Roster {
    /// Lets one thread at a time change destinations, from the list to the queue.
    pub(crate) fn change(&self) -> Change<'_> {
        Change { roster: self, _changing: self.changing.lock().unwrap_or_else(PoisonError::into_inner) }
    }

    /// What is written down, read in the child of a fork without waiting for a lock.
    pub(crate) fn read_after_fork(&self) -> Entries {
        let copies = [&self.first, &self.second];
        copies.into_iter().find_map(|copy| copy.try_lock().ok().map(|entries| entries.clone())).unwrap_or_default()
    }
}

/// The right to change destinations.
#[derive(Debug)]
pub(crate) struct Change<'a> {
    roster: &'a Roster,
    _changing: MutexGuard<'a, ()>,
}

impl Change<'_> {
    /// Changes what is written down; answers what is then.
    pub(crate) fn apply(&self, change: impl Fn(&mut Entries)) -> Entries {
        let mut after = Entries::default();
        for copy in [&self.roster.first, &self.roster.second] {
            let mut entries = copy.lock().unwrap_or_else(PoisonError::into_inner);
            change(&mut entries);
            after = entries.clone();
        }
        after
    }
}
