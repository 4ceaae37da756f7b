//! What sampling keeps, seen from outside: decisions that hold for whole traces, and counts that are no loss.

use std::sync::Arc;

use tracewood_sdk::destination::{Config, Wire};
use tracewood_sdk::memory::Spans;
use tracewood_sdk::sampling::{Policy, Tail};
use tracewood_sdk::{Recorder, Site, SpanContext, ids};
use tracewood_span::Status;

use crate::common::{LONG, eager, recorder};

fn memory() -> (Spans, Recorder) {
    let spans = Spans::default();
    let recorder = recorder(eager(Config::new("memory", Wire::Memory(spans.clone()))));
    (spans, recorder)
}

fn site(name: &str) -> Arc<Site> {
    Arc::new(Site::named(name, "span"))
}

#[test]
fn share_of_traces_is_kept_whole() {
    let (spans, recorder) = memory();
    recorder.set_sampling(&Policy { head_ratio: 0.25, tail: None });
    let (root, child) = (site("root"), site("child"));
    for _ in 0..1000 {
        let outer = recorder.start(&root, None);
        let inner = recorder.start(&child, Some(&outer.context()));
        // Of the parent only the ids are known, as after its end.
        let bare = recorder.start(&child, Some(&SpanContext::new(outer.trace_id(), outer.span_id())));
        let named = recorder.start_in(&child, outer.trace_id(), Some(outer.span_id()));
        for span in [&inner, &bare, &named] {
            assert_eq!(span.is_sampled(), outer.is_sampled());
        }
        for span in [bare, named, inner, outer] {
            recorder.end(span);
        }
    }
    assert_eq!(recorder.flush(LONG).n_lost, 0);
    let stats = recorder.stats();
    let n_kept = spans.all().len();
    assert_eq!((stats.n_ended, stats.n_sampled_out, stats.lost.total()), (4000, 4000 - n_kept as u64, 0));
    // Two hundred and fifty traces and ten times the deviation that chance allows them.
    assert!(n_kept % 4 == 0 && (450..1550).contains(&n_kept), "{n_kept}");
}

#[test]
fn decision_of_another_process_is_respected() {
    let (spans, recorder) = memory();
    let remote = || SpanContext::remote(ids::trace_id(), ids::span_id());
    for (head_ratio, parent, is_kept) in
        [(0.0, remote(), true), (0.0, remote().with_sampled(true), true), (1.0, remote().with_sampled(false), false)]
    {
        recorder.set_sampling(&Policy { head_ratio, tail: None });
        let outer = recorder.start(&site("a"), Some(&parent));
        let inner = recorder.start(&site("b"), Some(&outer.context()));
        assert_eq!((outer.is_sampled(), inner.is_sampled()), (is_kept, is_kept));
        recorder.end(inner);
        recorder.end(outer);
    }
    recorder.flush(LONG);
    assert_eq!(spans.all().len(), 4);
}

#[test]
fn only_failed_traces_are_sent_with_everything_in_them() {
    let (spans, recorder) = memory();
    recorder.set_sampling(&Policy { tail: Some(Tail::default()), ..Policy::default() });
    for number in 0..100 {
        let outer = recorder.start(&site("outer"), None);
        recorder.end(recorder.start(&site("inner"), Some(&outer.context())));
        let mut failing = recorder.start(&site("failing"), Some(&outer.context()));
        if number == 50 {
            failing.set_status(Status::Error, "it went wrong");
        }
        recorder.end(failing);
        recorder.end(outer);
    }
    let cut_off = recorder.start(&site("cut off"), None);
    recorder.end(recorder.start(&site("last"), Some(&cut_off.context())));
    recorder.flush(LONG);
    let names: Vec<String> = spans.all().into_iter().map(|span| span.name).collect();
    assert_eq!(names, ["inner", "failing", "outer"]);
    let stats = recorder.stats();
    assert_eq!((stats.n_ended, stats.n_sampled_out, stats.n_undecided, stats.lost.total()), (301, 297, 1, 0));
    // What was going on when the program ended is worth seeing.
    assert_eq!(recorder.shutdown(LONG).n_delivered, 1);
    assert_eq!(spans.all().len(), 4);
}
