// How much room there is, for what a stylesheet alone cannot decide.
import { type RefObject, useLayoutEffect, useState, useSyncExternalStore } from "react";

/** Below this the two halves of a trace stack, and a list row takes two lines; the stylesheets use the same number. */
const NARROW = "(max-width: 799px)";

export function isNarrow(): boolean {
  return window.matchMedia(NARROW).matches;
}

export function useIsNarrow(): boolean {
  return useSyncExternalStore((changed) => {
    const query = window.matchMedia(NARROW);
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, isNarrow);
}

/** The width of an element in pixels, as it changes. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (!element.current) return;
    setWidth(element.current.clientWidth);
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
