//! The life of a recorder: when it sends, and how it stops and starts again.

use std::sync::Arc;
use std::time::Duration;

use crate::common::{LONG, Lines, SHORT, names, otlp, record, record_numbered, recorder};
use crate::secrets::secret;
use tracewood_sdk::destination::{self, Config, Http, Otlp, Wire};
use tracewood_sdk::memory::Spans;
use tracewood_sdk::{ErrorKind, Recorder, Resource, Site};
use tracewood_testkit::{Collector, Reply, is_alone};

fn memory(name: &str) -> (Spans, Config) {
    let spans = Spans::default();
    (spans.clone(), crate::common::eager(Config::new(name, Wire::Memory(spans))))
}

fn names_in(spans: &Spans) -> Vec<String> {
    spans.all().into_iter().map(|span| span.name).collect()
}

#[test]
fn enough_spans_are_sent_without_being_asked_for() {
    let collector = Collector::start();
    let mut config = otlp(&collector.url());
    config.batch.n_spans_trigger = 3;
    let recorder = recorder(config);
    record_numbered(&recorder, 3);
    let requests = collector.wait_for(1);
    assert_eq!(names(&requests[0]), ["0", "1", "2"]);
}

#[test]
fn few_spans_are_sent_when_the_interval_is_over() {
    let collector = Collector::start();
    let mut config = otlp(&collector.url());
    config.batch.interval = Duration::from_millis(1);
    let recorder = recorder(config);
    record(&recorder, ["a"]);
    assert_eq!(names(&collector.wait_for(1)[0]), ["a"]);
    record(&recorder, ["b"]);
    assert_eq!(names(&collector.wait_for(2)[1]), ["b"]);
}

#[test]
fn many_spans_go_in_batches_and_all_arrive() {
    let collector = Collector::start();
    let mut config = otlp(&collector.url());
    config.batch.n_spans_max = 700;
    let recorder = recorder(config);
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let recorder = recorder.clone();
            std::thread::spawn(move || record_numbered(&recorder, 5000))
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    recorder.flush(LONG);
    let sizes: Vec<usize> = collector.requests().iter().map(|request| names(request).len()).collect();
    assert_eq!(sizes.iter().sum::<usize>(), 20_000);
    assert!(sizes.iter().all(|size| *size <= 700));
    let stats = recorder.stats();
    assert_eq!((stats.n_started, stats.n_ended, stats.lost.total()), (20_000, 20_000, 0));
    assert_eq!((stats.destinations[0].n_queued, stats.destinations[0].n_bytes_queued), (0, 0));
}

#[test]
fn settings_beyond_all_bounds_do_no_harm() {
    let collector = Collector::scripted([Reply::status(503).header("retry-after", "1e18")]);
    let mut config = otlp(&collector.url());
    if let Wire::Otlp(otlp) = &mut config.wire {
        otlp.http.timeout = Duration::MAX;
    }
    config.batch.interval = Duration::MAX;
    (config.batch.n_spans_max, config.batch.n_bytes_max) = (usize::MAX, usize::MAX);
    (config.batch.n_spans_queued_max, config.batch.n_bytes_queued_max) = (usize::MAX, usize::MAX);
    config.retry.give_up_after = Duration::MAX;
    let recorder = recorder(config);
    record(&recorder, ["a"]);
    // A stop that is asked for before the first answer would rightly wait as long as that says.
    while collector.requests().is_empty() {
        assert_eq!(recorder.flush(SHORT).n_remaining, 1);
    }
    assert_eq!(recorder.flush(SHORT).n_remaining, 1);
    assert_eq!(recorder.shutdown(Duration::MAX).n_delivered, 1);
}

#[test]
fn settings_of_zero_do_no_harm() {
    let collector = Collector::start();
    let mut config = otlp(&collector.url());
    config.batch.interval = Duration::ZERO;
    (config.batch.n_spans_trigger, config.batch.n_spans_max, config.batch.n_bytes_max) = (0, 0, 0);
    let recorder = recorder(config);
    record_numbered(&recorder, 3);
    assert_eq!(recorder.flush(LONG).n_remaining, 0);
    assert_eq!(collector.requests().iter().flat_map(names).collect::<Vec<_>>(), ["0", "1", "2"]);
}

#[test]
fn flush_of_nothing_is_at_once() {
    let recorder = recorder(otlp("http://127.0.0.1:9"));
    assert!(recorder.flush(LONG).is_complete());
    assert!(recorder.shutdown(LONG).is_complete());
    assert!(recorder.shutdown(LONG).is_complete());
}

