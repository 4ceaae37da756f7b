// The list of what was found: virtual, moved through by key, and where it was when the reader comes back.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useId, useRef, useState } from "react";
import type { SpanHit } from "../api/types";
import { placeOf, rememberPlace } from "../traces/remembered";
import { useKeys } from "../ui/keys";
import { Hit } from "./hit";

interface HitsProps {
  spans: readonly SpanHit[];
  addressOf: (span: SpanHit) => string;
  hasMore: boolean;
  isLoadingMore: boolean;
  onEndNear: () => void;
  onOpen: (span: SpanHit) => void;
  /** Which list this is, so that each has its own remembered place. */
  placeKey: string;
}

/** A head and two lines of text, until a row is measured. */
const ROW_PIXELS = 92;
const AHEAD_ROWS = 10;

export function Hits(props: HitsProps) {
  const { spans, addressOf, hasMore, isLoadingMore, onEndNear, onOpen, placeKey } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const [selectedId, setSelectedId] = useState(() => placeOf(placeKey).traceId);
  const virtualizer = useVirtualizer({
    count: spans.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PIXELS,
    getItemKey: (index) => spans[index]?.span_id ?? index,
    overscan: 8,
    initialOffset: () => placeOf(placeKey).scrollPixels,
  });
  const items = virtualizer.getVirtualItems();
  const isEndNear = hasMore && !isLoadingMore && (items.at(-1)?.index ?? -1) >= spans.length - AHEAD_ROWS;
  useEffect(() => {
    if (isEndNear) onEndNear();
  }, [isEndNear, onEndNear]);
  const selected = spans.findIndex((span) => span.span_id === selectedId);
  const move = (step: number) => {
    const index = selected < 0 ? 0 : Math.min(spans.length - 1, Math.max(0, selected + step));
    const span = spans[index];
    if (!span) return;
    setSelectedId(span.span_id);
    virtualizer.scrollToIndex(index);
    scroller.current?.focus({ preventScroll: true });
  };
  const open = (span: SpanHit) => {
    rememberPlace(placeKey, { traceId: span.span_id, scrollPixels: scroller.current?.scrollTop ?? 0 });
    onOpen(span);
  };
  const openSelected = () => {
    const span = spans[selected];
    if (span) open(span);
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: openSelected,
    Escape: () => setSelectedId(null),
  });
  return (
    // What scrolls must be reachable by key.
    <div className="hits" ref={scroller} tabIndex={0} role="region" aria-label="What was found">
      <div style={{ height: virtualizer.getTotalSize() }}>
        <ol className="hits-shown" style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
          {items.map((item) => {
            const span = spans[item.index];
            return (
              span && (
                <Hit
                  key={item.key}
                  ref={virtualizer.measureElement}
                  id={`${id}${item.index}`}
                  index={item.index}
                  span={span}
                  address={addressOf(span)}
                  isSelected={item.index === selected}
                  onOpen={open}
                />
              )
            );
          })}
        </ol>
      </div>
      <p className="list-more">{isLoadingMore ? "Looking further…" : hasMore ? "" : "That is all."}</p>
    </div>
  );
}
