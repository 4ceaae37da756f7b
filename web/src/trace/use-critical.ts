// The critical path of a trace, after the first look at it where the trace is large.
import { useEffect, useMemo, useState } from "react";
import type { Stretch } from "./axis";
import { criticalPath } from "./critical";
import type { Tree } from "./tree";

/** Above this many spans it takes longer than a frame, and the rows come first. */
const LARGE_SPANS = 5000;
const NOTHING: Map<string, Stretch[]> = new Map();

export function useCritical(tree: Tree, nowNanos: number): Map<string, Stretch[]> {
  const isLarge = tree.all.length > LARGE_SPANS;
  const atOnce = useMemo(() => (isLarge ? NOTHING : criticalPath(tree, nowNanos)), [tree, nowNanos, isLarge]);
  const [later, setLater] = useState(NOTHING);
  useEffect(() => {
    if (!isLarge) return;
    // After the next frame: an effect may still run before the rows are on the screen.
    const timer = window.setTimeout(() => setLater(criticalPath(tree, nowNanos)), 50);
    return () => window.clearTimeout(timer);
  }, [tree, nowNanos, isLarge]);
  return isLarge ? later : atOnce;
}
