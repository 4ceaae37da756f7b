//! Keys: made once, found by their whole text only, seen from other processes, kept as digests.

use super::*;

fn keyring() -> (tempfile::TempDir, Keyring) {
    let directory = tempfile::tempdir().unwrap();
    let keyring = Keyring::open(directory.path()).unwrap();
    (directory, keyring)
}

#[test]
fn key_is_found_by_its_whole_text_and_by_nothing_near_it() {
    let (_directory, keyring) = keyring();
    assert!(!keyring.has_any().unwrap());
    let made = keyring.create("shop", &[Scope::Read, Scope::Ingest, Scope::Read], "ci").unwrap();
    assert_eq!(made.key.scopes, [Scope::Ingest, Scope::Read]);
    assert!(made.key.allows(Scope::Read) && !made.key.allows(Scope::Metrics));
    assert_eq!(keyring.find(&made.text).unwrap().as_ref(), Some(&made.key));
    let last = if made.text.ends_with('a') { 'b' } else { 'a' };
    let near = format!("{}{last}", &made.text[..made.text.len() - 1]);
    for text in [near.as_str(), &made.text[..20], &made.key.id, "", "local", "tw_", &format!("{}a", made.text)] {
        assert_eq!(keyring.find(text).unwrap(), None, "{text}");
    }
    assert!(keyring.has_any().unwrap());
}

#[test]
fn other_process_sees_new_and_revoked_keys_at_once() {
    let (directory, server) = keyring();
    let command = Keyring::open(directory.path()).unwrap();
    assert_eq!(server.list().unwrap(), []);
    let made = command.create("default", &[Scope::Ingest], "").unwrap();
    assert!(server.find(&made.text).unwrap().is_some());
    assert!(command.revoke(&made.key.id).unwrap());
    assert_eq!(server.find(&made.text).unwrap(), None);
    assert!(!command.revoke(&made.text).unwrap(), "it is revoked already");
    assert!(server.has_any().unwrap(), "the server stays closed");
    assert!(server.list().unwrap()[0].revoked_at_unix_nanos.is_some());
}

#[test]
fn names_that_cannot_be_used_are_refused() {
    let (_directory, keyring) = keyring();
    for project in ["", "Shop", "a/b", "..", "-x", "x y", &"x".repeat(65)] {
        let error = keyring.create(project, &[Scope::Read], "").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Query, "{project}");
    }
    assert!(keyring.create("a", &[], "").is_err());
    assert!(keyring.create("a", &[Scope::Read], "line\nbreak").is_err());
}

#[test]
fn nothing_of_the_secret_is_on_disk() {
    let (directory, keyring) = keyring();
    let made = keyring.create("default", &[Scope::Read], "mine").unwrap();
    let secret = &made.text.as_bytes()[13..];
    let mut n_files = 0;
    for entry in std::fs::read_dir(directory.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            n_files += 1;
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.windows(8).any(|window| secret.starts_with(window)), "{}", path.display());
        }
    }
    assert!(n_files > 1);
}

#[test]
fn directory_of_another_kind_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("letter.txt"), "dear").unwrap();
    assert_eq!(Keyring::open(directory.path()).unwrap_err().kind(), ErrorKind::Unusable);
    assert!(!directory.path().join("catalog.sqlite").exists());
}

#[test]
fn directory_that_a_store_has_open_takes_keys() {
    let directory = tempfile::tempdir().unwrap();
    let store = crate::embedded::Embedded::open(directory.path(), crate::embedded::Options::default()).unwrap();
    let keyring = Keyring::open(directory.path()).unwrap();
    keyring.create("shop", &[Scope::Read], "").unwrap();
    assert_eq!(store.projects().unwrap(), ["default", "shop"]);
}
