// From a flat list of spans to a tree: whatever the parents say, every span is in it exactly once.
import type { TreeSpan } from "../api/types";

/** Why a span stands at the top level although it names a parent. */
export type Detached = "parent_missing" | "parent_cycle";

/** A span in its tree: as the tree has it, or with its payload where all of a trace was loaded. */
export interface Node<S extends TreeSpan = TreeSpan> {
  span: S;
  depth: number;
  children: Node<S>[];
  parent: Node<S> | null;
  detached: Detached | null;
  /** How many spans lie below it, at any depth. */
  descendantCount: number;
  /** Whether it or one below it failed. */
  hasError: boolean;
  /** Whether it or one below it has not ended. */
  hasPending: boolean;
}

export interface Tree<S extends TreeSpan = TreeSpan> {
  /** The top level: roots, and spans whose parent is not here. */
  roots: Node<S>[];
  /** Every node, in the order in which an unfolded tree shows them. */
  all: Node<S>[];
  byId: Map<string, Node<S>>;
  /** When the last span ended, from the trace's start; a pending one counts with its start. */
  endNanos: number;
}

/**
 * Builds the tree in time linear in the number of spans, but for sorting siblings.
 *
 * A span that names a missing parent, or stands in a ring of parents, is put at the top level and marked. No recursion:
 * a chain of 50 000 spans must not exhaust the stack.
 */
export function buildTree<S extends TreeSpan>(spans: readonly S[]): Tree<S> {
  const byId = new Map<string, Node<S>>();
  for (const span of spans) {
    // The store keeps one span of an id; should two come, the later is the newer.
    byId.set(span.span_id, {
      span,
      depth: 0,
      children: [],
      parent: null,
      detached: null,
      descendantCount: 0,
      hasError: false,
      hasPending: false,
    });
  }
  const nodes = [...byId.values()].sort(byStart);
  const roots: Node<S>[] = [];
  for (const node of nodes) {
    const parentId = node.span.parent_span_id;
    const parent = parentId === null ? undefined : byId.get(parentId);
    if (parent && parent !== node) {
      node.parent = parent;
      parent.children.push(node);
    } else {
      if (parentId !== null) node.detached = parent === node ? "parent_cycle" : "parent_missing";
      roots.push(node);
    }
  }
  const all: Node<S>[] = [];
  const seen = new Set<Node<S>>();
  for (const root of roots) walk(root, all, seen);
  if (all.length < nodes.length) {
    // What no root reaches hangs below a ring: cut it at the span that started first.
    for (const node of nodes) {
      if (seen.has(node)) continue;
      const start = ringMember(node);
      if (start.parent) start.parent.children = start.parent.children.filter((child) => child !== start);
      start.parent = null;
      start.detached = "parent_cycle";
      roots.push(start);
      walk(start, all, seen);
    }
    roots.sort(byStart);
    all.length = 0;
    seen.clear();
    for (const root of roots) walk(root, all, seen);
  }
  sumUp(all);
  return { roots, all, byId, endNanos: endOf(all) };
}

/** The ids of those that must be unfolded for `spanId` to be on show. */
export function ancestorIds(tree: Tree, spanId: string): string[] {
  const ids: string[] = [];
  for (let node = tree.byId.get(spanId)?.parent ?? null; node; node = node.parent) ids.push(node.span.span_id);
  return ids;
}

/** The next span that failed, after `spanId` in the order of the tree, round the end. */
export function nextError(tree: Tree, spanId: string | null): Node | null {
  const start = spanId === null ? -1 : tree.all.findIndex((node) => node.span.span_id === spanId);
  for (let step = 1; step <= tree.all.length; step += 1) {
    const node = tree.all[(start + step) % tree.all.length];
    if (node?.span.status === "error") return node;
  }
  return null;
}

function walk<S extends TreeSpan>(root: Node<S>, order: Node<S>[], seen: Set<Node<S>>): void {
  const stack: Node<S>[] = [root];
  root.depth = 0;
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    order.push(node);
    for (let index = node.children.length - 1; index >= 0; index -= 1) {
      const child = node.children[index] as Node<S>;
      child.depth = node.depth + 1;
      stack.push(child);
    }
  }
}

/** Follows the parents of a node that no root reaches until one comes twice: that one is in the ring. */
function ringMember<S extends TreeSpan>(node: Node<S>): Node<S> {
  const passed = new Set<Node<S>>();
  let current = node;
  while (current.parent && !passed.has(current)) {
    passed.add(current);
    current = current.parent;
  }
  let first = current;
  for (let other = current.parent; other && other !== current; other = other.parent) {
    if (byStart(other, first) < 0) first = other;
  }
  return first;
}

function sumUp(all: Node[]): void {
  for (const node of all) {
    node.descendantCount = 0;
    node.hasError = node.span.status === "error";
    node.hasPending = node.span.pending;
  }
  // Backwards, every node comes before its parent.
  for (let index = all.length - 1; index >= 0; index -= 1) {
    const node = all[index] as Node;
    if (!node.parent) continue;
    node.parent.descendantCount += node.descendantCount + 1;
    node.parent.hasError ||= node.hasError;
    node.parent.hasPending ||= node.hasPending;
  }
}

function endOf(all: Node[]): number {
  let end = 0;
  for (const { span } of all) end = Math.max(end, span.offset_nanos + (span.duration_nanos ?? 0));
  return end;
}

function byStart(a: Node, b: Node): number {
  return (
    a.span.offset_nanos - b.span.offset_nanos ||
    // Of two that began together the longer one is the outer one.
    (b.span.duration_nanos ?? Number.POSITIVE_INFINITY) - (a.span.duration_nanos ?? Number.POSITIVE_INFINITY) ||
    (a.span.span_id < b.span.span_id ? -1 : a.span.span_id > b.span.span_id ? 1 : 0)
  );
}
