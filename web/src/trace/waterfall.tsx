// Tree and waterfall in one table: virtual rows, fold marks, and bars on a time axis that all of them share.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useId, useMemo, useRef } from "react";
import { millisOf } from "../format/instant";
import { useNow } from "../ui/clock";
import { useKeys } from "../ui/keys";
import { type Stretch, wholeOf } from "./axis";
import { AxisHead } from "./axis-head";
import { slowShares } from "./critical";
import { GroupRow } from "./group-row";
import type { Group, Row } from "./rows";
import { SpanRow } from "./span-row";
import { type Node, nextError, type Tree } from "./tree";
import { useCritical } from "./use-critical";
import { indexOfChosen, useFolding } from "./use-folding";
import { usePrefetched } from "./use-prefetched";
import { useZoom } from "./use-zoom";

const ROW_PIXELS = 32;
/** The head lies over the rows; a row scrolled to must not end up below the edge by as much. */
const HEAD_PIXELS = 28;

interface WaterfallProps {
  traceId: string;
  tree: Tree;
  startedAt: string;
  chosenId: string | null;
  /** What a filter leaves of the tree, and which of it matches; the rest only shows where that stands. */
  only: ReadonlySet<Node> | null;
  /** What of it was asked for; what only leads there is drawn quietly. */
  found: ReadonlySet<Node> | null;
  onChoose: (spanId: string) => void;
}

export function Waterfall({ traceId, tree, startedAt, chosenId, only, found, onChoose }: WaterfallProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const axis = useRef<HTMLDivElement>(null);
  const idPrefix = useId();
  const { rows, folds, fold, openGroup, toggleAll, chosenByGroup } = useFolding(tree, chosenId, only);
  const nowNanos = useNowNanos(tree, startedAt);
  const whole = useMemo(() => wholeOf(nowNanos), [nowNanos]);
  const zoom = useZoom(scroller, axis, whole);
  const { view } = zoom;
  const critical = useCritical(tree, nowNanos);
  const slow = useMemo(() => slowShares(critical, nowNanos), [critical, nowNanos]);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PIXELS,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 16,
    scrollPaddingEnd: HEAD_PIXELS,
  });
  const chosenIndex = indexOfChosen(rows, chosenId, folds.opened);
  const chosen = rows[chosenIndex] ?? null;
  usePrefetched(traceId, rows, chosenIndex);

  // A span chosen by address or key comes into view; one that was clicked is there already.
  useEffect(() => {
    if (chosenIndex >= 0) virtualizer.scrollToIndex(chosenIndex, { align: "auto" });
  }, [chosenIndex, virtualizer]);

  const choose = (node: Node | null | undefined) => {
    if (!node) return;
    onChoose(node.span.span_id);
    scroller.current?.focus({ preventScroll: true });
  };
  const chooseRow = (row: Row | undefined) => {
    if (row?.group) chosenByGroup.current = row.node.span.span_id;
    choose(row?.node);
  };
  /** The next row in a direction; the head of an opened group is no place to stand. */
  const step = (by: 1 | -1) => {
    let index = chosenIndex + by;
    while (rows[index]?.group && folds.opened.has(rows[index]?.group?.id ?? "")) index += by;
    chooseRow(rows[index]);
  };
  const unfoldOrEnter = () => {
    if (!chosen) return;
    if (chosen.group) openGroup(chosen.group.id, true);
    else if (folds.folded.has(chosen.node.span.span_id)) fold(chosen.node.span.span_id, false);
    else choose(chosen.node.children[0]);
  };
  const foldOrLeave = () => {
    if (!chosen) return;
    const { node, group } = chosen;
    if (!group && node.children.length > 0 && !folds.folded.has(node.span.span_id)) fold(node.span.span_id, true);
    else choose(node.parent);
  };
  useKeys({
    j: () => step(1),
    ArrowDown: () => step(1),
    k: () => step(-1),
    ArrowUp: () => step(-1),
    l: unfoldOrEnter,
    ArrowRight: unfoldOrEnter,
    h: foldOrLeave,
    ArrowLeft: foldOrLeave,
    e: () => choose(nextError(tree, chosenId)),
    x: toggleAll,
    "0": zoom.reset,
    Home: () => chooseRow(rows[0]),
    End: () => chooseRow(rows.at(-1)),
  });

  const items = virtualizer.getVirtualItems();
  return (
    <div
      className={`waterfall${zoom.brush ? " waterfall-brushing" : ""}`}
      ref={scroller}
      role="treegrid"
      aria-label="Spans"
      aria-rowcount={rows.length + 1}
      aria-activedescendant={items.some((item) => item.index === chosenIndex) ? `${idPrefix}${chosenIndex}` : undefined}
      tabIndex={0}
      {...zoom.handlers}
    >
      <AxisHead axis={axis} view={view} isZoomed={zoom.isZoomed} brush={zoom.brush} onReset={zoom.reset} />
      <div role="rowgroup" className="waterfall-rows" style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          const { node, group, level } = row;
          const { span_id } = node.span;
          const place = {
            id: `${idPrefix}${item.index}`,
            index: item.index,
            level,
            view,
            nowNanos: node.hasPending ? nowNanos : tree.endNanos,
            topPixels: item.start,
            isChosen: item.index === chosenIndex,
          };
          if (group) {
            return (
              <GroupRow
                key={item.key}
                {...place}
                group={group}
                isOpen={folds.opened.has(span_id)}
                critical={criticalOf(group, critical)}
                onOpen={openGroup}
              />
            );
          }
          return (
            <SpanRow
              key={item.key}
              {...place}
              node={node}
              critical={critical.get(span_id) ?? null}
              slowShare={slow.get(span_id) ?? null}
              isFolded={folds.folded.has(span_id)}
              isQuiet={found !== null && !found.has(node)}
              onChoose={onChoose}
              onFold={fold}
            />
          );
        })}
      </div>
    </div>
  );
}

function criticalOf(group: Group, critical: Map<string, Stretch[]>): Stretch[] {
  return group.nodes.flatMap((node) => critical.get(node.span.span_id) ?? []);
}

/** Where the trace's end is now: it moves while a span is pending. */
function useNowNanos(tree: Tree, startedAt: string): number {
  const isPending = tree.roots.some((root) => root.hasPending);
  const nowMillis = useNow(isPending ? 1000 : 10_000);
  if (!isPending) return tree.endNanos;
  // The two clocks may differ; a bar never ends before what is known of it.
  return Math.max(tree.endNanos, (nowMillis - millisOf(startedAt)) * 1e6);
}
