// Which rows of the tree are on show: folded branches, repeated siblings as one row, and what a filter leaves.
import type { Node, Tree } from "./tree";

/** From how many on repeated siblings are folded: fewer are read as quickly as their number. */
const REPEATED_LEAST = 4;

/** Siblings in a row with the same name and kind. */
export interface Group {
  /** The id of its first span. */
  id: string;
  nodes: Node[];
  hasError: boolean;
  /** Where in the tree's order the last of them with its descendants ends. */
  endIndex: number;
}

export interface Row {
  key: string;
  /** How far in it stands. */
  level: number;
  /** The span, or the first of the group. */
  node: Node;
  group: Group | null;
}

export interface Folds {
  /** Spans whose children are hidden. */
  folded: ReadonlySet<string>;
  /** Groups whose members are on show. */
  opened: ReadonlySet<string>;
}

/** Groups by the id of their first span. */
export function groupsOf(tree: Tree): Map<string, Group> {
  const groups = new Map<string, Group>();
  const indexOf = new Map<Node, number>();
  tree.all.forEach((node, index) => {
    indexOf.set(node, index);
  });
  const find = (siblings: readonly Node[]) => {
    for (let from = 0; from < siblings.length; ) {
      const first = siblings[from] as Node;
      let to = from + 1;
      while (to < siblings.length && isSame(first, siblings[to] as Node)) to += 1;
      if (to - from >= REPEATED_LEAST) {
        const nodes = siblings.slice(from, to);
        const last = nodes[nodes.length - 1] as Node;
        groups.set(first.span.span_id, {
          id: first.span.span_id,
          nodes,
          hasError: nodes.some((node) => node.hasError),
          endIndex: (indexOf.get(last) ?? 0) + last.descendantCount,
        });
      }
      from = to;
    }
  };
  for (const node of tree.all) if (node.children.length >= REPEATED_LEAST) find(node.children);
  return groups;
}

/** The rows, in order. With `only`, these nodes alone, and groups do not hide any of them. */
export function rowsOf(tree: Tree, groups: Map<string, Group>, folds: Folds, only: ReadonlySet<Node> | null): Row[] {
  const rows: Row[] = [];
  const openEnds: number[] = [];
  for (let index = 0; index < tree.all.length; index += 1) {
    while (openEnds.length > 0 && (openEnds.at(-1) as number) < index) openEnds.pop();
    const node = tree.all[index] as Node;
    const id = node.span.span_id;
    if (only) {
      if (!only.has(node)) continue;
    } else {
      const group = groups.get(id);
      if (group) {
        rows.push({ key: `group ${id}`, level: node.depth + openEnds.length, node, group });
        if (!folds.opened.has(id)) {
          index = group.endIndex;
          continue;
        }
        openEnds.push(group.endIndex);
      }
    }
    rows.push({ key: id, level: node.depth + openEnds.length, node, group: null });
    if (folds.folded.has(id)) index += node.descendantCount;
  }
  return rows;
}

/** The nodes that match, and all above them, so that it stays clear where they stand. */
export function withAncestors(tree: Tree, matches: (node: Node) => boolean): Set<Node> {
  const kept = new Set<Node>();
  for (const node of tree.all) {
    if (!matches(node)) continue;
    for (let one: Node | null = node; one && !kept.has(one); one = one.parent) kept.add(one);
  }
  return kept;
}

/** The groups that a span, or one above it, is hidden in. */
export function groupsAround(groups: Map<string, Group>, node: Node): string[] {
  if (groups.size === 0) return [];
  const ids: string[] = [];
  for (let one: Node | null = node; one; one = one.parent) {
    const siblings = one.parent?.children ?? [];
    let at = siblings.indexOf(one);
    while (at > 0 && isSame(siblings[at - 1] as Node, one)) at -= 1;
    const first = siblings[at]?.span.span_id;
    if (first !== undefined && groups.has(first)) ids.push(first);
  }
  return ids;
}

function isSame(a: Node, b: Node): boolean {
  return a.span.name === b.span.name && a.span.kind === b.span.kind;
}
