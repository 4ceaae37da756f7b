// Asks for a trace without payloads, and for one span with everything, whose numbers stay exact.
import { parseExact } from "../json/exact";
import { get } from "./client";
import { plainNumbers, withNumbers } from "./exact-trace";
import type { SpanDetail, Tree } from "./types";

/** Numbers, names and times only: 50 000 spans are some megabytes. */
export function readTree(traceId: string, signal?: AbortSignal): Promise<Tree> {
  return get<Tree>(`/api/v1/traces/${encodeURIComponent(traceId)}/tree`, signal);
}

/** One span; its offset is from its own start, so the tree's counts. */
export function readSpan(traceId: string, spanId: string, signal?: AbortSignal): Promise<SpanDetail> {
  const path = `/api/v1/traces/${encodeURIComponent(traceId)}/spans/${encodeURIComponent(spanId)}`;
  return get(path, signal, (text) => {
    const span = withNumbers(parseExact(text) as unknown as SpanDetail);
    if (span.unit_prices) plainNumbers(span.unit_prices);
    return span;
  });
}
