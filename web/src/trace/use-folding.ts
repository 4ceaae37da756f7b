// Which spans and groups are folded, and that the chosen span is always on show.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type Folds, groupsAround, groupsOf, type Row, rowsOf } from "./rows";
import { ancestorIds, type Node, type Tree } from "./tree";

const NOTHING: ReadonlySet<string> = new Set();

export function useFolding(tree: Tree, chosenId: string | null, only: ReadonlySet<Node> | null) {
  const [folds, setFolds] = useState<Folds>({ folded: NOTHING, opened: NOTHING });
  const groups = useMemo(() => groupsOf(tree), [tree]);
  /** A span that was chosen by its folded group: the group stays as it is. */
  const chosenByGroup = useRef<string | null>(null);

  const fold = useCallback((spanId: string, isFolded: boolean) => {
    setFolds((before) => ({ ...before, folded: changed(before.folded, spanId, isFolded) }));
  }, []);
  const openGroup = useCallback((groupId: string, isOpen: boolean) => {
    setFolds((before) => ({ ...before, opened: changed(before.opened, groupId, isOpen) }));
  }, []);
  /** Opens everything; where everything is open, folds it again. */
  const toggleAll = () => {
    const inner = tree.all.filter((node) => node.children.length > 0 && node.depth > 0);
    setFolds((before) =>
      before.folded.size > 0 || before.opened.size < groups.size
        ? { folded: NOTHING, opened: new Set(groups.keys()) }
        : { folded: new Set(inner.map((node) => node.span.span_id)), opened: NOTHING },
    );
  };
  // Chosen from elsewhere (address, next error): open the way to it. Not on every folding, or nothing could be folded.
  useEffect(() => {
    const node = chosenId === null ? undefined : tree.byId.get(chosenId);
    if (!node) return;
    const way = ancestorIds(tree, node.span.span_id);
    const around = chosenByGroup.current === chosenId ? [] : groupsAround(groups, node);
    setFolds((before) => {
      const isHidden = way.some((id) => before.folded.has(id)) || around.some((id) => !before.opened.has(id));
      if (!isHidden) return before;
      return {
        folded: new Set([...before.folded].filter((id) => !way.includes(id))),
        opened: new Set([...before.opened, ...around]),
      };
    });
  }, [chosenId, tree, groups]);
  const rows = useMemo(() => rowsOf(tree, groups, folds, only), [tree, groups, folds, only]);
  return { rows, folds, fold, openGroup, toggleAll, chosenByGroup };
}

/** Where the chosen span stands: its own row, or the folded group that it is in. */
export function indexOfChosen(rows: readonly Row[], chosenId: string | null, opened: ReadonlySet<string>): number {
  return rows.findIndex(({ node, group }) =>
    group
      ? !opened.has(group.id) && group.nodes.some((member) => member.span.span_id === chosenId)
      : node.span.span_id === chosenId,
  );
}

function changed(set: ReadonlySet<string>, id: string, isIn: boolean): ReadonlySet<string> {
  const after = new Set(set);
  if (isIn) after.add(id);
  else after.delete(id);
  return after;
}
