// Rows of the tree, the critical path, and the zoom of the axis.
import { describe, expect, it } from "vitest";
import { criticalPath, slowShares } from "../src/trace/critical";
import { type Folds, groupsAround, groupsOf, rowsOf, withAncestors } from "../src/trace/rows";
import { buildTree } from "../src/trace/tree";
import { brushed, moved, shown, zoomed } from "../src/trace/zoom";
import { largeTrace, span } from "./fixtures";

const child = (span_id: string, parent_span_id: string | null, offset = 0, duration = 10, name = span_id) =>
  span({ span_id, parent_span_id, name, offset_nanos: offset, duration_nanos: duration });

const repeated = () =>
  buildTree([
    child("root", null, 0, 100),
    ...["p1", "p2", "p3", "p4", "p5"].map((id, index) => child(id, "root", index * 10, 10, "page")),
    child("in3", "p3", 21, 2),
    child("last", "root", 90, 5),
  ]);

const drawn = (tree: ReturnType<typeof buildTree>, folds: Partial<Folds> = {}) =>
  rowsOf(tree, groupsOf(tree), { folded: new Set(), opened: new Set(), ...folds }, null).map(
    ({ level, node, group }) =>
      `${" ".repeat(level)}${group ? `${node.span.name} × ${group.nodes.length}` : node.span.span_id}`,
  );

describe("rowsOf", () => {
  it("leaves out what lies below a folded span, and nothing else", () => {
    const tree = buildTree([child("a", null), child("b", "a"), child("c", "b"), child("d", "a", 5)]);
    expect(drawn(tree, { folded: new Set(["b"]) })).toEqual(["a", " b", " d"]);
    expect(drawn(tree, { folded: new Set(["a", "b"]) })).toEqual(["a"]);
  });

  it("folds repeated siblings into one row, which opens", () => {
    expect(drawn(repeated())).toEqual(["root", " page × 5", " last"]);
    expect(drawn(repeated(), { opened: new Set(["p1"]) })).toEqual([
      "root",
      " page × 5",
      "  p1",
      "  p2",
      "  p3",
      "   in3",
      "  p4",
      "  p5",
      " last",
    ]);
  });

  it("knows the groups that a span is hidden in", () => {
    const tree = repeated();
    const node = tree.byId.get("in3");
    expect(node && groupsAround(groupsOf(tree), node)).toEqual(["p1"]);
  });

  it("shows what a filter leaves, with what is above it, and no groups", () => {
    const tree = repeated();
    const only = withAncestors(tree, (node) => node.span.span_id === "in3");
    const rows = rowsOf(tree, groupsOf(tree), { folded: new Set(), opened: new Set() }, only);
    expect(rows.map((row) => row.node.span.span_id)).toEqual(["root", "p3", "in3"]);
  });

  it("takes 50 000 spans in a moment", () => {
    const tree = buildTree(largeTrace(50_000).spans);
    const before = performance.now();
    rowsOf(tree, groupsOf(tree), { folded: new Set(), opened: new Set() }, null);
    criticalPath(tree, tree.endNanos);
    expect(performance.now() - before).toBeLessThan(1500);
  });
});

describe("criticalPath", () => {
  it("goes back from the end along those who ended last", () => {
    const tree = buildTree([
      child("root", null, 0, 100),
      child("quick", "root", 10, 20),
      child("slow", "root", 10, 60),
      child("tail", "root", 80, 20),
      child("late", "root", 95, 50),
    ]);
    const path = criticalPath(tree, tree.endNanos);
    expect([...path.keys()].sort()).toEqual(["late", "root", "slow"]);
    expect(path.get("root")).toEqual([
      { fromNanos: 0, toNanos: 10 },
      { fromNanos: 70, toNanos: 95 },
    ]);
    expect(path.get("late")).toEqual([{ fromNanos: 95, toNanos: 100 }]);
  });

  it("is the span itself where it has no children, and nothing where there is nothing", () => {
    expect(criticalPath(buildTree([child("a", null, 0, 5)]), 5).get("a")).toEqual([{ fromNanos: 0, toNanos: 5 }]);
    expect(criticalPath(buildTree([]), 0).size).toBe(0);
  });
});

describe("slowShares", () => {
  it("names the spans that the end waited a fifth of the whole time for, and none in a trace of one span", () => {
    const tree = buildTree([child("root", null, 0, 100), child("slow", "root", 5, 60), child("quick", "root", 70, 15)]);
    const shares = slowShares(criticalPath(tree, 100), 100);
    expect([...shares]).toEqual([
      ["root", 0.25],
      ["slow", 0.6],
    ]);
    expect(slowShares(criticalPath(buildTree([child("a", null, 0, 5)]), 5), 5).size).toBe(0);
  });
});

describe("zoom", () => {
  const whole = { fromNanos: 0, toNanos: 100_000 };

  it("holds the point under the pointer, stays within the trace, and ends at the whole", () => {
    const half = zoomed(whole, whole, 0.5, 0.5);
    expect(half).toEqual({ fromNanos: 25_000, toNanos: 75_000 });
    expect(half && zoomed(half, whole, 0.5, 4)).toBeNull();
    expect(half && moved(half, whole, -90_000)).toEqual({ fromNanos: 0, toNanos: 50_000 });
    expect(zoomed(whole, whole, 1, 1e-9)).toEqual({ fromNanos: 99_000, toNanos: 100_000 });
  });

  it("brushes either way, and too little is nothing", () => {
    expect(brushed(whole, 0.75, 0.25)).toEqual({ fromNanos: 25_000, toNanos: 75_000 });
    expect(brushed(whole, 0.5, 0.501)).toBeNull();
  });

  it("shows of a stretch what is in view", () => {
    expect(shown({ fromNanos: 10, toNanos: 20 }, { fromNanos: 5, toNanos: 15 })).toEqual({
      fromNanos: 10,
      toNanos: 15,
    });
    expect(shown({ fromNanos: 10, toNanos: 20 }, { fromNanos: 21, toNanos: 25 })).toBeNull();
  });
});
