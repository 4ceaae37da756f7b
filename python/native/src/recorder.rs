//! The one recorder of the process: its destinations, flush and stop, numbers, forks, and who looks on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use tracewood_sdk::{
    Config, DestinationStats, Error, Flushed, OpenSpan, Recorder, Resource, Stats, batch, destination, json, loss,
    memory, sampling, spool,
};

use crate::capture;
use crate::guard::quietly;
use crate::span::Span;
use crate::{log, memory as native_memory, redact, terminate};

static RECORDER: OnceLock<Recorder> = OnceLock::new();
/// The callable that is told of every start and end, for the debug output of a face.
static OBSERVER: Mutex<Option<Py<PyAny>>> = Mutex::new(None);
static IS_OBSERVED: AtomicBool = AtomicBool::new(false);
/// Whether arguments and results are recorded where a function does not say otherwise.
static CAPTURES_INPUT: AtomicBool = AtomicBool::new(true);
static CAPTURES_OUTPUT: AtomicBool = AtomicBool::new(true);
/// Whether the end of a span may wait for room, since a destination was ever told to.
static MAY_WAIT: AtomicBool = AtomicBool::new(false);
/// A wait is cut into pieces of so long, so that Ctrl-C is heard.
const WAIT_STEP: Duration = Duration::from_millis(100);
/// How long the end of a span waits for room where that is wanted and no time is said: one pause of a server, hardly felt.
const BLOCK_TIME: Duration = Duration::from_secs(1);

/// The recorder; made at first use.
#[inline]
pub(crate) fn get() -> &'static Recorder {
    RECORDER.get_or_init(|| Recorder::new(Config { log: Some(log::sink()) }))
}

/// Whether spans are worth making.
#[inline]
pub(crate) fn is_active() -> bool {
    RECORDER.get().is_some_and(Recorder::is_active)
}

/// Whether somebody wants to know of every start and end.
#[inline]
pub(crate) fn is_observed() -> bool {
    IS_OBSERVED.load(Ordering::Relaxed)
}

fn observer(py: Python<'_>) -> Option<Py<PyAny>> {
    OBSERVER.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|observer| observer.clone_ref(py))
}

#[cold]
pub(crate) fn observe_start(py: Python<'_>, span: &Bound<'_, Span>) {
    quietly(py, || observer(py).map_or(Ok(()), |observer| observer.call1(py, ("start", span, "", 0.0)).map(drop)));
}

#[cold]
pub(crate) fn observe_end(py: Python<'_>, span: &Bound<'_, Span>, open: &OpenSpan, ended_at: u64) {
    let millis = ended_at.saturating_sub(open.started_at_unix_nanos()) as f64 / 1e6;
    quietly(py, || {
        observer(py)
            .map_or(Ok(()), |observer| observer.call1(py, ("end", span, open.status().as_str(), millis)).map(drop))
    });
}

/// Has a callable told of every start and end: `(what, span, status, duration_ms)`; `None` ends it.
#[pyfunction]
#[pyo3(signature = (observer))]
pub(crate) fn set_observer(observer: Option<Py<PyAny>>) {
    IS_OBSERVED.store(observer.is_some(), Ordering::Relaxed);
    let old = std::mem::replace(&mut *OBSERVER.lock().unwrap_or_else(PoisonError::into_inner), observer);
    drop(old);
}

/// Whether the end of a span may wait for room.
#[inline]
pub(crate) fn may_wait() -> bool {
    MAY_WAIT.load(Ordering::Relaxed)
}

/// Whether arguments are recorded at all.
#[inline]
pub(crate) fn captures_input() -> bool {
    CAPTURES_INPUT.load(Ordering::Relaxed)
}

/// Whether results are recorded at all.
#[inline]
pub(crate) fn captures_output() -> bool {
    CAPTURES_OUTPUT.load(Ordering::Relaxed)
}

/// Says whether arguments and results are recorded at all.
#[pyfunction]
pub(crate) fn set_captures(input: bool, output: bool) {
    CAPTURES_INPUT.store(input, Ordering::Relaxed);
    CAPTURES_OUTPUT.store(output, Ordering::Relaxed);
}

/// Says which traces are kept: a share of all, and of these, where a rule is given, the ones that tell something.
#[pyfunction]
#[pyo3(signature = (ratio=1.0, *, has_tail=false, slower_than=None, ratio_of_others=0.0))]
pub(crate) fn set_sampling(ratio: f64, has_tail: bool, slower_than: Option<f64>, ratio_of_others: f64) {
    let usual = sampling::Tail::default();
    let slower_than = slower_than.map_or(usual.slower_than, |seconds| Duration::try_from_secs_f64(seconds).ok());
    let tail = has_tail.then_some(sampling::Tail { slower_than, ratio_of_others, ..usual });
    get().set_sampling(&sampling::Policy { head_ratio: ratio, tail });
}

