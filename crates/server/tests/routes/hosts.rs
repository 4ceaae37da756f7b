//! `Host`: names that a foreign page could point here are refused as long as no key protects the server.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

use tracewood_server::{Limits, Settings};
use tracewood_store::ErrorKind;
use tracewood_store::keys::Scope;

use crate::support::Running;
use crate::support::fake::{Fake, Fate};

/// The status of `GET /healthz` with exactly this head.
fn status(server: &Running, host: &str) -> String {
    let mut stream = TcpStream::connect(server.http).unwrap();
    write!(stream, "GET /healthz HTTP/1.1\r\n{host}connection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap_or_default().to_owned()
}

#[test]
fn foreign_names_are_refused_until_there_are_keys() {
    let server = Running::start();
    for (host, expected) in [
        ("host: localhost:4318\r\n", "200"),
        ("host: 127.0.0.1:4318\r\n", "200"),
        ("host: [::1]:4318\r\n", "200"),
        ("host: evil.example\r\n", "403"),
        ("host: localhost.evil.example:4318\r\n", "403"),
        ("host: localhost\r\nhost: evil.example\r\n", "403"),
    ] {
        assert_eq!(status(&server, host), expected, "{host}");
    }
    let (keyed, keyring) = Running::keyed();
    keyring.create("default", &[Scope::Read], "").unwrap();
    assert_eq!(status(&keyed, "host: traces.example\r\n"), "200");
}

#[test]
fn configured_names_are_ours() {
    let store = Arc::new(Fake::new(Fate::Fails(ErrorKind::Disk)));
    let hosts = vec!["Traces.Example".to_owned()];
    let server = Running::with_settings(store, Settings { hosts, limits: Limits::default(), ..Settings::default() });
    assert_eq!(status(&server, "host: traces.example:443\r\n"), "503");
    assert_eq!(status(&server, "host: other.example\r\n"), "403");
}
