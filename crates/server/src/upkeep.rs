//! What the server does by itself from time to time: it forgets what is past its time.

use std::sync::Arc;
use std::time::Duration;

use crate::state::Server;

/// How often the server looks for what is past its time. Days are dropped whole, so that more often would find nothing.
const INTERVAL: Duration = Duration::from_hours(1);

/// Goes on until the server stops.
pub(crate) async fn run(server: Arc<Server>) {
    if server.keep.is_none() {
        return;
    }
    let mut interval = tokio::time::interval(INTERVAL);
    loop {
        tokio::select! {
            () = server.stopped() => return,
            _ = interval.tick() => {}
        }
        let worker = Arc::clone(&server);
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
}
