// Lays two trees beside each other: siblings pair up by kind and name, in their order; what has no partner stands alone.

import type { Json, Span, TreeSpan } from "../api/types";
import { writeJson } from "../json/exact";
import type { Node, Tree } from "../trace/tree";

/** A span as its tree has it, and with its payload where that is loaded too. */
export type ComparedSpan = TreeSpan & Partial<Pick<Span, "input" | "output" | "status_message">>;

export interface Pair {
  key: string;
  level: number;
  left: Node<ComparedSpan> | null;
  right: Node<ComparedSpan> | null;
}

/** Above this many cells the exact alignment of two lists of siblings takes too long. */
const CELLS_MAX = 4_000_000;

/** All pairs in the order of the trees. Without recursion, for trees may be as deep as they are long. */
export function align(left: Tree<ComparedSpan>, right: Tree<ComparedSpan>): Pair[] {
  const pairs: Pair[] = [];
  const [first, ...others] = left.roots;
  const isOne = others.length === 0 && right.roots.length === 1;
  // Who compares two traces means their entries, whatever these are called.
  const waiting = isOne
    ? [pairOf(first ?? null, right.roots[0] ?? null, 0)]
    : paired(left.roots, right.roots, 0).reverse();
  for (let pair = waiting.pop(); pair; pair = waiting.pop()) {
    pairs.push(pair);
    const below = paired(pair.left?.children ?? [], pair.right?.children ?? [], pair.level + 1);
    for (let index = below.length - 1; index >= 0; index -= 1) waiting.push(below[index] as Pair);
  }
  return pairs;
}

export type Difference = "alone" | "status" | "model" | "input" | "output";

/** In what two partners differ as far as is loaded, but for time and tokens, which always do. */
export function differences({ left, right }: Pair): Difference[] {
  if (!left || !right) return ["alone"];
  const [a, b] = [left.span, right.span];
  const found: Difference[] = [];
  if (a.status !== b.status || a.status_message !== b.status_message) found.push("status");
  if (a.model !== b.model) found.push("model");
  if (isOther(a.input, b.input)) found.push("input");
  if (isOther(a.output, b.output)) found.push("output");
  return found;
}

function isOther(a: Json | undefined, b: Json | undefined): boolean {
  return a !== undefined && b !== undefined && writeJson(a) !== writeJson(b);
}

/** Whether two durations differ by more than two runs of the same thing do. */
export function isSlower(beforeNanos: number, afterNanos: number): boolean {
  return afterNanos - beforeNanos > 5e6 && afterNanos > beforeNanos * 1.2;
}

function paired(left: readonly Node<ComparedSpan>[], right: readonly Node<ComparedSpan>[], level: number): Pair[] {
  const pairs: Pair[] = [];
  let [at, to] = [0, 0];
  const alone = (untilLeft: number, untilRight: number) => {
    while (at < untilLeft) pairs.push(pairOf(left[at++] ?? null, null, level));
    while (to < untilRight) pairs.push(pairOf(null, right[to++] ?? null, level));
  };
  for (const [leftIndex, rightIndex] of common(left.map(nameOf), right.map(nameOf))) {
    alone(leftIndex, rightIndex);
    pairs.push(pairOf(left[at++] ?? null, right[to++] ?? null, level));
  }
  alone(left.length, right.length);
  return pairs;
}

/** The longest common subsequence of two lists, as pairs of places; what both begin and end with costs nothing. */
function common(a: string[], b: string[]): [number, number][] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const places: [number, number][] = Array.from({ length: start }, (_, index) => [index, index]);
  const [n, m] = [a.length - start - end, b.length - start - end];
  if (n * m <= CELLS_MAX) {
    const width = m + 1;
    const lengths = new Uint16Array((n + 1) * width);
    for (let i = n - 1; i >= 0; i -= 1) {
      for (let j = m - 1; j >= 0; j -= 1) {
        lengths[i * width + j] =
          a[start + i] === b[start + j]
            ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
            : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
      }
    }
    for (let i = 0, j = 0; i < n && j < m; ) {
      if (a[start + i] === b[start + j]) places.push([start + i++, start + j++]);
      else if ((lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0)) i += 1;
      else j += 1;
    }
  } else {
    // Each takes the next of its name; cheap, and exact where the order is the same.
    for (let i = 0, j = 0; i < n; i += 1) {
      const found = b.indexOf(a[start + i] ?? "", start + j);
      if (found < 0 || found >= start + m) continue;
      places.push([start + i, found]);
      j = found - start + 1;
    }
  }
  for (let index = end; index > 0; index -= 1) places.push([a.length - index, b.length - index]);
  return places;
}

function pairOf(left: Node<ComparedSpan> | null, right: Node<ComparedSpan> | null, level: number): Pair {
  return { key: `${left?.span.span_id ?? ""} ${right?.span.span_id ?? ""}`, level, left, right };
}

function nameOf(node: Node): string {
  return `${node.span.kind} ${node.span.name}`;
}
