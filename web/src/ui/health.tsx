// The server's health as a dot, and behind it the figures that it comes from.
import { useQuery } from "@tanstack/react-query";
import { type ToggleEvent, useId } from "react";
import { readHealth } from "../api/client";
import type { Health } from "../api/types";
import { Bytes, Count } from "./quantity";

const ASK_EVERY_MILLIS = 10_000;
/** More than a second's worth of spans that are safe on disk but cannot be found yet: the index lags. */
const LAG_SPANS = 50_000;

type Level = "good" | "warning" | "bad" | "unknown";

export function judge(health: Health | undefined, error: unknown): { level: Level; words: string } {
  if (error) return { level: "bad", words: "The server cannot be reached" };
  if (!health) return { level: "unknown", words: "Asking the server" };
  if (!health.writable) return { level: "bad", words: "The server refuses spans" };
  if (health.trouble) return { level: "warning", words: "The server has trouble" };
  if (health.spans_durable - health.spans_searchable > LAG_SPANS) return { level: "warning", words: "The index lags" };
  return { level: "good", words: "The server is well" };
}

/** Tells the keys of the page that something lies on top of it. */
function markOpen(event: ToggleEvent<HTMLElement>) {
  event.currentTarget.toggleAttribute("data-open", event.newState === "open");
}

export function HealthDot() {
  const id = useId();
  const { data, error } = useQuery({
    queryKey: ["health"],
    queryFn: ({ signal }) => readHealth(signal),
    refetchInterval: ASK_EVERY_MILLIS,
  });
  const { level, words } = judge(data, error);
  return (
    <>
      <button type="button" className="rail-item" popoverTarget={id}>
        <span className={`dot dot-${level}`} />
        <span className="rail-label">{words}</span>
      </button>
      <div id={id} popover="auto" className="popover health" onToggle={markOpen}>
        <h2>
          <span className={`dot dot-${level}`} /> {words}
        </h2>
        {data?.trouble && <p className="health-trouble">{data.trouble}</p>}
        {data && (
          <dl className="facts">
            <dt>Version</dt>
            <dd>{data.version}</dd>
            <dt>Spans safe on disk</dt>
            <dd>
              <Count value={data.spans_durable} />
            </dd>
            <dt>Spans to be found</dt>
            <dd>
              <Count value={data.spans_searchable} />
            </dd>
            <dt>Write-ahead log</dt>
            <dd>
              <Bytes value={data.wal_bytes} />
            </dd>
            {data.dropped_requests.logs + data.dropped_requests.metrics > 0 && (
              <>
                <dt>Logs and metrics thrown away</dt>
                <dd>
                  <Count value={data.dropped_requests.logs + data.dropped_requests.metrics} />
                </dd>
              </>
            )}
          </dl>
        )}
      </div>
    </>
  );
}
