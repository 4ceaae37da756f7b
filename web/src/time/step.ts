// How wide the steps of a chart are: round lengths, as many as fit.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Lengths in seconds that people count in. */
const STEPS_SECONDS: readonly number[] = [
  1,
  2,
  5,
  10,
  15,
  30,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
];

/** The shortest round step of which at most `stepsMax` cover the length. */
export function stepSeconds(lengthMillis: number, stepsMax: number): number {
  const wanted = lengthMillis / 1000 / stepsMax;
  const longest = STEPS_SECONDS.at(-1) ?? DAY;
  return STEPS_SECONDS.find((step) => step >= wanted) ?? Math.ceil(wanted / longest) * longest;
}

/** The beginnings of all steps from the one in which a range begins to the one in which it ends, in seconds. */
export function stepsOf(fromMillis: number, toMillis: number, step: number): number[] {
  const first = Math.floor(fromMillis / 1000 / step) * step;
  // A range ends before its last moment, so that one that ends where a step begins does not have that step.
  const n = Math.max(1, Math.ceil(toMillis / 1000 / step) - first / step);
  return Array.from({ length: n }, (_, index) => first + index * step);
}
