//! How fast an embedded store takes and finds spans: `cargo run --release -p tracewood-store --example throughput`.
//!
//! Arguments: the number of spans (200000), threads that build each index (the default), and the directory (a temporary
//! one). Spans have 1.2 kB, ten to a trace.
#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tracewood_span::{Content, Kind, Resource, Span, SpanId, TraceId, Usage, Value};
use tracewood_store::embedded::{Embedded, Options};
use tracewood_store::filter::{Field, Filter};
use tracewood_store::{GroupQuery, MetricsQuery, Order, SpanQuery, Store, Stored, TraceQuery};

const SPANS_PER_TRACE: u64 = 10;
const TRACES_PER_BATCH: u64 = 50;
const IN_FLIGHT: usize = 64;
const WORDS: [&str; 12] =
    ["weather", "trip", "agent", "please", "answer", "the", "question", "with", "sources", "paris", "rain", "tomorrow"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let n_spans: u64 = arguments.next().map_or(Ok(200_000), |text| text.parse())?;
    let temporary = tempfile::tempdir()?;
    let options = Options::default();
    let index_threads = arguments.next().map_or(Ok(options.index_threads), |text| text.parse())?;
    let root = arguments.next().map_or(temporary.path().to_owned(), PathBuf::from);

    let begin = Instant::now();
    let store = Embedded::open(&root, Options { index_threads, ..options })?;
    println!("opened after           {:>10.1} ms, resident {} MB", millis(begin), resident_megabytes());

    let resource =
        Arc::new(Resource { attributes: vec![("service.name".into(), "throughput".into())], ..Resource::default() });
    let (sender, receiver) = mpsc::sync_channel(IN_FLIGHT);
    let begin = Instant::now();
    let n_batches = n_spans / (SPANS_PER_TRACE * TRACES_PER_BATCH);
    let mut n_waiting = 0;
    for n in 0..n_batches {
        if n_waiting == IN_FLIGHT {
            receiver.recv()?;
            n_waiting -= 1;
        }
        let sender = sender.clone();
        let durable = move |result: Result<(), tracewood_store::Error>| {
            if let Err(error) = result {
                println!("{error}");
            }
            let _ = sender.send(());
        };
        store.append(batch(n, &resource), Box::new(durable));
        n_waiting += 1;
    }
    (0..n_waiting).try_for_each(|_| receiver.recv())?;
    let acknowledged = begin.elapsed();
    store.settle(Duration::from_mins(10))?;
    let searchable = begin.elapsed();
    let rate = |elapsed: Duration| n_spans as f64 / elapsed.as_secs_f64();
    println!("acknowledged           {:>10.0} spans/s", rate(acknowledged));
    println!("searchable             {:>10.0} spans/s, resident {} MB", rate(searchable), resident_megabytes());

    let query = TraceQuery {
        project: "default".into(),
        started_at_or_after_unix_nanos: None,
        started_before_unix_nanos: None,
        limit: 50,
        cursor: None,
        ..TraceQuery::default()
    };
    let list = time(|| store.traces(&query).map(|page| page.traces.len()))?;
    println!("list of 50             {list:>10.2} ms");
    let one =
        time(|| store.trace("default", trace_id(n_batches / 2 * TRACES_PER_BATCH)).map(|t| usize::from(t.is_some())))?;
    println!("trace by id            {one:>10.2} ms");
    ask(&store)?;
    store.close()?;
    println!("on disk                {:>10.0} bytes a span", bytes_below(&root)? as f64 / n_spans as f64);
    Ok(())
}

