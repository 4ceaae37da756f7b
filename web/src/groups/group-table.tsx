// Sessions or users as a table: each with the totals of its traces, moved through by key.
import { useVirtualizer } from "@tanstack/react-virtual";
import { type MouseEvent, memo, useEffect, useId, useRef, useState } from "react";
import type { Group } from "../api/types";
import { oneLine, plural } from "../format/text";
import { navigate } from "../router";
import { Icon } from "../ui/icons";
import { Ago } from "../ui/instant";
import { useKeys } from "../ui/keys";
import { useIsNarrow } from "../ui/media";
import { Count, Dollars } from "../ui/quantity";
import "../traces/traces.css";
import "./groups.css";

const ROW_PIXELS = 32;
const ROW_PIXELS_NARROW = 56;
const HEAD_PIXELS = 28;
/** How many rows from the end the next page is asked for: two screens. */
const AHEAD_ROWS = 40;

interface GroupTableProps {
  /** What a row is: `Session` or `User`. */
  word: string;
  groups: readonly Group[];
  addressOf: (id: string) => string;
  hasMore: boolean;
  isLoadingMore: boolean;
  onEndNear: () => void;
}

export function GroupTable({ word, groups, addressOf, hasMore, isLoadingMore, onEndNear }: GroupTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const idPrefix = useId();
  const rowPixels = useIsNarrow() ? ROW_PIXELS_NARROW : ROW_PIXELS;
  const [selectedId, setSelectedId] = useState<string | null>(null);
  const virtualizer = useVirtualizer({
    count: groups.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPixels,
    getItemKey: (index) => groups[index]?.id ?? index,
    overscan: 12,
    scrollPaddingEnd: HEAD_PIXELS,
  });
  useEffect(() => {
    if (rowPixels > 0) virtualizer.measure();
  }, [rowPixels, virtualizer]);
  const items = virtualizer.getVirtualItems();
  const isEndNear = hasMore && !isLoadingMore && (items.at(-1)?.index ?? -1) >= groups.length - AHEAD_ROWS;
  useEffect(() => {
    if (isEndNear) onEndNear();
  }, [isEndNear, onEndNear]);
  const selectedIndex = groups.findIndex((group) => group.id === selectedId);
  const move = (by: number) => {
    const index = Math.min(groups.length - 1, Math.max(0, selectedIndex + by));
    const group = groups[index];
    if (!group) return;
    setSelectedId(group.id);
    virtualizer.scrollToIndex(index);
    scroller.current?.focus({ preventScroll: true });
  };
  useKeys({
    j: () => move(1),
    ArrowDown: () => move(1),
    k: () => move(-1),
    ArrowUp: () => move(-1),
    Enter: () => {
      const group = groups[selectedIndex];
      if (group) navigate(addressOf(group.id));
    },
  });
  return (
    <div
      className="list groups"
      ref={scroller}
      role="grid"
      aria-label={`${word}s`}
      aria-rowcount={hasMore ? -1 : groups.length + 1}
      aria-activedescendant={
        items.some((item) => item.index === selectedIndex) ? `${idPrefix}${selectedIndex}` : undefined
      }
      tabIndex={0}
    >
      <div role="rowgroup" className="list-head-group">
        <div role="row" className="list-head groups-grid" aria-rowindex={1}>
          {[word, "Last active", "First seen", "Traces", "Spans", "Tokens", "Cost", "Errors"].map((label, index) => (
            <div role="columnheader" key={label} className={`cell ${index > 2 ? "cell-number" : ""}`}>
              {label}
            </div>
          ))}
        </div>
      </div>
      <div role="rowgroup" className="list-rows" style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const group = groups[item.index];
          return (
            group && (
              <GroupRow
                key={item.key}
                id={`${idPrefix}${item.index}`}
                index={item.index}
                group={group}
                address={addressOf(group.id)}
                isSelected={item.index === selectedIndex}
                topPixels={item.start}
              />
            )
          );
        })}
      </div>
      {isLoadingMore && <p className="list-more">Loading more…</p>}
      {!hasMore && <p className="list-more">That is all.</p>}
    </div>
  );
}

interface GroupRowProps {
  id: string;
  index: number;
  group: Group;
  address: string;
  isSelected: boolean;
  topPixels: number;
}

const GroupRow = memo(function GroupRow({ id, index, group, address, isSelected, topPixels }: GroupRowProps) {
  const open = (event: MouseEvent) => {
    // A click with a modifier is the browser's: it opens the link in a new tab.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    // A click that ends a selection of text opens nothing.
    if (window.getSelection()?.isCollapsed !== false) navigate(address);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter opens the chosen row, wherever the focus is in the grid.
    <div
      id={id}
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      className="list-row groups-grid"
      style={{ transform: `translateY(${topPixels}px)` }}
      onClick={open}
    >
      <div role="gridcell" className="cell cell-id">
        <a href={address} tabIndex={-1} className="foreign list-link" dir="auto" title={oneLine(group.id, 1000)}>
          {oneLine(group.id, 200) || "(empty)"}
        </a>
      </div>
      <div role="gridcell" className="cell">
        <Ago at={group.last_started_at} />
      </div>
      <div role="gridcell" className="cell cell-first">
        <Ago at={group.first_started_at} />
      </div>
      <div role="gridcell" className="cell cell-number cell-traces">
        <Count value={group.trace_count} />
        <span className="cell-word"> {group.trace_count === 1 ? "trace" : "traces"}</span>
      </div>
      <div role="gridcell" className="cell cell-number cell-spans">
        <Count value={group.span_count} />
      </div>
      <div role="gridcell" className="cell cell-number">
        <Count value={group.total_tokens} />
        <span className="cell-word"> tok</span>
      </div>
      <div role="gridcell" className="cell cell-number">
        <Dollars value={group.cost_usd} />
      </div>
      <div role="gridcell" className="cell cell-number">
        {group.error_count > 0 ? (
          <span className="is-error status" title={plural(group.error_count, "failed span")}>
            <Icon name="error" label="Errors" /> {group.error_count}
          </span>
        ) : (
          <span className="status-quiet">–</span>
        )}
      </div>
    </div>
  );
});
