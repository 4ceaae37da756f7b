// Two trees beside each other, and the difference of two texts.
import { describe, expect, it } from "vitest";
import { align, differences, isSlower } from "../src/compare/align";
import { difference as delta } from "../src/compare/deltas";
import { difference } from "../src/compare/text-diff";
import { duration } from "../src/format/quantity";
import { routeOf } from "../src/router";
import { buildTree } from "../src/trace/tree";
import { largeTrace, span } from "./fixtures";

const tree = (...names: string[]) =>
  buildTree([
    span({ span_id: "root", name: "root" }),
    ...names.map((name, index) =>
      span({ span_id: `${name}${index}`, parent_span_id: "root", name, offset_nanos: index + 1 }),
    ),
  ]);

const drawn = (left: ReturnType<typeof tree>, right: ReturnType<typeof tree>) =>
  align(left, right).map((pair) => `${pair.left?.span.name ?? "-"} | ${pair.right?.span.name ?? "-"}`);

describe("align", () => {
  it("pairs siblings by name in their order, and leaves alone what has no partner", () => {
    expect(drawn(tree("plan", "read", "read", "answer"), tree("plan", "check", "read", "answer"))).toEqual([
      "root | root",
      "plan | plan",
      "read | -",
      "- | check",
      "read | read",
      "answer | answer",
    ]);
  });

  it("has every span of both exactly once, also of large traces", () => {
    const [a, b] = [buildTree(largeTrace(20_000).spans), buildTree(largeTrace(15_000).spans)];
    const pairs = align(a, b);
    expect(pairs.filter((pair) => pair.left)).toHaveLength(20_000);
    expect(pairs.filter((pair) => pair.right)).toHaveLength(15_000);
  });

  it("says in what two partners differ", () => {
    const one = buildTree([span({ input: "a", output: { x: 1n as unknown as number }, model: "m" })]);
    const other = buildTree([span({ input: "a", output: { x: 2 }, model: "n", status: "error" })]);
    const [pair] = align(one, other);
    expect(pair && differences(pair)).toEqual(["status", "model", "output"]);
  });
});

it("a difference of texts is lines, and within them words", () => {
  expect(difference("one\ntwo words here\nthree", "one\ntwo other here\nthree")).toEqual([
    { kind: "same", text: "one\n" },
    { kind: "same", text: "two " },
    { kind: "left", text: "words" },
    { kind: "right", text: "other" },
    { kind: "same", text: " here\n" },
    { kind: "same", text: "three" },
  ]);
});

it("two texts without anything in common take bounded time", () => {
  const text = (seed: number) => Array.from({ length: 40_000 }, (_, index) => `${(index * seed) % 7919}`).join("\n");
  const before = performance.now();
  difference(text(31), text(37));
  expect(performance.now() - before).toBeLessThan(5000);
});

it("deltas have a sign and a share, and little is not slower", () => {
  expect(delta(1e9, 1.5e9, duration).replace(/\u202f/g, " ")).toBe("+500 ms (+50 %)");
  expect(delta(2e9, 1e9, duration).replace(/\u202f/g, " ")).toBe("−1 s (−50 %)");
  expect([isSlower(1e6, 4e6), isSlower(1e9, 1.1e9), isSlower(1e9, 2e9)]).toEqual([false, false, true]);
});

it("addresses of a comparison name one trace or two", () => {
  expect(routeOf("/compare/a/b")).toEqual({ page: "compare", leftId: "a", rightId: "b" });
  expect(routeOf("/compare/a")).toEqual({ page: "compare", leftId: "a", rightId: null });
  expect(routeOf("/compare").page).toBe("missing");
});
