// What is asked of the list, as it stands in the address: range, filter and order.
import { withParameters } from "../api/client";

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

export function isNewestFirst(question: Question | undefined): boolean {
  return !question?.sort;
}

/** Where the list shows what is asked of it. */
export function listAddress(question: Partial<Question>): string {
  return withParameters("/traces", { range: question.range, filter: question.filter, sort: question.sort });
}
