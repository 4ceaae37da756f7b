//! What a span costs: wall time on the caller's thread and CPU of the whole process, delivered to a sink in another one.
//!
//! `cargo run --release -p tracewood-sdk --example cost`

#![expect(clippy::print_stdout, reason = "an example prints its figures")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tracewood_sdk::destination::{Compression, Config, Http, Otlp, TraceRoot, Wire};
use tracewood_sdk::{Recorder, Resource, Site, json};

/// Three nested calls with 220 characters in and out each, as rivals are measured.
const N_ROUNDS: usize = 200_000;
const N_SPANS: usize = 3 * N_ROUNDS;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    if std::env::args().nth(1).as_deref() == Some("sink") {
        return sink();
    }
    let mut child = Command::new(std::env::current_exe()?).arg("sink").stdout(Stdio::piped()).spawn()?;
    let mut url = String::new();
    BufReader::new(child.stdout.take().ok_or("the sink has no output")?).read_line(&mut url)?;
    for (name, compression) in [("zstd", Compression::Auto), ("gzip", Compression::Gzip), ("none", Compression::None)] {
        let http = Http { compression, ..Http::default() };
        let wire = Otlp { url: format!("{}/v1/traces", url.trim()), http, resource: Resource::default() };
        measure(&format!("otlp, {name}"), Some(Wire::Otlp(wire)))?;
    }
    let wire = TraceRoot { host_url: url.trim().to_owned(), sdk_version: "0.5.0".to_owned(), ..TraceRoot::default() };
    measure("traceroot, zstd", Some(Wire::TraceRoot(wire)))?;
    measure("no destination", None)?;
    child.kill()?;
    child.wait()?;
    Ok(())
}

fn measure(name: &str, wire: Option<Wire>) -> Result<(), Failure> {
    let recorder = Recorder::new(tracewood_sdk::Config::default());
    if let Some(wire) = wire {
        let mut config = Config::new("cost", wire);
        // The sink shares two processors with the loop; what is measured is the cost, not who falls behind.
        config.batch.n_spans_queued_max = N_SPANS;
        config.batch.n_bytes_queued_max = usize::MAX;
        recorder.add_destination(config)?;
    }
    let sites = ["outer", "middle", "inner"].map(|name| Arc::new(Site::named(name, "tool")));
    let text = "The quick brown fox jumps over the lazy dog. ".repeat(5);
    let cpu_before = cpu_time()?;
    let caller_cpu_before = thread_cpu_time()?;
    let began_at = Instant::now();
    for _ in 0..N_ROUNDS {
        nested(&recorder, &sites, None, &text);
    }
    let (caller, caller_cpu) = (began_at.elapsed(), thread_cpu_time()?.saturating_sub(caller_cpu_before));
    recorder.flush(Duration::from_mins(1));
    let cpu = cpu_time()?.saturating_sub(cpu_before);
    let n_lost = recorder.shutdown(Duration::from_secs(5)).n_lost + recorder.stats().lost.total();
    let [caller, caller_cpu, cpu] = [caller, caller_cpu, cpu].map(|time| time.as_nanos() / N_SPANS as u128);
    println!(
        "{name:<16} caller {caller:>4} ns ({caller_cpu} of CPU), process {cpu:>5} ns of CPU a span, {n_lost} lost"
    );
    Ok(())
}

fn nested(recorder: &Recorder, sites: &[Arc<Site>], parent: Option<&tracewood_sdk::SpanContext>, text: &str) {
    let Some((site, inner)) = sites.split_first() else { return };
    let mut span = recorder.start(site, parent);
    let mut writer = json::Writer::new(&json::Limits::default());
    writer.begin_object();
    writer.key("text");
    writer.string(text);
    span.set_input(writer.finish());
    let context = span.context();
    nested(recorder, inner, Some(&context), text);
    span.set_output(tracewood_sdk::Captured::text(text, 1 << 20));
    recorder.end(span);
}

/// What the calling thread has run for so far; on a busy machine the wall clock says more than that.
fn thread_cpu_time() -> Result<Duration, Failure> {
    let schedstat = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(Duration::from_nanos(schedstat.split(' ').next().unwrap_or_default().parse()?))
}

/// User and system time of this process so far, in Linux's hundredths of a second.
fn cpu_time() -> Result<Duration, Failure> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = stat.rsplit_once(')').ok_or("no name in stat")?;
    let ticks: u64 = fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Ok(Duration::from_millis(ticks * 10))
}

/// Takes every request and keeps none.
fn sink() -> Result<(), Failure> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    println!("http://{}", listener.local_addr()?);
    std::io::stdout().flush()?;
    for stream in listener.incoming() {
        let stream = stream?;
        std::thread::spawn(move || -> std::io::Result<()> {
            stream.set_nodelay(true)?;
            let mut stream = BufReader::with_capacity(1 << 20, stream);
            loop {
                let mut length = 0;
                let mut line = String::new();
                while stream.read_line(&mut line)? > 2 {
                    if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap_or(0);
                    }
                    line.clear();
                }
                std::io::copy(&mut stream.by_ref().take(length), &mut std::io::sink())?;
                let reply = b"HTTP/1.1 200 OK\r\naccept-encoding: gzip, zstd\r\ncontent-length: 0\r\n\r\n";
                stream.get_mut().write_all(reply)?;
            }
        });
    }
    Ok(())
}
