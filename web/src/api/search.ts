// Asks for the spans that pass a filter, with the places in which its words stand.
import type { Bounds } from "../time/range";
import { get, withParameters } from "./client";
import type { SpanList } from "./types";

export interface SearchQuestion extends Bounds {
  filter: string;
  limit?: number;
  cursor?: string | undefined;
}

export function searchSpans(question: SearchQuestion, signal?: AbortSignal): Promise<SpanList> {
  const path = withParameters("/api/v1/search", {
    filter: question.filter,
    started_after: question.startedAfter,
    started_before: question.startedBefore,
    limit: question.limit,
    cursor: question.cursor,
  });
  return get<SpanList>(path, signal);
}
