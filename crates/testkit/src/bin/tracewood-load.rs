//! Sends spans to a server and prints in JSON what became of them; `bench/server.py` and the soak tests run it.
//!
//! `tracewood-load ADDRESS [name=value ...]`; the names are those of `Plan`, and `ledger` for a file into which the first
//! trace and the number of traces of every acknowledged request are written.
#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use std::collections::HashMap;
use std::fmt::Write as _;
use std::process::ExitCode;

use tracewood_testkit::load::{Outcome, Plan, Shape, run};

fn main() -> ExitCode {
    match plan(std::env::args().skip(1)).and_then(|(plan, ledger)| send(&plan, ledger.as_deref())) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn send(plan: &Plan, ledger: Option<&str>) -> Result<String, String> {
    let outcome = run(plan);
    if let Some(path) = ledger {
        let mut text = String::new();
        for (first, n_traces) in &outcome.acknowledged {
            let _ = writeln!(text, "{first} {n_traces}");
        }
        std::fs::write(path, text).map_err(|error| format!("the ledger '{path}' cannot be written: {error}"))?;
    }
    Ok(json(&outcome))
}

fn json(outcome: &Outcome) -> String {
    let Outcome { n_spans, n_traces, n_bytes, n_refused, n_refused_with_retry_after, n_failed, seconds, .. } = outcome;
    let [p50, p99, max] = [0.5, 0.99, 1.0].map(|part| outcome.quantile_millis(part));
    format!(
        "{{\"spans\":{n_spans},\"traces\":{n_traces},\"bytes\":{n_bytes},\"refused\":{n_refused},\
         \"refused_with_retry_after\":{n_refused_with_retry_after},\"failed\":{n_failed},\"seconds\":{seconds:.3},\
         \"ack_millis\":{{\"p50\":{p50:.2},\"p99\":{p99:.2},\"max\":{max:.2}}}}}"
    )
}

fn plan(mut arguments: impl Iterator<Item = String>) -> Result<(Plan, Option<String>), String> {
    let address = arguments.next().ok_or("name the address of a server, such as 127.0.0.1:4318")?;
    let mut said = HashMap::new();
    for argument in arguments {
        let (name, value) = argument.split_once('=').ok_or_else(|| format!("'{argument}' is not name=value"))?;
        said.insert(name.to_owned(), value.to_owned());
    }
    let mut number = |name: &str| -> Result<Option<f64>, String> {
        let value = said.remove(name);
        value.map(|value| value.parse().map_err(|_| format!("'{value}' is no number for {name}"))).transpose()
    };
    let [batch_spans, n_templates, n_connections, rate, spans_max, first_trace, patient, seconds_max, days] = [
        "batch_spans",
        "n_templates",
        "n_connections",
        "spans_per_second",
        "spans_max",
        "first_trace",
        "is_patient",
        "seconds_max",
        "days",
    ]
    .map(&mut number);
    let whole = |number: Option<f64>, default: u64| number.map_or(default, |number| number as u64);
    let plan = Plan {
        address,
        key: said.remove("key"),
        shape: match said.remove("shape").as_deref() {
            None | Some("agent") => Shape::Agent,
            Some("chat") => Shape::Chat,
            Some(other) => return Err(format!("'{other}' is no shape; use agent or chat")),
        },
        batch_spans: whole(batch_spans?, 500),
        n_templates: whole(n_templates?, 64),
        n_connections: whole(n_connections?, 8),
        spans_per_second: rate?.map(|number| number as u64),
        seconds_max: seconds_max?,
        spans_max: spans_max?.map(|number| number as u64),
        first_trace: whole(first_trace?, 0),
        days: days?,
        is_patient: patient?.is_some_and(|number| number > 0.0),
    };
    let ledger = said.remove("ledger");
    match said.into_keys().next() {
        Some(name) => Err(format!("'{name}' is no name that is known here")),
        None if plan.seconds_max.is_none() && plan.spans_max.is_none() => {
            Err("say seconds_max or spans_max, else it never ends".to_owned())
        }
        None => Ok((plan, ledger)),
    }
}
