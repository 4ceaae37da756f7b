//! Retention, backup and restore, looking a directory over, and a partition that is broken.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tracewood_span::Content;
use tracewood_store::embedded::{Embedded, restore, verify};
use tracewood_store::filter::Filter;
use tracewood_store::{ErrorKind, Retained, Retention, SpanQuery, Store, Stored, TraceQuery, rewrite};

use crate::support::{
    DAY, NOON, PATIENCE, append, append_and_settle, copy, listed, open, options, page, pending, query, spans, stored,
};

fn of_project(project: &str, mut stored: Stored) -> Stored {
    stored.project = project.into();
    stored
}

fn listed_of(store: &Embedded, project: &str) -> usize {
    page(store, &TraceQuery { project: project.into(), ..query(1_000) }).traces.len()
}

fn days(n: u64) -> Duration {
    Duration::from_secs(n * 86_400)
}

#[test]
fn old_spans_go_by_project_and_whole_days_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    for day in 0..30 {
        let spans = ["default", "short"].map(|project| of_project(project, stored(day + 1, 1, None, NOON + day * DAY)));
        append_and_settle(&store, spans.to_vec());
    }
    let rules =
        [Retention { project: Some("short".into()), keep: days(2) }, Retention { project: None, keep: days(7) }];
    let now = NOON + 30 * DAY;
    let retained = store.retain(&rules, now).unwrap();
    assert_eq!(retained, Retained { n_partitions_dropped: 23, n_partitions_thinned: 5 });
    assert_eq!(store.retain(&rules, now).unwrap(), Retained::default(), "nothing is left to do");
    let check = |store: &Embedded| {
        assert_eq!(listed(store, 100), [30, 29, 28, 27, 26, 25, 24]);
        assert_eq!(listed_of(store, "short"), 2);
        assert_eq!(spans(store, 23), [0; 0]);
        assert_eq!(spans(store, 24), [1]);
        assert_eq!(fs::read_dir(directory.path().join("partitions")).unwrap().count(), 7);
    };
    check(&store);
    append_and_settle(&store, vec![stored(1, 1, None, NOON)]);
    assert_eq!(spans(&store, 1), [1], "what is gone may come again");
    assert_eq!(store.retain(&rules, now).unwrap().n_partitions_dropped, 1);
    drop(store);
    let store = open(directory.path());
    check(&store);
    assert_eq!(store.health().trouble, None);
    store.close().unwrap();
    assert_eq!(store.retain(&rules, now).unwrap_err().kind(), ErrorKind::Unavailable);
}

#[test]
fn backup_under_load_has_all_that_was_acknowledged_before() {
    let directory = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("data"));
    append_and_settle(&store, (1..=50).map(|n| stored(n, 1, None, NOON + n % 3 * DAY + n)).collect());
    let (n_acknowledged, is_over) = (AtomicU64::new(50), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 51.. {
                append(&store, vec![pending(stored(n, 1, None, NOON + n)), stored(n, 1, None, NOON + n)]).unwrap();
                n_acknowledged.store(n, Ordering::SeqCst);
                if is_over.load(Ordering::SeqCst) {
                    break;
                }
            }
        });
        for round in 0..5 {
            let n_before = n_acknowledged.load(Ordering::SeqCst);
            let backup = elsewhere.path().join(format!("backup{round}"));
            store.backup(&backup).unwrap();
            let n_after = n_acknowledged.load(Ordering::SeqCst) + 1;
            let report = verify(&backup).unwrap();
            assert_eq!(report.findings, []);
            let restored = elsewhere.path().join(format!("restored{round}"));
            restore(&backup, &restored).unwrap();
            let copy = Embedded::open(&restored, options()).unwrap();
            copy.settle(PATIENCE).unwrap();
            let n = listed(&copy, 1_000).len() as u64;
            assert!((n_before..=n_after).contains(&n), "{n_before} <= {n} <= {n_after}");
            assert_eq!(copy.health().trouble, None);
            append_and_settle(&copy, vec![stored(1_000_000, 1, None, NOON + 9 * DAY)]);
            assert_eq!(listed(&copy, 1).first(), Some(&1_000_000));
        }
        is_over.store(true, Ordering::SeqCst);
    });
    assert!(!directory.path().join("data/backup.gathering").exists());
    let error = store.backup(&elsewhere.path().join("backup0")).unwrap_err();
    assert!(error.to_string().contains("is not empty"), "{error}");
    assert_eq!(restore(&directory.path().join("nothing"), elsewhere.path()).unwrap_err().kind(), ErrorKind::Unusable);
}

/// A directory with two days in the index and some spans in the log only.
fn directory_with_log() -> tempfile::TempDir {
    let (directory, whole) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(directory.path());
    let mut said = stored(1, 1, None, NOON);
    said.span.input = Some(Content::Value("rain".into()));
    append_and_settle(&store, vec![said, stored(2, 1, None, NOON + DAY)]);
    append(&store, vec![stored(3, 1, None, NOON + 5)]).unwrap();
    // Copied while open, the log is still there.
    copy(directory.path(), whole.path());
    whole
}