/// Says whether texts that have the shape of a well-known secret are written over.
#[pyfunction]
pub(crate) fn set_secrets_hidden(are_hidden: bool) {
    get().set_secrets_hidden(are_hidden);
}

/// Whether any destination takes spans.
#[pyfunction]
#[pyo3(name = "is_active")]
pub(crate) fn is_active_now() -> bool {
    is_active()
}

fn refused(error: &Error) -> PyErr {
    PyValueError::new_err(error.to_string())
}

fn field<'py, T>(settings: &Bound<'py, PyDict>, name: &str) -> PyResult<Option<T>>
where
    T: for<'a> FromPyObject<'a, 'py, Error = PyErr>,
{
    match settings.get_item(name)? {
        Some(value) if !value.is_none() => value.extract().map(Some),
        _ => Ok(None),
    }
}

fn text(settings: &Bound<'_, PyDict>, name: &str) -> PyResult<String> {
    Ok(field::<String>(settings, name)?.unwrap_or_default())
}

fn seconds(settings: &Bound<'_, PyDict>, name: &str) -> PyResult<Option<Duration>> {
    Ok(field::<f64>(settings, name)?.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()))
}

fn resource(settings: &Bound<'_, PyDict>) -> PyResult<Resource> {
    let told = settings.get_item("resource")?.map(|resource| capture::attributes(&resource)).unwrap_or_default();
    Ok(Resource::from(told))
}

fn http(settings: &Bound<'_, PyDict>) -> PyResult<destination::Http> {
    let mut http = destination::Http::default();
    if let Some(headers) = settings.get_item("headers")? {
        let headers = headers.cast_into::<PyDict>()?;
        http.headers = headers.iter().map(|(key, value)| (capture::text_of(&key), capture::text_of(&value))).collect();
    }
    http.compression = match text(settings, "compression")?.as_str() {
        "none" => destination::Compression::None,
        "gzip" => destination::Compression::Gzip,
        _ => destination::Compression::Auto,
    };
    http.timeout = seconds(settings, "timeout")?.unwrap_or(http.timeout);
    http.certificate_file = field::<String>(settings, "certificate_file")?.map(Into::into);
    Ok(http)
}

fn wire(sort: &str, settings: &Bound<'_, PyDict>) -> PyResult<destination::Wire> {
    Ok(match sort {
        "otlp" => destination::Wire::Otlp(destination::Otlp {
            url: text(settings, "url")?,
            http: http(settings)?,
            resource: resource(settings)?,
        }),
        "traceroot" => destination::Wire::TraceRoot(destination::TraceRoot {
            host_url: text(settings, "url")?,
            api_key: text(settings, "api_key")?,
            sdk_version: text(settings, "sdk_version")?,
            git_repo: field(settings, "git_repo")?,
            git_ref: field(settings, "git_ref")?,
            environment: field(settings, "environment")?,
            http: http(settings)?,
            resource: resource(settings)?,
        }),
        "mutagent" => destination::Wire::Mutagent(destination::Mutagent {
            endpoint_url: text(settings, "url")?,
            api_key: text(settings, "api_key")?,
            source: text(settings, "source")?,
            environment: field(settings, "environment")?,
            http: http(settings)?,
        }),
        "file" => destination::Wire::File(destination::File {
            path: text(settings, "path")?.into(),
            resource: resource(settings)?,
        }),
        "console" => destination::Wire::Console,
        other => return Err(PyValueError::new_err(format!("no destination is called '{other}'"))),
    })
}

