// Keys that work wherever the focus is, unless somebody is typing or a dialog is open.
import { useEffect, useRef } from "react";

/** What to do for a key (`j`, `Enter`, `?`) or for two in a row (`g t`). */
export type KeyMap = Record<string, (event: KeyboardEvent) => void>;

/** How long the second key of two may take. */
const SEQUENCE_MILLIS = 1000;

export function useKeys(map: KeyMap): void {
  const latest = useRef(map);
  latest.current = map;
  useEffect(() => {
    let first: { key: string; atMillis: number } | null = null;
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTaken(event)) return;
      const sequence =
        first && event.timeStamp - first.atMillis < SEQUENCE_MILLIS ? `${first.key} ${event.key}` : event.key;
      const act = latest.current[sequence] ?? latest.current[event.key];
      first = Object.keys(latest.current).some((key) => key.startsWith(`${event.key} `))
        ? { key: event.key, atMillis: event.timeStamp }
        : null;
      if (!act) return;
      event.preventDefault();
      act(event);
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
}

/** Whether the focused thing has a use of its own for the key. */
function isTaken(event: KeyboardEvent): boolean {
  // What is on top closes by itself; the page below must not go away with the same key.
  if (document.querySelector("dialog[open], [popover][data-open]")) return true;
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.matches("input, textarea, select, [contenteditable]")) {
    if (event.key === "Escape") target.blur();
    return true;
  }
  const isControl = target.matches("button, a, summary, [role=tab], [role=separator]");
  return isControl && ["Enter", " ", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].includes(event.key);
}
