//! What all handlers share: the store, the limits, and who may work at the same time.

mod fence;
mod owner;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tracewood_span::limits;
use tracewood_store::{DiskRoom, Health, Project, Retained, Retention, Store};

use crate::access::Access;
use crate::clients::Clients;
use crate::connections::Connections;
use crate::error::{Reason, Refusal};
use crate::live::Live;
use crate::metrics::Metrics;
use crate::price::Prices;
pub(crate) use fence::{Reader, Writer};
pub(crate) use owner::Owner;

/// How many exports may go on at the same time; each holds a thread and a view of the index.
const N_EXPORTS_MAX: usize = 4;

/// How many imports may go on at the same time; each holds a thread, and a line of the longest if that comes.
const N_IMPORTS_MAX: usize = 2;

/// How long a question may take, waiting included; pages and programs give up at about this time. The work itself goes on
/// to its end and keeps its place, so that asking again does not add to it.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a client is remembered that sends nothing any more.
const CLIENT_MEMORY: Duration = Duration::from_hours(30 * 24);

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
    /// How many questions to the store may be under way or wait; more are sent away with 503.
    ///
    /// A page asks a handful at a time, so that this is two dozen people who press reload at the same moment.
    pub n_reads_max: usize,
    /// How many clients may follow what arrives at the same time.
    pub n_live_max: usize,
    /// How many connections may be open; at that number the one that is idle for longest is closed for a new one.
    ///
    /// Half of the 1024 files that systems allow a process by default, since the store opens files too.
    pub n_connections_max: usize,
    /// How many requests are decoded, and how many are answered from the store, at the same moment.
    pub n_workers: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request_bytes_max: limits::REQUEST_BYTES_MAX,
            n_requests_max: 256,
            bytes_in_flight_max: 4 * limits::REQUEST_BYTES_MAX,
            n_reads_max: 128,
            n_live_max: 64,
            n_connections_max: 512,
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

/// What a server is made of besides its store.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Bounds on what it takes at once.
    pub limits: Limits,
    /// Who may do what.
    pub access: Access,
    /// Names besides those of loopback by which browsers may reach it while it is open.
    pub hosts: Vec<String>,
    /// Prices of the user's own.
    pub prices: Prices,
    /// How long spans are kept, counted from the end of the UTC day they belong to; `None` for ever.
    pub keep: Option<Duration>,
    /// How many lines of the log found no reader, counted by whoever writes it.
    pub n_log_lines_lost: Arc<AtomicU64>,
}

/// What all handlers share.
#[derive(Debug)]
pub struct Server {
    store: Arc<dyn Store>,
    pub(crate) limits: Limits,
    pub(crate) access: Access,
    pub(crate) hosts: Vec<String>,
    pub(crate) prices: Prices,
    pub(crate) keep: Option<Duration>,
    pub(crate) n_log_lines_lost: Arc<AtomicU64>,
    pub(crate) metrics: Metrics,
    pub(crate) live: Live,
    pub(crate) connections: Arc<Connections>,
    pub(crate) clients: Clients,
    /// Told when the rules by which spans are forgotten have changed.
    pub(crate) upkeep_due: Notify,
    /// The prices in use by project, as long as they have not changed.
    prices_of: RwLock<HashMap<Arc<str>, Arc<Prices>>>,
    /// Projects that are known to be there.
    projects: RwLock<HashSet<String>>,
    n_names: AtomicU64,
    stopping: watch::Sender<bool>,
    requests: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
    decoders: Arc<Semaphore>,
    readers: Arc<Semaphore>,
    reads: Arc<Semaphore>,
    exports: Arc<Semaphore>,
    imports: Arc<Semaphore>,
}

impl Server {
    /// A server over a store.
    pub fn new(store: Arc<dyn Store>, settings: Settings) -> Arc<Self> {
        let Settings { limits, access, hosts, prices, keep, n_log_lines_lost } = settings;
        let bytes_max = limits.bytes_in_flight_max.min(Semaphore::MAX_PERMITS);
        let server = Arc::new(Self {
            store,
            access,
            hosts: hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
            prices,
            keep,
            n_log_lines_lost,
            metrics: Metrics::default(),
            live: Live::new(limits.n_live_max),
            connections: Arc::new(Connections::new(limits.n_connections_max)),
            clients: Clients::default(),
            upkeep_due: Notify::new(),
            prices_of: RwLock::default(),
            projects: RwLock::default(),
            n_names: AtomicU64::new(0),
            stopping: watch::Sender::new(false),
            requests: Arc::new(Semaphore::new(limits.n_requests_max)),
            bytes: Arc::new(Semaphore::new(bytes_max)),
            decoders: Arc::new(Semaphore::new(limits.n_workers)),
            readers: Arc::new(Semaphore::new(limits.n_workers)),
            reads: Arc::new(Semaphore::new(limits.n_reads_max)),
            exports: Arc::new(Semaphore::new(N_EXPORTS_MAX)),
            imports: Arc::new(Semaphore::new(N_IMPORTS_MAX)),
            limits,
        });
        match server.store.clients() {
            Ok(clients) => server.clients.restore(clients),
            Err(error) => tracing::warn!(%error, "who sent spans before is not known: {error}"),
        }
        server
    }

