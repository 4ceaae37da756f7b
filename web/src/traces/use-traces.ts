// The list of traces: page by page downwards, and every two seconds what is new on top.
import { type InfiniteData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";
import { askAgainMillis, listTraces } from "../api/client";
import type { TraceList } from "../api/types";
import { flatten, withNewest } from "./pages";
import { rangeOf, startedAfter } from "./range";

const PAGE_TRACES = 50;
const ASK_EVERY_MILLIS = 2000;

type Pages = InfiniteData<TraceList, string | undefined>;

export function tracesKey(rangeValue: string) {
  return ["traces", rangeValue] as const;
}

export function useTraces(rangeValue: string, isLive: boolean) {
  const client = useQueryClient();
  const range = rangeOf(rangeValue);
  const key = useMemo(() => tracesKey(rangeValue), [rangeValue]);
  const list = useInfiniteQuery({
    queryKey: key,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      listTraces({ startedAfter: startedAfter(range, Date.now()), limit: PAGE_TRACES, cursor: pageParam }, signal),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // What is new comes by the query below; asking for every loaded page again would be waste.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchInterval: (query) => (query.state.data ? false : askAgainMillis(query.state.error)),
  });
  const newest = useQuery({
    queryKey: ["traces-newest", rangeValue],
    queryFn: ({ signal }) => listTraces({ startedAfter: startedAfter(range, Date.now()), limit: PAGE_TRACES }, signal),
    enabled: isLive && list.data !== undefined,
    refetchInterval: ASK_EVERY_MILLIS,
    retry: false,
  });
  const arrived = newest.data;
  useEffect(() => {
    const loaded = client.getQueryData<Pages>(key);
    if (!arrived || !loaded) return;
    const pages = withNewest(loaded.pages, arrived);
    client.setQueryData<Pages>(key, {
      pages: pages ?? [arrived],
      pageParams: pages ? loaded.pageParams : [undefined],
    });
  }, [arrived, client, key]);
  const pages = list.data?.pages;
  const refresh = useCallback(() => client.resetQueries({ queryKey: key }), [client, key]);
  return {
    traces: useMemo(() => flatten(pages ?? []), [pages]),
    isLoaded: list.data !== undefined,
    isBusy: list.isFetching || newest.isFetching,
    error: list.error ?? (isLive ? newest.error : null),
    hasMore: list.hasNextPage,
    isLoadingMore: list.isFetchingNextPage,
    loadMore: list.fetchNextPage,
    retry: () => (list.data ? (newest.error ? newest.refetch() : list.fetchNextPage()) : list.refetch()),
    refresh,
  };
}
