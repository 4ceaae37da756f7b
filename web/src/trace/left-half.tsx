// What stands beside the chosen span: the tree, whole or filtered, or the agent graph.
import { lazy, Suspense, useCallback, useDeferredValue, useMemo } from "react";
import type { Tree as Detail } from "../api/types";
import { matchesNode } from "../graph/model";
import { setParameters, usePlace } from "../router";
import { withAncestors } from "./rows";
import type { Node, Tree } from "./tree";
import { TreeBar } from "./tree-bar";
import { foundIn, treeQuestionOf } from "./tree-question";
import { Waterfall } from "./waterfall";

// With its library, which most readers never need.
const GraphView = lazy(() => import("../graph/graph-view"));

export function LeftHalf({ detail, tree, chosen }: { detail: Detail; tree: Tree; chosen: Node | null }) {
  const { parameters } = usePlace();
  const isGraph = parameters.get("view") === "graph";
  const question = useMemo(() => treeQuestionOf(parameters), [parameters]);
  // What is typed is on the screen at once; the tree of 50 000 spans follows.
  const asked = useDeferredValue(question);
  const found = useMemo(() => foundIn(tree, asked), [tree, asked]);
  const only = useMemo(() => (found === null ? null : withAncestors(tree, (node) => found.has(node))), [tree, found]);
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
      <TreeBar tree={tree} question={question} found={found} />
      {found?.size === 0 && <p className="absence list-more">No span of this trace is like that.</p>}
      <Waterfall
        traceId={detail.trace.trace_id}
        tree={tree}
        startedAt={detail.trace.started_at}
        chosenId={chosen?.span.span_id ?? null}
        only={only}
        found={found}
        onChoose={choose}
      />
    </>
  );
}
