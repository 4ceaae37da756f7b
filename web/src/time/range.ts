// Time ranges as they stand in the address: one of the usual ones that ends now, or from one moment to another.

export interface Range {
  /** What stands in the address; empty for the one that needs no parameter. */
  value: string;
  label: string;
  /** How far back it reaches; null for any time, and for one with fixed ends. */
  millis: number | null;
  /** Its ends in milliseconds since the Unix epoch, where they are fixed. */
  fixed: { fromMillis: number; toMillis: number } | null;
}

/** A range as the API takes it, in RFC 3339. */
export interface Bounds {
  startedAfter?: string | undefined;
  startedBefore?: string | undefined;
}

const HOUR_MILLIS = 3_600_000;

/** Between the two ends in the address. */
const BETWEEN = "~";

export const RANGES: readonly Range[] = [
  usual("15m", "Last 15 minutes", HOUR_MILLIS / 4),
  usual("1h", "Last hour", HOUR_MILLIS),
  usual("6h", "Last 6 hours", 6 * HOUR_MILLIS),
  usual("24h", "Last 24 hours", 24 * HOUR_MILLIS),
  usual("7d", "Last 7 days", 7 * 24 * HOUR_MILLIS),
  usual("30d", "Last 30 days", 30 * 24 * HOUR_MILLIS),
  usual("", "Any time", null),
];

const ANY: Range = RANGES[RANGES.length - 1] ?? usual("", "Any time", null);

/** The range that a parameter means; any time, or `fallback`, where it means none. */
export function rangeOf(value: string | null, fallback: Range = ANY): Range {
  if (value === null) return fallback;
  return RANGES.find((range) => range.value === value) ?? fixedOf(value) ?? fallback;
}

/** The range between two moments, as it stands in the address. */
export function between(fromMillis: number, toMillis: number): string {
  // Whole seconds are kept short; finer ones are kept.
  const text = (millis: number) => new Date(Math.round(millis)).toISOString().replace(".000Z", "Z");
  return `${text(fromMillis)}${BETWEEN}${text(toMillis)}`;
}

export function bounds(range: Range, nowMillis: number): Bounds {
  if (range.fixed) {
    return {
      startedAfter: new Date(range.fixed.fromMillis).toISOString(),
      startedBefore: new Date(range.fixed.toMillis).toISOString(),
    };
  }
  return range.millis === null ? {} : { startedAfter: new Date(nowMillis - range.millis).toISOString() };
}

/** Its ends in milliseconds since the Unix epoch; null where it has no beginning. */
export function endsOf(range: Range, nowMillis: number): { fromMillis: number; toMillis: number } | null {
  if (range.fixed) return range.fixed;
  return range.millis === null ? null : { fromMillis: nowMillis - range.millis, toMillis: nowMillis };
}

/** Whether what arrives now can lie in it. */
export function isOpenEnded(range: Range, nowMillis: number): boolean {
  return range.fixed === null || range.fixed.toMillis > nowMillis;
}

function usual(value: string, label: string, millis: number | null): Range {
  return { value, label, millis, fixed: null };
}

function fixedOf(value: string): Range | null {
  const [from, to] = value.split(BETWEEN).map((text) => Date.parse(text));
  if (from === undefined || to === undefined || !(from < to)) return null;
  return { value, label: "Chosen time", millis: null, fixed: { fromMillis: from, toMillis: to } };
}