#[test]
fn recorder_is_used_again_after_shutdown() {
    let (first, config) = memory("memory");
    let recorder = recorder(config);
    record(&recorder, ["a"]);
    assert_eq!(recorder.shutdown(LONG).n_delivered, 1);
    assert!(!recorder.is_active());
    let (second, config) = memory("memory");
    recorder.add_destination(config).unwrap();
    assert!(recorder.is_active());
    record(&recorder, ["b"]);
    assert_eq!(recorder.flush(LONG).n_delivered, 1);
    assert_eq!((names_in(&first), names_in(&second)), (vec!["a".to_owned()], vec!["b".to_owned()]));
}

#[test]
fn destination_replaces_one_of_its_name_and_the_old_one_delivers_what_it_had() {
    let (old, config) = memory("memory");
    let recorder = recorder(config);
    let (other, config) = memory("other");
    let other_id = recorder.add_destination(config).unwrap();
    record(&recorder, ["a"]);
    let (new, config) = memory("memory");
    recorder.add_destination(config).unwrap();
    record(&recorder, ["b"]);
    recorder.remove_destination(other_id);
    record(&recorder, ["c"]);
    assert_eq!(recorder.flush(LONG).n_remaining, 0);
    assert_eq!(names_in(&old), ["a"]);
    assert_eq!(names_in(&new), ["b", "c"]);
    assert_eq!(names_in(&other), ["a", "b"]);
}

#[test]
fn dropped_recorder_still_delivers() {
    let collector = Collector::start();
    let recorder = recorder(otlp(&collector.url()));
    record(&recorder, ["a"]);
    drop(recorder);
    assert_eq!(names(&collector.wait_for(1)[0]), ["a"]);
}

#[test]
fn loss_is_said_once_at_the_end() {
    let lines = Lines::default();
    let recorder = lines.recorder(otlp(&tracewood_testkit::dead_url()));
    record(&recorder, ["a", "b"]);
    recorder.shutdown(SHORT);
    let of_shutdown: Vec<String> = lines.all().into_iter().filter(|line| line.starts_with("tracewood lost")).collect();
    assert_eq!(of_shutdown.len(), 1);
    assert!(of_shutdown[0].starts_with("tracewood lost 2 of 2 spans ("), "{}", of_shutdown[0]);
}

#[test]
fn child_of_a_fork_begins_anew_with_the_same_destinations() {
    // Forks are counted for the whole process: neighbours would leave their open spans to a parent that is none.
    if !is_alone("life::child_of_a_fork_begins_anew_with_the_same_destinations") {
        return;
    }
    let collector = Collector::start();
    let recorder = recorder(otlp(&collector.url()));
    recorder.set_secrets_hidden(false);
    record(&recorder, ["before"]);
    let open = recorder.start(&Arc::new(Site::named("open", "span")), None);
    // As far as one process can play both: the queue of before belongs to the parent.
    recorder.after_fork_in_child();
    assert_eq!(recorder.stats().destinations[0].n_queued, 0);
    recorder.end(open);
    // What was said about secrets holds on.
    let after = secret();
    record(&recorder, [after.as_str()]);
    assert_eq!(recorder.flush(LONG).n_delivered, 1);
    let stats = recorder.stats();
    assert_eq!((stats.n_started, stats.n_ended, stats.n_inherited), (1, 1, 1));
    assert_eq!(collector.requests().iter().flat_map(names).collect::<Vec<_>>(), [after]);
}

#[test]
fn wrong_settings_are_refused_with_what_is_right() {
    let recorder = Recorder::new(tracewood_sdk::Config::default());
    let otlp = |url: &str, http: Http| {
        let wire = Otlp { url: url.to_owned(), http, resource: Resource::default() };
        Config::new("otlp", Wire::Otlp(wire))
    };
    let header = Http { headers: vec![("x-key".to_owned(), "se\ncret".to_owned())], ..Http::default() };
    let certificate = Http { certificate_file: Some("/no/such/file".into()), ..Http::default() };
    let file = destination::File { path: "/no/such/directory/file".into(), resource: Resource::default() };
    for (config, kind, text) in [
        (otlp("localhost:4318", Http::default()), ErrorKind::Config, "write it as http://host:port"),
        (otlp("no url", Http::default()), ErrorKind::Config, "\"no url\" is not a URL"),
        (otlp("http://a/", header), ErrorKind::Config, "the header \"x-key\" has a character"),
        (otlp("http://a/", certificate), ErrorKind::Config, "\"/no/such/file\" cannot be read"),
        (Config::new("file", Wire::File(file)), ErrorKind::Io, "cannot be written"),
    ] {
        let error = recorder.add_destination(config).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(text) && !error.to_string().contains("cret"), "{error}");
    }
    assert!(!recorder.is_active());
}
