//! `tracewood keys`, and a server that wants them.

use serde_json::Value;

use crate::support::{ANY_PORT, Serving, run, span, tracewood};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

fn keys(args: &[&str]) -> String {
    let (code, stdout, stderr) = run(&mut tracewood(&[&["keys"], args].concat()));
    assert_eq!((code, stderr.as_str()), (0, ""), "{args:?}");
    stdout
}

fn create(data: &str, scope: &str) -> (String, String) {
    let made: Value = serde_json::from_str(&keys(&["create", "--data", data, "--scope", scope, "--json"])).unwrap();
    (made["id"].as_str().unwrap().to_owned(), made["key"].as_str().unwrap().to_owned())
}

fn status(serving: &Serving, key: &str) -> u16 {
    let config = ureq::Agent::config_builder().http_status_as_error(false).build();
    let agent: ureq::Agent = config.into();
    agent.get(format!("{}/api/v1/traces", serving.url)).header("x-api-key", key).call().unwrap().status().as_u16()
}

#[test]
fn keys_are_made_listed_and_revoked_while_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let serving = Serving::start(folder.path());
    assert_eq!(status(&serving, "local"), 200, "a server without keys is open, whatever is sent");
    let (id, key) = create(data, "read");
    assert_eq!((status(&serving, &key), status(&serving, "local"), status(&serving, "")), (200, 401, 401));
    assert!(!serving.post(&[span(TRACE, 1, None, "a", 0, 1)]), "nobody brings spans without a key");

    let list = keys(&["list", "--data", data]);
    assert!(list.contains(&id) && list.contains("active") && !list.contains(&key), "{list}");
    let (code, _, stderr) = run(&mut tracewood(&["traces", "ls", "--server", &serving.url]));
    assert!(code == 1 && stderr.contains("TRACEWOOD_KEY"), "{stderr}");
    let mut ls = tracewood(&["traces", "ls", "--server", &serving.url]);
    assert_eq!(run(ls.env("TRACEWOOD_KEY", &key)).1, "no traces yet\n");

    assert_eq!(keys(&["revoke", &id, "--data", data]), "revoked\n");
    assert_eq!((status(&serving, &key), status(&serving, "")), (401, 401), "it stays closed");
    let (code, _, stderr) = run(&mut tracewood(&["keys", "revoke", &id, "--data", data]));
    assert!(code == 1 && stderr.starts_with("tracewood: there is no active key"), "{stderr}");
}

#[test]
fn server_that_others_reach_starts_only_with_a_key() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let serve = || tracewood(&["serve", "--data", data, "--listen", "0.0.0.0:0", "--grpc", ANY_PORT]);
    let (code, _, stderr) = run(&mut serve());
    assert!(code == 2 && stderr.contains("tracewood keys create --data"), "{stderr}");
    assert!(!std::path::Path::new(data).exists());

    assert_eq!(keys(&["create", "--data", data]).lines().next().unwrap().len(), 45);
    let (id, key) = create(data, "read,metrics");
    let mut serving = Serving::of(&mut serve());
    serving.url = serving.url.replace("0.0.0.0", "127.0.0.1");
    assert_eq!((status(&serving, &key), status(&serving, "")), (200, 401));
    keys(&["revoke", &id, "--data", data]);
    assert_eq!(status(&serving, &key), 401);
    serving.signal("TERM");
    let (_, log) = serving.end();
    assert!(!log.contains(&key[13..]), "{log}");
}

#[test]
fn wrong_keys_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let refused = |args: &[&str]| {
        let (code, stdout, stderr) = run(&mut tracewood(&[&["keys"], args, &["--data", data]].concat()));
        assert_eq!((code, stdout.as_str()), (1, ""), "{stderr}");
        stderr
    };
    assert!(refused(&["create", "--project", "My Shop"]).contains("'My Shop' cannot be a project"));
    assert!(refused(&["revoke", "x"]).contains("there is no active key \"x\""));
    assert_eq!(keys(&["list", "--data", data]).lines().count(), 1);
}
