// Reads a trace so that integers in what people sent stay exact, while the fields that the page reckons with are numbers.
import { parseExact } from "../json/exact";
import type { Span, Trace, Usage } from "./types";

const SPAN_NUMBERS = [
  "offset_nanos",
  "duration_nanos",
  "time_to_first_token_nanos",
  "cost_usd",
  "dropped_count",
] as const;

export function readTraceText(text: string): Trace {
  const trace = parseExact(text) as unknown as Trace;
  for (const name of Object.keys(trace.trace) as (keyof Trace["trace"])[]) asNumber(trace.trace, name);
  for (const span of trace.spans) {
    for (const name of SPAN_NUMBERS) asNumber<Span>(span, name);
    for (const name of Object.keys(span.usage) as (keyof Usage)[]) asNumber(span.usage, name);
  }
  return trace;
}

/** Sums and bars bear the rounding of a double; arithmetic between the two kinds of number throws. */
function asNumber<T>(holder: T, name: keyof T): void {
  const value: unknown = holder[name];
  if (typeof value === "bigint") holder[name] = Number(value) as T[keyof T];
}
