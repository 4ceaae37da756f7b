//! The settings of `serve`: which layer counts, and what is said of a broken value.

use std::fs;
use std::path::PathBuf;

use crate::support::{ANY_PORT, Serving, run, tracewood};

struct Folder {
    folder: tempfile::TempDir,
}

impl Folder {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn config(&self, text: &str) -> String {
        let path = self.path("tracewood.toml");
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

#[test]
fn flag_counts_before_environment_before_file() {
    let folder = Folder::new();
    let [by_flag, by_variable, by_file] = ["flag", "variable", "file"].map(|name| folder.path(name));
    let text =
        format!("data = {by_file:?}\nlisten = \"{ANY_PORT}\"\ngrpc = \"localhost:0\"\nrequest_bytes_max = 100\n");
    let config = folder.config(&text);

    let serving = Serving::of(&mut tracewood(&["serve", "--config", &config]));
    assert!(by_file.is_dir(), "{}", serving.line);
    let long = crate::support::span("0af7651916cd43dd8448eb211c80319c", 1, None, &"x".repeat(200), 0, 1);
    assert!(!serving.post(&[long]), "the limit of the file counts");
    drop(serving);

    let serving =
        Serving::of(tracewood(&["serve"]).env("TRACEWOOD_CONFIG", &config).env("TRACEWOOD_DATA", &by_variable));
    assert!(by_variable.is_dir(), "{}", serving.line);
    drop(serving);

    let flag = by_flag.to_str().unwrap();
    let serving =
        Serving::of(tracewood(&["serve", "--config", &config, "--data", flag]).env("TRACEWOOD_DATA", &by_variable));
    assert!(by_flag.is_dir(), "{}", serving.line);
    drop(serving);

    fs::remove_dir_all(&by_file).unwrap();
    let serving = Serving::of(tracewood(&["serve", "--config", &config]).env("TRACEWOOD_DATA", ""));
    assert!(by_file.is_dir(), "an empty variable is none: {}", serving.line);
}

#[test]
fn broken_value_of_a_flag_or_variable_names_it_and_the_form() {
    for (flag, variable, value, form) in [
        ("--listen", "TRACEWOOD_LISTEN", "4318", "an address and a port such as 127.0.0.1:4318"),
        ("--grpc", "TRACEWOOD_GRPC", "127.0.0.1:99999", "an address and a port such as 127.0.0.1:4318"),
        ("--host", "TRACEWOOD_HOST", "a b", "a name such as traces.example"),
        ("--keep-days", "TRACEWOOD_KEEP_DAYS", "0", "a whole number of days from 1 to 36500"),
        ("--request-bytes-max", "TRACEWOOD_REQUEST_BYTES_MAX", "64MB", "a whole number of bytes"),
        ("--log", "TRACEWOOD_LOG", "loud=very=much", "a level (error, warn, info, debug, trace)"),
        ("--log-format", "TRACEWOOD_LOG_FORMAT", "xml", "auto, human or json"),
    ] {
        for (place, command) in
            [(flag, &mut tracewood(&["serve", flag, value])), (variable, tracewood(&["serve"]).env(variable, value))]
        {
            let (code, _, stderr) = run(command);
            assert_eq!(code, 2, "{stderr}");
            assert!(stderr.starts_with(&format!("tracewood: {place} is \"{value}\", but must be {form}")), "{stderr}");
            assert_eq!(stderr.lines().count(), 1);
        }
    }
}

#[test]
fn broken_file_names_the_key_the_file_and_the_form() {
    let folder = Folder::new();
    let refused = |text: &str| {
        let path = folder.config(text);
        let (code, _, stderr) = run(&mut tracewood(&["serve", "--config", &path]));
        assert_eq!(code, 2, "{stderr}");
        stderr.replace(&path, "FILE")
    };
    assert_eq!(
        refused("lisen = \"127.0.0.1:1\"\n"),
        "tracewood: \"lisen\" in FILE is no setting; the settings are data, listen, grpc, host, keep_days, request_bytes_max, log, log_format, prices\n"
    );
    assert_eq!(
        refused("listen = 4318\n"),
        "tracewood: \"listen\" in FILE is 4318, but must be an address and a port such as 127.0.0.1:4318\n"
    );
    assert_eq!(
        refused("grpc = \"here\"\n"),
        "tracewood: \"grpc\" in FILE is \"here\", but must be an address and a port such as 127.0.0.1:4318\n"
    );
    assert!(refused("data = [1\n").starts_with("tracewood: FILE is not TOML: "));
    assert!(refused("data = \"\"\n").contains("a folder such as .tracewood"));
    let (code, _, stderr) = run(&mut tracewood(&["serve", "--config", "/no/such/file"]));
    assert_eq!(code, 2);
    assert!(stderr.starts_with("tracewood: the file of --config, /no/such/file, cannot be read: "), "{stderr}");
}

#[test]
fn addresses_that_others_reach_are_refused() {
    for (flag, address) in [("--listen", "0.0.0.0:0"), ("--grpc", "[::]:0"), ("--listen", "192.0.2.1:80")] {
        let (code, _, stderr) = run(&mut tracewood(&["serve", "--data", "/no/such/folder", flag, address]));
        assert_eq!(code, 2);
        assert!(stderr.starts_with(&format!("tracewood: refusing to listen on {address} ({flag}): ")), "{stderr}");
    }
}

#[test]
fn wrong_arguments_are_said_by_clap() {
    for args in [&["serve", "--lisen", "x"][..], &["serf"], &[], &["traces", "ls", "--limit", "0"], &["traces", "show"]]
    {
        let (code, _, stderr) = run(&mut tracewood(args));
        assert_eq!(code, 2, "{stderr}");
        assert!(stderr.contains("Usage: tracewood") || stderr.contains("'--help'"), "{stderr}");
    }
}
