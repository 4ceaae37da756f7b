// From what somebody types to a filter that finds it, and to a pattern that finds it on the screen; pure.
import { quoted } from "../filter/text";

/** A word with a star stands for all that begin or end like it. */
const STARRED = /^\*?[\p{L}\p{N}]+\*?$/u;

/** Words and "phrases in quotes", each once, in their order; what has neither letter nor digit finds nothing. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const [, phrase, word] of text.matchAll(/"([^"]*)"?|([^\s"]+)/g)) {
    const clean = (phrase ?? word ?? "").trim().replace(/\s+/g, " ");
    if (/[\p{L}\p{N}]/u.test(clean) && !words.includes(clean)) words.push(clean);
  }
  return words;
}

/** The filter of spans that have all of these. */
export function filterOf(words: readonly string[]): string {
  return words
    .map((word) => {
      if (word.includes("*") && STARRED.test(word)) return word;
      // In quotes: whatever somebody looks for is a word, and no condition.
      const whole = quoted(word);
      return whole.startsWith('"') ? whole : `"${whole}"`;
    })
    .join(" ");
}

/**
 * Finds any of the words as the server does: without regard to capitals, from where words begin to where they end.
 * Between those of a phrase may stand whatever is neither letter nor digit.
 */
export function patternOf(words: readonly string[]): RegExp | null {
  const alternatives = words
    .map((word) => {
      const parts = (word.match(/[\p{L}\p{N}]+/gu) ?? []).join("[^\\p{L}\\p{N}]+");
      if (parts === "" || !STARRED.test(word)) return parts;
      return `${word.startsWith("*") ? "[\\p{L}\\p{N}]*" : ""}${parts}${word.endsWith("*") ? "[\\p{L}\\p{N}]*" : ""}`;
    })
    .filter((pattern) => pattern !== "")
    // The longest first, so that a phrase is marked as a whole.
    .sort((a, b) => b.length - a.length);
  if (alternatives.length === 0) return null;
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${alternatives.join("|")})(?![\\p{L}\\p{N}])`, "giu");
}
