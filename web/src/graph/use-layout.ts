// Asks the worker for a layout, and ends the worker when nobody waits any more.
import { useEffect, useState } from "react";
import type { Graph } from "./model";
import type { Layout } from "./sheet";

export function useLayout(graph: Graph): { layout: Layout | null; isFailed: boolean } {
  const [result, setResult] = useState<{ graph: Graph; layout: Layout | null; isFailed: boolean } | null>(null);
  useEffect(() => {
    const worker = new Worker(new URL("./layout.worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = (event: MessageEvent<Layout>) => setResult({ graph, layout: event.data, isFailed: false });
    worker.onerror = () => setResult({ graph, layout: null, isFailed: true });
    worker.postMessage({
      nodes: graph.nodes.map((node) => node.key),
      edges: graph.edges.map(({ from, to, n_calls }) => ({ from, to, n_calls })),
    });
    return () => worker.terminate();
  }, [graph]);
  // A layout of another graph fits this one only by chance.
  const fitting = result?.graph === graph ? result : null;
  return { layout: fitting?.layout ?? null, isFailed: fitting?.isFailed ?? false };
}
