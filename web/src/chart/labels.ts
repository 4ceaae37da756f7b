// What stands along the axes of charts and of a step of time.
import type { Zone } from "../format/instant";

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

/** The labels of moments (in seconds) along an axis whose labels are `apart` seconds from each other. */
export function momentLabels(moments: readonly number[], apart: number, zone: Zone): string[] {
  const options: Intl.DateTimeFormatOptions = zone === "utc" ? { timeZone: "UTC" } : {};
  const time = new Intl.DateTimeFormat("en-GB", {
    ...options,
    hour: "2-digit",
    minute: "2-digit",
    ...(apart < MINUTE ? { second: "2-digit" } : {}),
  });
  const day = new Intl.DateTimeFormat("en-GB", { ...options, day: "numeric", month: "short" });
  return moments.map((moment) => {
    const at = moment * 1000;
    const isMidnight = time.format(at).startsWith("00:00") && moment % MINUTE === 0;
    return apart >= DAY || isMidnight ? day.format(at) : time.format(at);
  });
}

/** `27 Nov 08:15 – 08:20`: one step of a chart. */
export function stepLabel(atSeconds: number, step: number, zone: Zone): string {
  const options: Intl.DateTimeFormatOptions = zone === "utc" ? { timeZone: "UTC" } : {};
  const day = new Intl.DateTimeFormat("en-GB", { ...options, day: "numeric", month: "short" });
  const [from, to] = [atSeconds * 1000, (atSeconds + step) * 1000];
  if (step % DAY === 0) {
    const last = day.format(to - 1);
    return step === DAY ? day.format(from) : `${day.format(from)} – ${last}`;
  }
  const [first, end] = momentLabelsOfDay([from, to], step, options);
  return `${day.format(from)} ${first} – ${end}`;
}

function momentLabelsOfDay(moments: number[], step: number, options: Intl.DateTimeFormatOptions): string[] {
  const time = new Intl.DateTimeFormat("en-GB", {
    ...options,
    hour: "2-digit",
    minute: "2-digit",
    ...(step % MINUTE === 0 ? {} : { second: "2-digit" }),
  });
  return moments.map((moment) => time.format(moment));
}
