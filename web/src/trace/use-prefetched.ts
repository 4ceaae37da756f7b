// Asks for the spans beside the chosen one before they are chosen, so that moving with j and k never waits.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { prefetchSpan } from "../span/use-span";
import type { Row } from "./rows";

/** Who holds a key down passes by; what they pass need not be asked for. */
const REST_MILLIS = 120;
/** Two on the way down, where most go, and one back. */
const BESIDE = [1, 2, -1];

export function usePrefetched(traceId: string, rows: readonly Row[], chosenIndex: number): void {
  const client = useQueryClient();
  useEffect(() => {
    if (chosenIndex < 0) return;
    const timer = window.setTimeout(() => {
      for (const by of BESIDE) {
        const row = rows[chosenIndex + by];
        if (row) prefetchSpan(client, traceId, row.node.span);
      }
    }, REST_MILLIS);
    return () => window.clearTimeout(timer);
  }, [client, traceId, rows, chosenIndex]);
}
