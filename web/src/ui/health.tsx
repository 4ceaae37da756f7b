// The server's health as a dot, and behind it the figures that it comes from.
import { useQuery } from "@tanstack/react-query";
import { type ToggleEvent, useId } from "react";
import { readHealth } from "../api/client";
import { listClients } from "../api/settings";
import type { Client, Health } from "../api/types";
import { millisOf } from "../format/instant";
import { Link } from "../router";
import { HealthFacts } from "./health-facts";

const ASK_EVERY_MILLIS = 10_000;
/** Minutes of heavy ingest: time to make room before spans are refused. */
const LOW_BYTES = 1e9;
const ASK_SELDOM_MILLIS = 60_000;
/** A program that lost spans and has sent some since this long ago is still at it. */
const LOSS_MILLIS = 3_600_000;
/** More than a second's worth of spans that are safe on disk but cannot be found yet: the index lags. */
const LAG_SPANS = 50_000;

type Level = "good" | "warning" | "bad" | "unknown";

/** `lossy` are the clients that say they lost something. */
export function judge(
  health: Health | undefined,
  error: unknown,
  lossy: readonly Client[] = [],
): { level: Level; words: string } {
  if (error) return { level: "bad", words: "The server cannot be reached" };
  if (!health) return { level: "unknown", words: "Asking the server" };
  if (!health.writable) return { level: "bad", words: "The server refuses spans" };
  if (health.disk_free_bytes !== null && health.disk_free_bytes < LOW_BYTES) {
    return { level: "warning", words: "The disk is almost full" };
  }
  if (health.trouble) return { level: "warning", words: "The server has trouble" };
  if (health.spans_durable - health.spans_searchable > LAG_SPANS) return { level: "warning", words: "The index lags" };
  const recently = Date.now() - LOSS_MILLIS;
  if (lossy.some((client) => millisOf(client.last_seen_at) > recently)) {
    return { level: "warning", words: "A program has lost spans" };
  }
  return { level: "good", words: "The server is well" };
}

export function useHealth() {
  const health = useQuery({
    queryKey: ["health"],
    queryFn: ({ signal }) => readHealth(signal),
    refetchInterval: ASK_EVERY_MILLIS,
  });
  const lossy = useQuery({
    queryKey: ["clients", "lossy"],
    queryFn: ({ signal }) => listClients(true, undefined, signal),
    refetchInterval: ASK_SELDOM_MILLIS,
  });
  return { ...health, ...judge(health.data, health.error, lossy.data?.clients) };
}

/** Tells the keys of the page that something lies on top of it. */
function markOpen(event: ToggleEvent<HTMLElement>) {
  event.currentTarget.toggleAttribute("data-open", event.newState === "open");
}

export function HealthDot() {
  const id = useId();
  const { data, level, words } = useHealth();
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
        {data && <HealthFacts health={data} />}
        <p className="health-more">
          <Link
            to="/settings/server"
            onClick={(event) => event.currentTarget.closest<HTMLElement>("[popover]")?.hidePopover()}
          >
            All of it
          </Link>
        </p>
      </div>
    </>
  );
}
