//! `tracewood doctor`, `backup` and `restore`, and a server that forgets.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::support::{ANY_PORT, Serving, run, span, tracewood, wait_until};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

fn with_one_trace(data: &std::path::Path) {
    let serving = Serving::start(data);
    assert!(serving.post(&[span(TRACE, 1, None, "kept", 0, 10)]));
    serving.settle();
    serving.signal("TERM");
    assert_eq!(serving.end().0.code(), Some(0));
}

fn traces(serving: &Serving) -> usize {
    serving.get("/api/v1/traces")["traces"].as_array().unwrap().len()
}

#[test]
fn backup_is_restored_and_looked_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let [data, backup, restored] = ["data", "backup", "restored"].map(path);
    with_one_trace(data.as_ref());
    assert_eq!(run(&mut tracewood(&["backup", &backup, "--data", &data])).0, 0);
    assert_eq!(run(&mut tracewood(&["restore", &backup, "--data", &restored])).0, 0);
    let (code, stdout, stderr) = run(&mut tracewood(&["doctor", "--data", &restored]));
    assert!(code == 0 && stdout.ends_with("all is well\n"), "{stdout}{stderr}");
    assert!(stdout.starts_with("1 span in the indexes"), "{stdout}");
    let serving = Serving::start(restored.as_ref());
    serving.settle();
    assert_eq!(traces(&serving), 1);

    for (data, words) in [(&restored, "is in use by another tracewood"), (&path("none"), "is not a data directory")] {
        let (code, _, stderr) = run(&mut tracewood(&["doctor", "--data", data]));
        assert!(code == 1 && stderr.contains(words), "{stderr}");
    }
    assert_eq!(run(&mut tracewood(&["restore", &backup, "--data", &data])).0, 1, "nothing is written over");
}

#[test]
fn running_server_is_backed_up_under_load_and_the_copy_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let [data, backup, restored] = ["data", "backup", "restored"].map(path);
    let serving = Serving::start(data.as_ref());
    let trace = |n: u64| format!("{n:032x}");
    let send = |n: u64| {
        assert!(serving.post(&[span(&trace(n), 1, None, "root", n, 10), span(&trace(n), 2, Some(1), "leaf", n, 5)]));
    };
    (1..=50).for_each(send);
    let is_over = AtomicBool::new(false);
    let n_sent = std::thread::scope(|scope| {
        let sender = scope.spawn(|| {
            let numbers = (51..).take_while(|_| !is_over.load(Ordering::Relaxed));
            numbers.inspect(|n| send(*n)).last().unwrap_or(50)
        });
        let (code, stdout, stderr) = run(&mut tracewood(&["backup", &backup, "--data", &data]));
        assert_eq!((code, stdout), (0, format!("copied to {backup}\n")), "{stderr}");
        let (code, _, stderr) = run(&mut tracewood(&["backup", &backup, "--data", &data]));
        assert!(code == 1 && stderr.contains("is not empty"), "nothing is written over: {stderr}");
        is_over.store(true, Ordering::Relaxed);
        sender.join().unwrap()
    });

    assert_eq!(run(&mut tracewood(&["restore", &backup, "--data", &restored])).0, 0);
    let (code, stdout, stderr) = run(&mut tracewood(&["doctor", "--data", &restored]));
    assert_eq!(code, 0, "{stdout}{stderr}");
    let copy = Serving::start(restored.as_ref());
    copy.settle();
    let listed = copy.get("/api/v1/traces?limit=200&sort=oldest");
    let listed = listed["traces"].as_array().unwrap();
    assert!((50..=n_sent as usize).contains(&listed.len()), "{} of {n_sent}", listed.len());
    for (n, listed) in (1_u64..).zip(listed) {
        assert_eq!((listed["trace_id"].as_str(), listed["span_count"].as_u64()), (Some(&*trace(n)), Some(2)));
    }
}

#[test]
fn days_that_are_past_their_time_are_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    with_one_trace(folder.path());
    let data = folder.path().to_str().unwrap();
    let serve = ["serve", "--data", data, "--listen", ANY_PORT, "--grpc", ANY_PORT, "--keep-days"];
    let serving = Serving::of(&mut tracewood(&[&serve[..], &["36500"]].concat()));
    assert_eq!(traces(&serving), 1);
    drop(serving);
    let serving = Serving::of(&mut tracewood(&[&serve[..], &["1"]].concat()));
    wait_until("the day is forgotten", || traces(&serving) == 0);
}