fn destination_of(name: &str, wire: destination::Wire, settings: &Bound<'_, PyDict>) -> PyResult<destination::Config> {
    let mut config = destination::Config::new(name, wire);
    let batch = &mut config.batch;
    if let Some(n_spans) = field::<usize>(settings, "batch_size")? {
        batch.n_spans_trigger = n_spans.max(1);
        batch.n_spans_max = field::<usize>(settings, "batch_size_max")?.unwrap_or(n_spans).max(1);
    }
    batch.interval = seconds(settings, "flush_interval")?.unwrap_or(batch.interval);
    batch.n_spans_queued_max = field(settings, "queue_spans_max")?.unwrap_or(batch.n_spans_queued_max);
    batch.n_bytes_queued_max = field(settings, "queue_bytes_max")?.unwrap_or(batch.n_bytes_queued_max);
    batch.overflow = match text(settings, "queue_policy")?.as_str() {
        "spill" => batch::Overflow::Spill,
        "block" => {
            MAY_WAIT.store(true, Ordering::Relaxed);
            batch::Overflow::Block(seconds(settings, "queue_timeout")?.unwrap_or(BLOCK_TIME))
        }
        _ => batch::Overflow::Drop,
    };
    if let Some(directory) = field::<String>(settings, "spool")?.filter(|directory| !directory.is_empty()) {
        let mut policy = spool::Policy::new(directory);
        policy.n_bytes_max = field(settings, "spool_bytes_max")?.unwrap_or(policy.n_bytes_max);
        config.spool = Some(policy);
    }
    if let Some(retries) = field::<bool>(settings, "retries_internal_error")? {
        config.retry.retries_internal_error = retries;
    }
    Ok(config)
}

/// Adds a destination, in the place of one of the same name.
#[pyfunction]
pub(crate) fn add_destination(py: Python<'_>, name: &str, sort: &str, settings: &Bound<'_, PyDict>) -> PyResult<()> {
    let config = destination_of(name, wire(sort, settings)?, settings)?;
    py.detach(|| get().add_destination(config)).map(|id| remember(name, id)).map_err(|error| refused(&error))
}

/// Adds a destination in memory and gives it.
#[pyfunction]
pub(crate) fn add_memory(py: Python<'_>, name: &str) -> PyResult<native_memory::Memory> {
    let spans = memory::Spans::default();
    let config = destination::Config::new(name, destination::Wire::Memory(spans.clone()));
    let id = py.detach(|| get().add_destination(config)).map_err(|error| refused(&error))?;
    remember(name, id);
    Ok(native_memory::Memory { spans })
}

static IDS: Mutex<Vec<(String, destination::Id)>> = Mutex::new(Vec::new());

fn remember(name: &str, id: destination::Id) {
    let mut ids = IDS.lock().unwrap_or_else(PoisonError::into_inner);
    ids.retain(|(known, _)| known != name);
    ids.push((name.to_owned(), id));
}

/// Whether a destination of that name takes spans.
#[pyfunction]
pub(crate) fn has_destination(name: &str) -> bool {
    IDS.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|(known, _)| known == name)
}

/// Takes a destination away, which still delivers what it has; answers whether there was one.
#[pyfunction]
pub(crate) fn remove_destination(py: Python<'_>, name: &str) -> bool {
    let id = {
        let mut ids = IDS.lock().unwrap_or_else(PoisonError::into_inner);
        let found = ids.iter().position(|(known, _)| known == name);
        found.map(|at| ids.swap_remove(at).1)
    };
    if let Some(id) = id {
        py.detach(|| get().remove_destination(id));
    }
    id.is_some()
}

/// Tells every destination more of the process than it was told when it was added.
#[pyfunction]
pub(crate) fn tell_resource(py: Python<'_>, attributes: &Bound<'_, PyAny>) {
    let attributes = capture::attributes(attributes);
    py.detach(|| get().tell_resource(&attributes));
}

/// Waits until everything that ended before is delivered or lost, or the time is over: `(delivered, remaining, lost,
/// spooled)`.
#[pyfunction]
pub(crate) fn flush(py: Python<'_>, timeout: f64) -> PyResult<(u64, u64, u64, u64)> {
    let Some(recorder) = RECORDER.get() else { return Ok((0, 0, 0, 0)) };
    let deadline = Instant::now() + Duration::try_from_secs_f64(timeout).unwrap_or_default();
    let (mut sum, before) = (Flushed::default(), recorder.stats());
    loop {
        let left = deadline.saturating_duration_since(Instant::now()).min(WAIT_STEP);
        let step = py.detach(|| recorder.flush(left));
        sum.n_delivered += step.n_delivered;
        sum.n_lost += step.n_lost;
        sum.n_spooled += step.n_spooled;
        sum.n_remaining = step.n_remaining;
        log::drain(py);
        py.check_signals()?;
        if step.n_remaining == 0 || Instant::now() >= deadline {
            sum = with_gaps(sum, &before, &recorder.stats());
            return Ok((sum.n_delivered, sum.n_remaining, sum.n_lost, sum.n_spooled));
        }
    }
}

