// Which traces stand beside one in the list that was looked at last.
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { TraceList } from "../api/types";
import { flatten } from "./pages";
import { isNewestFirst, type Question } from "./question";

export function neighbours(client: QueryClient, traceId: string): { newer: string | null; older: string | null } {
  const lists = client.getQueriesData<InfiniteData<TraceList>>({ queryKey: ["traces"] });
  for (const [key, list] of lists) {
    const traces = flatten(list?.pages ?? [], isNewestFirst(key[1] as Question));
    const index = traces.findIndex((trace) => trace.trace_id === traceId);
    if (index < 0) continue;
    return { newer: traces[index - 1]?.trace_id ?? null, older: traces[index + 1]?.trace_id ?? null };
  }
  return { newer: null, older: null };
}
