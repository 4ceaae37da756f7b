// What stands beside the chosen span: the tree, whole or filtered, or the agent graph.
import { lazy, Suspense, useCallback, useMemo } from "react";
import type { Trace } from "../api/types";
import { oneLine, plural } from "../format/text";
import { matchesNode } from "../graph/model";
import { setParameters, usePlace } from "../router";
import { withAncestors } from "./rows";
import type { Node, Tree } from "./tree";
import { Waterfall } from "./waterfall";

// With its library, which most readers never need.
const GraphView = lazy(() => import("../graph/graph-view"));

export function LeftHalf({ detail, tree, chosen }: { detail: Trace; tree: Tree; chosen: Node | null }) {
  const { parameters } = usePlace();
  const key = parameters.get("only");
  const isGraph = parameters.get("view") === "graph";
  const only = useMemo(
    () => (key === null ? null : withAncestors(tree, (node) => matchesNode(node, key))),
    [tree, key],
  );
  const choose = useCallback((spanId: string) => setParameters({ span: spanId }), []);
  const filter = useCallback(
    (wanted: string) => {
      const first = tree.all.find((node) => matchesNode(node, wanted));
      setParameters({ only: wanted, view: null, span: first?.span.span_id ?? null });
    },
    [tree],
  );
  if (isGraph) {
    return (
      <Suspense fallback={<p className="absence list-more">Loading the graph…</p>}>
        <GraphView tree={tree} onChoose={filter} />
      </Suspense>
    );
  }
  return (
    <>
      {key !== null && (
        <p className="tree-filter" role="status">
          <span className="foreign">
            Only {oneLine(key, 80)}: {plural(tree.all.filter((node) => matchesNode(node, key)).length, "span")}
          </span>
          <button type="button" className="button-link" onClick={() => setParameters({ only: null })}>
            Show all
          </button>
        </p>
      )}
      <Waterfall
        tree={tree}
        startedAt={detail.trace.started_at}
        chosenId={chosen?.span.span_id ?? null}
        only={only}
        onChoose={choose}
      />
    </>
  );
}
