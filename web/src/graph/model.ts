// The agent graph of a trace: agents, tools and models as nodes, and who called whom how often as edges.
import type { TreeSpan } from "../api/types";
import type { Node as SpanNode, Tree } from "../trace/tree";

export interface GraphNode {
  key: string;
  kind: string;
  label: string;
  n_calls: number;
  n_errors: number;
  /** Of all its calls together. */
  totalNanos: number;
  /** How often it called itself, which is no edge to draw. */
  n_selfCalls: number;
}

export interface GraphEdge {
  from: string;
  to: string;
  n_calls: number;
  n_errors: number;
}

export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
  /** How many nodes were left out since there are too many to see. */
  n_left: number;
}

/** More nodes than this are a tangle, and laying them out takes seconds. */
export const NODES_MAX = 200;

/** Kinds that only arrange the work of others: a call goes through them to whom they belong. */
const THROUGH = new Set(["chain", "workflow", "node", "custom", "memory", "prompt"]);
const MODEL_KINDS = new Set(["llm", "completion", "embedding"]);

/** Which node of the graph a span is a call of; `null` for a span that only arranges. */
export function nodeKeyOf(span: TreeSpan): string | null {
  if (THROUGH.has(span.kind)) return null;
  return `${span.kind} ${labelOf(span)}`;
}

/** The node of a span in its tree: the entry is a node whatever its kind, for somebody has to call first. */
function keyIn(node: SpanNode): string | null {
  return nodeKeyOf(node.span) ?? (node.parent === null ? `${node.span.kind} ${node.span.name}` : null);
}

export function matchesNode(node: SpanNode, key: string): boolean {
  return keyIn(node) === key;
}

export function graphOf(tree: Tree): Graph {
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, GraphEdge>();
  const keys = new Map<SpanNode, string | null>();
  /** The nearest node of the graph at or above each span. */
  const nearest = new Map<SpanNode, string | null>();
  // Parents come before their children.
  for (const node of tree.all) {
    const key = keyIn(node);
    const caller = node.parent ? (nearest.get(node.parent) ?? null) : null;
    keys.set(node, key);
    nearest.set(node, key ?? caller);
    if (key === null) continue;
    const isError = node.span.status === "error" ? 1 : 0;
    const known = nodes.get(key) ?? fresh(key, node.span);
    known.n_calls += 1;
    known.n_errors += isError;
    known.totalNanos += node.span.duration_nanos ?? 0;
    nodes.set(key, known);
    if (caller === null) continue;
    if (caller === key) {
      known.n_selfCalls += 1;
      continue;
    }
    const edgeKey = JSON.stringify([caller, key]);
    const edge = edges.get(edgeKey) ?? { from: caller, to: key, n_calls: 0, n_errors: 0 };
    edge.n_calls += 1;
    edge.n_errors += isError;
    edges.set(edgeKey, edge);
  }
  const kept = [...nodes.values()].sort((a, b) => b.n_calls - a.n_calls).slice(0, NODES_MAX);
  const keptKeys = new Set(kept.map((node) => node.key));
  return {
    // In the order in which they were first called, which is how they are read.
    nodes: [...nodes.values()].filter((node) => keptKeys.has(node.key)),
    edges: [...edges.values()].filter((edge) => keptKeys.has(edge.from) && keptKeys.has(edge.to)),
    n_left: nodes.size - kept.length,
  };
}

/** All that lead to a node and all that it leads to, itself included. */
export function wayThrough(graph: Graph, key: string): Set<string> {
  const way = new Set([key]);
  for (const [from, to] of [
    ["from", "to"],
    ["to", "from"],
  ] as const) {
    const seen = new Set([key]);
    const waiting = [key];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const edge of graph.edges) {
        if (edge[from] !== next || seen.has(edge[to])) continue;
        seen.add(edge[to]);
        way.add(edge[to]);
        waiting.push(edge[to]);
      }
    }
  }
  return way;
}

function labelOf(span: TreeSpan): string {
  return MODEL_KINDS.has(span.kind) ? (span.model ?? span.name) : span.name;
}

function fresh(key: string, span: TreeSpan): GraphNode {
  return { key, kind: span.kind, label: labelOf(span), n_calls: 0, n_errors: 0, totalNanos: 0, n_selfCalls: 0 };
}
