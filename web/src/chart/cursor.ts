// The one cursor of all charts that share a time axis: which step the reader points at.
import { createContext, useContext, useSyncExternalStore } from "react";

export interface TimeCursor {
  at: () => number | null;
  point: (index: number | null) => void;
  subscribe: (changed: () => void) => () => void;
}

export function makeCursor(): TimeCursor {
  let at: number | null = null;
  const listeners = new Set<() => void>();
  return {
    at: () => at,
    point: (index) => {
      if (index === at) return;
      at = index;
      for (const tell of listeners) tell();
    },
    subscribe: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
  };
}

/** Charts under one provider have one cursor. */
export const CursorContext = createContext<TimeCursor>(makeCursor());

/** The cursor, and the index of the step that it points at. */
export function useCursor(): [TimeCursor, number | null] {
  const cursor = useContext(CursorContext);
  return [cursor, useSyncExternalStore(cursor.subscribe, cursor.at)];
}
