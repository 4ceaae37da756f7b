//! What the server does by itself from time to time: it forgets what is past its time, and writes down who sends spans.

use std::sync::Arc;
use std::time::Duration;

use crate::state::Server;

/// How often the server looks for what is past its time. Days are dropped whole, so that more often would find nothing.
const FORGET_INTERVAL: Duration = Duration::from_hours(1);
/// How often it writes down who sends spans; as much of that is lost when the process is killed.
const SAVE_INTERVAL: Duration = Duration::from_mins(1);

/// Goes on until the server stops.
pub(crate) async fn run(server: Arc<Server>) {
    let mut forget_interval = tokio::time::interval(FORGET_INTERVAL);
    let mut save_interval = tokio::time::interval(SAVE_INTERVAL);
    loop {
        tokio::select! {
            () = server.stopped() => return save(&server).await,
            () = server.upkeep_due.notified() => forget(&server).await,
            _ = forget_interval.tick() => forget(&server).await,
            _ = save_interval.tick() => save(&server).await,
        }
    }
}

async fn forget(server: &Arc<Server>) {
    let worker = Arc::clone(server);
    match tokio::task::spawn_blocking(move || worker.forget()).await {
        Ok(Ok(retained)) if retained.n_partitions_dropped + retained.n_partitions_thinned == 0 => {}
        Ok(Ok(retained)) => {
            let (n_dropped, n_thinned) = (retained.n_partitions_dropped, retained.n_partitions_thinned);
            tracing::info!(n_dropped, n_thinned, "forgot what is past its time");
        }
        Ok(Err(error)) => tracing::warn!(%error, "cannot forget what is past its time: {error}"),
        Err(error) => tracing::error!(%error, "forgetting failed: {error}"),
    }
}

async fn save(server: &Arc<Server>) {
    let worker = Arc::clone(server);
    match tokio::task::spawn_blocking(move || worker.save_clients()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "cannot write down who sends spans: {error}"),
        Err(error) => tracing::error!(%error, "writing down who sends spans failed: {error}"),
    }
}
