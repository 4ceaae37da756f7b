// The critical path: of every moment of a trace, the span that the end of the whole was waiting for.
import { type Stretch, stretchOf } from "./axis";
import type { Node, Tree } from "./tree";

/**
 * The stretches of each span in which the trace's end depended on it and on none of its children.
 *
 * Walks back from the end: before a span's end it waited for the child that ended last, before that child's start for
 * the one that ended last before it, and so on. Without recursion, for a chain of 50 000 spans is no rarity.
 */
export function criticalPath(tree: Tree, nowNanos: number): Map<string, Stretch[]> {
  const result = new Map<string, Stretch[]>();
  const entry = tree.roots.find((root) => root.detached === null) ?? tree.roots[0];
  if (!entry) return result;
  const waiting: { node: Node; untilNanos: number }[] = [
    { node: entry, untilNanos: stretchOf(entry.span, nowNanos).toNanos },
  ];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, untilNanos } = next;
    const own = stretchOf(node.span, nowNanos);
    const stretches: Stretch[] = [];
    let at = Math.min(own.toNanos, untilNanos);
    for (const child of byEnd(node, nowNanos, at)) {
      if (at <= own.fromNanos) break;
      // It ran beside one that ended later, so that nothing waited for it.
      if (child.toNanos > at || child.fromNanos >= child.toNanos) continue;
      if (child.toNanos < at) stretches.push({ fromNanos: child.toNanos, toNanos: at });
      waiting.push({ node: child.node, untilNanos: child.toNanos });
      at = child.fromNanos;
    }
    if (at > own.fromNanos) stretches.push({ fromNanos: own.fromNanos, toNanos: at });
    result.set(node.span.span_id, stretches.reverse());
  }
  return result;
}

/** The children, the one that ended last first; one that outlived its parent counts with the parent's end. */
function byEnd(node: Node, nowNanos: number, endNanos: number): (Stretch & { node: Node })[] {
  return node.children
    .map((child) => {
      const { fromNanos, toNanos } = stretchOf(child.span, nowNanos);
      return { node: child, fromNanos, toNanos: Math.min(toNanos, endNanos) };
    })
    .sort((a, b) => b.toNanos - a.toNanos || b.fromNanos - a.fromNanos);
}

/** From which part of the trace's time on a span is called slow: at most five of them, and seldom more than two. */
const SLOW_SHARE = 0.2;

/** The spans that the end of the trace waited long for, with their part of its whole time. */
export function slowShares(critical: Map<string, Stretch[]>, wholeNanos: number): Map<string, number> {
  const shares = new Map<string, number>();
  // In a trace of one span that span is all there is, which nobody needs to be told.
  if (wholeNanos <= 0 || critical.size < 2) return shares;
  for (const [spanId, stretches] of critical) {
    const own = stretches.reduce((sum, stretch) => sum + stretch.toNanos - stretch.fromNanos, 0);
    if (own / wholeNanos >= SLOW_SHARE) shares.set(spanId, own / wholeNanos);
  }
  return shares;
}
