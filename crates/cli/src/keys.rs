//! `tracewood keys`: who may bring spans, read them, or see the server's numbers.

use std::path::Path;

use jiff::Timestamp;
use serde_json::{Value, json};
use tracewood_store::embedded::Keyring;
use tracewood_store::keys::{Key, Scope};

use crate::args::{CreateKeyArgs, ListKeysArgs, RevokeKeyArgs};
use crate::failure::Failure;
use crate::format;
use crate::terminal::{Terminal, print, safe};
use crate::traces::table::{Cell, Side, lay_out};

/// Makes a key and prints it, which is the only time that it can be read.
pub(crate) fn create(args: &CreateKeyArgs) -> Result<(), Failure> {
    let scopes: Vec<Scope> = args.scope.iter().filter_map(|word| Scope::from_word(word)).collect();
    let keyring = open(&args.place.data)?;
    let made = keyring.create(&args.project, &scopes, &args.name).map_err(failed)?;
    if args.place.json {
        let mut body = value(&made.key);
        body["key"] = json!(made.text);
        return say(&format!("{body:#}\n"));
    }
    let key = &made.key;
    say(&format!(
        "{}\n\nKey {} for {} in project {}. It is shown only now; keep it in a safe place.\n",
        made.text,
        key.id,
        words(key),
        key.project
    ))
}

/// Prints all keys.
pub(crate) fn list(args: &ListKeysArgs) -> Result<(), Failure> {
    if !args.place.data.exists() {
        return Err(Failure::new(format!("{} is no data directory; name one with --data", args.place.data.display())));
    }
    let keys = open(&args.place.data)?.list().map_err(failed)?;
    if args.place.json {
        return say(&format!("{:#}\n", json!({ "keys": keys.iter().map(value).collect::<Vec<_>>() })));
    }
    if keys.is_empty() {
        return say("no keys yet; a server on loopback addresses is open to everybody on this machine\n");
    }
    let heads = [
        ("ID", Side::Left),
        ("PROJECT", Side::Left),
        ("SCOPES", Side::Left),
        ("NAME", Side::Left),
        ("CREATED", Side::Left),
        ("STATE", Side::Left),
    ];
    let rows: Vec<[Cell; 6]> = keys
        .iter()
        .map(|key| {
            let state = key
                .revoked_at_unix_nanos
                .map_or_else(|| "active".to_owned(), |at| format!("revoked {}", format::moment(&moment(at))));
            let created = format::moment(&moment(key.created_at_unix_nanos));
            [safe(&key.id), safe(&key.project), words(key), safe(&key.name), created, state].map(Cell::plain)
        })
        .collect();
    say(&lay_out(heads, &rows, Terminal::of_stdout()))
}

/// Revokes a key.
pub(crate) fn revoke(args: &RevokeKeyArgs) -> Result<(), Failure> {
    let keyring = open(&args.place.data)?;
    if !keyring.revoke(&args.id).map_err(failed)? {
        return Err(Failure::new(format!(
            "there is no active key \"{}\" in {}; \"tracewood keys list\" shows all",
            safe(&args.id),
            args.place.data.display()
        )));
    }
    say("revoked\n")
}

fn open(data: &Path) -> Result<Keyring, Failure> {
    Keyring::open(data).map_err(|error| Failure::new(format!("{} cannot be used: {error}", data.display())))
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn failed(error: tracewood_store::Error) -> Failure {
    Failure::new(error.to_string())
}

fn say(text: &str) -> Result<(), Failure> {
    print(text).map_err(|error| Failure::new(format!("cannot write: {error}")))
}

fn words(key: &Key) -> String {
    key.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(",")
}

fn value(key: &Key) -> Value {
    json!({
        "id": key.id,
        "project": key.project,
        "scopes": key.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>(),
        "name": key.name,
        "created_at": moment(key.created_at_unix_nanos),
        "revoked_at": key.revoked_at_unix_nanos.map(moment),
    })
}

fn moment(unix_nanos: u64) -> String {
    Timestamp::from_nanosecond(i128::from(unix_nanos)).unwrap_or_default().to_string()
}
