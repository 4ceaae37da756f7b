//! The numbers in Prometheus' text format.

use std::fmt::{Display, Write as _};
use std::fs;
use std::sync::PoisonError;

use super::{BOUNDS_SECONDS, read};
use crate::state::Server;

/// Everything as it is now.
pub(super) fn write(server: &Server) -> String {
    let mut out = Text(String::with_capacity(8 * 1024));
    let metrics = &server.metrics;
    let health = server.health();
    out.counter("accepted_spans_total", "Spans that were acknowledged after they were on disk.");
    out.sample("accepted_spans_total", "", read(&metrics.n_spans_accepted));
    out.counter("searchable_spans_total", "Spans that can be found, those replayed at the start included.");
    out.sample("searchable_spans_total", "", health.n_spans_searchable);
    out.counter("rejected_spans_total", "Spans that were not kept: broken ones, and those that the store refused.");
    out.sample("rejected_spans_total", "reason=\"invalid\"", read(&metrics.n_spans_invalid));
    out.sample("rejected_spans_total", "reason=\"unavailable\"", read(&metrics.n_spans_unavailable));
    out.counter("dropped_requests_total", "Requests with signals that are answered and thrown away.");
    out.sample("dropped_requests_total", "signal=\"logs\"", read(&metrics.n_log_requests_dropped));
    out.sample("dropped_requests_total", "signal=\"metrics\"", read(&metrics.n_metric_requests_dropped));
    out.gauge("wal_bytes", "Bytes of the write-ahead log that are not yet in the index.");
    out.sample("wal_bytes", "", health.wal_bytes);
    out.gauge("index_lag_spans", "Spans that are on disk and cannot be found yet.");
    out.sample("index_lag_spans", "", health.n_spans_durable.saturating_sub(health.n_spans_searchable));
    out.gauge("writable", "1 while spans are taken.");
    out.sample("writable", "", u8::from(health.is_writable));
    out.counter("queries_total", "Questions to the store.");
    out.sample("queries_total", "", read(&metrics.n_queries));
    out.counter("failed_queries_total", "Questions that the store could not answer.");
    out.sample("failed_queries_total", "", read(&metrics.n_queries_failed));
    out.gauge("live_followers", "Clients that follow what arrives.");
    out.sample("live_followers", "", server.live.n_followers());
    out.gauge("connections", "Open connections.");
    out.sample("connections", "", server.connections.n_open());
    out.counter("evicted_connections_total", "Idle connections that were closed to make room for new ones.");
    out.sample("evicted_connections_total", "", server.connections.n_evicted());
    out.counter("lost_log_lines_total", "Lines of the log that were lost, since nobody read them in time.");
    out.sample("lost_log_lines_total", "", read(&server.n_log_lines_lost));
    if let Some(n_bytes) = memory_bytes("VmRSS:") {
        out.gauge(
            "resident_memory_bytes",
            "Memory of the process that is in use, pages of the store's files among it.",
        );
        out.sample("resident_memory_bytes", "", n_bytes);
    }
    if let Some(n_bytes) = memory_bytes("RssAnon:") {
        out.gauge("anonymous_memory_bytes", "Of it, what is no page of a file, and stays where memory runs short.");
        out.sample("anonymous_memory_bytes", "", n_bytes);
    }
    durations(server, &mut out);
    out.0
}

fn durations(server: &Server, out: &mut Text) {
    out.head("request_duration_seconds", "histogram", "Time from a request's head to its answer's head.");
    let requests = server.metrics.requests.lock().unwrap_or_else(PoisonError::into_inner).clone();
    for ((route, status), durations) in &requests {
        let labels = format!("route=\"{route}\",status=\"{status}\"");
        let mut n_so_far = 0;
        for (class, n) in durations.n_by_class.iter().enumerate() {
            n_so_far += n;
            let bound = BOUNDS_SECONDS.get(class).map_or_else(|| "+Inf".to_owned(), ToString::to_string);
            out.sample("request_duration_seconds_bucket", &format!("{labels},le=\"{bound}\""), n_so_far);
        }
        out.sample("request_duration_seconds_sum", &labels, durations.total.as_secs_f64());
        out.sample("request_duration_seconds_count", &labels, n_so_far);
    }
}

struct Text(String);

impl Text {
    fn counter(&mut self, name: &str, help: &str) {
        self.head(name, "counter", help);
    }

    fn gauge(&mut self, name: &str, help: &str) {
        self.head(name, "gauge", help);
    }

    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP tracewood_{name} {help}\n# TYPE tracewood_{name} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &str, value: impl Display) {
        let _ = match labels {
            "" => writeln!(self.0, "tracewood_{name} {value}"),
            labels => writeln!(self.0, "tracewood_{name}{{{labels}}} {value}"),
        };
    }
}

/// As Linux says in the line that begins so; other systems have no such file.
fn memory_bytes(line_start: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(line_start))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
