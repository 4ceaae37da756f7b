// Where a long text is cut, and how what is left out is said.
import { bytes, plain } from "../format/quantity";
import { head } from "../format/text";

/** The first lines of a text, and of those no more than so many characters; the whole text where it is little longer. */
export function cut(text: string, linesMax: number, charsMax: number): string {
  // "Show all" for a line more would be an insult.
  if (text.length <= charsMax * 1.2 && !hasMoreLines(text, linesMax * 1.2)) return text;
  let end = 0;
  for (let line = 0; line < linesMax && end < charsMax; line += 1) {
    const next = text.indexOf("\n", end);
    if (next < 0) {
      end = text.length;
      break;
    }
    end = next + 1;
  }
  if (end > charsMax) return head(text, charsMax);
  // Without the line break at the end, which would leave an empty line.
  return end >= text.length ? head(text, charsMax) : text.slice(0, end - 1);
}

/** `12.4 kB`, of text as it would be in a file. */
export function sizeText(text: string): string {
  // Counting the bytes of a huge text takes longer than the difference is worth.
  const size = text.length < 1_000_000 ? new TextEncoder().encode(text).length : text.length;
  return plain(bytes(size));
}

function hasMoreLines(text: string, max: number): boolean {
  let at = -1;
  for (let n = 0; n < max; n += 1) {
    at = text.indexOf("\n", at + 1);
    if (at < 0) return false;
  }
  return true;
}
