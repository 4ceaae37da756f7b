//! The collector: a server on a loopback port, one thread per connection.

use std::collections::VecDeque;
use std::fmt;
use std::io::BufReader;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::http::{self, Request};
use crate::reply::{Form, Reply};

/// A test that waits for longer than this has failed.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// A server that answers as it is told to and remembers what it got; gone when dropped.
#[derive(Debug)]
pub struct Collector {
    address: SocketAddr,
    shared: Arc<Shared>,
}

type Answer = Box<dyn FnMut(&Request) -> Reply + Send>;

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

#[derive(Default)]
struct State {
    script: VecDeque<Reply>,
    answer: Option<Answer>,
    requests: Vec<Request>,
    /// Whether requests are only counted, for runs that would fill the memory.
    is_counting: bool,
    n_requests: usize,
    n_connections: usize,
    streams: Vec<TcpStream>,
    is_stopped: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Collector {
    /// A collector that takes everything.
    ///
    /// # Panics
    ///
    /// If the machine has no loopback port left, as every constructor does.
    pub fn start() -> Self {
        Self::scripted([])
    }

    /// A collector that answers the first requests as given and takes everything after them.
    ///
    /// # Panics
    ///
    /// If the machine has no loopback port left.
    pub fn scripted(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::run(State { script: replies.into_iter().collect(), ..State::default() })
    }

    /// A collector that asks a function for each answer.
    ///
    /// # Panics
    ///
    /// If the machine has no loopback port left.
    pub fn answering(answer: impl FnMut(&Request) -> Reply + Send + 'static) -> Self {
        Self::run(State { answer: Some(Box::new(answer)), ..State::default() })
    }

    /// A collector that takes everything, offers zstd, and counts requests instead of keeping them.
    ///
    /// # Panics
    ///
    /// If the machine has no loopback port left.
    pub fn counting() -> Self {
        let answer: Answer = Box::new(|_| Reply::ok().header("accept-encoding", "zstd, gzip"));
        Self::run(State { answer: Some(answer), is_counting: true, ..State::default() })
    }

    /// A collector that takes everything, at an address that [`dead_url`] gave: a server that comes to life.
    ///
    /// # Panics
    ///
    /// If the URL is none of those, or somebody else took its port meanwhile.
    pub fn start_at(url: &str) -> Self {
        let address = url.strip_prefix("http://").expect("the url is http");
        Self::listen(&TcpListener::bind(address).expect("the port is still free"), State::default())
    }

    fn run(state: State) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a loopback port is free");
        Self::listen(&listener, state)
    }

    fn listen(listener: &TcpListener, state: State) -> Self {
        let address = listener.local_addr().expect("a bound socket has an address");
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
        let of_thread = Arc::clone(&shared);
        let listener = listener.try_clone().expect("a socket can be shared");
        std::thread::spawn(move || accept(&listener, &of_thread));
        Self { address, shared }
    }

    /// `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What arrived so far, in the order in which it was read.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.lock().requests.clone()
    }

    /// How many requests arrived so far, whether they were kept or not.
    pub fn n_requests(&self) -> usize {
        self.shared.lock().n_requests
    }

    /// How many connections were made so far.
    pub fn n_connections(&self) -> usize {
        self.shared.lock().n_connections
    }

    /// Waits until so many requests have arrived, and gives all there are.
    ///
    /// # Panics
    ///
    /// If they do not come within half a minute.
    pub fn wait_for(&self, n_requests: usize) -> Vec<Request> {
        let until = Instant::now() + WAIT_MAX;
        let mut state = self.shared.lock();
        while state.requests.len() < n_requests {
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "{} of {n_requests} requests arrived", state.requests.len());
            state = self.shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.requests.clone()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.is_stopped = true;
        for stream in state.streams.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
        drop(state);
        self.shared.changed.notify_all();
        // Wakes the thread that accepts, which then sees that it is over.
        let _ = TcpStream::connect(self.address);
    }
}

/// A URL where nobody listens.
///
/// # Panics
///
/// If the machine has no loopback port left.
pub fn dead_url() -> String {
    let listener = TcpListener::bind((dead_address(), 0)).expect("a loopback port is free");
    format!("http://{}", listener.local_addr().expect("a bound socket has an address"))
}

/// An address where no collector of any test gets a port that was just given away as dead; where the system has only
/// one loopback address, that is a matter of luck.
fn dead_address() -> Ipv4Addr {
    static N_GIVEN: AtomicU8 = AtomicU8::new(0);
    if !cfg!(target_os = "linux") {
        return Ipv4Addr::LOCALHOST;
    }
    let [_, _, high, low] = std::process::id().to_be_bytes();
    // The upper half, which spares the address of everybody.
    Ipv4Addr::new(127, high | 128, low, N_GIVEN.fetch_add(1, Ordering::Relaxed) % 254 + 1)
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        let mut state = shared.lock();
        if state.is_stopped {
            return;
        }
        let Ok(stream) = stream else { continue };
        state.n_connections += 1;
        state.streams.extend(stream.try_clone());
        drop(state);
        let shared = Arc::clone(shared);
        std::thread::spawn(move || serve(stream, &shared));
    }
}

/// Answers the requests of one connection until it is over; whatever goes wrong ends it.
fn serve(stream: TcpStream, shared: &Shared) {
    let _ = stream.set_nodelay(true);
    let mut stream = BufReader::new(stream);
    while let Ok(Some(request)) = http::read(&mut stream) {
        let mut state = shared.lock();
        let reply = match (state.script.pop_front(), state.answer.as_mut()) {
            (Some(reply), _) => reply,
            (None, Some(answer)) => answer(&request),
            (None, None) => Reply::ok(),
        };
        state.n_requests += 1;
        if !state.is_counting {
            state.requests.push(request);
        }
        drop(state);
        shared.changed.notify_all();
        if let Some(gate) = &reply.gate {
            gate.pass();
        }
        if matches!(reply.form, Form::Silence) {
            let state = shared.lock();
            drop(shared.changed.wait_while(state, |state| !state.is_stopped));
            return;
        }
        if !matches!(http::write(stream.get_mut(), &reply.form), Ok(true)) {
            let _ = stream.get_ref().shutdown(Shutdown::Both);
            return;
        }
    }
}
