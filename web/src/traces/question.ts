// What is asked of the list, as it stands in the address: range, filter and order.
import { type TraceListQuery, withParameters } from "../api/client";
import { bounds, rangeOf } from "../time/range";

export interface Question {
  range: string;
  filter: string;
  sort: string;
}

export const SORTS: readonly { value: string; label: string }[] = [
  { value: "", label: "Newest first" },
  { value: "oldest", label: "Oldest first" },
  { value: "duration", label: "Slowest first" },
  { value: "cost", label: "Dearest first" },
  { value: "tokens", label: "Most tokens first" },
];

export function questionOf(parameters: URLSearchParams): Question {
  const sort = parameters.get("sort") ?? "";
  return {
    range: parameters.get("range") ?? "",
    filter: parameters.get("filter") ?? "",
    sort: SORTS.some((choice) => choice.value === sort) ? sort : "",
  };
}

const PAGE_TRACES = 50;

/** As the API takes it: one page of the list. */
export function askedOf(question: Question, nowMillis: number): TraceListQuery {
  const { filter, sort } = question;
  return { filter, sort, limit: PAGE_TRACES, ...bounds(rangeOf(question.range), nowMillis) };
}

export function isNewestFirst(question: Question | undefined): boolean {
  return !question?.sort;
}

/** Where the list shows what is asked of it. */
export function listAddress(question: Partial<Question>): string {
  return withParameters("/traces", { range: question.range, filter: question.filter, sort: question.sort });
}
