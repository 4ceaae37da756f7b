//! What happens when the server has trouble, or is trouble: nothing is lost that could have been delivered, and what
//! is lost is counted by reason.

use std::time::{Duration, Instant, SystemTime};

use crate::common::{LONG, Lines, SHORT, eager, names, otlp, record, record_numbered, recorder, until};
use tracewood_sdk::destination::{self, Compression};
use tracewood_sdk::loss::Reason;
use tracewood_sdk::{Flushed, Stats};
use tracewood_testkit::{Collector, Gate, Reply, dead_url};

fn flushed(n_delivered: u64, n_remaining: u64, n_lost: u64) -> Flushed {
    let mut flushed = Flushed::default();
    (flushed.n_delivered, flushed.n_remaining, flushed.n_lost) = (n_delivered, n_remaining, n_lost);
    flushed
}

fn lost(stats: &Stats) -> Vec<(Reason, u64)> {
    assert_eq!(stats.lost, stats.destinations.first().map_or(stats.lost, |destination| destination.lost));
    stats.lost.by_reason().collect()
}

#[test]
fn overloaded_server_gets_the_batch_again_when_it_asked_for() {
    for (status, retry_after) in [(429, "0"), (503, "0.01"), (502, ""), (504, "Sun, 06 Nov 1994 08:49:37 GMT")] {
        let collector = Collector::scripted([Reply::status(status).header("retry-after", retry_after)]);
        let recorder = recorder(otlp(&collector.url()));
        record(&recorder, ["a", "b"]);
        assert_eq!(recorder.flush(LONG), flushed(2, 0, 0), "{status}");
        let requests = collector.requests();
        assert_eq!(requests.len(), 2);
        assert_eq!(requests[0].body, requests[1].body);
        assert_eq!(recorder.stats().destinations[0].n_retries, 1);
    }
}

#[test]
fn server_that_asks_for_patience_gets_it() {
    let collector = Collector::scripted([Reply::status(429).header("retry-after", "3600")]);
    let recorder = recorder(otlp(&collector.url()));
    record(&recorder, ["a"]);
    assert_eq!(recorder.flush(SHORT), flushed(0, 1, 0));
    assert_eq!(collector.requests().len(), 1);
    // The end of the program is a reason to try once more all the same.
    assert_eq!(recorder.shutdown(LONG), flushed(1, 0, 0));
    assert_eq!(collector.requests().len(), 2);
}

#[test]
fn date_in_retry_after_is_waited_for() {
    let date = |seconds| httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(seconds));
    let collector = Collector::scripted([Reply::status(503).header("retry-after", date(3600))]);
    let recorder = recorder(otlp(&collector.url()));
    record(&recorder, ["a"]);
    assert_eq!(recorder.flush(SHORT), flushed(0, 1, 0));
    assert_eq!(collector.wait_for(1).len(), 1);
}

#[test]
fn refused_connection_is_tried_until_somebody_listens_or_time_is_over() {
    let recorder = recorder(otlp(&dead_url()));
    record(&recorder, ["a", "b"]);
    assert_eq!(recorder.flush(SHORT), flushed(0, 2, 0));
    let shutdown = recorder.shutdown(SHORT);
    assert_eq!(shutdown.n_remaining + shutdown.n_lost, 2);
    assert_eq!(shutdown.n_delivered, 0);
}

#[test]
fn batch_that_nobody_takes_is_given_up_so_that_the_next_one_gets_its_turn() {
    let collector = Collector::answering(|request| {
        let names = names(request);
        Reply::status(if names.contains(&"cursed".to_owned()) { 503 } else { 200 })
    });
    let mut config = otlp(&collector.url());
    config.retry.give_up_after = Duration::from_millis(20);
    config.batch.n_spans_max = 1;
    let recorder = recorder(config);
    record(&recorder, ["cursed", "fine"]);
    assert_eq!(recorder.flush(LONG), flushed(1, 0, 1));
    assert_eq!(lost(&recorder.stats()), [(Reason::Unreachable, 1)]);
}

