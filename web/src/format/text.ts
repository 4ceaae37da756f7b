// Texts of unknown size, cut so that drawing them takes bounded time.
import { grouped } from "./quantity";

/** The first `max` UTF-16 units, never half of a surrogate pair. */
export function head(text: string, max: number): string {
  if (text.length <= max) return text;
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
}

/** One line of it: runs of white space become one blank. */
export function oneLine(text: string, max = 300): string {
  // Twice the bound is enough to work on, however long the text is.
  const line = head(text, max * 2)
    .replace(/\s+/g, " ")
    .trim();
  return line.length > max || text.length > max * 2 ? `${head(line, max)}…` : line;
}

/** A commit's hash as people say it; a branch or tag as it is. */
export function shortRef(ref: string): string {
  return /^[0-9a-f]{40}$/.test(ref) ? ref.slice(0, 10) : oneLine(ref, 100);
}

/** `1 span`, `2 spans`. */
export function plural(n: number, noun: string): string {
  return `${grouped(n)} ${noun}${n === 1 ? "" : "s"}`;
}