/// How long the questions of a page take.
fn ask(store: &Embedded) -> Result<(), Box<dyn std::error::Error>> {
    let project = || "default".to_owned();
    for text in
        ["kind:llm cost>0.005", "user:user-7 model:gpt-5-mini", "cost>0.00998 duration>1.9ms", "\"sources paris\""]
    {
        let query = TraceQuery { project: project(), filter: Filter::parse(text)?, limit: 50, ..TraceQuery::default() };
        let list = time(|| store.traces(&query).map(|page| page.traces.len()))?;
        println!("traces {text:<28} {list:>8.2} ms");
        let query = SpanQuery { project: project(), filter: query.filter, limit: 50, ..SpanQuery::default() };
        let list = time(|| store.spans(&query).map(|page| page.spans.len()))?;
        println!("spans  {text:<28} {list:>8.2} ms");
    }
    let query = TraceQuery { project: project(), order: Order::Costliest, limit: 50, ..TraceQuery::default() };
    println!("costliest traces       {:>10.2} ms", time(|| store.traces(&query).map(|page| page.traces.len()))?);
    let query = GroupQuery { project: project(), limit: 50, ..GroupQuery::default() };
    println!("sessions               {:>10.2} ms", time(|| store.sessions(&query).map(|page| page.groups.len()))?);
    let hour = Some(3_600_000_000_000);
    let group_by = Some(Field::Model);
    let query = MetricsQuery { project: project(), group_by, step_nanos: hour, ..MetricsQuery::default() };
    println!("metrics by model, hour {:>10.2} ms", time(|| store.metrics(&query).map(|metrics| metrics.rows.len()))?);
    Ok(())
}

/// The median of some runs.
fn time<E>(run: impl Fn() -> Result<usize, E>) -> Result<f64, E> {
    let mut times = Vec::new();
    for _ in 0..21 {
        let begin = Instant::now();
        run()?;
        times.push(millis(begin));
    }
    times.sort_by(f64::total_cmp);
    Ok(times.get(10).copied().unwrap_or_default())
}

fn batch(n: u64, resource: &Arc<Resource>) -> Vec<Stored> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64);
    let span = |trace: u64, i: u64| {
        let id = mix(trace * SPANS_PER_TRACE + i + 1);
        let mut span = Span::new(trace_id(trace), span_id(id), WORDS[id as usize % 12], now + i * 1_000);
        span.parent_span_id = (i > 0).then(|| span_id(mix(trace * SPANS_PER_TRACE + 1)));
        span.ended_at_unix_nanos = Some(now + 1_000_000 + id % 1_000_000);
        span.kind = if i == 0 { Kind::Agent } else { Kind::Llm };
        span.input = Some(Content::Value(words(id, 60).into()));
        span.output = Some(Content::Value(words(id + 1, 60).into()));
        span.model_requested = Some("gpt-5-mini".into());
        span.usage = Usage { input_tokens: Some(id % 5_000), output_tokens: Some(id % 700), ..Usage::default() };
        span.cost_usd = Some((id % 1_000) as f64 / 1e5);
        span.session_id = Some(format!("session-{}", trace / 7));
        span.user_id = Some(format!("user-{}", trace % 1_000));
        span.attributes =
            (0..6).map(|k| (format!("app.key{k}"), Value::from(WORDS[(id >> k) as usize % 12]))).collect();
        span.resource = Arc::clone(resource);
        Stored { project: "default".into(), received_at_unix_nanos: now, price_version: String::new(), span }
    };
    (0..TRACES_PER_BATCH * SPANS_PER_TRACE)
        .map(|i| span(n * TRACES_PER_BATCH + i / SPANS_PER_TRACE, i % SPANS_PER_TRACE))
        .collect()
}

fn words(seed: u64, n: u64) -> String {
    (0..n).map(|i| WORDS[mix(seed + i) as usize % 12]).collect::<Vec<_>>().join(" ") + &format!(" {:x}", mix(seed))
}

fn trace_id(n: u64) -> TraceId {
    let id = u128::from(mix(n + 1)) << 64 | u128::from(n + 1);
    TraceId::new(id.to_be_bytes()).unwrap_or_else(|| unreachable!("not zero"))
}

fn span_id(n: u64) -> SpanId {
    SpanId::new((n | 1).to_be_bytes()).unwrap_or_else(|| unreachable!("not zero"))
}

/// Steele and Vigna's `SplitMix64`: ids that look random and are the same in each run.
fn mix(n: u64) -> u64 {
    let z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn millis(begin: Instant) -> f64 {
    begin.elapsed().as_secs_f64() * 1e3
}

fn bytes_below(path: &std::path::Path) -> std::io::Result<u64> {
    std::fs::read_dir(path)?.try_fold(0, |sum, entry| {
        let entry = entry?;
        let metadata = entry.metadata()?;
        Ok(sum + if metadata.is_dir() { bytes_below(&entry.path())? } else { metadata.len() })
    })
}

fn resident_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}
