//! What arrives, told at once to those who follow it, each with a buffer of its own and never waiting for any of them.

use std::borrow::Cow;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{BufMut as _, Bytes, BytesMut};
use http::HeaderMap;
use http_body::{Body, Frame};
use tokio::sync::mpsc;
use tokio::time::{Instant, Interval, interval_at};
use tracewood_span::{Span, TraceId};
use tracewood_store::Stored;
use tracewood_store::filter::Filter;
use tracewood_store::keys::Scope;

use crate::api;
use crate::state::{Reader, Server};

/// News that wait for a follower who reads slowly; at up to a kilobyte each this bounds a follower to a megabyte.
const BUFFER_NEWS: usize = 1024;
/// News that are written to a follower in one piece.
const FRAME_NEWS: usize = 128;
/// How often a quiet line carries a sign of life: half of the half minute after which proxies cut quiet lines.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// One span that arrived, as its event says it.
#[derive(Debug, Clone)]
struct News(Bytes);

impl News {
    fn of(span: &Span) -> Self {
        let mut event = b"event: span\ndata: ".to_vec();
        let written = serde_json::to_writer(&mut event, &api::span_summary(span));
        debug_assert!(written.is_ok(), "texts and numbers can always be written");
        event.extend_from_slice(b"\n\n");
        Self(event.into())
    }
}

/// Those who follow what arrives.
#[derive(Debug)]
pub(crate) struct Live {
    n_max: usize,
    n_followers: AtomicUsize,
    followers: Mutex<Vec<Arc<Follower>>>,
}

#[derive(Debug)]
struct Follower {
    project: Arc<str>,
    filter: Filter,
    sender: mpsc::Sender<News>,
    /// News that found no place in the buffer, and of which the follower was not told yet.
    n_missed: AtomicU64,
}

impl Live {
    pub(crate) fn new(n_max: usize) -> Self {
        Self { n_max, n_followers: AtomicUsize::new(0), followers: Mutex::default() }
    }

    pub(crate) fn n_followers(&self) -> usize {
        self.n_followers.load(Ordering::Relaxed)
    }

    /// What those who follow a project will be told of spans that are on their way to the disk; judged now, since the
    /// store takes the spans away. `with_scores` says of a filter what has the scores that it asks for, of some traces.
    pub(crate) fn prepare(
        &self,
        project: &Arc<str>,
        spans: &[Stored],
        with_scores: impl Fn(&Filter, &[TraceId]) -> Result<Filter, tracewood_store::Error>,
    ) -> Dispatch {
        if self.n_followers() == 0 {
            return Dispatch::default();
        }
        let followers: Vec<Arc<Follower>> =
            self.lock().iter().filter(|follower| follower.project == *project).map(Arc::clone).collect();
        let mut news: Vec<Option<News>> = vec![None; if followers.is_empty() { 0 } else { spans.len() }];
        let judged = |filter: &Filter| {
            let mut traces: Vec<TraceId> = spans.iter().map(|stored| stored.span.trace_id).collect();
            traces.sort_unstable();
            traces.dedup();
            with_scores(filter, &traces).unwrap_or_else(|error| {
                tracing::warn!(%error, "who follows with a condition on scores is told of spans as if nobody had judged them");
                filter.clone()
            })
        };
        let mut told = |follower: Arc<Follower>| {
            let asked = &follower.filter;
            let filter = if asked.asks_for_scores() { Cow::Owned(judged(asked)) } else { Cow::Borrowed(asked) };
            let passing = spans.iter().zip(&mut news).filter(|(stored, _)| filter.matches(stored));
            let passing = passing.map(|(stored, news)| news.get_or_insert_with(|| News::of(&stored.span)).clone());
            let passing: Vec<News> = passing.collect();
            drop(filter);
            (follower, passing)
        };
        Dispatch(followers.into_iter().map(&mut told).collect())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Follower>>> {
        self.followers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// News that go out once their spans are durable.
#[derive(Debug, Default)]
pub(crate) struct Dispatch(Vec<(Arc<Follower>, Vec<News>)>);

impl Dispatch {
    /// Gives everybody what has room in their buffer, and waits for nobody.
    pub(crate) fn send(self) {
        for (follower, news) in self.0 {
            let n_missed = news.into_iter().filter_map(|news| follower.sender.try_send(news).err()).count();
            follower.n_missed.fetch_add(n_missed as u64, Ordering::Relaxed);
        }
    }
}

/// The endless answer to one who follows.
#[derive(Debug)]
pub(crate) struct Feed {
    server: Arc<Server>,
    follower: Arc<Follower>,
    news: mpsc::Receiver<News>,
    heartbeat: Interval,
    stopped: Stopped,
    /// What the follower showed to be let in, and shows again with each heartbeat, so that a revoked key ends the feed.
    headers: HeaderMap,
    has_greeted: bool,
}

/// Done once the server is on its way out.
struct Stopped(Pin<Box<dyn Future<Output = ()> + Send>>);

impl std::fmt::Debug for Stopped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stopped")
    }
}

impl Feed {
    /// Follows what passes a filter in the project of a reader; `None` if too many follow.
    pub(crate) fn begin(reader: &Reader, filter: Filter, headers: HeaderMap) -> Option<Self> {
        let server = Arc::clone(reader.server());
        let (sender, news) = mpsc::channel(BUFFER_NEWS);
        let project = Arc::clone(reader.project());
        let follower = Arc::new(Follower { project, filter, sender, n_missed: AtomicU64::new(0) });
        let mut followers = server.live.lock();
        if followers.len() >= server.live.n_max {
            return None;
        }
        followers.push(Arc::clone(&follower));
        server.live.n_followers.store(followers.len(), Ordering::Relaxed);
        drop(followers);
        let waiting = Arc::clone(&server);
        let stopped = Stopped(Box::pin(async move { waiting.stopped().await }));
        let heartbeat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
        Some(Self { server, follower, news, heartbeat, stopped, headers, has_greeted: false })
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        let mut followers = self.server.live.lock();
        followers.retain(|follower| !Arc::ptr_eq(follower, &self.follower));
        self.server.live.n_followers.store(followers.len(), Ordering::Relaxed);
    }
}

impl Body for Feed {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        let frame = |text: Bytes| Poll::Ready(Some(Ok(Frame::data(text))));
        if !this.has_greeted {
            this.has_greeted = true;
            // Browsers ask again after this many milliseconds when the line breaks.
            return frame(Bytes::from_static(b"retry: 1000\n\n"));
        }
        if this.stopped.0.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        let mut ready = Vec::new();
        if let Poll::Ready(n_ready) = this.news.poll_recv_many(cx, &mut ready, FRAME_NEWS) {
            let n_missed = this.follower.n_missed.swap(0, Ordering::Relaxed);
            if n_ready == 0 {
                return Poll::Ready(None);
            }
            let mut text = BytesMut::new();
            for News(event) in ready {
                text.put(event);
            }
            if n_missed > 0 {
                text.put(format!("event: missed\ndata: {{\"spans\":{n_missed}}}\n\n").as_bytes());
            }
            return frame(text.freeze());
        }
        if this.heartbeat.poll_tick(cx).is_ready() {
            // Ask to be woken for the next one.
            let _ = this.heartbeat.poll_tick(cx);
            return match this.server.access.authorise(&this.headers, Scope::Read) {
                Ok(grant) if grant.project == this.follower.project => frame(Bytes::from_static(b": alive\n\n")),
                _ => Poll::Ready(None),
            };
        }
        Poll::Pending
    }
}
