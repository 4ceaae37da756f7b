//! What the tests of delivery share: a recorder with one destination, and spans to send.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tracewood_otlp::decode;
use tracewood_sdk::destination::{Compression, Config, Http, Otlp, Wire};
use tracewood_sdk::{Captured, Level, Recorder, Resource, Site, json};
use tracewood_span::Span;
use tracewood_testkit::Request;

/// Long enough for any flush that is expected to end.
pub(crate) const LONG: Duration = Duration::from_secs(30);
/// Long enough to see that something waits.
pub(crate) const SHORT: Duration = Duration::from_millis(50);

/// A destination that speaks OTLP to a URL, sends only when asked to or when much waits, and is quick to try again.
pub(crate) fn otlp(url: &str) -> Config {
    let http = Http { compression: Compression::None, ..Http::default() };
    let wire = Otlp { url: format!("{url}/v1/traces"), http, resource: Resource::default() };
    eager(Config::new("otlp", Wire::Otlp(wire)))
}

/// The destination, with an interval that no test waits for and pauses that none notices.
pub(crate) fn eager(mut config: Config) -> Config {
    config.batch.interval = Duration::from_hours(1);
    config.retry.pause_first = Duration::from_millis(1);
    config.retry.pause_max = Duration::from_millis(2);
    config
}

pub(crate) fn recorder(config: Config) -> Recorder {
    let recorder = Recorder::new(tracewood_sdk::Config::default());
    recorder.add_destination(config).expect("the destination is right");
    recorder
}

/// The lines that a recorder logs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<(Level, String)>>>);

impl Lines {
    pub(crate) fn recorder(&self, config: Config) -> Recorder {
        let lines = self.clone();
        let log = Arc::new(move |level: Level, line: &str| {
            lines.0.lock().unwrap_or_else(PoisonError::into_inner).push((level, line.to_owned()));
        });
        let recorder = Recorder::new(tracewood_sdk::Config { log: Some(log) });
        recorder.add_destination(config).expect("the destination is right");
        recorder
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|(_, line)| line.clone()).collect()
    }
}

pub(crate) fn json(write: impl FnOnce(&mut json::Writer)) -> Captured {
    let mut writer = json::Writer::new(&json::Limits::default());
    write(&mut writer);
    writer.finish()
}

/// Records root spans of these names.
pub(crate) fn record<'a>(recorder: &Recorder, names: impl IntoIterator<Item = &'a str>) {
    for name in names {
        let site = Arc::new(Site::named(name, "span"));
        recorder.end(recorder.start(&site, None));
    }
}

/// Records so many root spans, called `0`, `1` and so on.
pub(crate) fn record_numbered(recorder: &Recorder, n_spans: usize) {
    for number in 0..n_spans {
        record(recorder, [number.to_string().as_str()]);
    }
}

pub(crate) fn spans(request: &Request) -> Vec<Span> {
    let decoded = decode::protobuf(&request.body).expect("the body is OTLP");
    assert_eq!(decoded.rejected.len(), 0);
    decoded.spans
}

pub(crate) fn names(request: &Request) -> Vec<String> {
    spans(request).into_iter().map(|span| span.name).collect()
}

/// Waits until something is so.
pub(crate) fn until(is_so: impl Fn() -> bool) {
    let began_at = std::time::Instant::now();
    while !is_so() {
        assert!(began_at.elapsed() < LONG, "it never came to be");
        std::thread::yield_now();
    }
}
