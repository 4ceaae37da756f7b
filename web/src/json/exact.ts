// JSON read and written without losing digits: integers that a double cannot hold become `bigint`.
import type { Json } from "../api/types";

/** Whether a number of sixteen digits or more stands where values stand; only then the text is worth a second look. */
const LONG_NUMBER = /[:[,]\s*-?\d{16,}|^\s*-?\d{16,}/;
const LONG_INTEGER = /(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;
/** Private-use characters: they keep a number apart from texts while it passes through the parser as one. */
const MARK = "\uE0F7\uE0F8";

/** Parses JSON; integers beyond 2^53 stay exact. Throws what `JSON.parse` throws. */
export function parseExact(text: string): Json {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text) as Json;
  // By chance, so that no sender can write a text that would be taken for a number.
  const mark = `${MARK}${another()}${another()}${another()}${another()}`;
  return restored(JSON.parse(marked(text, mark)) as Json, mark);
}

/** Writes JSON; a `bigint` comes out as the number that it is. */
export function writeJson(value: unknown, indent?: number): string {
  let mark = MARK;
  for (;;) {
    let hasLong = false;
    let isAmbiguous = false;
    const text = JSON.stringify(
      value,
      (_name, part: unknown) => {
        if (typeof part === "string" && part.startsWith(mark)) isAmbiguous = true;
        if (typeof part !== "bigint") return part;
        hasLong = true;
        return `${mark}${part}`;
      },
      indent,
    );
    if (!hasLong) return text;
    if (!isAmbiguous) return text.replace(new RegExp(`"${mark}(-?\\d+)"`, "g"), "$1");
    mark += another();
  }
}

/** One more private-use character, by chance. */
function another(): string {
  return String.fromCharCode(0xe000 + Math.floor(Math.random() * 0x1000));
}

/** The text with every long integer, outside of texts, as a marked text. */
function marked(text: string, mark: string): string {
  const parts: string[] = [];
  let at = 0;
  while (at < text.length) {
    const quote = text.indexOf('"', at);
    const end = quote < 0 ? text.length : quote;
    parts.push(
      text
        .slice(at, end)
        .replace(LONG_INTEGER, (digits) => (Number.isSafeInteger(Number(digits)) ? digits : `"${mark}${digits}"`)),
    );
    if (quote < 0) break;
    at = afterString(text, quote);
    parts.push(text.slice(quote, at));
  }
  return parts.join("");
}

/** Where the text that begins at `quote` has ended. By hand, since a regular expression fails on 20 MB. */
function afterString(text: string, quote: number): number {
  for (let end = text.indexOf('"', quote + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes += 1;
    if (slashes % 2 === 0) return end + 1;
  }
  return text.length;
}

function restored(value: Json, mark: string): Json {
  if (typeof value === "string") return value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value;
  if (typeof value !== "object" || value === null) return value;
  const target = value as Record<string, Json>;
  for (const name of Object.keys(target)) {
    const part = target[name] as Json;
    // Own keys only, and defined anew where a key means something to the language.
    if (typeof part === "string" || (typeof part === "object" && part !== null)) {
      const next = restored(part, mark);
      if (next !== part) Object.defineProperty(target, name, { value: next, ...PLAIN });
    }
  }
  return value;
}

const PLAIN = { enumerable: true, configurable: true, writable: true };
