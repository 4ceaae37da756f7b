//! Whether a steady stream of 100 000 spans a second for ten seconds from four threads is delivered whole, and how long
//! each end of a span took its thread; the collector is another process.
//!
//! `cargo run --release -p tracewood-sdk --example sustained`

#![expect(clippy::print_stdout, reason = "an example prints its figures")]

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tracewood_sdk::destination::{Config, Http, Otlp, Wire};
use tracewood_sdk::{Captured, Recorder, Resource, Site};
use tracewood_testkit::Collector;

const N_THREADS: u64 = 4;
const N_SPANS_PER_SECOND: u64 = 100_000;
const TIME: Duration = Duration::from_secs(10);
/// Spans come in bursts of so many, as nested calls do; a thread that slept for each alone would measure the sleep.
const N_SPANS_PER_BURST: u64 = 25;
const BLOCKED: Duration = Duration::from_millis(1);

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    if std::env::args().nth(1).as_deref() == Some("collector") {
        let collector = Collector::counting();
        println!("{}", collector.url());
        // Until whoever started it goes away.
        std::io::stdin().read_to_end(&mut Vec::new())?;
        return Ok(());
    }
    let mut child =
        Command::new(std::env::current_exe()?).arg("collector").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut url = String::new();
    BufReader::new(child.stdout.take().ok_or("the collector has no output")?).read_line(&mut url)?;
    let text = "The quick brown fox jumps over the lazy dog. ".repeat(5);
    let site = Arc::new(Site::named("step", "tool"));
    let nowhere = Recorder::new(tracewood_sdk::Config::default());
    let span = |recorder: &Recorder| {
        let mut span = recorder.start(&site, None);
        span.set_input(Captured::text(&text, 4096));
        span.set_output(Captured::text(&text, 4096));
        span
    };
    print("spans that are never ended, as a yardstick of the machine", || drop(span(&nowhere)));
    for hides_secrets in [true, false] {
        let wire =
            Otlp { url: format!("{}/v1/traces", url.trim()), http: Http::default(), resource: Resource::default() };
        let recorder = Recorder::new(tracewood_sdk::Config::default());
        recorder.set_secrets_hidden(hides_secrets);
        recorder.add_destination(Config::new("collector", Wire::Otlp(wire)))?;
        let cpu_before = cpu_time()?;
        print(&format!("spans, secrets hidden: {hides_secrets}"), || recorder.end(span(&recorder)));
        let flushed = recorder.shutdown(Duration::from_mins(1));
        let cpu = cpu_time()?.saturating_sub(cpu_before);
        let stats = recorder.stats();
        println!(
            "  ended {}, lost {}, remaining {}, cpu {:.2} us a span (pacing included)",
            stats.n_ended,
            stats.lost.total(),
            flushed.n_remaining,
            cpu.as_secs_f64() * 1e6 / stats.n_ended as f64,
        );
    }
    drop(child.stdin.take());
    child.wait()?;
    Ok(())
}

/// Does something at the rate from all threads, and prints how long it took each time.
fn print(name: &str, work: impl Fn() + Sync) {
    let began_at = Instant::now();
    let mut paced_threads: Vec<Paced> = thread::scope(|scope| {
        let threads: Vec<_> = (0..N_THREADS).map(|_| scope.spawn(|| paced(began_at, &work))).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    let elapsed = began_at.elapsed();
    let mut times: Vec<Duration> =
        paced_threads.iter_mut().flat_map(|paced| std::mem::take(&mut paced.times)).collect();
    times.sort_unstable();
    let n_long = times.len() - times.partition_point(|time| *time <= BLOCKED);
    let n_blocked: u64 = paced_threads.iter().map(|paced| paced.n_blocked).sum();
    let at = |share: f64| times.get(((times.len() - 1) as f64 * share) as usize).copied().unwrap_or_default();
    println!("{name}: {} in {elapsed:.2?}", times.len());
    println!(
        "  p50 {:?}, p99 {:?}, p99.9 {:?}, p99.99 {:?}, max {:?}",
        at(0.5),
        at(0.99),
        at(0.999),
        at(0.9999),
        at(1.0)
    );
    println!("  above {BLOCKED:?}: {n_long}, of these without the system having withheld the processor: {n_blocked}");
}

#[derive(Default)]
struct Paced {
    times: Vec<Duration>,
    n_blocked: u64,
}

fn paced(began_at: Instant, work: &impl Fn()) -> Paced {
    let n_per_thread = N_SPANS_PER_SECOND * TIME.as_secs() / N_THREADS;
    let mut paced = Paced { times: Vec::with_capacity(n_per_thread as usize), n_blocked: 0 };
    for n_before in (0..n_per_thread).step_by(N_SPANS_PER_BURST as usize) {
        let due = began_at + Duration::from_nanos(n_before * 1_000_000_000 * N_THREADS / N_SPANS_PER_SECOND);
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let withheld_before = withheld_time();
        let mut longest = Duration::ZERO;
        for _ in 0..N_SPANS_PER_BURST {
            let before = Instant::now();
            work();
            let time = before.elapsed();
            longest = longest.max(time);
            paced.times.push(time);
        }
        if longest > BLOCKED && longest.saturating_sub(withheld_time().saturating_sub(withheld_before)) > BLOCKED {
            paced.n_blocked += 1;
        }
    }
    paced
}

/// How long this thread could have run and was not let; none where the system does not tell.
fn withheld_time() -> Duration {
    let schedstat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = schedstat.split(' ').nth(1).and_then(|nanos| nanos.parse().ok());
    Duration::from_nanos(nanos.unwrap_or_default())
}

/// User and system time of this process so far, in Linux's hundredths of a second.
fn cpu_time() -> Result<Duration, Failure> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = stat.rsplit_once(')').ok_or("no name in stat")?;
    let ticks: u64 = fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Ok(Duration::from_millis(ticks * 10))
}
