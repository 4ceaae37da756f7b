// The list of sessions or users, page by page.
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { askAgainMillis } from "../api/client";
import { type GroupSort, listGroups } from "../api/groups";
import type { Group } from "../api/types";
import { bounds, rangeOf } from "../time/range";

export function useGroups(sort: GroupSort, rangeValue: string | null, filter: string) {
  const list = useInfiniteQuery({
    queryKey: ["groups", sort, rangeValue, filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      listGroups(sort, { filter, ...bounds(rangeOf(rangeValue), Date.now()) }, pageParam, signal),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // What was loaded stays while the next comes.
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data ? false : askAgainMillis(state.error)),
  });
  const pages = list.data?.pages;
  return { ...list, groups: useMemo(() => distinct(pages?.flatMap((page) => page.groups) ?? []), [pages]) };
}

/** One that became active while the pages were loaded stands on two of them. */
export function distinct(groups: readonly Group[]): Group[] {
  return [...new Map(groups.map((group) => [group.id, group])).values()];
}
