// The spans that have the words, page by page.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { askAgainMillis } from "../api/client";
import { searchSpans } from "../api/search";
import type { SpanHit } from "../api/types";
import { allOf } from "../filter/text";
import { bounds, type Range } from "../time/range";
import { filterOf } from "./words";

const PAGE_SPANS = 30;

export function useSearch(words: readonly string[], filter: string, range: Range) {
  const whole = allOf(filterOf(words), filter);
  const query = useInfiniteQuery({
    queryKey: ["search", whole, range.value],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      searchSpans({ ...bounds(range, Date.now()), filter: whole, limit: PAGE_SPANS, cursor: pageParam }, signal),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled: words.length > 0,
    // What was found stays on the screen while the next is looked for.
    placeholderData: (before) => before,
    staleTime: 30_000,
    refetchOnWindowFocus: false,
    refetchInterval: (asked) => (asked.state.data ? false : askAgainMillis(asked.state.error)),
  });
  const pages = query.data?.pages;
  const spans = useMemo(() => {
    const byId = new Map<string, SpanHit>();
    for (const page of pages ?? []) {
      for (const span of page.spans) byId.set(`${span.trace_id} ${span.span_id}`, span);
    }
    return [...byId.values()];
  }, [pages]);
  return { ...query, spans };
}
