// The moment, for texts such as `3 min ago` and for bars that grow: one timer for all who look.
import { useSyncExternalStore } from "react";

/** The time in milliseconds since the Unix epoch, renewed every `everyMillis`. */
export function useNow(everyMillis: 1000 | 10_000): number {
  const ticker = everyMillis === 1000 ? fast : slow;
  return useSyncExternalStore(ticker.subscribe, ticker.now);
}

const fast = makeTicker(1000);
const slow = makeTicker(10_000);

function makeTicker(everyMillis: number) {
  let now = Date.now();
  let timer: number | undefined;
  const listeners = new Set<() => void>();
  return {
    now: () => now,
    subscribe: (changed: () => void) => {
      listeners.add(changed);
      if (timer === undefined) {
        now = Date.now();
        timer = window.setInterval(() => {
          now = Date.now();
          for (const tell of listeners) tell();
        }, everyMillis);
      }
      return () => {
        listeners.delete(changed);
        if (listeners.size > 0) return;
        window.clearInterval(timer);
        timer = undefined;
      };
    },
  };
}
