//! `tracewood serve`: the server on its addresses, until it is told to stop.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tracewood_server::{Access, Limits, Prices, Server, Settings};
use tracewood_store::Store;
use tracewood_store::embedded::{self, Embedded, Keyring};

use crate::config::{Serve, flag, variable};
use crate::failure::Failure;
use crate::log::{self, Log};
use crate::memory;

/// Runs until a signal comes.
pub(crate) fn run(config: &Serve) -> Result<(), Failure> {
    memory::keep_for_a_while();
    let log = log::start(config);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("the runtime cannot start: {error}")))?;
    runtime.block_on(serve(config, &log))
}

async fn serve(config: &Serve, log: &Log) -> Result<(), Failure> {
    let stop = stop_signal()?;
    let is_loopback = refuse_without_keys(config)?;
    let (http, http_address) = bind("listen", config.listen).await?;
    let (grpc, grpc_address) = bind("grpc", config.grpc).await?;
    let data = config.data.clone();
    let store = tokio::task::spawn_blocking(move || Embedded::open(&data, embedded::Options::default()))
        .await
        .map_err(|error| Failure::new(format!("the store failed while it was opened: {error}")))?
        .map_err(|error| Failure::new(format!("{} cannot be used: {error}", config.data.display())))?;
    let store: Arc<dyn Store> = Arc::new(store);
    let settings = Settings {
        limits: Limits::of_request_bytes(config.request_bytes_max),
        access: Access::keyed(Arc::new(keyring(config)?), is_loopback),
        hosts: config.hosts.clone(),
        prices: Prices::new(config.prices.clone()),
        keep: config.keep,
        n_log_lines_lost: log.n_lost(),
    };
    let server = Server::new(store, settings);
    // Programs that started us wait for this line, and read the ports from it.
    let line = format!(
        "tracewood listening on http://{http_address} (gRPC {grpc_address}), data in {}\n",
        config.data.display()
    );
    let mut stdout = io::stdout();
    let _ = stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush());
    tracing::info!(http = %http_address, grpc = %grpc_address, "listening on http://{http_address}");

    let end = tracewood_server::serve(server, http, grpc, stop).await;
    end.map_err(|error| Failure::new(format!("the server failed: {error}")))
}

/// Says whether only this machine can reach the server, and refuses to start if others can and nobody has a key.
fn refuse_without_keys(config: &Serve) -> Result<bool, Failure> {
    let reachable = [("listen", config.listen), ("grpc", config.grpc)];
    let Some((key, address)) = reachable.into_iter().find(|(_, address)| !address.ip().is_loopback()) else {
        return Ok(true);
    };
    // A folder that is not there is not made for a server that may not start.
    let has_key = config.data.is_dir()
        && keyring(config)?
            .list()
            .map_err(|error| Failure::new(format!("the keys cannot be read: {error}")))?
            .iter()
            .any(|key| key.revoked_at_unix_nanos.is_none());
    if has_key {
        return Ok(false);
    }
    let data = config.data.display();
    Err(Failure::usage(format!(
        "refusing to listen on {address} ({}): without keys everybody who reaches it could read and write; make one with \
         \"tracewood keys create --data {data}\", or use a loopback address such as 127.0.0.1:{}",
        flag(key),
        address.port()
    )))
}

fn keyring(config: &Serve) -> Result<Keyring, Failure> {
    let data = config.data.display();
    Keyring::open(&config.data).map_err(|error| Failure::new(format!("{data} cannot be used: {error}")))
}

async fn bind(key: &str, address: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    let bound = TcpListener::bind(address).await.and_then(|listener| {
        let address = listener.local_addr()?;
        Ok((listener, address))
    });
    bound.map_err(|error| {
        let (port, ip) = (address.port(), address.ip());
        let advice = format!("{} {} (or {})", flag(key), SocketAddr::new(ip, 0), variable(key));
        Failure::new(match error.kind() {
            io::ErrorKind::AddrInUse => format!("port {port} on {ip} is in use; choose another one with {advice}"),
            io::ErrorKind::PermissionDenied => {
                format!("port {port} on {ip} is not ours to take; choose another one with {advice}")
            }
            _ => format!("cannot listen on {address}: {error}; choose another address with {advice}"),
        })
    })
}

/// Done when the process is asked to stop.
fn stop_signal() -> Result<impl Future<Output = ()> + Send + 'static, Failure> {
    let failed = |error: io::Error| Failure::new(format!("signals cannot be watched: {error}"));
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    {
        let mut interrupt = tokio::signal::windows::ctrl_c().map_err(failed)?;
        Ok(async move {
            interrupt.recv().await;
        })
    }
}
