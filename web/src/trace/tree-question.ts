// Which spans of a tree are wanted, as it stands in the address.
import { matchesNode } from "../graph/model";
import type { Node, Tree } from "./tree";

export interface TreeQuestion {
  /** A part of the name, model or kind. */
  find: string;
  /** A node of the agent graph. */
  node: string | null;
  onlyErrors: boolean;
}

export function treeQuestionOf(parameters: URLSearchParams): TreeQuestion {
  return {
    find: parameters.get("find") ?? "",
    node: parameters.get("only"),
    onlyErrors: parameters.get("errors") === "1",
  };
}

/** The spans that pass all of it; `null` where nothing is asked. */
export function foundIn(tree: Tree, { find, node, onlyErrors }: TreeQuestion): Set<Node> | null {
  const sought = find.trim().toLowerCase();
  if (sought === "" && node === null && !onlyErrors) return null;
  const passes = (one: Node) =>
    (!onlyErrors || one.span.status === "error") &&
    (node === null || matchesNode(one, node)) &&
    (sought === "" || isNamed(one, sought));
  return new Set(tree.all.filter(passes));
}

function isNamed({ span }: Node, sought: string): boolean {
  return [span.name, span.model ?? "", span.kind, span.kind_original].some((text) =>
    text.toLowerCase().includes(sought),
  );
}
