// Whether the server wants a key that this browser has not given yet.
import { useSyncExternalStore } from "react";

let isLocked = false;
const listeners = new Set<() => void>();

export function setLocked(isNow: boolean): void {
  if (isNow === isLocked) return;
  isLocked = isNow;
  for (const tell of listeners) tell();
}

export function useLocked(): boolean {
  return useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => isLocked,
  );
}
