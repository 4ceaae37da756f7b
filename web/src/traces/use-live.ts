// Tells when something new arrives, by the server's own word instead of asking again and again.
import { useEffect, useRef, useState } from "react";

/** However much arrives, the list is asked for no more often than this. */
const PAUSE_MILLIS = 500;
/** What has arrived can be found at most a second later: asked again by then, and once more where the machine is busy. */
const FOUND_MILLIS = [1500, 5000];

/** Calls `onNews` when spans have arrived, or with a filter only such as pass it. Returns whether the server tells; where it does not, ask. */
export function useLive(isWanted: boolean, onNews: () => void, filter = ""): boolean {
  const [isTold, setTold] = useState(false);
  const latest = useRef(onNews);
  latest.current = onNews;
  useEffect(() => {
    if (!isWanted || typeof EventSource === "undefined") return;
    const source = new EventSource(`/api/v1/live${filter ? `?filter=${encodeURIComponent(filter)}` : ""}`);
    let soon: number | undefined;
    let later: number[] = [];
    let wasLost = false;
    const forget = () => {
      for (const timer of later) window.clearTimeout(timer);
    };
    const news = () => {
      soon ??= window.setTimeout(() => {
        soon = undefined;
        latest.current();
      }, PAUSE_MILLIS);
      forget();
      later = FOUND_MILLIS.map((millis) => window.setTimeout(() => latest.current(), millis));
    };
    source.onopen = () => {
      setTold(true);
      // What came meanwhile was told to nobody.
      if (wasLost) latest.current();
      wasLost = false;
    };
    // The browser tries again by itself, unless the server has refused.
    source.onerror = () => {
      setTold(false);
      wasLost = true;
    };
    source.addEventListener("span", news);
    source.addEventListener("missed", news);
    return () => {
      source.close();
      window.clearTimeout(soon);
      forget();
      setTold(false);
    };
  }, [isWanted, filter]);
  return isTold;
}
