//! Sends copies of some requests over a few connections, as fast as they are answered or at a steady rate.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::connection::Connection;
use super::template::{Shape, Template};

/// How long to wait before a server that was not there is asked again.
const RECONNECT: Duration = Duration::from_millis(20);
/// How long to wait before a server that said it is busy is asked again, where it did not say.
const BUSY: Duration = Duration::from_millis(100);

/// What is sent.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The address of the server, such as `127.0.0.1:4318`.
    pub address: String,
    /// A key that allows ingest, where the server wants one.
    pub key: Option<String>,
    /// What the spans are.
    pub shape: Shape,
    /// How many spans a request has, about.
    pub batch_spans: u64,
    /// How many different requests there are to copy.
    pub n_templates: u64,
    /// Over how many connections, each of which waits for its answer.
    pub n_connections: u64,
    /// How many spans a second at the most; `None` for as many as are answered.
    pub spans_per_second: Option<u64>,
    /// When to end.
    pub seconds_max: Option<f64>,
    /// How many spans at the most.
    pub spans_max: Option<u64>,
    /// The number of the first trace, so that a second run makes others.
    pub first_trace: u64,
    /// Over how many days before now the spans are spread, oldest first; `None` for now.
    pub days: Option<f64>,
    /// Whether a request that was refused or not answered is sent again until it is taken.
    pub is_patient: bool,
}

/// What became of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// Spans that were acknowledged.
    pub n_spans: u64,
    /// Traces that were acknowledged.
    pub n_traces: u64,
    /// Bytes of the requests that were acknowledged.
    pub n_bytes: u64,
    /// Requests that were answered with 429 or 503, counted each time.
    pub n_refused: u64,
    /// How many of these said when to come back.
    pub n_refused_with_retry_after: u64,
    /// Requests that were answered otherwise or not at all, counted each time.
    pub n_failed: u64,
    /// How long it took.
    pub seconds: f64,
    /// How long each acknowledged request took, in milliseconds, in order.
    pub millis: Vec<f64>,
    /// The first trace and the number of traces of each acknowledged request.
    pub acknowledged: Vec<(u64, u64)>,
}

impl Outcome {
    /// The time that a part of the requests took at the most, in milliseconds.
    pub fn quantile_millis(&self, part: f64) -> f64 {
        let place = (self.millis.len() as f64 * part) as usize;
        self.millis.get(place.min(self.millis.len().saturating_sub(1))).copied().unwrap_or(0.0)
    }
}

/// Sends it all.
pub fn run(plan: &Plan) -> Outcome {
    let templates: Vec<Template> =
        (0..plan.n_templates.max(1)).map(|seed| Template::new(plan.shape, seed, plan.batch_spans)).collect();
    let work = Work { plan, templates: &templates, next: AtomicU64::new(0), began: Instant::now(), now: now() };
    let outcomes: Vec<Outcome> = thread::scope(|scope| {
        let threads: Vec<_> = (0..plan.n_connections.max(1)).map(|_| scope.spawn(|| work.send())).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    let mut all = outcomes.into_iter().fold(Outcome::default(), |mut all, one| {
        all.n_spans += one.n_spans;
        all.n_traces += one.n_traces;
        all.n_bytes += one.n_bytes;
        all.n_refused += one.n_refused;
        all.n_refused_with_retry_after += one.n_refused_with_retry_after;
        all.n_failed += one.n_failed;
        all.millis.extend(one.millis);
        all.acknowledged.extend(one.acknowledged);
        all
    });
    all.seconds = work.began.elapsed().as_secs_f64();
    all.millis.sort_by(f64::total_cmp);
    all.acknowledged.sort_unstable();
    all
}

struct Work<'a> {
    plan: &'a Plan,
    templates: &'a [Template],
    next: AtomicU64,
    began: Instant,
    now: u64,
}

impl Work<'_> {
    /// Sends requests over one connection until the plan is fulfilled.
    fn send(&self) -> Outcome {
        let mut outcome = Outcome::default();
        let mut connection = None;
        let mut body = Vec::new();
        let first = self.templates.first().map_or((1, 1), |template| (template.n_spans(), template.n_traces()));
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(template) = self.templates.get(number as usize % self.templates.len()) else { break };
            if self.plan.spans_max.is_some_and(|n_max| number * first.0 >= n_max) || !self.wait_for(number, first.0) {
                break;
            }
            let first_trace = self.plan.first_trace + number * first.1;
            body.clear();
            template.stamp(&mut body, first_trace, self.at(number * first.0));
            let sent = Instant::now();
            if self.post(&mut connection, &body, &mut outcome) {
                outcome.n_spans += template.n_spans();
                outcome.n_traces += template.n_traces();
                outcome.n_bytes += body.len() as u64;
                outcome.millis.push(sent.elapsed().as_secs_f64() * 1e3);
                outcome.acknowledged.push((first_trace, template.n_traces()));
            }
        }
        outcome
    }

    /// Posts until it is taken; `false` if it was not.
    fn post(&self, connection: &mut Option<Connection>, body: &[u8], outcome: &mut Outcome) -> bool {
        loop {
            let answer = match connection.as_mut() {
                Some(open) => open.post(body),
                None => Connection::open(&self.plan.address, self.plan.key.as_deref())
                    .and_then(|open| connection.insert(open).post(body)),
            };
            let pause = match answer {
                Ok(answer) if answer.status == 200 => return true,
                Ok(answer) if matches!(answer.status, 429 | 503) => {
                    outcome.n_refused += 1;
                    outcome.n_refused_with_retry_after += u64::from(answer.retry_after.is_some());
                    answer.retry_after.unwrap_or(BUSY)
                }
                answer => {
                    outcome.n_failed += 1;
                    if answer.is_err() {
                        *connection = None;
                    }
                    RECONNECT
                }
            };
            if !self.plan.is_patient || self.is_over() {
                return false;
            }
            thread::sleep(pause);
        }
    }

    fn is_over(&self) -> bool {
        self.plan.seconds_max.is_some_and(|seconds| self.began.elapsed().as_secs_f64() >= seconds)
    }

    /// Waits until a request is due; `false` if the time is over before.
    fn wait_for(&self, number: u64, n_spans: u64) -> bool {
        if let Some(rate) = self.plan.spans_per_second {
            let due = Duration::from_secs_f64((number * n_spans) as f64 / rate.max(1) as f64);
            if self.plan.seconds_max.is_some_and(|seconds| due.as_secs_f64() >= seconds) {
                return false;
            }
            thread::sleep(due.saturating_sub(self.began.elapsed()));
        }
        !self.is_over()
    }

    /// When the spans of a request began.
    fn at(&self, n_spans_before: u64) -> u64 {
        let Some(days) = self.plan.days else { return now() };
        let part = n_spans_before as f64 / self.plan.spans_max.unwrap_or(n_spans_before).max(1) as f64;
        self.now - ((1.0 - part) * days * 86_400e9) as u64
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64)
}
