// Prices spans again that have arrived before a price changed: part by part, until all are done or somebody stops it.

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { priceAgain } from "../api/settings";
import { grouped } from "../format/quantity";
import { plural } from "../format/text";
import { Trouble } from "./parts";

interface Progress {
  looked: number;
  changed: number;
  /** What goes on from here; null when all is done. */
  cursor: string | null;
  isRunning: boolean;
}

export function PriceAgain() {
  const client = useQueryClient();
  const [progress, setProgress] = useState<Progress | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const isStopped = useRef(false);
  // Whoever leaves stops it.
  useEffect(() => {
    isStopped.current = false;
    return () => {
      isStopped.current = true;
    };
  }, []);
  const run = async (from: Progress) => {
    isStopped.current = false;
    setError(null);
    let now: Progress = { ...from, isRunning: true };
    setProgress(now);
    try {
      do {
        const done = await priceAgain(now.cursor === null ? {} : { cursor: now.cursor });
        now = {
          looked: now.looked + done.span_count,
          changed: now.changed + done.changed_span_count,
          cursor: done.next_cursor,
          isRunning: done.next_cursor !== null && !isStopped.current,
        };
        setProgress(now);
      } while (now.isRunning);
      // Costs stand on every other page.
      await client.invalidateQueries();
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error("Something went wrong."));
      setProgress({ ...now, isRunning: false });
    }
  };
  const fresh = { looked: 0, changed: 0, cursor: null, isRunning: true };
  const canGoOn = progress !== null && !progress.isRunning && (progress.cursor !== null || error !== null);
  return (
    <div className="setup-form">
      {progress?.isRunning ? (
        <button
          type="button"
          className="button"
          onClick={() => {
            isStopped.current = true;
          }}
        >
          Stop
        </button>
      ) : (
        <button type="button" className="button" onClick={() => void run(canGoOn ? progress : fresh)}>
          {canGoOn ? "Go on" : "Price all spans again"}
        </button>
      )}
      {progress && (
        <p className="aside" role="status">
          {`${plural(progress.looked, "model call")} looked at, ${grouped(progress.changed)} cost something else now`}
          {progress.isRunning ? "…" : progress.cursor === null && error === null ? ". That is all." : "."}
        </p>
      )}
      <Trouble error={error} />
    </div>
  );
}