#[test]
fn broken_replies_are_tried_again() {
    let replies = [Reply::half_closed(), Reply::closed(), Reply::garbage()];
    let n_replies = replies.len();
    let collector = Collector::scripted(replies);
    let recorder = recorder(otlp(&collector.url()));
    record(&recorder, ["a"]);
    assert_eq!(recorder.flush(LONG), flushed(1, 0, 0));
    assert!(collector.requests().len() > n_replies);
}

#[test]
fn success_with_a_garbage_body_is_a_success() {
    let collector = Collector::scripted([Reply::ok().body(b"\xff\xfe<html>".repeat(100))]);
    let recorder = recorder(otlp(&collector.url()));
    record(&recorder, ["a"]);
    assert_eq!(recorder.flush(LONG), flushed(1, 0, 0));
    assert_eq!(collector.requests().len(), 1);
}

#[test]
fn spans_that_the_server_left_out_are_counted() {
    let body = tracewood_otlp::response::success(tracewood_otlp::response::Encoding::Protobuf, 2, "no such project");
    let collector = Collector::scripted([Reply::ok().body(body)]);
    let lines = Lines::default();
    let recorder = lines.recorder(otlp(&collector.url()));
    record(&recorder, ["a", "b", "c"]);
    assert_eq!(recorder.flush(LONG), flushed(1, 0, 2));
    assert_eq!(lost(&recorder.stats()), [(Reason::Rejected, 2)]);
    assert_eq!(
        lines.all(),
        ["tracewood destination \"otlp\": the server left out 2 spans: no such project".to_owned()]
    );
}

#[test]
fn batch_that_is_too_large_is_split_until_it_fits_and_a_span_that_never_fits_is_dropped() {
    let collector = Collector::answering(|request| {
        let names = names(request);
        let is_too_large = names.len() > 3 || names.contains(&"huge".to_owned());
        Reply::status(if is_too_large { 413 } else { 200 })
    });
    let recorder = recorder(otlp(&collector.url()));
    record_numbered(&recorder, 9);
    record(&recorder, ["huge"]);
    assert_eq!(recorder.flush(LONG), flushed(9, 0, 1));
    assert_eq!(lost(&recorder.stats()), [(Reason::TooLarge, 1)]);
    let is_taken = |names: &Vec<String>| names.len() <= 3 && !names.contains(&"huge".to_owned());
    let taken: Vec<String> = collector.requests().iter().map(names).filter(is_taken).flatten().collect();
    let numbers: Vec<String> = (0..9).map(|number| number.to_string()).collect();
    assert_eq!(taken, numbers, "each is sent once, in order");
}

#[test]
fn bad_span_is_isolated_and_the_rest_is_kept() {
    let collector = Collector::answering(|request| {
        let is_bad = names(request).contains(&"70".to_owned());
        if is_bad { Reply::status(400).body("span 70\nis bad") } else { Reply::ok() }
    });
    let lines = Lines::default();
    let recorder = lines.recorder(otlp(&collector.url()));
    record_numbered(&recorder, 100);
    assert_eq!(recorder.flush(LONG), flushed(99, 0, 1));
    assert_eq!(lost(&recorder.stats()), [(Reason::BadSpan, 1)]);
    assert!(collector.requests().len() < 20);
    assert_eq!(
        lines.all(),
        ["tracewood destination \"otlp\": the server cannot read a span: the server answered 400: span 70 is bad"]
    );
}

#[test]
fn server_that_calls_everything_bad_is_not_asked_for_ever() {
    let collector = Collector::answering(|_| Reply::status(400));
    let recorder = recorder(otlp(&collector.url()));
    record_numbered(&recorder, 1000);
    assert_eq!(recorder.flush(LONG), flushed(0, 0, 1000));
    assert_eq!(lost(&recorder.stats()), [(Reason::BadSpan, 1000)]);
    assert!(collector.requests().len() < 150, "{}", collector.requests().len());
}

#[test]
fn wrong_key_is_said_once_and_counted_each_time() {
    let collector = Collector::answering(|_| Reply::status(401).body("{\"detail\":\"bad key\"}"));
    let lines = Lines::default();
    let recorder = lines.recorder(otlp(&collector.url()));
    for _ in 0..3 {
        record(&recorder, ["a"]);
        assert_eq!(recorder.flush(LONG), flushed(0, 0, 1));
    }
    assert_eq!(collector.requests().len(), 3);
    assert_eq!(lost(&recorder.stats()), [(Reason::Unauthorized, 3)]);
    let line = "tracewood destination \"otlp\": the server answered 401: {\"detail\":\"bad key\"}; check the API key; \
                1 spans are lost";
    assert_eq!(lines.all(), [line]);
}

