// Instants for people: relative in lists, absolute with the zone on hover, in local time or UTC.

/** Which clock the page shows. */
export type Zone = "local" | "utc";

const SECOND_MILLIS = 1000;
const MINUTE_MILLIS = 60 * SECOND_MILLIS;
const HOUR_MILLIS = 60 * MINUTE_MILLIS;
const DAY_MILLIS = 24 * HOUR_MILLIS;

/** Milliseconds since the Unix epoch, with what lies below as a fraction. */
export function millisOf(instant: string): number {
  const match = /^(.*T\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(instant);
  if (!match) return Date.parse(instant);
  const whole = Date.parse(`${match[1]}${match[3]}`);
  return whole + Number(`0.${match[2] ?? "0"}`) * 1000;
}

/** `3 min ago`; older than a month, the day. */
export function relative(instant: string, nowMillis: number, zone: Zone = "local"): string {
  const at = millisOf(instant);
  if (Number.isNaN(at)) return instant;
  const age = nowMillis - at;
  // Clocks of two machines differ: a little in the future is now.
  if (age < 5 * SECOND_MILLIS && age > -MINUTE_MILLIS) return "just now";
  if (age < 0) return dayOf(at, zone, nowMillis);
  if (age < MINUTE_MILLIS) return `${Math.floor(age / SECOND_MILLIS)} s ago`;
  if (age < HOUR_MILLIS) return `${Math.floor(age / MINUTE_MILLIS)} min ago`;
  if (age < DAY_MILLIS) return `${Math.floor(age / HOUR_MILLIS)} h ago`;
  if (age < 30 * DAY_MILLIS) return `${Math.floor(age / DAY_MILLIS)} d ago`;
  return dayOf(at, zone, nowMillis);
}

/** `2026-11-22 04:22:55.123 UTC`; `digits` of the second's fraction, which come from the text, not from a float. */
export function absolute(instant: string, zone: Zone, digits = 3): string {
  const at = millisOf(instant);
  if (Number.isNaN(at)) return instant;
  const fraction = (/\.(\d+)(?:Z|[+-]\d\d:\d\d)$/.exec(instant)?.[1] ?? "").padEnd(9, "0").slice(0, digits);
  const parts = partsOf(Math.floor(at), zone);
  const second = digits > 0 ? `${parts.time}.${fraction}` : parts.time;
  return `${parts.date} ${second} ${parts.offset}`;
}

/** The time of day alone, for a line that names the day elsewhere. */
export function clock(instant: string, zone: Zone): string {
  const at = millisOf(instant);
  return Number.isNaN(at) ? instant : partsOf(Math.floor(at), zone).time;
}

/** `27 Nov`, with the year where it is not this one. */
export function dayOf(at: number, zone: Zone, nowMillis: number = Date.now()): string {
  const options: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };
  if (new Date(at).getUTCFullYear() !== new Date(nowMillis).getUTCFullYear()) options.year = "numeric";
  if (zone === "utc") options.timeZone = "UTC";
  const key = `${options.year} ${zone}`;
  const known = DAY_FORMATS.get(key) ?? new Intl.DateTimeFormat("en-GB", options);
  DAY_FORMATS.set(key, known);
  return known.format(at);
}

/** A format takes as long to make as a list of days to write. */
const DAY_FORMATS = new Map<string, Intl.DateTimeFormat>();

function partsOf(at: number, zone: Zone): { date: string; time: string; offset: string } {
  const offsetMinutes = zone === "utc" ? 0 : -new Date(at).getTimezoneOffset();
  const shifted = new Date(at + offsetMinutes * MINUTE_MILLIS).toISOString();
  return { date: shifted.slice(0, 10), time: shifted.slice(11, 19), offset: offsetText(offsetMinutes, zone) };
}

function offsetText(minutes: number, zone: Zone): string {
  if (zone === "utc") return "UTC";
  const sign = minutes < 0 ? "-" : "+";
  const size = Math.abs(minutes);
  return `${sign}${String(Math.floor(size / 60)).padStart(2, "0")}:${String(size % 60).padStart(2, "0")}`;
}
