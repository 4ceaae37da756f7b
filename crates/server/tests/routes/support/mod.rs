//! A server for one test, and a client that says exactly what it is told to say.

pub(crate) mod fake;
pub(crate) mod otlp;

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method, Request};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tracewood_server::{Access, Limits, Server, Settings};
use tracewood_store::Store;
use tracewood_store::embedded::{Embedded, Keyring, Options};

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running server, stopped when it goes out of scope.
pub(crate) struct Running {
    pub(crate) http: SocketAddr,
    pub(crate) grpc: SocketAddr,
    pub(crate) server: Arc<Server>,
    runtime: Runtime,
    stop: Option<oneshot::Sender<()>>,
    stopped: Option<tokio::task::JoinHandle<std::io::Result<()>>>,
    agent: ureq::Agent,
    /// Kept for its end, which removes the data.
    folder: Option<tempfile::TempDir>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Running {
    /// With the real store and the limits that are the default.
    pub(crate) fn start() -> Self {
        Self::with_limits(Limits::default())
    }

    /// With the real store.
    pub(crate) fn with_limits(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Embedded::open(folder.path(), Options::default()).unwrap();
        let mut running = Self::with_store(Arc::new(store), limits);
        running.folder = Some(folder);
        running
    }

    /// With any store.
    pub(crate) fn with_store(store: Arc<dyn Store>, limits: Limits) -> Self {
        Self::with_settings(store, Settings { limits, ..Settings::default() })
    }

    /// With the real store and a keyring of its own, and with nobody let in who has no key.
    pub(crate) fn keyed() -> (Self, Keyring) {
        let folder = tempfile::tempdir().unwrap();
        let store = Embedded::open(folder.path(), Options::default()).unwrap();
        let keyring = || Keyring::open(folder.path()).unwrap();
        let access = Access::keyed(Arc::new(keyring()), false);
        let keyring = keyring();
        let mut running = Self::with_settings(Arc::new(store), Settings { access, ..Settings::default() });
        running.folder = Some(folder);
        (running, keyring)
    }

    /// With any store and settings.
    pub(crate) fn with_settings(store: Arc<dyn Store>, settings: Settings) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let server = Server::new(store, settings);
        let bind = || runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let (http, grpc) = (bind(), bind());
        let (http_address, grpc_address) = (http.local_addr().unwrap(), grpc.local_addr().unwrap());
        let (stop, stopping) = oneshot::channel();
        let stopped = runtime.spawn(tracewood_server::serve(Arc::clone(&server), http, grpc, async {
            let _ = stopping.await;
        }));
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            // An answer that came before the whole request ends its connection, which a client learns at the next one.
            .max_idle_connections(0)
            .allow_non_standard_methods(true)
            .build();
        Self {
            http: http_address,
            grpc: grpc_address,
            server,
            runtime,
            stop: Some(stop),
            stopped: Some(stopped),
            agent: config.into(),
            folder: None,
        }
    }

    /// Sends a request with exactly these headers.
    pub(crate) fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let mut request = Request::builder().method(method).uri(format!("http://{}{path}", self.http));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = self.agent.run(request.body(body).unwrap()).unwrap();
        let body = response.body_mut().with_config().limit(1 << 30).read_to_vec().unwrap();
        Reply { status: response.status().as_u16(), headers: response.headers().clone(), body }
    }

    /// Sends a request and looks at no more than the status, for answers without an end.
    pub(crate) fn status(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &[u8]) -> u16 {
        let mut request = Request::builder().method(method).uri(format!("http://{}{path}", self.http));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.agent.run(request.body(body).unwrap()).unwrap().status().as_u16()
    }

    /// Opens an answer without an end, and reads it line by line.
    pub(crate) fn follow(&self, path: &str, headers: &[(&str, &str)]) -> impl Iterator<Item = String> + use<> {
        let mut request = Request::builder().uri(format!("http://{}{path}", self.http));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.agent.run(request.body(()).unwrap()).unwrap();
        assert_eq!(response.status(), 200);
        BufReader::new(response.into_body().into_reader()).lines().map_while(Result::ok)
    }

    /// Posts a body of a content type.
    pub(crate) fn post(&self, path: &str, content_type: &str, body: impl AsRef<[u8]>) -> Reply {
        self.send(Method::POST, path, &[("content-type", content_type)], body.as_ref())
    }

    /// Asks for something.
    pub(crate) fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[], b"")
    }

    /// Waits until everything that was acknowledged can be found.
    pub(crate) fn settle(&self) {
        self.server.settle(PATIENCE).unwrap();
    }

    /// A trace as the read API gives it.
    pub(crate) fn trace(&self, trace_id: &str) -> Value {
        self.settle();
        let reply = self.get(&format!("/api/v1/traces/{trace_id}"));
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    }

    /// Runs async work of a test on the server's runtime.
    pub(crate) fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(async { tokio::time::timeout(PATIENCE, work).await.unwrap() })
    }

    /// Asks the server to stop without waiting for it.
    pub(crate) fn begin_stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }

    /// Waits for a server that was asked to stop.
    pub(crate) fn wait_stopped(&mut self) {
        if let Some(stopped) = self.stopped.take() {
            let outcome = self.runtime.block_on(async { tokio::time::timeout(PATIENCE, stopped).await });
            outcome.expect("the server stops in time").unwrap().unwrap();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.begin_stop();
        if !std::thread::panicking() {
            self.wait_stopped();
        }
    }
}

impl Reply {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/json", "{}", self.text());
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

/// A text as it may stand in an address, every byte escaped.
pub(crate) fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |escaped, byte| escaped + &format!("%{byte:02x}"))
}
