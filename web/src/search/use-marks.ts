// Marks the words that somebody came with wherever they stand within an element, without touching what is in it.
import { type RefObject, useEffect } from "react";
import { patternOf, wordsOf } from "./words";

const NAME = "found";
/** More than anybody looks at; each is a rectangle to draw. */
const MARKS_MAX = 500;
/** Letters that are looked through: what is on the screen is cut long before. */
const CHARS_MAX = 2_000_000;

/** `text` as it was typed into the search; the first place is scrolled to once, when it appears. */
export function useMarks(element: RefObject<HTMLElement | null>, text: string): void {
  useEffect(() => {
    const root = element.current;
    const pattern = patternOf(wordsOf(text));
    // Where the browser cannot mark, the span is opened all the same.
    if (!root || pattern === null || typeof Highlight === "undefined" || !CSS.highlights) return;
    let hasScrolled = false;
    let waiting: number | undefined;
    const mark = () => {
      waiting = undefined;
      const ranges = rangesOf(root, pattern);
      CSS.highlights.set(NAME, new Highlight(...ranges));
      const first = ranges[0]?.startContainer.parentElement;
      if (!first || hasScrolled) return;
      hasScrolled = true;
      first.scrollIntoView({ block: "center" });
    };
    const observer = new MutationObserver(() => {
      waiting ??= window.requestAnimationFrame(mark);
    });
    observer.observe(root, { subtree: true, childList: true, characterData: true });
    mark();
    return () => {
      observer.disconnect();
      if (waiting !== undefined) window.cancelAnimationFrame(waiting);
      CSS.highlights.delete(NAME);
    };
  }, [element, text]);
}

function rangesOf(root: HTMLElement, pattern: RegExp): Range[] {
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let room = CHARS_MAX;
  for (let node = walker.nextNode(); node && ranges.length < MARKS_MAX && room > 0; node = walker.nextNode()) {
    const text = node.nodeValue ?? "";
    room -= text.length;
    // Only what was said, not the page's own words.
    if (!node.parentElement?.closest(".side")) continue;
    for (const match of text.matchAll(pattern)) {
      const range = new Range();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      ranges.push(range);
      if (ranges.length >= MARKS_MAX) break;
    }
  }
  return ranges;
}
