//! Tools for those who work on Tracewood or want to try it out.

mod post;

use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use tracewood_seed::Plan;

use crate::args::SeedArgs;
use crate::failure::Failure;
use crate::terminal;
use post::Poster;

/// The most bytes of a request: enough that requests cost little, and far below what the server takes.
const REQUEST_BYTES: usize = 2 * 1024 * 1024;
/// The most spans written at once, between two looks at how many bytes there are.
const SPANS_AT_ONCE: usize = 200;

/// What was sent.
#[derive(Debug, Default, Serialize)]
struct Sent {
    seed: u64,
    until_unix_nanos: String,
    traces: u64,
    spans: u64,
    bytes: u64,
    requests: u64,
    seconds: f64,
    first_trace_id: Option<String>,
    last_trace_id: Option<String>,
}

/// Sends made-up traces to a running server.
pub(crate) fn seed(args: &SeedArgs) -> Result<(), Failure> {
    let plan = plan(args);
    let began = Instant::now();
    let next = AtomicU64::new(0);
    let sent = Mutex::new(Sent::default());
    thread::scope(|scope| {
        let work = || worker(&plan, &Poster::new(args), &next, &sent);
        let workers: Vec<_> = (0..args.connections).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| match worker.join() {
            Ok(outcome) => outcome,
            Err(_) => Err(Failure::new("making the traces failed; this is a defect of tracewood")),
        })
    })?;
    let id = |n: u64| plan.trace(n).first().map(|span| span.trace_id.to_string());
    let mut sent = sent.into_inner().unwrap_or_default();
    sent.seed = plan.seed;
    sent.until_unix_nanos = plan.until_unix_nanos.to_string();
    sent.traces = plan.n_traces;
    sent.seconds = began.elapsed().as_secs_f64();
    if plan.n_traces > 0 {
        (sent.first_trace_id, sent.last_trace_id) = (id(0), id(plan.n_traces - 1));
    }
    let text = if args.json { json(&sent)? } else { sentence(&sent, &args.server) };
    terminal::print(&text).map_err(|error| Failure::new(format!("cannot write to standard output: {error}")))
}

fn plan(args: &SeedArgs) -> Plan {
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64);
    let until = args.until.and_then(|until| u64::try_from(until.as_nanosecond()).ok()).unwrap_or_else(now);
    Plan {
        shape: args.shape,
        n_traces: args.traces,
        n_spans_min: args.spans_per_trace.0,
        n_spans_max: args.spans_per_trace.1,
        days: args.days.max(0.0),
        traces_per_session: args.traces_per_session,
        n_users: args.users,
        errors_percent: args.errors,
        pending_percent: args.pending,
        payload_bytes: args.payload_bytes,
        ..Plan::new(args.seed, until)
    }
}

/// Makes and sends one trace after the other until there are no more.
fn worker(plan: &Plan, poster: &Poster, next: &AtomicU64, sent: &Mutex<Sent>) -> Result<(), Failure> {
    let n_at_once = (REQUEST_BYTES / (plan.payload_bytes * 2 + 4_096)).clamp(1, SPANS_AT_ONCE);
    let (mut body, mut n_spans) = (Vec::new(), 0);
    let flush = |body: &mut Vec<u8>, n_spans: &mut u64| -> Result<(), Failure> {
        poster.post(body)?;
        if let Ok(mut sent) = sent.lock() {
            sent.bytes += body.len() as u64;
            sent.spans += *n_spans;
            sent.requests += 1;
        }
        body.clear();
        *n_spans = 0;
        Ok(())
    };
    loop {
        let n = next.fetch_add(1, Ordering::Relaxed);
        if n >= plan.n_traces {
            break;
        }
        for spans in plan.trace(n).chunks(n_at_once) {
            // Requests one after the other are one request: all their fields may stand several times.
            body.extend(tracewood_seed::request(spans));
            n_spans += spans.len() as u64;
            if body.len() >= REQUEST_BYTES {
                flush(&mut body, &mut n_spans)?;
            }
        }
    }
    if body.is_empty() { Ok(()) } else { flush(&mut body, &mut n_spans) }
}

fn json(sent: &Sent) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(sent).map_err(|error| Failure::new(error.to_string()))?;
    Ok(text + "\n")
}

fn sentence(sent: &Sent, server: &str) -> String {
    let Sent { traces, spans, bytes, seconds, .. } = sent;
    let megabytes = *bytes as f64 / 1e6;
    let mut text =
        format!("sent {traces} traces with {spans} spans ({megabytes:.1} MB) in {seconds:.1} s to {server}\n");
    if let (1, Some(id)) = (traces, &sent.first_trace_id) {
        let _ = writeln!(text, "{}/traces/{id}", server.trim_end_matches('/'));
    }
    text
}
