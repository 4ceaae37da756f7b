// Whether the window is narrow, for what a stylesheet alone cannot decide.
import { useSyncExternalStore } from "react";

/** Below this the two halves of a trace stack, and a list row takes two lines; the stylesheets use the same number. */
const NARROW = "(max-width: 799px)";

export function useIsNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = window.matchMedia(NARROW);
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => window.matchMedia(NARROW).matches,
  );
}
