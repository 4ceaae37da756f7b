// A trace with all its payloads, for comparing what was said in two of them.
import { useQuery } from "@tanstack/react-query";
import { askAgainMillis, readTrace } from "../api/client";

export function useWholeTrace(traceId: string, isWanted: boolean) {
  return useQuery({
    queryKey: ["whole trace", traceId],
    enabled: isWanted,
    queryFn: ({ signal }) => readTrace(traceId, signal),
    refetchInterval: ({ state }) => (state.data ? false : askAgainMillis(state.error)),
    // What is compared stays as it is while it is read.
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  });
}