#[test]
fn redirect_is_not_followed_with_the_key() {
    let elsewhere = Collector::start();
    let collector = Collector::scripted([Reply::status(301).header("location", elsewhere.url())]);
    let recorder = recorder(otlp(&collector.url()));
    record(&recorder, ["a"]);
    assert_eq!(recorder.flush(LONG), flushed(0, 0, 1));
    assert_eq!(lost(&recorder.stats()), [(Reason::Refused, 1)]);
    assert_eq!(elsewhere.requests().len(), 0);
}

#[test]
fn plain_500_is_final_unless_the_destination_knows_better() {
    for (retries_internal_error, expected) in [(false, flushed(0, 0, 1)), (true, flushed(1, 0, 0))] {
        let collector = Collector::scripted([Reply::status(500)]);
        let mut config = otlp(&collector.url());
        config.retry.retries_internal_error = retries_internal_error;
        let recorder = recorder(config);
        record(&recorder, ["a"]);
        assert_eq!(recorder.flush(LONG), expected);
    }
}

#[test]
fn black_hole_holds_neither_flush_nor_shutdown_beyond_their_limit() {
    let collector = Collector::scripted([Reply::silence(), Reply::silence()]);
    let recorder = recorder(otlp(&collector.url()));
    let began_at = Instant::now();
    record(&recorder, ["a"]);
    assert_eq!(recorder.flush(SHORT), flushed(0, 1, 0));
    assert_eq!(recorder.shutdown(SHORT), flushed(0, 1, 0));
    assert!(began_at.elapsed() < Duration::from_secs(5));
    // Recording goes on as if nothing were.
    assert!(!recorder.is_active());
    record(&recorder, ["b"]);
    assert_eq!(recorder.stats().lost.count(Reason::Shutdown), 1);
}

#[test]
fn full_queue_drops_newest_and_counts_it() {
    let gate = Gate::new();
    let collector = Collector::scripted([Reply::ok().held_by(&gate)]);
    let mut config = otlp(&collector.url());
    config.batch.n_spans_queued_max = 10;
    config.batch.n_spans_trigger = 1;
    let recorder = recorder(config);
    record(&recorder, ["first"]);
    collector.wait_for(1);
    record_numbered(&recorder, 20);
    assert_eq!(lost(&recorder.stats()), [(Reason::QueueFull, 11)]);
    assert_eq!(recorder.stats().destinations[0].n_queued, 10);
    gate.open();
    assert_eq!(recorder.flush(LONG).n_remaining, 0);
    let arrived: Vec<String> = collector.requests().iter().flat_map(names).collect();
    assert_eq!(arrived, ["first", "0", "1", "2", "3", "4", "5", "6", "7", "8"]);
    // There is room again.
    record(&recorder, ["again"]);
    assert_eq!(recorder.flush(LONG).n_remaining, 0);
    assert_eq!(collector.requests().iter().flat_map(names).next_back().as_deref(), Some("again"));
}

#[test]
fn slow_destination_harms_no_other() {
    let gate = Gate::new();
    let slow = Collector::scripted([Reply::ok().held_by(&gate)]);
    let quick = Collector::start();
    let mut config = otlp(&slow.url());
    config.name = "slow".to_owned();
    config.batch.n_spans_queued_max = 5;
    config.batch.n_spans_trigger = 1;
    let recorder = recorder(config);
    recorder.add_destination(otlp(&quick.url())).unwrap();
    record(&recorder, ["first"]);
    slow.wait_for(1);
    for _ in 0..3 {
        record_numbered(&recorder, 10);
        let until = Instant::now() + LONG;
        while recorder.flush(SHORT).n_remaining > 5 {
            assert!(Instant::now() < until, "only the slow one, which is full, holds spans back");
        }
    }
    assert_eq!(quick.requests().iter().map(|request| names(request).len()).sum::<usize>(), 31);
    gate.open();
    assert_eq!(recorder.flush(LONG).n_remaining, 0);
    let arrived: Vec<String> = slow.requests().iter().flat_map(names).collect();
    assert_eq!(arrived, ["first", "0", "1", "2", "3"]);
    record(&recorder, ["last"]);
    assert_eq!(recorder.flush(LONG).n_remaining, 0);
    assert_eq!(slow.requests().iter().flat_map(names).next_back().as_deref(), Some("last"));
    assert_eq!(recorder.stats().lost.count(Reason::QueueFull), 26);
}