/// What was settled between two pieces of a wait is in no piece; the numbers of the destinations have it.
fn with_gaps(sum: Flushed, before: &Stats, after: &Stats) -> Flushed {
    let grown = |count: fn(&DestinationStats) -> u64| {
        let total = |stats: &Stats| stats.destinations.iter().map(count).sum::<u64>();
        total(after).saturating_sub(total(before))
    };
    Flushed {
        n_delivered: sum.n_delivered.max(grown(|each| each.n_delivered)),
        n_lost: sum.n_lost.max(grown(|each| each.lost.total())),
        n_spooled: sum.n_spooled.max(grown(|each| each.n_spooled)),
        ..sum
    }
}

/// Flushes, then stops every destination: `(delivered, remaining, lost, spooled)`.
#[pyfunction]
pub(crate) fn shutdown(py: Python<'_>, timeout: f64) -> (u64, u64, u64, u64) {
    IDS.lock().unwrap_or_else(PoisonError::into_inner).clear();
    let Some(recorder) = RECORDER.get() else { return (0, 0, 0, 0) };
    let timeout = Duration::try_from_secs_f64(timeout).unwrap_or_default();
    let done = py.detach(|| recorder.shutdown(timeout));
    log::drain(py);
    (done.n_delivered, done.n_remaining, done.n_lost, done.n_spooled)
}

/// What was done so far, in numbers.
#[pyfunction]
pub(crate) fn stats(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let stats = get().stats();
    let told = PyDict::new(py);
    told.set_item("started", stats.n_started)?;
    told.set_item("ended", stats.n_ended)?;
    told.set_item("sampled_out", stats.n_sampled_out)?;
    told.set_item("undecided", stats.n_undecided)?;
    told.set_item("inherited", stats.n_inherited)?;
    told.set_item("lost", lost(py, &stats.lost)?)?;
    let destinations = PyList::empty(py);
    // One that was replaced or taken away is still there while it delivers what it has; it is not one of now.
    let newest = |at: usize, name: &str| stats.destinations.iter().skip(at + 1).all(|later| later.name != name);
    for (at, each) in stats.destinations.iter().enumerate() {
        if !has_destination(&each.name) || !newest(at, &each.name) {
            continue;
        }
        let one = PyDict::new(py);
        one.set_item("name", &each.name)?;
        one.set_item("queued", each.n_queued)?;
        one.set_item("queued_bytes", each.n_bytes_queued)?;
        one.set_item("delivered", each.n_delivered)?;
        one.set_item("spooled", each.n_spooled)?;
        one.set_item("replayed", each.n_replayed)?;
        one.set_item("requests", each.n_requests)?;
        one.set_item("retries", each.n_retries)?;
        one.set_item("sent_bytes", each.n_bytes_sent)?;
        one.set_item("lost", lost(py, &each.lost)?)?;
        destinations.append(one)?;
    }
    told.set_item("destinations", destinations)?;
    Ok(told)
}

fn lost<'py>(py: Python<'py>, loss: &loss::Loss) -> PyResult<Bound<'py, PyDict>> {
    let by_reason = PyDict::new(py);
    for (reason, n_spans) in loss.by_reason() {
        by_reason.set_item(reason.as_str(), n_spans)?;
    }
    Ok(by_reason)
}

/// Sets how much of a value is recorded; what is `None` stays at its usual limit.
#[pyfunction]
#[pyo3(signature = (*, depth=None, items=None, string_bytes=None, value_bytes=None))]
pub(crate) fn set_limits(
    depth: Option<usize>,
    items: Option<usize>,
    string_bytes: Option<usize>,
    value_bytes: Option<usize>,
) {
    let usual = json::Limits::default();
    capture::set_limits(json::Limits {
        n_depth_max: depth.unwrap_or(usual.n_depth_max),
        n_items_max: items.unwrap_or(usual.n_items_max),
        n_string_bytes_max: string_bytes.unwrap_or(usual.n_string_bytes_max),
        n_bytes_max: value_bytes.unwrap_or(usual.n_bytes_max),
    });
}

/// Makes the recorder of a forked child its own.
#[pyfunction]
pub(crate) fn after_fork_in_child() {
    log::after_fork_in_child();
    redact::after_fork_in_child();
    terminate::after_fork_in_child();
    if let Some(recorder) = RECORDER.get() {
        recorder.after_fork_in_child();
    }
}

/// Any value as JSON text, as it would be recorded.
#[pyfunction]
pub(crate) fn encode(value: &Bound<'_, PyAny>) -> String {
    quietly(value.py(), || Ok(capture::json(value).to_json()))
}
