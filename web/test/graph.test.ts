// The agent graph: who called whom, how often, and where that lies on the sheet.
import { expect, it } from "vitest";
import { layout } from "../src/graph/layout";
import { graphOf, matchesNode, NODES_MAX, wayThrough } from "../src/graph/model";
import { scaleToFit } from "../src/graph/use-fit";
import { buildTree } from "../src/trace/tree";
import { largeTrace, span, tripTrace } from "./fixtures";

it("counts calls between agents, tools and models, with time and errors", () => {
  const graph = graphOf(buildTree(tripTrace().spans));
  expect(graph.nodes.map((node) => [node.key, node.n_calls, node.n_errors, node.totalNanos / 1e6])).toEqual([
    ["agent plan_trip", 1, 0, 2413],
    ["retrieval find_viewpoints", 1, 0, 220],
    ["llm gpt-4o-2024-11-20", 2, 0, 1910],
    ["tool get_weather", 2, 1, 214],
  ]);
  expect(graph.edges.map((edge) => [edge.from, edge.to, edge.n_calls])).toEqual([
    ["agent plan_trip", "retrieval find_viewpoints", 1],
    ["agent plan_trip", "llm gpt-4o-2024-11-20", 2],
    ["agent plan_trip", "tool get_weather", 2],
  ]);
});

it("goes through spans that only arrange, but begins at the entry whatever it is", () => {
  const tree = buildTree([
    span({ span_id: "a", name: "main", kind: "chain" }),
    span({ span_id: "b", parent_span_id: "a", name: "step", kind: "node", offset_nanos: 1 }),
    span({ span_id: "c", parent_span_id: "b", name: "ask", kind: "tool", offset_nanos: 2 }),
    span({ span_id: "d", parent_span_id: "c", name: "ask", kind: "tool", offset_nanos: 3 }),
  ]);
  const graph = graphOf(tree);
  expect(graph.nodes.map((node) => [node.key, node.n_selfCalls])).toEqual([
    ["chain main", 0],
    ["tool ask", 1],
  ]);
  expect(graph.edges).toEqual([{ from: "chain main", to: "tool ask", n_calls: 1, n_errors: 0 }]);
  expect(tree.all.filter((node) => matchesNode(node, "tool ask"))).toHaveLength(2);
});

it("lights all that lead to a node and all that it leads to", () => {
  const edge = (from: string, to: string) => ({ from, to, n_calls: 1, n_errors: 0 });
  const graph = { nodes: [], n_left: 0, edges: [edge("a", "b"), edge("b", "c"), edge("c", "b"), edge("a", "d")] };
  expect([...wayThrough(graph, "c")].sort()).toEqual(["a", "b", "c"]);
  expect([...wayThrough(graph, "d")].sort()).toEqual(["a", "d"]);
});

it("keeps to the most called where there are too many", () => {
  const graph = graphOf(buildTree(largeTrace(2000).spans));
  expect(graph.nodes.length).toBe(NODES_MAX);
  expect(graph.n_left).toBeGreaterThan(0);
});

it("lies left to right, whatever nodes are called, rings included", () => {
  const result = layout({
    nodes: ["__proto__", "constructor", "\u0000"],
    edges: [
      { from: "__proto__", to: "constructor", n_calls: 3 },
      { from: "constructor", to: "\u0000", n_calls: 1 },
      { from: "\u0000", to: "__proto__", n_calls: 1 },
    ],
  });
  const [first, second, third] = result.nodes;
  expect(first && second && third && first.x < second.x && second.x < third.x).toBe(true);
  expect(result.edges.every((points) => points.length >= 2)).toBe(true);
});

it("is drawn as a whole where that can be read, never larger than life, never too small", () => {
  expect(scaleToFit(500, 400, { width: 400, height: 300 })).toBe(1);
  expect(scaleToFit(500, 400, { width: 625, height: 300 })).toBe(0.8);
  expect(scaleToFit(500, 400, { width: 5000, height: 300 })).toBe(0.5);
  expect(scaleToFit(0, 0, { width: 10, height: 10 })).toBe(1);
});
