//! What waits on disk for a later start: batches that were given up, left over at the end, or crowded out.

use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tracewood_sdk::batch::Overflow;
use tracewood_sdk::destination::{Compression, Config, Http, Mutagent, TraceRoot, Wire};
use tracewood_sdk::loss::Reason;
use tracewood_sdk::{Recorder, spool};
use tracewood_testkit::{Collector, Gate, Reply, dead_url};

use crate::common::{LONG, SHORT, eager, names, otlp, record, record_numbered, recorder, until};

fn spooled_otlp(url: &str, directory: &TempDir) -> Config {
    Config { spool: Some(spool::Policy::new(directory.path())), ..otlp(url) }
}

fn files(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name != "lock");
    names.sort();
    names
}

/// How many files of a directory have names that end like this.
fn count(directory: &Path, suffix: &str) -> usize {
    files(directory).iter().filter(|name| name.rsplit('.').next() == Some(suffix)).count()
}

fn n_replayed(recorder: &Recorder) -> u64 {
    recorder.stats().destinations[0].n_replayed
}

#[test]
fn what_is_left_at_the_end_is_delivered_at_the_next_start() {
    let directory = TempDir::new().unwrap();
    let dead = recorder(spooled_otlp(&dead_url(), &directory));
    record(&dead, ["a", "b"]);
    let flushed = dead.shutdown(LONG);
    assert_eq!((flushed.n_spooled, flushed.n_lost, flushed.n_remaining, flushed.n_delivered), (2, 0, 0, 0));
    assert!(!flushed.is_complete());
    assert_eq!(dead.stats().lost.total(), 0);

    let collector = Collector::start();
    // Without a single span of its own.
    let alive = recorder(spooled_otlp(&collector.url(), &directory));
    assert_eq!(names(&collector.wait_for(1)[0]), ["a", "b"]);
    until(|| n_replayed(&alive) == 2);
    assert_eq!(files(&directory.path().join("otlp")), [""; 0]);
}

#[test]
fn end_of_the_program_is_not_held_up_by_a_dead_server() {
    let directory = TempDir::new().unwrap();
    let dead = recorder(spooled_otlp(&dead_url(), &directory));
    record(&dead, ["a"]);
    let began_at = Instant::now();
    assert_eq!(dead.shutdown(Duration::from_mins(1)).n_spooled, 1);
    assert!(began_at.elapsed() < Duration::from_secs(10));
}

#[test]
fn black_hole_cannot_keep_spans_from_the_spool() {
    let directory = TempDir::new().unwrap();
    let hole = Collector::scripted([Reply::silence()]);
    let mut config = spooled_otlp(&hole.url(), &directory);
    config.batch.n_spans_max = 2;
    config.batch.n_spans_trigger = 1;
    let recorder = recorder(config);
    record(&recorder, ["a"]);
    hole.wait_for(1);
    record(&recorder, ["b", "c", "d"]);
    let flushed = recorder.shutdown(Duration::from_millis(400));
    assert_eq!((flushed.n_spooled, flushed.n_remaining), (4, 0));

    let collector = Collector::start();
    let alive = crate::common::recorder(spooled_otlp(&collector.url(), &directory));
    until(|| n_replayed(&alive) == 4);
    assert_eq!(collector.requests().iter().flat_map(names).collect::<Vec<_>>(), ["a", "b", "c", "d"]);
}

#[test]
fn batch_that_is_given_up_waits_and_follows_when_the_server_is_back() {
    let directory = TempDir::new().unwrap();
    let collector = Collector::answering({
        let mut n_requests = 0;
        move |_| {
            n_requests += 1;
            Reply::status(if n_requests <= 3 { 503 } else { 200 })
        }
    });
    let mut config = spooled_otlp(&collector.url(), &directory);
    config.retry.give_up_after = Duration::ZERO;
    let recorder = recorder(config);
    record(&recorder, ["a"]);
    let flushed = recorder.flush(LONG);
    assert_eq!((flushed.n_spooled, flushed.n_lost), (1, 0));
    until(|| n_replayed(&recorder) == 1);
    let requests = collector.requests();
    assert!(requests.len() >= 4);
    assert!(requests.iter().all(|request| request.body == requests[0].body));
    assert_eq!(recorder.shutdown(LONG).n_lost, 0);
}

