// Tree and waterfall in one table: virtual rows, fold marks, and bars on a time axis that all of them share.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { millisOf } from "../format/instant";
import { duration, plain } from "../format/quantity";
import { useNow } from "../ui/clock";
import { useKeys } from "../ui/keys";
import { useWidth } from "../ui/media";
import { position, type Stretch, ticks, wholeOf } from "./axis";
import { SpanRow } from "./span-row";
import { ancestorIds, type Node, nextError, type Tree, visibleRows } from "./tree";

const ROW_PIXELS = 32;
/** The head lies over the rows; a row scrolled to must not end up below the edge by as much. */
const HEAD_PIXELS = 28;

interface WaterfallProps {
  tree: Tree;
  startedAt: string;
  chosenId: string | null;
  onChoose: (spanId: string) => void;
}

export function Waterfall({ tree, startedAt, chosenId, onChoose }: WaterfallProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const idPrefix = useId();
  const { folded, rows, fold, foldAll } = useFolding(tree, chosenId);
  const nowNanos = useNowNanos(tree, startedAt);
  const view = useMemo(() => wholeOf(nowNanos), [nowNanos]);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PIXELS,
    getItemKey: (index) => rows[index]?.span.span_id ?? index,
    overscan: 16,
    scrollPaddingEnd: HEAD_PIXELS,
  });
  const chosenIndex = rows.findIndex((node) => node.span.span_id === chosenId);
  const chosen = rows[chosenIndex] ?? null;

  // A span chosen by address or key comes into view; one that was clicked is there already.
  useEffect(() => {
    if (chosenIndex >= 0) virtualizer.scrollToIndex(chosenIndex, { align: "auto" });
  }, [chosenIndex, virtualizer]);

  const choose = (node: Node | null | undefined) => {
    if (!node) return;
    onChoose(node.span.span_id);
    scroller.current?.focus({ preventScroll: true });
  };
  const unfoldOrEnter = () => {
    if (!chosen) return;
    if (folded.has(chosen.span.span_id)) fold(chosen.span.span_id, false);
    else choose(chosen.children[0]);
  };
  const foldOrLeave = () => {
    if (!chosen) return;
    if (chosen.children.length > 0 && !folded.has(chosen.span.span_id)) fold(chosen.span.span_id, true);
    else choose(chosen.parent);
  };
  const down = () => choose(rows[Math.min(rows.length - 1, chosenIndex + 1)]);
  const up = () => choose(rows[Math.max(0, chosenIndex - 1)]);
  useKeys({
    j: down,
    ArrowDown: down,
    k: up,
    ArrowUp: up,
    l: unfoldOrEnter,
    ArrowRight: unfoldOrEnter,
    h: foldOrLeave,
    ArrowLeft: foldOrLeave,
    e: () => choose(nextError(tree, chosenId)),
    x: foldAll,
    Home: () => choose(rows[0]),
    End: () => choose(rows.at(-1)),
  });

  const items = virtualizer.getVirtualItems();
  return (
    <div
      className="waterfall"
      ref={scroller}
      role="treegrid"
      aria-label="Spans"
      aria-rowcount={rows.length + 1}
      aria-activedescendant={items.some((item) => item.index === chosenIndex) ? `${idPrefix}${chosenIndex}` : undefined}
      tabIndex={0}
    >
      <AxisHead view={view} />
      <div role="rowgroup" className="waterfall-rows" style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const node = rows[item.index];
          if (!node) return null;
          const { span_id } = node.span;
          return (
            <SpanRow
              key={item.key}
              id={`${idPrefix}${item.index}`}
              index={item.index}
              node={node}
              view={view}
              nowNanos={node.span.pending || node.hasPending ? nowNanos : tree.endNanos}
              topPixels={item.start}
              isChosen={span_id === chosenId}
              isFolded={folded.has(span_id)}
              onChoose={onChoose}
              onFold={fold}
            />
          );
        })}
      </div>
    </div>
  );
}

/** The room that a tick with its label takes, and a letter of it. */
const TICK_PIXELS = 68;
const TICK_LETTER_PIXELS = 7;

function AxisHead({ view }: { view: Stretch }) {
  const axis = useRef<HTMLDivElement>(null);
  const width = useWidth(axis);
  return (
    <div role="rowgroup" className="waterfall-head-group">
      <div role="row" className="waterfall-grid waterfall-head" aria-rowindex={1}>
        <div role="columnheader">Span</div>
        <div role="columnheader" className="waterfall-number">
          Duration
        </div>
        <div role="columnheader" className="axis" aria-label="Time" ref={axis}>
          {ticks(view, Math.max(1, Math.floor(width / TICK_PIXELS))).map((nanos) => {
            const share = position(view, nanos);
            const label = plain(duration(nanos));
            return (
              <span key={nanos} className="axis-tick" style={{ insetInlineStart: `${share * 100}%` }}>
                {(1 - share) * width > label.length * TICK_LETTER_PIXELS && label}
              </span>
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** Which spans are folded, and that the chosen one is always on show. */
function useFolding(tree: Tree, chosenId: string | null) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const fold = useMemo(
    () => (spanId: string, isFolded: boolean) =>
      setFolded((before) => {
        const after = new Set(before);
        if (isFolded) after.add(spanId);
        else after.delete(spanId);
        return after;
      }),
    [],
  );
  const foldAll = () => {
    const inner = tree.all
      .filter((node) => node.children.length > 0 && node.depth > 0)
      .map((node) => node.span.span_id);
    setFolded((before) => new Set(before.size > 0 ? [] : inner));
  };
  // Chosen from elsewhere (address, next error): unfold the way to it. Not on every folding, or nothing could be folded.
  useEffect(() => {
    if (chosenId === null) return;
    const way = ancestorIds(tree, chosenId);
    setFolded((before) =>
      way.some((id) => before.has(id)) ? new Set([...before].filter((id) => !way.includes(id))) : before,
    );
  }, [chosenId, tree]);
  const rows = useMemo(() => visibleRows(tree, folded), [tree, folded]);
  return { folded, rows, fold, foldAll };
}

/** Where the trace's end is now: it moves while a span is pending. */
function useNowNanos(tree: Tree, startedAt: string): number {
  const isPending = tree.roots.some((root) => root.hasPending);
  const nowMillis = useNow(isPending ? 1000 : 10_000);
  if (!isPending) return tree.endNanos;
  // The two clocks may differ; a bar never ends before what is known of it.
  return Math.max(tree.endNanos, (nowMillis - millisOf(startedAt)) * 1e6);
}