    /// How the store is doing.
    pub fn health(&self) -> Health {
        self.store.health()
    }

    /// How much room the store takes on its disk; looks through its files.
    pub(crate) fn room(&self) -> Option<DiskRoom> {
        self.store.room()
    }

    /// Waits until everything that was acknowledged can be found.
    ///
    /// # Errors
    ///
    /// If that takes longer.
    pub fn settle(&self, timeout: Duration) -> Result<(), tracewood_store::Error> {
        self.store.settle(timeout)
    }

    /// Forgets what is past its time.
    pub(crate) fn forget(&self) -> Result<Retained, tracewood_store::Error> {
        let projects = self.store.list_projects()?;
        let own = projects
            .into_iter()
            .filter_map(|project| Some(Retention { project: Some(project.id), keep: project.keep? }));
        let rules: Vec<Retention> = own.chain(self.keep.map(|keep| Retention { project: None, keep })).collect();
        if rules.is_empty() {
            return Ok(Retained::default());
        }
        self.store.retain(&rules, now_unix_nanos())
    }

    /// Writes down who sent spans, for after the next start.
    pub(crate) fn save_clients(&self) -> Result<(), tracewood_store::Error> {
        let changed = self.clients.take_changed();
        if changed.is_empty() {
            return Ok(());
        }
        self.store.put_clients(&changed, now_unix_nanos().saturating_sub(CLIENT_MEMORY.as_nanos() as u64))
    }

    /// The prices that count in a project.
    pub(crate) fn prices_of(&self, project: &Arc<str>) -> Arc<Prices> {
        let known = self.prices_of.read().unwrap_or_else(PoisonError::into_inner).get(project).cloned();
        if let Some(prices) = known {
            return prices;
        }
        // Held while they are read, so that a change in between is not overwritten by what was before it.
        let mut all = self.prices_of.write().unwrap_or_else(PoisonError::into_inner);
        match self.store.prices(project) {
            Ok(prices) => {
                let prices = Arc::new(self.prices.with_project(prices.into_iter().map(Into::into).collect()));
                all.insert(Arc::clone(project), Arc::clone(&prices));
                prices
            }
            Err(error) => {
                tracing::warn!(%error, "the prices of a project cannot be read; those for all count: {error}");
                Arc::new(self.prices.clone())
            }
        }
    }

    fn forget_prices(&self, project: &Arc<str>) {
        self.prices_of.write().unwrap_or_else(PoisonError::into_inner).remove(project);
    }

    /// Whether there is a project of an id.
    pub(crate) fn knows_project(&self, id: &str) -> Result<bool, Refusal> {
        if self.projects.read().unwrap_or_else(PoisonError::into_inner).contains(id) {
            return Ok(true);
        }
        let is_there = self.store.project(id).map_err(|error| Refusal::of_store(&error))?.is_some();
        if is_there {
            self.projects.write().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned());
        }
        Ok(is_there)
    }

    fn read_project(&self, id: &str) -> Result<Project, Refusal> {
        let project = self.store.project(id).map_err(|error| Refusal::of_store(&error))?;
        project.ok_or_else(|| crate::api::projects::unknown(id))
    }

    /// Brings the store to rest.
    pub(crate) fn close(&self) -> Result<(), tracewood_store::Error> {
        self.store.close()
    }

    /// Tells everything that goes on without an end of its own to end.
    pub(crate) fn begin_stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Whether the server is on its way out.
    pub(crate) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Done once the server is on its way out.
    pub(crate) async fn stopped(&self) {
        let _ = self.stopping.subscribe().wait_for(|is_stopping| *is_stopping).await;
    }

    /// A number that no other call of this process got.
    pub(crate) fn next_unique(&self) -> u64 {
        self.n_names.fetch_add(1, Ordering::Relaxed)
    }

    /// Lets one more request with data in, or sends it away.
    pub(crate) fn admit(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        Arc::clone(&self.requests).try_acquire_owned().map_err(|_| overloaded())
    }

    /// Lets one more export go on for as long as its client reads, or sends it away.
    pub(crate) fn admit_export(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        Arc::clone(&self.exports).try_acquire_owned().map_err(|_| overloaded())
    }

    /// Lets one more import go on for as long as its client sends, or sends it away.
    pub(crate) fn admit_import(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        Arc::clone(&self.imports).try_acquire_owned().map_err(|_| overloaded())
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

    /// Runs a small change of the catalog beside the async threads.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let _admitted = self.admit()?;
        run(&self.readers, work).await
    }

    /// Runs a question to the store beside the async threads.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let Ok(_permit) = Arc::clone(&self.reads).try_acquire_owned() else { return Err(overloaded()) };
        match tokio::time::timeout(READ_TIMEOUT, run(&self.readers, work)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Refusal::new(Reason::Unavailable, "the answer took too long; ask for less")),
        }
    }
}

fn now_unix_nanos() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64)
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
