//! The spool's files under killed writers and senders, and at its bound.

use tempfile::TempDir;

use super::*;
use crate::export::Coding;

fn parcel(n_spans: u32) -> Parcel {
    let (wire, content_type) = ("otlp".to_owned(), "text/plain".to_owned());
    Parcel { wire, content_type, coding: Coding::Identity, n_spans, body: vec![7; 1000] }
}

fn spool(directory: &TempDir, n_bytes_max: u64) -> Spool {
    Spool::open(&Policy { directory: directory.path().into(), n_bytes_max }, "a/b", "otlp").unwrap()
}

fn claimed(spool: &Spool) -> Option<Claim> {
    match spool.claim(|path, _| panic!("{} is whole", path.display())) {
        Turn::Claimed(claim) => Some(claim),
        Turn::Empty => None,
        Turn::Busy => panic!("nobody else is here"),
    }
}

#[test]
fn oldest_is_delivered_first_and_removed_only_when_that_is_said() {
    let directory = TempDir::new().unwrap();
    let spool = spool(&directory, u64::MAX);
    for n_spans in 1..=3 {
        assert_eq!(spool.put(&parcel(n_spans)).unwrap(), 0);
    }
    claimed(&spool).unwrap().put_back();
    for n_spans in 1..=3 {
        assert!(spool.has_any());
        let claim = claimed(&spool).unwrap();
        assert_eq!(claim.parcel, parcel(n_spans));
        claim.remove().unwrap();
    }
    assert!(!spool.has_any() && claimed(&spool).is_none());
}

#[test]
fn only_one_delivers_at_a_time_and_a_dead_senders_batch_is_taken_over() {
    let directory = TempDir::new().unwrap();
    let (one, other) = (spool(&directory, u64::MAX), spool(&directory, u64::MAX));
    one.put(&parcel(1)).unwrap();
    let claim = claimed(&one).unwrap();
    assert!(matches!(other.claim(|_, _| ()), Turn::Busy));
    // As a kill leaves it: the lock is gone, the file is neither removed nor put back.
    drop(claim);
    let claim = claimed(&other).unwrap();
    assert_eq!(claim.parcel, parcel(1));
    claim.remove().unwrap();
}

#[test]
fn torn_files_are_set_aside_and_whole_ones_of_a_dead_writer_are_delivered() {
    let directory = TempDir::new().unwrap();
    let spool = spool(&directory, u64::MAX);
    let place = |name: &str| spool.directory.join(name);
    let bytes = parcel(5).to_bytes();
    fs::write(place("1-a-3.tmp"), &bytes[..500]).unwrap();
    fs::write(place("2-a-4.batch"), &bytes[..999]).unwrap();
    fs::write(place("3-a-5.tmp"), &bytes).unwrap();
    fs::write(place("notes.txt"), "of somebody else").unwrap();
    let mut torn = Vec::new();
    let Turn::Claimed(claim) = spool.claim(|_, n_spans| torn.push(n_spans)) else { panic!("one is whole") };
    assert_eq!((torn, claim.parcel.n_spans), (vec![3, 4], 5));
    claim.remove().unwrap();
    assert!(place("1-a-3.torn").exists() && place("2-a-4.torn").exists() && place("notes.txt").exists());
    assert!(claimed(&spool).is_none());
}

#[test]
fn file_that_is_being_written_is_left_alone() {
    let directory = TempDir::new().unwrap();
    let spool = spool(&directory, u64::MAX);
    let writing = options().open(spool.directory.join("1-a-3.tmp")).unwrap();
    writing.lock().unwrap();
    assert!(claimed(&spool).is_none());
    assert!(spool.directory.join("1-a-3.tmp").exists());
}

#[test]
fn beyond_the_bound_torn_files_go_first_and_then_the_oldest_and_are_counted() {
    let directory = TempDir::new().unwrap();
    let spool = spool(&directory, 4000);
    fs::write(spool.directory.join("9-a-9.torn"), vec![0; 900]).unwrap();
    for n_spans in 1..=3 {
        assert_eq!(spool.put(&parcel(n_spans)).unwrap(), 0);
    }
    assert!(!spool.directory.join("9-a-9.torn").exists());
    assert_eq!(spool.put(&parcel(4)).unwrap(), 1);
    let claim = claimed(&spool).unwrap();
    assert_eq!(claim.parcel.n_spans, 2);
    // What is being sent is not thrown out.
    assert_eq!(spool.put(&parcel(5)).unwrap(), 3);
    claim.remove().unwrap();
    assert!(spool.put(&Parcel { body: vec![0; 5000], ..parcel(6) }).is_err());
}

#[cfg(unix)]
#[test]
fn files_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;

    let directory = TempDir::new().unwrap();
    let spool = spool(&directory, u64::MAX);
    spool.put(&parcel(1)).unwrap();
    assert_eq!(spool.directory.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    for Found { path, .. } in spool.files() {
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn other_wires_batches_are_not_sent() {
    let directory = TempDir::new().unwrap();
    let spool = spool(&directory, u64::MAX);
    spool.put(&Parcel { wire: "mutagent".to_owned(), ..parcel(1) }).unwrap();
    assert!(claimed(&spool).is_none());
}