type WireTo = fn(String, &str) -> Wire;

#[test]
fn every_wire_replays_what_it_sent_with_the_key_of_today() {
    fn http() -> Http {
        Http { compression: Compression::Gzip, ..Http::default() }
    }
    let wires: [WireTo; 2] = [
        |host_url, key| {
            Wire::TraceRoot(TraceRoot { host_url, api_key: key.to_owned(), http: http(), ..TraceRoot::default() })
        },
        |endpoint_url, key| {
            Wire::Mutagent(Mutagent { endpoint_url, api_key: key.to_owned(), http: http(), ..Mutagent::default() })
        },
    ];
    for wire in wires {
        let directory = TempDir::new().unwrap();
        let destination = |url: String, key| {
            let config =
                Config { spool: Some(spool::Policy::new(directory.path())), ..Config::new("x", wire(url, key)) };
            eager(config)
        };
        let rejecting = Collector::answering(|_| Reply::status(503));
        let before = recorder(destination(rejecting.url(), "key-of-yesterday"));
        record(&before, ["a"]);
        assert_eq!(before.shutdown(LONG).n_spooled, 1);
        let sent = rejecting.wait_for(1).remove(0);
        let kept = files(&directory.path().join("x"));
        let bytes = std::fs::read(directory.path().join("x").join(&kept[0])).unwrap();
        assert!(!bytes.windows(16).any(|window| window == b"key-of-yesterday"));

        let collector = Collector::start();
        let after = recorder(destination(collector.url(), "key-of-today"));
        let replayed = collector.wait_for(1).remove(0);
        until(|| n_replayed(&after) == 1);
        assert_eq!((replayed.path, replayed.body), (sent.path, sent.body));
        assert!(replayed.headers.iter().any(|(_, value)| value.ends_with("key-of-today")));
        assert!(!replayed.headers.iter().any(|(_, value)| value.ends_with("key-of-yesterday")));
    }
}

#[test]
fn two_starts_at_once_deliver_each_batch_once() {
    let directory = TempDir::new().unwrap();
    let mut config = spooled_otlp(&dead_url(), &directory);
    config.batch.n_spans_max = 1;
    let dead = recorder(config);
    record_numbered(&dead, 20);
    assert_eq!(dead.shutdown(LONG).n_spooled, 20);
    let collector = Collector::start();
    let both = [(); 2].map(|()| recorder(spooled_otlp(&collector.url(), &directory)));
    until(|| both.iter().map(n_replayed).sum::<u64>() == 20);
    let mut arrived: Vec<u32> = collector.requests().iter().flat_map(names).map(|name| name.parse().unwrap()).collect();
    arrived.sort_unstable();
    assert_eq!(arrived, (0..20).collect::<Vec<_>>());
}

#[test]
fn batch_of_the_spool_that_the_server_cannot_read_is_lost_and_the_next_one_follows() {
    let directory = TempDir::new().unwrap();
    let mut config = spooled_otlp(&dead_url(), &directory);
    config.batch.n_spans_max = 1;
    let dead = recorder(config);
    record(&dead, ["a", "b"]);
    dead.shutdown(LONG);
    let collector = Collector::scripted([Reply::status(400)]);
    let alive = recorder(spooled_otlp(&collector.url(), &directory));
    until(|| n_replayed(&alive) == 1);
    assert_eq!(alive.stats().lost.by_reason().collect::<Vec<_>>(), [(Reason::BadSpan, 1)]);
}

