//! What all handlers share: the store, the limits, and who may work at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracewood_span::limits;
use tracewood_store::Store;

use crate::error::{Reason, Refusal};

/// The project that everything belongs to as long as there are no keys that name another.
pub(crate) const PROJECT: &str = "default";

/// Bounds on what the server takes at once.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The most bytes of a request's body, before and after decompression each.
    pub request_bytes_max: usize,
    /// How many requests that bring data may be under way; more are sent away with 503.
    ///
    /// 256 is more than the exporters of a large host hold open, each of which sends one request at a time.
    pub n_requests_max: usize,
    /// How many bytes of bodies may be held at once; a request over it is sent away with 503.
    ///
    /// Four full-size requests: enough to keep two cores busy, and a fixed bound on memory.
    pub bytes_in_flight_max: usize,
    /// How many requests are decoded, and how many are answered from the store, at the same moment.
    pub n_workers: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request_bytes_max: limits::REQUEST_BYTES_MAX,
            n_requests_max: 256,
            bytes_in_flight_max: 4 * limits::REQUEST_BYTES_MAX,
            n_workers: thread::available_parallelism().map_or(2, usize::from).max(2),
        }
    }
}

impl Limits {
    /// The defaults, but for the size of a request, and with room for four of that size.
    pub fn of_request_bytes(request_bytes_max: usize) -> Self {
        Self { request_bytes_max, bytes_in_flight_max: request_bytes_max.saturating_mul(4), ..Self::default() }
    }
}

/// What was taken and thrown away on purpose, counted.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    /// Requests with logs, which are answered so that whole-SDK exporters stay quiet.
    pub(crate) n_log_requests_dropped: AtomicU64,
    /// Requests with metrics, likewise.
    pub(crate) n_metric_requests_dropped: AtomicU64,
}

impl Counters {
    pub(crate) fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// What all handlers share.
#[derive(Debug)]
pub struct Server {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) limits: Limits,
    pub(crate) counters: Counters,
    n_names: AtomicU64,
    requests: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
    decoders: Arc<Semaphore>,
    readers: Arc<Semaphore>,
}

impl Server {
    /// A server over a store.
    pub fn new(store: Arc<dyn Store>, limits: Limits) -> Arc<Self> {
        let bytes_max = limits.bytes_in_flight_max.min(Semaphore::MAX_PERMITS);
        Arc::new(Self {
            store,
            counters: Counters::default(),
            n_names: AtomicU64::new(0),
            requests: Arc::new(Semaphore::new(limits.n_requests_max)),
            bytes: Arc::new(Semaphore::new(bytes_max)),
            decoders: Arc::new(Semaphore::new(limits.n_workers)),
            readers: Arc::new(Semaphore::new(limits.n_workers)),
            limits,
        })
    }

    /// The store behind it.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// A number that no other call of this process got.
    pub(crate) fn next_unique(&self) -> u64 {
        self.n_names.fetch_add(1, Ordering::Relaxed)
    }

    /// Lets one more request with data in, or sends it away.
    pub(crate) fn admit(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        Arc::clone(&self.requests).try_acquire_owned().map_err(|_| overloaded())
    }

    /// Reserves room for some more bytes of a body, or sends the request away.
    pub(crate) fn reserve(&self, n_bytes: usize) -> Result<OwnedSemaphorePermit, Refusal> {
        let n_bytes = u32::try_from(n_bytes).map_err(|_| overloaded())?;
        Arc::clone(&self.bytes).try_acquire_many_owned(n_bytes).map_err(|_| overloaded())
    }

    /// Runs work that takes processor time, or waits for a disk, beside the async threads.
    pub(crate) async fn decode<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        run(&self.decoders, work).await
    }

    /// Runs a question to the store beside the async threads.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        run(&self.readers, work).await
    }
}

async fn run<T: Send + 'static>(
    workers: &Arc<Semaphore>,
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let Ok(permit) = Arc::clone(workers).acquire_owned().await else {
        return Err(Refusal::internal("the workers are gone"));
    };
    let done = tokio::task::spawn_blocking(move || {
        // Held by the work and not by the request, so that a client that goes away does not let another one in early.
        let _permit = permit;
        work()
    });
    done.await.unwrap_or_else(|error| Err(Refusal::internal(format_args!("a worker failed: {error}"))))
}

fn overloaded() -> Refusal {
    Refusal::new(Reason::Overloaded, "the server is busy; try again in a moment")
}
