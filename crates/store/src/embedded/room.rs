//! How much room the data directory takes on its disk, and how much is left there.

use std::fs;
use std::path::Path;

use crate::DiskRoom;

/// Looks through the directory. What comes and goes meanwhile may be counted or not.
pub(super) fn look(root: &Path) -> DiskRoom {
    DiskRoom { n_bytes_used: bytes_below(root), n_bytes_free: bytes_free(root) }
}

/// The bytes of all files below a directory. The store's own are three levels deep; links lead out and are not followed.
fn bytes_below(root: &Path) -> u64 {
    let mut waiting = vec![root.to_owned()];
    let mut n_bytes = 0_u64;
    while let Some(directory) = waiting.pop() {
        let Ok(entries) = fs::read_dir(&directory) else { continue };
        for entry in entries.flatten() {
            match entry.metadata() {
                Ok(found) if found.is_dir() => waiting.push(entry.path()),
                Ok(found) if found.is_file() => n_bytes = n_bytes.saturating_add(found.len()),
                _ => {}
            }
        }
    }
    n_bytes
}

/// What a process without privileges may still write; `None` where the system does not say.
#[cfg(unix)]
fn bytes_free(root: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(root).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

#[cfg(not(unix))]
fn bytes_free(_root: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_at_every_depth_count_once() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("a/b")).unwrap();
        fs::write(root.path().join("one"), [0; 10]).unwrap();
        fs::write(root.path().join("a/b/two"), [0; 32]).unwrap();
        let space = look(root.path());
        assert_eq!(space.n_bytes_used, 42);
        assert!(!cfg!(unix) || space.n_bytes_free.is_some());
        assert_eq!(look(&root.path().join("gone")).n_bytes_used, 0);
    }
}
