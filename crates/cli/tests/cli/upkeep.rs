//! `tracewood doctor`, `backup` and `restore`, and a server that forgets.

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
    assert_eq!(run(&mut tracewood(&["backup", &path("other"), "--data", &restored])).0, 1, "a server has it open");
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
