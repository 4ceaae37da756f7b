// One trace and its spans, asked for again while it may still grow.
import { replaceEqualDeep, useQuery } from "@tanstack/react-query";
import { askAgainMillis, readTrace } from "../api/client";
import type { Trace } from "../api/types";
import { millisOf } from "../format/instant";

/** A trace younger than this may get more spans, even though none is pending. */
const FRESH_MILLIS = 60_000;
const ASK_EVERY_MILLIS = 2000;
/** Above this many spans an answer is megabytes: asked for less often, and not compared value by value. */
const LARGE_SPANS = 2000;
const ASK_LARGE_EVERY_MILLIS = 10_000;

export function useTrace(traceId: string) {
  return useQuery({
    queryKey: ["trace", traceId],
    queryFn: ({ signal }) => readTrace(traceId, signal),
    refetchInterval: (query) =>
      query.state.data ? nextAskMillis(query.state.data, Date.now()) : askAgainMillis(query.state.error),
    structuralSharing: (before, after) =>
      isLarge(after as Trace) ? after : replaceEqualDeep(before as Trace, after as Trace),
  });
}

/** After how long to ask again; `false` once nothing more is to be expected. */
export function nextAskMillis(detail: Trace, nowMillis: number): number | false {
  const isFresh = nowMillis - millisOf(detail.trace.started_at) < FRESH_MILLIS;
  const isOpen = detail.trace.root_missing ? isFresh : detail.spans.some((span) => span.pending);
  if (!isFresh && !isOpen) return false;
  return isLarge(detail) ? ASK_LARGE_EVERY_MILLIS : ASK_EVERY_MILLIS;
}

function isLarge(detail: Trace): boolean {
  return detail.spans.length > LARGE_SPANS;
}
