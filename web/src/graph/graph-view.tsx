// The agent graph on the screen: edges as thick as they are used, hovering lights the way, a click filters the tree.
import { useEffect, useMemo, useRef, useState } from "react";
import { duration, plain } from "../format/quantity";
import { oneLine, plural } from "../format/text";
import type { Tree } from "../trace/tree";
import { Icon } from "../ui/icons";
import { KindGlyph, kindClass } from "../ui/kind";
import { type Graph, type GraphNode, graphOf, wayThrough } from "./model";
import { type Layout, NODE_HEIGHT_PIXELS, NODE_WIDTH_PIXELS, type Point } from "./sheet";
import { useFit } from "./use-fit";
import { useLayout } from "./use-layout";
import "./graph.css";

interface GraphViewProps {
  tree: Tree;
  onChoose: (key: string) => void;
}

export default function GraphView({ tree, onChoose }: GraphViewProps) {
  const graph = useMemo(() => graphOf(tree), [tree]);
  const { layout, isFailed } = useLayout(graph);
  const frame = useRef<HTMLElement>(null);
  const zoom = useFit(frame, layout);
  const entryTop = (layout?.nodes[0]?.y ?? 0) * zoom.scale;
  // Who called first is where one begins to read.
  useEffect(() => {
    const element = frame.current;
    if (element) element.scrollTop = entryTop - element.clientHeight / 2;
  }, [entryTop]);
  return (
    // What scrolls must be reachable by key.
    <section className="graph" aria-label="Agent graph" tabIndex={0} ref={frame}>
      {isFailed && (
        <p className="absence" role="alert">
          The graph could not be laid out.
        </p>
      )}
      {graph.nodes.length === 0 && <p className="absence">No agent, tool or model was called in this trace.</p>}
      {graph.n_left > 0 && (
        <p className="trace-remark">{`The ${graph.nodes.length} most called are shown, ${graph.n_left} are not.`}</p>
      )}
      {layout && graph.nodes.length > 0 && (
        <div className="graph-zoom">
          <button type="button" className="button button-icon" onClick={zoom.smaller} title="Smaller (Ctrl and wheel)">
            −
          </button>
          <button type="button" className="button" onClick={zoom.fit} disabled={zoom.isFitted} title="All of it">
            {Math.round(zoom.scale * 100)} %
          </button>
          <button type="button" className="button button-icon" onClick={zoom.larger} title="Larger (Ctrl and wheel)">
            +
          </button>
        </div>
      )}
      {layout && (
        <div className="graph-scale" style={{ zoom: zoom.scale }}>
          <Drawn graph={graph} layout={layout} onChoose={onChoose} />
        </div>
      )}
    </section>
  );
}

function Drawn({ graph, layout, onChoose }: { graph: Graph; layout: Layout; onChoose: (key: string) => void }) {
  const [lit, setLit] = useState<string | null>(null);
  const way = useMemo(() => (lit === null ? null : wayThrough(graph, lit)), [graph, lit]);
  return (
    <div className="graph-sheet" style={{ width: layout.width, height: layout.height }}>
      <svg width={layout.width} height={layout.height} aria-hidden="true">
        <defs>
          <marker
            id="graph-arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="8"
            markerHeight="8"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d="M0 0 8 4 0 8z" className="graph-arrow" />
          </marker>
        </defs>
        {graph.edges.map((edge, index) => {
          const points = layout.edges[index] ?? [];
          const middle = points[Math.floor(points.length / 2)];
          const isDim = way !== null && !(way.has(edge.from) && way.has(edge.to));
          return (
            <g
              key={`${edge.from} ${edge.to}`}
              className={`graph-edge${edge.n_errors > 0 ? " graph-edge-error" : ""}${isDim ? " graph-dim" : ""}`}
            >
              <path d={curve(points)} strokeWidth={thickness(edge.n_calls)} markerEnd="url(#graph-arrow)" />
              {middle && edge.n_calls > 1 && (
                <text x={middle.x} y={middle.y - 6} textAnchor="middle">
                  {`× ${edge.n_calls}`}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      {graph.nodes.map((node, index) => (
        <NodeButton
          key={node.key}
          node={node}
          at={layout.nodes[index] ?? { x: 0, y: 0 }}
          isDim={way !== null && !way.has(node.key)}
          onLight={setLit}
          onChoose={onChoose}
        />
      ))}
    </div>
  );
}

interface NodeButtonProps {
  node: GraphNode;
  at: Point;
  isDim: boolean;
  onLight: (key: string | null) => void;
  onChoose: (key: string) => void;
}

function NodeButton({ node, at, isDim, onLight, onChoose }: NodeButtonProps) {
  return (
    <button
      type="button"
      className={`graph-node ${kindClass(node.kind)}${isDim ? " graph-dim" : ""}`}
      style={{
        left: at.x - NODE_WIDTH_PIXELS / 2,
        top: at.y - NODE_HEIGHT_PIXELS / 2,
        width: NODE_WIDTH_PIXELS,
        height: NODE_HEIGHT_PIXELS,
      }}
      title={`Show only its spans in the tree: ${oneLine(node.label, 300)}`}
      onMouseEnter={() => onLight(node.key)}
      onMouseLeave={() => onLight(null)}
      onFocus={() => onLight(node.key)}
      onBlur={() => onLight(null)}
      onClick={() => onChoose(node.key)}
    >
      <span className="graph-node-name">
        <KindGlyph kind={node.kind} />
        <span className="foreign span-name-text" dir="auto">
          {oneLine(node.label, 100) || "(no name)"}
        </span>
      </span>
      <span className="graph-node-facts">
        <span>{`${plural(node.n_calls, "call")}${node.n_selfCalls > 0 ? ` (${node.n_selfCalls} by itself)` : ""}`}</span>
        <span>{plain(duration(node.totalNanos))}</span>
        {node.n_errors > 0 && (
          <span className="is-error status" title={plural(node.n_errors, "error")}>
            <Icon name="error" label="Errors" /> {node.n_errors}
          </span>
        )}
      </span>
    </button>
  );
}

/** Twice as often is a pixel more: a thousand calls are not a thousand pixels. */
function thickness(n_calls: number): number {
  return 1 + Math.log2(n_calls);
}

/** A smooth line through the corners: each of them pulls the line between the middles beside it. */
function curve(points: Point[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (!first || !last) return "";
  const parts = [`M${first.x} ${first.y}`];
  for (let index = 0; index < rest.length - 1; index += 1) {
    const corner = rest[index] as Point;
    const next = rest[index + 1] as Point;
    parts.push(`Q${corner.x} ${corner.y} ${(corner.x + next.x) / 2} ${(corner.y + next.y) / 2}`);
  }
  parts.push(`L${last.x} ${last.y}`);
  return parts.join("");
}
