// Text of any size: so many lines of it at first, more on demand, and never so much at once that the page stands still.
import { useState } from "react";
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
}

export function LongText({ text, className = "", linesMax = 40, charsMax = 6000 }: LongTextProps) {
  const [steps, setSteps] = useState(0);
  const shown = steps === 0 ? cut(text, linesMax, charsMax) : cut(text, Number.POSITIVE_INFINITY, steps * STEP_CHARS);
  return (
    <div className={`long-text ${className}`}>
      <span className="foreign" dir="auto">
        {shown}
      </span>
      {shown.length < text.length && (
        <button type="button" className="button-link show-all" onClick={() => setSteps(steps + 1)}>
          {text.length <= (steps + 1) * STEP_CHARS ? "… show all" : "… show more of"} {sizeText(text)}
        </button>
      )}
    </div>
  );
}
