// The list itself: virtual, one trace a row, moved through by key, and where it was when the reader comes back.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import type { TraceSummary } from "../api/types";
import { navigate, traceAddress } from "../router";
import { Ago } from "../ui/instant";
import { useKeys } from "../ui/keys";
import { useIsNarrow } from "../ui/media";
import { type Column, templateOf } from "./columns";
import { ListHead } from "./list-head";
import { placeOf, rememberPlace } from "./remembered";
import { ABOVE_PIXELS, ROW_PIXELS, TraceRow } from "./trace-row";

/** Two lines where the window is narrow; the stylesheet uses the same number. */
const ROW_PIXELS_NARROW = 56;
/** The head lies over the rows; a row scrolled to must not end up below the edge by as much. */
const HEAD_PIXELS = 28;
/** How many rows from the end the next page is asked for: two screens. */
const AHEAD_ROWS = 40;

interface TraceListProps {
  traces: TraceSummary[];
  hasMore: boolean;
  isLoadingMore: boolean;
  onEndNear: () => void;
  /** Which list this is, so that each has its own remembered place. */
  placeKey: string;
  /** The trace that is shown beside the list. */
  previewId: string | null;
  onPreview: (traceId: string | null) => void;
  /** Traces that were marked to compare them. */
  marked: readonly string[];
  onMark: (traceId: string) => void;
  columns: readonly Column[];
  sort: string;
}

export function TraceList({
  traces,
  hasMore,
  isLoadingMore,
  onEndNear,
  placeKey,
  previewId,
  onPreview,
  marked,
  onMark,
  columns,
  sort,
}: TraceListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rowPixels = useIsNarrow() ? ROW_PIXELS_NARROW : ROW_PIXELS;
  const idPrefix = useId();
  const [selectedId, setSelectedId] = useState(() => placeOf(placeKey).traceId);
  const virtualizer = useVirtualizer({
    count: traces.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPixels,
    getItemKey: (index) => traces[index]?.trace_id ?? index,
    overscan: 6,
    scrollPaddingEnd: HEAD_PIXELS,
    initialOffset: () => placeOf(placeKey).scrollPixels,
    // About what is seen, so that rows are drawn at once and not after a first layout without them.
    initialRect: { width: window.innerWidth, height: Math.max(0, window.innerHeight - ABOVE_PIXELS) },
  });
  useLayoutEffect(() => {
    if (rowPixels > 0) virtualizer.measure();
  }, [rowPixels, virtualizer]);
  useRememberedPlace(scroller, placeKey, selectedId);
  useSteadyRows(scroller, traces, rowPixels);

  const items = virtualizer.getVirtualItems();
  const lastIndex = items.at(-1)?.index ?? -1;
  const isEndNear = hasMore && !isLoadingMore && lastIndex >= traces.length - AHEAD_ROWS;
  useEffect(() => {
    if (isEndNear) onEndNear();
  }, [isEndNear, onEndNear]);

  const selectedIndex = traces.findIndex((trace) => trace.trace_id === selectedId);
  const move = (step: number) => {
    const index = selectedIndex < 0 ? (step > 0 ? 0 : -1) : Math.min(traces.length - 1, selectedIndex + step);
    const trace = traces[index];
    if (!trace) return;
    setSelectedId(trace.trace_id);
    if (previewId !== null) onPreview(trace.trace_id);
    virtualizer.scrollToIndex(index);
    scroller.current?.focus({ preventScroll: true });
  };
  const open = useCallback(
    (trace: TraceSummary) => {
      // At once, for the list is gone before an effect could.
      rememberPlace(placeKey, { traceId: trace.trace_id, scrollPixels: scroller.current?.scrollTop ?? 0 });
      navigate(traceAddress(trace.trace_id));
    },
    [placeKey],
  );
  const openSelected = () => {
    const trace = traces[selectedIndex];
    if (trace) open(trace);
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: openSelected,
    " ": () => {
      const trace = traces[Math.max(0, selectedIndex)];
      if (!trace) return;
      setSelectedId(trace.trace_id);
      onPreview(previewId === trace.trace_id ? null : trace.trace_id);
    },
    m: () => {
      const trace = traces[selectedIndex];
      if (trace) onMark(trace.trace_id);
    },
    Escape: () => (previewId === null ? setSelectedId(null) : onPreview(null)),
  });

  return (
    <div
      className="list"
      ref={scroller}
      role="grid"
      aria-label="Traces"
      aria-rowcount={hasMore ? -1 : traces.length + 1}
      aria-activedescendant={
        items.some((item) => item.index === selectedIndex) ? `${idPrefix}${selectedIndex}` : undefined
      }
      tabIndex={0}
      style={{ "--list-columns": templateOf(columns) } as React.CSSProperties}
    >
      <ListHead columns={columns} sort={sort} />
      <div role="rowgroup" className="list-rows" style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const trace = traces[item.index];
          return (
            trace && (
              <TraceRow
                key={item.key}
                id={`${idPrefix}${item.index}`}
                index={item.index}
                trace={trace}
                isSelected={item.index === selectedIndex}
                columns={columns}
                isMarked={marked.includes(trace.trace_id)}
                onMark={onMark}
                topPixels={item.start}
                onOpen={open}
                Time={Ago}
              />
            )
          );
        })}
      </div>
      {isLoadingMore && <p className="list-more">Loading older traces…</p>}
      {!hasMore && <p className="list-more">That is all.</p>}
    </div>
  );
}

/** Keeps scroll and choice for the moment when the reader comes back. */
function useRememberedPlace(
  scroller: React.RefObject<HTMLDivElement | null>,
  placeKey: string,
  traceId: string | null,
): void {
  const remember = useCallback(() => {
    rememberPlace(placeKey, { traceId, scrollPixels: scroller.current?.scrollTop ?? 0 });
  }, [scroller, placeKey, traceId]);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    if (element.scrollTop === 0) element.scrollTop = placeOf(placeKey).scrollPixels;
  }, [scroller, placeKey]);
  useEffect(() => {
    remember();
    const element = scroller.current;
    element?.addEventListener("scroll", remember, { passive: true });
    return () => element?.removeEventListener("scroll", remember);
  }, [scroller, remember]);
}

/** Rows that the reader looks at do not move when new traces come in above them. */
function useSteadyRows(
  scroller: React.RefObject<HTMLDivElement | null>,
  traces: TraceSummary[],
  rowPixels: number,
): void {
  const first = useRef<string | null>(null);
  useLayoutEffect(() => {
    const element = scroller.current;
    const added = first.current === null ? 0 : traces.findIndex((trace) => trace.trace_id === first.current);
    if (element && added > 0 && element.scrollTop > 0) element.scrollTop += added * rowPixels;
    first.current = traces[0]?.trace_id ?? null;
  }, [scroller, traces, rowPixels]);
}