#[test]
fn full_spool_drops_its_oldest_and_counts_them() {
    let directory = TempDir::new().unwrap();
    let mut config = spooled_otlp(&dead_url(), &directory);
    config.spool = Some(spool::Policy { n_bytes_max: 2000, ..spool::Policy::new(directory.path()) });
    config.batch.n_spans_max = 1;
    let dead = recorder(config);
    record_numbered(&dead, 50);
    let flushed = dead.shutdown(LONG);
    assert_eq!(flushed.n_spooled, 50);
    let lost = dead.stats().lost.count(Reason::SpoolFull);
    assert_eq!(files(&directory.path().join("otlp")).len() as u64 + lost, 50);
    assert!(lost > 30);
}

#[test]
fn crowded_queue_spills_while_the_server_is_in_trouble() {
    let directory = TempDir::new().unwrap();
    let mut config = spooled_otlp(&dead_url(), &directory);
    config.batch.overflow = Overflow::Spill;
    config.batch.n_spans_queued_max = 100;
    config.batch.n_spans_max = 10;
    config.batch.n_spans_trigger = 1;
    config.retry.pause_first = Duration::from_hours(1);
    config.retry.pause_max = Duration::from_hours(1);
    let recorder = recorder(config);
    for number in 0..1000_u64 {
        record(&recorder, ["a"]);
        // At the pace of a program that does something else too.
        until(|| recorder.stats().destinations[0].n_queued < 80);
        assert_eq!(recorder.stats().lost.total(), 0, "span {number}");
    }
    assert!(recorder.stats().destinations[0].n_spooled > 900);
}

#[test]
fn end_of_a_span_waits_for_room_where_that_is_asked_for_and_no_longer() {
    let gate = Gate::new();
    let collector = Collector::scripted([Reply::ok().held_by(&gate)]);
    let mut config = otlp(&collector.url());
    config.batch.n_spans_queued_max = 2;
    config.batch.n_spans_trigger = 1;
    config.batch.overflow = Overflow::Block(SHORT);
    let recorder = recorder(config.clone());
    let began_at = Instant::now();
    record(&recorder, ["a", "b", "dropped"]);
    assert!(began_at.elapsed() >= SHORT);
    assert_eq!(recorder.stats().lost.by_reason().collect::<Vec<_>>(), [(Reason::QueueFull, 1)]);
    gate.open();
    config.batch.overflow = Overflow::Block(LONG);
    recorder.add_destination(config).unwrap();
    record_numbered(&recorder, 500);
    assert_eq!(recorder.flush(LONG).n_remaining, 0);
    assert_eq!(recorder.stats().lost.total(), 1);
}

/// What the next test runs as a process of its own, to be killed: spools until then.
#[test]
fn spooling_child() {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--skip").skip(1);
    let Some(directory) = arguments.next().filter(|argument| argument.starts_with('/')) else { return };
    let mut config = otlp(&dead_url());
    config.spool = Some(spool::Policy::new(directory));
    config.batch.n_spans_trigger = 1;
    config.batch.n_spans_max = 1;
    config.retry.give_up_after = Duration::ZERO;
    let recorder = recorder(config);
    for number in 0_u64.. {
        record(&recorder, [number.to_string().as_str()]);
        recorder.flush(LONG);
    }
}

#[test]
fn killed_writers_batches_are_delivered_once_by_the_next_start() {
    let directory = TempDir::new().unwrap();
    let ours = directory.path().join("otlp");
    let mut child = std::process::Command::new(std::env::current_exe().unwrap())
        // The one argument that the harness ignores here carries the directory over.
        .args(["--exact", "spool::spooling_child", "--skip"])
        .arg(directory.path())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    until(|| ours.exists() && count(&ours, "batch") >= 20);
    child.kill().unwrap();
    child.wait().unwrap();
    let n_whole = count(&ours, "batch");
    let collector = Collector::start();
    let alive = recorder(spooled_otlp(&collector.url(), &directory));
    until(|| count(&ours, "torn") == files(&ours).len());
    until(|| n_replayed(&alive) >= n_whole as u64);
    let arrived: Vec<String> = collector.requests().iter().flat_map(names).collect();
    // One more may have been whole under the name of a file that is being written.
    assert!(arrived.len() == n_whole || arrived.len() == n_whole + 1);
    assert!(arrived.iter().enumerate().all(|(number, name)| *name == number.to_string()));
}
