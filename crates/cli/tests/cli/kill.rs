//! What was acknowledged survives `kill -9` at any moment, and is there once.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use serde_json::Value;

use crate::support::{PATIENCE, Serving, post, span, wait_until};

const N_ROUNDS: u64 = 4;
const N_SENDERS: usize = 3;
const N_SPANS: u64 = 20;

fn batch(n: u64) -> (String, Vec<Value>) {
    let trace_id = format!("{:032x}", n + 1);
    let spans = (1..=N_SPANS).map(|id| span(&trace_id, id, (id > 1).then_some(1), "work", n * 100 + id, 5)).collect();
    (trace_id, spans)
}

#[test]
fn acknowledged_spans_survive_being_killed() {
    let folder = tempfile::tempdir().unwrap();
    let next = AtomicU64::new(0);
    let acknowledged: Mutex<Vec<u64>> = Mutex::default();
    // How many batches are acknowledged before the kill; another number each run, said when the test fails.
    let seed = u64::from(std::process::id());

    for round in 0..N_ROUNDS {
        let serving = Serving::start(folder.path());
        let n_before = acknowledged.lock().unwrap().len() as u64;
        let n_wanted = n_before + 3 + (seed.wrapping_mul(2_654_435_761) >> (round * 4)) % 40;
        thread::scope(|scope| {
            for _ in 0..N_SENDERS {
                scope.spawn(|| {
                    let agent: ureq::Agent =
                        ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build().into();
                    loop {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        if !post(&agent, &serving.url, &batch(n).1) {
                            return;
                        }
                        acknowledged.lock().unwrap().push(n);
                    }
                });
            }
            // The senders go on while the process is killed, so that the kill lands in the middle of a batch.
            wait_until("enough is acknowledged", || acknowledged.lock().unwrap().len() as u64 >= n_wanted);
            serving.signal("KILL");
        });
    }

    let serving = Serving::start(folder.path());
    let acknowledged = acknowledged.into_inner().unwrap();
    // What was sent again after a lost answer must not count twice.
    assert!(serving.post(&batch(acknowledged[0]).1));
    serving.settle();
    for n in &acknowledged {
        let (trace_id, _) = batch(*n);
        let trace = serving.get(&format!("/api/v1/traces/{trace_id}"));
        let spans = trace["spans"].as_array().unwrap_or_else(|| panic!("batch {n} is lost, seed {seed}: {trace}"));
        let ids: HashSet<&str> = spans.iter().filter_map(|span| span["span_id"].as_str()).collect();
        assert_eq!((spans.len() as u64, ids.len() as u64), (N_SPANS, N_SPANS), "batch {n}, seed {seed}");
        assert_eq!(trace["trace"]["span_count"], N_SPANS);
    }
    assert!(acknowledged.len() as u64 >= 3 * N_ROUNDS);
}