#[test]
fn loss_is_told_to_the_server_with_the_next_batch() {
    let collector = Collector::scripted([Reply::status(401)]);
    let recorder = recorder(otlp(&collector.url()));
    record(&recorder, ["a", "b"]);
    recorder.flush(LONG);
    record(&recorder, ["c"]);
    recorder.flush(LONG);
    let requests = collector.requests();
    let resource = |index: usize| crate::common::spans(&requests[index])[0].resource.attributes.clone();
    assert_eq!(resource(0), []);
    assert_eq!(resource(1), [("tracewood.loss.unauthorized".to_owned(), tracewood_span::Value::Int(2))]);
}

#[test]
fn zstd_begins_with_the_first_reply_that_offers_it_and_connections_are_kept() {
    let collector = Collector::answering(|_| Reply::ok().header("accept-encoding", "gzip, zstd"));
    let mut config = otlp(&collector.url());
    if let destination::Wire::Otlp(otlp) = &mut config.wire {
        otlp.http.compression = Compression::Auto;
    }
    let recorder = recorder(eager(config));
    for name in ["a", "b", "c"] {
        record(&recorder, [name]);
        assert_eq!(recorder.flush(LONG), flushed(1, 0, 0));
    }
    let requests = collector.requests();
    let codings: Vec<_> = requests.iter().map(|request| request.header("content-encoding")).collect();
    assert_eq!(codings, [Some("gzip"), Some("zstd"), Some("zstd")]);
    assert_eq!(requests.iter().flat_map(names).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(collector.n_connections(), 1);
}

#[test]
fn slow_server_is_left_when_its_time_is_over_and_asked_again() {
    let gate = Gate::new();
    let collector = Collector::scripted([Reply::ok().held_by(&gate)]);
    let mut config = otlp(&collector.url());
    if let destination::Wire::Otlp(otlp) = &mut config.wire {
        otlp.http.timeout = SHORT;
    }
    let recorder = recorder(config);
    record(&recorder, ["a", "b"]);
    assert_eq!(recorder.flush(LONG), flushed(2, 0, 0));
    assert_eq!(recorder.stats().destinations[0].n_retries, 1);
    let requests = collector.requests();
    assert_eq!((requests.len(), requests[0] == requests[1]), (2, true));
    gate.open();
}

#[test]
fn server_that_comes_to_life_gets_all_that_waited() {
    let url = dead_url();
    let mut config = otlp(&url);
    config.batch.n_spans_trigger = 1;
    let recorder = recorder(config);
    record_numbered(&recorder, 5000);
    until(|| recorder.stats().destinations[0].n_retries > 2);
    let collector = Collector::start_at(&url);
    assert_eq!(recorder.flush(LONG), flushed(5000, 0, 0));
    let arrived: Vec<String> = collector.requests().iter().flat_map(names).collect();
    assert!(arrived.iter().enumerate().all(|(number, name)| *name == number.to_string()));
}

#[test]
fn black_hole_neither_slows_the_program_nor_fills_its_memory() {
    const N_BYTES_MAX: usize = 1024 * 1024;
    let collector = Collector::answering(|_| Reply::silence());
    let mut config = otlp(&collector.url());
    config.batch.n_bytes_queued_max = N_BYTES_MAX;
    config.batch.n_spans_trigger = 1;
    let recorder = recorder(config);
    let began_at = Instant::now();
    record_numbered(&recorder, 20_000);
    // A hundred times what it takes, since others may be using the machine.
    assert!(began_at.elapsed() < Duration::from_secs(5));
    let stats = recorder.stats();
    assert!(stats.destinations[0].n_bytes_queued <= N_BYTES_MAX as u64);
    assert_eq!(stats.lost.count(Reason::QueueFull) + stats.destinations[0].n_queued, 20_000);
    recorder.shutdown(Duration::ZERO);
}
