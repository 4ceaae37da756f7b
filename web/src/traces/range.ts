// The time ranges that the list offers, as they stand in the address.

export interface Range {
  /** What stands in the address; empty for the one that needs no parameter. */
  value: string;
  label: string;
  millis: number | null;
}

const HOUR_MILLIS = 3_600_000;

export const RANGES: readonly Range[] = [
  { value: "15m", label: "Last 15 minutes", millis: HOUR_MILLIS / 4 },
  { value: "1h", label: "Last hour", millis: HOUR_MILLIS },
  { value: "24h", label: "Last 24 hours", millis: 24 * HOUR_MILLIS },
  { value: "7d", label: "Last 7 days", millis: 7 * 24 * HOUR_MILLIS },
  { value: "30d", label: "Last 30 days", millis: 30 * 24 * HOUR_MILLIS },
  { value: "", label: "Any time", millis: null },
];

const ANY: Range = RANGES[RANGES.length - 1] ?? { value: "", label: "Any time", millis: null };

export function rangeOf(value: string | null): Range {
  return RANGES.find((range) => range.value === value) ?? ANY;
}

/** From when on traces are wanted, as the API takes it. */
export function startedAfter(range: Range, nowMillis: number): string | undefined {
  return range.millis === null ? undefined : new Date(nowMillis - range.millis).toISOString();
}
