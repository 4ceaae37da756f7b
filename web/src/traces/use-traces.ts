// The list of traces: page by page downwards, and every two seconds what is new on top.
import {
  type InfiniteData,
  infiniteQueryOptions,
  type QueryClient,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";
import { askAgainMillis, listTraces } from "../api/client";
import type { TraceList } from "../api/types";
import { isOpenEnded, rangeOf } from "../time/range";
import { flatten, withNewest } from "./pages";
import { askedOf, isNewestFirst, type Question } from "./question";
import { useLive } from "./use-live";

const ASK_EVERY_MILLIS = 2000;

type Pages = InfiniteData<TraceList, string | undefined>;

/** How often to ask where the server tells by itself: a connection may look open and be none. */
const ASK_SELDOM_MILLIS = 15_000;

function listQuery(question: Question) {
  return infiniteQueryOptions({
    queryKey: ["traces", question] as const,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => listTraces({ ...askedOf(question, Date.now()), cursor: pageParam }, signal),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // What is new comes by another query; asking for every loaded page again would be waste.
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Takes over the list that was asked for before anything was drawn; the answer, or none, ends the promise. */
export function takeFirstTraces(client: QueryClient, question: Question, first: Promise<TraceList>): Promise<void> {
  return client.prefetchInfiniteQuery({ ...listQuery(question), queryFn: () => first, retry: false });
}

export function useTraces(question: Question, wantsLive: boolean) {
  const client = useQueryClient();
  const range = rangeOf(question.range);
  const query = useMemo(() => listQuery(question), [question]);
  const key = query.queryKey;
  // In any other order what is new has no place of its own.
  const isLive = wantsLive && isNewestFirst(question) && isOpenEnded(range, Date.now());
  const list = useInfiniteQuery({
    ...query,
    // What was loaded stays on the screen while another filter or range is on its way.
    placeholderData: (before) => before,
    refetchOnWindowFocus: false,
    refetchInterval: (query) => (query.state.data ? false : askAgainMillis(query.state.error)),
  });
  const isTold = useLive(isLive, () => void client.invalidateQueries({ queryKey: ["traces-newest", question] }));
  const newest = useQuery({
    queryKey: ["traces-newest", question],
    queryFn: ({ signal }) => listTraces(askedOf(question, Date.now()), signal),
    enabled: isLive && list.data !== undefined && !list.isPlaceholderData,
    refetchInterval: isTold ? ASK_SELDOM_MILLIS : ASK_EVERY_MILLIS,
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
    traces: useMemo(() => flatten(pages ?? [], isNewestFirst(question)), [pages, question]),
    isLoaded: list.data !== undefined,
    /** Whether what is shown is what was asked before. */
    isOutdated: list.isPlaceholderData,
    isBusy: list.isFetching || newest.isFetching,
    error: list.error ?? (isLive ? newest.error : null),
    hasMore: list.hasNextPage && !list.isPlaceholderData,
    isLoadingMore: list.isFetchingNextPage,
    loadMore: list.fetchNextPage,
    retry: () => (list.data ? (newest.error ? newest.refetch() : list.fetchNextPage()) : list.refetch()),
    refresh,
  };
}
