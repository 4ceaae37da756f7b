// Text of any size: so many lines of it at first, more on demand, and never so much at once that the page stands still.
import { type ReactNode, useState } from "react";
import { cut, sizeText } from "./cut";

/** How many UTF-16 units one click shows at the most: more than anybody reads, less than the browser feels. */
const STEP_CHARS = 250_000;

interface LongTextProps {
  text: string;
  className?: string;
  /** How many lines are shown at first. */
  linesMax?: number;
  /** How many UTF-16 units are shown at first. */
  charsMax?: number;
  /** A word to mark wherever it stands. */
  marked?: string;
}

/** More marks than this in one text help nobody. */
const MARKS_MAX = 200;

export function LongText({ text, className = "", linesMax = 40, charsMax = 6000, marked = "" }: LongTextProps) {
  const [steps, setSteps] = useState(0);
  const shown = steps === 0 ? cut(text, linesMax, charsMax) : cut(text, Number.POSITIVE_INFINITY, steps * STEP_CHARS);
  return (
    <div className={`long-text ${className}`}>
      <span className="foreign" dir="auto">
        {marked === "" ? shown : withMarks(shown, marked)}
      </span>
      {shown.length < text.length && (
        <button type="button" className="button-link show-all" onClick={() => setSteps(steps + 1)}>
          {text.length <= (steps + 1) * STEP_CHARS ? "… show all" : "… show more of"} {sizeText(text)}
        </button>
      )}
    </div>
  );
}

function withMarks(text: string, sought: string): ReactNode[] {
  const lower = text.toLowerCase();
  const needle = sought.toLowerCase();
  // Some letters change their length with their case; then places would be wrong, and nothing is marked.
  if (lower.length !== text.length) return [text];
  const parts: ReactNode[] = [];
  let at = 0;
  for (let n = 0; n < MARKS_MAX; n += 1) {
    const next = lower.indexOf(needle, at);
    if (next < 0) break;
    parts.push(text.slice(at, next), <mark key={next}>{text.slice(next, next + needle.length)}</mark>);
    at = next + needle.length;
  }
  parts.push(text.slice(at));
  return parts;
}
