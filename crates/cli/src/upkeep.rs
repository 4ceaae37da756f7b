//! `tracewood doctor`, `backup` and `restore`: a data directory looked over, copied, and put back.

use tracewood_store::Store as _;
use tracewood_store::embedded::{self, Embedded};

use crate::args::{BackupArgs, DoctorArgs, RestoreArgs};
use crate::failure::Failure;
use crate::format;
use crate::terminal::{print, safe};

/// Looks a data directory over that no server has open, and fails if something is wrong.
pub(crate) fn doctor(args: &DoctorArgs) -> Result<(), Failure> {
    let report = embedded::verify(&args.data).map_err(failed)?;
    let mut text = String::new();
    for finding in &report.findings {
        text += &safe(&format!("{}: {}", finding.path.display(), finding.text));
        text.push('\n');
    }
    let spans = format::counted(report.n_spans, "span");
    say(&text)?;
    say(&format!("{spans} in the indexes, {} in the write-ahead log\n", report.n_spans_waiting))?;
    match report.findings.len() as u64 {
        0 => say("all is well\n"),
        n => Err(Failure::new(format!("{} in {}", format::counted(n, "finding"), args.data.display()))),
    }
}

/// Copies a data directory; where a server runs on it, the server does it and goes on meanwhile.
pub(crate) fn backup(args: &BackupArgs) -> Result<(), Failure> {
    if !args.data.is_dir() {
        return Err(Failure::new(format!("{} is no data directory; name one with --data", args.data.display())));
    }
    if embedded::is_running(&args.data) {
        embedded::backup_running(&args.data, &args.to).map_err(failed)?;
        return say(&format!("copied to {}\n", args.to.display()));
    }
    let store = Embedded::open(&args.data, embedded::Options::default()).map_err(failed)?;
    store.backup(&args.to).and_then(|()| store.close()).map_err(failed)?;
    say(&format!("copied to {}\n", args.to.display()))
}

/// Puts a backup where a server can be started on it.
pub(crate) fn restore(args: &RestoreArgs) -> Result<(), Failure> {
    embedded::restore(&args.from, &args.data).map_err(failed)?;
    say(&format!("restored to {}\n", args.data.display()))
}

fn say(text: &str) -> Result<(), Failure> {
    print(text).map_err(|error| Failure::new(format!("cannot write: {error}")))
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn failed(error: tracewood_store::Error) -> Failure {
    Failure::new(error.to_string())
}
