// Where the nodes and edges of a graph lie: left to right, by dagre, which only this file knows.
import * as dagre from "@dagrejs/dagre";
import { type Layout, type LayoutRequest, NODE_HEIGHT_PIXELS, NODE_WIDTH_PIXELS, type Point } from "./sheet";

export function layout({ nodes, edges }: LayoutRequest): Layout {
  const graph = new dagre.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 24, ranksep: 72, marginx: 24, marginy: 24 });
  graph.setDefaultEdgeLabel(() => ({}));
  // Names of nodes come from spans: numbers in their place, so that none of them means anything to the library.
  const index = new Map(nodes.map((key, at) => [key, String(at)]));
  for (const id of index.values()) graph.setNode(id, { width: NODE_WIDTH_PIXELS, height: NODE_HEIGHT_PIXELS });
  for (const { from, to, n_calls } of edges) {
    graph.setEdge(index.get(from) ?? "", index.get(to) ?? "", { weight: Math.min(10, n_calls) });
  }
  dagre.layout(graph);
  const size = graph.graph() as { width?: number; height?: number };
  return {
    width: size.width ?? 0,
    height: size.height ?? 0,
    nodes: nodes.map((_key, at) => {
      const node = graph.node(String(at)) as Point;
      return { x: node.x, y: node.y };
    }),
    edges: edges.map(({ from, to }) => {
      const edge = graph.edge(index.get(from) ?? "", index.get(to) ?? "") as { points: Point[] };
      return edge.points.map(({ x, y }) => ({ x, y }));
    }),
  };
}
