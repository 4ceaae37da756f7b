// The figures of the server's health.
import type { Health } from "../api/types";
import { Bytes, Count } from "./quantity";

export function HealthFacts({ health }: { health: Health }) {
  const thrownAway = health.dropped_requests.logs + health.dropped_requests.metrics;
  return (
    <dl className="facts">
      <dt>Version</dt>
      <dd>{health.version}</dd>
      <dt>Spans safe on disk</dt>
      <dd>
        <Count value={health.spans_durable} />
      </dd>
      <dt>Spans to be found</dt>
      <dd>
        <Count value={health.spans_searchable} />
      </dd>
      <dt>Write-ahead log</dt>
      <dd>
        <Bytes value={health.wal_bytes} />
      </dd>
      {health.data_bytes !== null && (
        <>
          <dt>Data directory</dt>
          <dd>
            <Bytes value={health.data_bytes} />
          </dd>
        </>
      )}
      {health.disk_free_bytes !== null && (
        <>
          <dt>Free on its disk</dt>
          <dd>
            <Bytes value={health.disk_free_bytes} />
          </dd>
        </>
      )}
      {thrownAway > 0 && (
        <>
          <dt>Logs and metrics thrown away</dt>
          <dd>
            <Count value={thrownAway} />
          </dd>
        </>
      )}
    </dl>
  );
}