fn files_of(path: &Path, extension: &str) -> Vec<PathBuf> {
    let paths = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|found| found == extension)).collect();
    paths.sort();
    paths
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 0xff;
    fs::write(path, bytes).unwrap();
}

#[test]
fn looking_over_finds_what_is_broken_and_says_where() {
    let directory = directory_with_log();
    let root = directory.path();
    let report = verify(root).unwrap();
    assert_eq!(report.findings, []);
    assert!(report.n_spans >= 2, "{report:?}");

    let store = files_of(&root.join("partitions/2026-11-22"), "store").remove(0);
    flip(&store, 3);
    let said = files_of(&root.join("partitions/2026-11-22"), "said").remove(0);
    flip(&said, 0);
    let log = files_of(&root.join("wal"), "log").remove(0);
    flip(&log, 64 + 24 + 10);
    fs::write(root.join("partitions/2026-11-23/meta.json"), "{}").unwrap();
    fs::write(root.join("catalog.sqlite"), "nonsense that is no database at all").unwrap();
    let findings = verify(root).unwrap().findings;
    let found: Vec<_> = findings.iter().map(|finding| finding.path.strip_prefix(root).unwrap().to_owned()).collect();
    for path in [Path::new("catalog.sqlite"), Path::new("partitions/2026-11-23")] {
        assert!(found.contains(&path.to_owned()), "{path:?} in {findings:?}");
    }
    assert!(found.contains(&store.strip_prefix(root).unwrap().to_owned()), "{findings:?}");
    assert!(found.contains(&said.strip_prefix(root).unwrap().to_owned()), "{findings:?}");
    assert!(found.contains(&log.strip_prefix(root).unwrap().to_owned()), "{findings:?}");
    assert!(findings.iter().all(|finding| finding.text.ends_with('.')), "{findings:?}");
}

#[test]
fn directory_in_use_and_directory_of_others_are_not_looked_over() {
    let directory = tempfile::tempdir().unwrap();
    assert_eq!(verify(directory.path()).unwrap_err().kind(), ErrorKind::Unusable);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    let _store = open(directory.path());
    let error = verify(directory.path()).unwrap_err();
    assert!(error.to_string().contains("in use"), "{error}");
}

#[test]
fn broken_partition_is_set_aside_and_all_else_goes_on() {
    is_set_aside_without("store");
}

#[test]
fn partition_whose_words_are_missing_is_set_aside_and_all_else_goes_on() {
    is_set_aside_without("words");
    is_set_aside_without("said");
}

fn is_set_aside_without(extension: &str) {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    append_and_settle(&store, vec![stored(1, 1, None, NOON), stored(2, 1, None, NOON + DAY)]);
    drop(store);
    let partition = directory.path().join("partitions/2026-11-22");
    fs::remove_file(files_of(&partition, extension).remove(0)).unwrap();
    let store = open(directory.path());
    assert_eq!(listed(&store, 10), [2]);
    let trouble = store.health().trouble.unwrap();
    assert!(trouble.contains("the partition of 2026-11-22 is broken"), "{trouble}");
    assert!(store.health().is_writable);
    append_and_settle(&store, vec![stored(3, 1, None, NOON)]);
    assert_eq!(listed(&store, 10), [2, 3]);
    drop(store);
    assert!(directory.path().join("partitions/2026-11-22.damaged").is_dir());
    let findings = verify(directory.path()).unwrap().findings;
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].text.contains("set aside"), "{findings:?}");
}

#[test]
fn what_somebody_changes_is_written_anew_and_still_counts_once() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    for n in 1..=1_200 {
        let mut one = stored(n, 1, None, NOON + n);
        one.span.model_requested = Some(if n % 2 == 0 { "even" } else { "odd" }.into());
        one.span.cost_usd = Some(1.0);
        append(&store, vec![one]).unwrap();
    }
    store.settle(PATIENCE).unwrap();
    let query =
        SpanQuery { project: "default".into(), filter: Filter::parse("model:even").unwrap(), ..SpanQuery::default() };
    let reprice = |stored: &mut Stored| {
        let is_new = stored.span.cost_usd != Some(2.5);
        stored.span.cost_usd = Some(2.5);
        stored.price_version = "mended".into();
        is_new
    };
    assert_eq!(rewrite(&store, &query, reprice).unwrap(), 600);
    store.settle(PATIENCE).unwrap();
    assert_eq!(rewrite(&store, &query, reprice).unwrap(), 0, "nothing is left to change");
    let all = SpanQuery { filter: Filter::everything(), ..query };
    let costs: Vec<f64> = store.export(&all).unwrap().map(|hit| hit.unwrap().stored.span.cost_usd.unwrap()).collect();
    assert_eq!((costs.len(), costs.iter().sum::<f64>()), (1_200, 600.0 + 600.0 * 2.5));
}
