// One span with its payload, asked for when it is chosen, and its neighbours before they are.
import { type QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import { askAgainMillis } from "../api/client";
import { readSpan } from "../api/tree";
import type { TreeSpan } from "../api/types";

/** Payloads may be tens of megabytes: those not looked at are forgotten soon. */
const KEEP_MILLIS = 60_000;
/** A span that has ended changes only where its sender corrects it. */
const FRESH_MILLIS = 30_000;

function spanQuery(traceId: string, span: TreeSpan) {
  return queryOptions({
    // A pending span that has ended, or was corrected, is asked for anew.
    queryKey: ["span", traceId, span.span_id, span.duration_nanos, span.status],
    queryFn: ({ signal }) => readSpan(traceId, span.span_id, signal),
    staleTime: span.pending ? 2000 : FRESH_MILLIS,
    gcTime: KEEP_MILLIS,
    structuralSharing: false,
  });
}

export function useSpan(traceId: string, span: TreeSpan | null) {
  return useQuery({
    ...spanQuery(traceId, span ?? NOTHING),
    enabled: span !== null,
    refetchInterval: ({ state }) => (state.data ? false : askAgainMillis(state.error)),
    // The same span as it was, while what became of it is on its way.
    placeholderData: (before) => (before && before.span_id === span?.span_id ? before : undefined),
  });
}

/** A span of which nothing but its ids is known. */
export function useSpanById(traceId: string, spanId: string | null) {
  return useSpan(traceId, spanId === null ? null : { ...NOTHING, span_id: spanId });
}

export function prefetchSpan(client: QueryClient, traceId: string, span: TreeSpan): void {
  void client.prefetchQuery({ ...spanQuery(traceId, span), retry: false });
}

const NOTHING = { span_id: "", duration_nanos: null, status: "unset", pending: false } as TreeSpan;
