// How the pages of the list and what arrives meanwhile become one list.
import type { TraceList, TraceSummary } from "../api/types";

/**
 * Puts the newest page in front of what is loaded: known traces are renewed in their place, new ones come on top.
 *
 * Returns `null` where the two do not meet (more arrived than one page holds), for then the list must begin anew.
 */
export function withNewest(pages: readonly TraceList[], newest: TraceList): TraceList[] | null {
  const [first, ...others] = pages;
  if (!first) return [newest];
  const known = new Set(pages.flatMap((page) => page.traces.map((trace) => trace.trace_id)));
  const meets = newest.traces.some((trace) => known.has(trace.trace_id)) || newest.next_cursor === null;
  if (known.size > 0 && !meets) return null;
  const renewed = new Map(newest.traces.map((trace) => [trace.trace_id, trace]));
  const renew = (trace: TraceSummary) => renewed.get(trace.trace_id) ?? trace;
  const added = newest.traces.filter((trace) => !known.has(trace.trace_id));
  const next = known.size === 0 ? newest.next_cursor : first.next_cursor;
  return [
    { traces: [...added, ...first.traces.map(renew)], next_cursor: next },
    ...others.map((page) => ({ ...page, traces: page.traces.map(renew) })),
  ];
}

/** All traces of all pages, each once: newest first, or in the order in which the server gave them. */
export function flatten(pages: readonly TraceList[], isNewestFirst = true): TraceSummary[] {
  const byId = new Map<string, TraceSummary>();
  for (const page of pages) {
    for (const trace of page.traces) if (!byId.has(trace.trace_id)) byId.set(trace.trace_id, trace);
  }
  if (!isNewestFirst) return [...byId.values()];
  return [...byId.values()].sort((a, b) =>
    // All instants have the same form, so that they sort as texts do.
    a.started_at < b.started_at ? 1 : a.started_at > b.started_at ? -1 : a.trace_id < b.trace_id ? 1 : -1,
  );
}
