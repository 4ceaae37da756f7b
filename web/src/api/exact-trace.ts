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
  plainNumbers(trace.trace);
  trace.spans.forEach(withNumbers);
  return trace;
}

/** The span, with plain numbers in the fields that are reckoned with. */
export function withNumbers<S extends Span>(span: S): S {
  for (const name of SPAN_NUMBERS) asNumber<Span>(span, name);
  for (const name of Object.keys(span.usage) as (keyof Usage)[]) asNumber(span.usage, name);
  return span;
}

/** The same object, with plain numbers in its own fields. */
export function plainNumbers<T extends object>(holder: T): T {
  for (const name of Object.keys(holder) as (keyof T)[]) asNumber(holder, name);
  return holder;
}

/** Sums and bars bear the rounding of a double; arithmetic between the two kinds of number throws. */
function asNumber<T>(holder: T, name: keyof T): void {
  const value: unknown = holder[name];
  if (typeof value === "bigint") holder[name] = Number(value) as T[keyof T];
}
