// One trace without its payloads, asked for again when the server says that something of it has arrived.
import { replaceEqualDeep, useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { askAgainMillis } from "../api/client";
import { readTree } from "../api/tree";
import type { Tree } from "../api/types";
import { millisOf } from "../format/instant";
import { useLive } from "../traces/use-live";

/** A trace younger than this may get more spans, even though none is pending. */
const FRESH_MILLIS = 60_000;
/** How often to ask where the server cannot tell by itself, and in case it had to leave something out. */
const ASK_EVERY_MILLIS = 2000;
const ASK_TOLD_EVERY_MILLIS = 10_000;
/** Above this many spans an answer is megabytes: not compared value by value. */
const LARGE_SPANS = 5000;

export function useTree(traceId: string) {
  const isTold = useRef(false);
  const query = useQuery({
    queryKey: ["tree", traceId],
    queryFn: ({ signal }) => readTree(traceId, signal),
    refetchInterval: ({ state }) =>
      state.data ? nextAskMillis(state.data, Date.now(), isTold.current) : askAgainMillis(state.error),
    structuralSharing: (before, after) =>
      (after as Tree).spans.length > LARGE_SPANS ? after : replaceEqualDeep(before as Tree, after as Tree),
  });
  const isGrowing = query.data !== undefined && nextAskMillis(query.data, Date.now(), true) !== false;
  const filter = `trace.id:${query.data?.trace.trace_id ?? traceId}`;
  isTold.current = useLive(isGrowing, () => void query.refetch(), filter);
  return query;
}

/** After how long to ask again; `false` once nothing more is to be expected. */
export function nextAskMillis(detail: Tree, nowMillis: number, isTold: boolean): number | false {
  const isFresh = nowMillis - millisOf(detail.trace.started_at) < FRESH_MILLIS;
  const isOpen = detail.trace.root_missing ? isFresh : detail.spans.some((span) => span.pending);
  if (!isFresh && !isOpen) return false;
  return isTold || detail.spans.length > LARGE_SPANS ? ASK_TOLD_EVERY_MILLIS : ASK_EVERY_MILLIS;
}
