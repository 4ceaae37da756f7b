// The aligned tree: one row for each pair, the first trace's span on the left, the second's on the right.
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useMemo, useRef } from "react";
import { duration } from "../format/quantity";
import { oneLine } from "../format/text";
import { indented } from "../trace/span-row";
import type { Node } from "../trace/tree";
import { Icon } from "../ui/icons";
import { useKeys } from "../ui/keys";
import { KindGlyph } from "../ui/kind";
import { Duration } from "../ui/quantity";
import { differences, isSlower, type Pair } from "./align";
import { difference } from "./deltas";

const ROW_PIXELS = 32;

interface PairRowsProps {
  pairs: Pair[];
  chosenKey: string | null;
  onChoose: (key: string) => void;
}

export function PairRows({ pairs, chosenKey, onChoose }: PairRowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: pairs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PIXELS,
    overscan: 12,
  });
  const chosenIndex = pairs.findIndex((pair) => pair.key === chosenKey);
  useEffect(() => {
    if (chosenIndex >= 0) virtualizer.scrollToIndex(chosenIndex, { align: "auto" });
  }, [chosenIndex, virtualizer]);
  const step = (by: number) => {
    const pair = pairs[Math.min(pairs.length - 1, Math.max(0, chosenIndex + by))];
    if (pair) onChoose(pair.key);
  };
  /** The next pair that differs in more than time, round the end. */
  const stepToDifference = () => {
    for (let by = 1; by <= pairs.length; by += 1) {
      const pair = pairs[(chosenIndex + by) % pairs.length];
      if (pair && differences(pair).length > 0) return onChoose(pair.key);
    }
  };
  useKeys({
    e: stepToDifference,
    j: () => step(1),
    k: () => step(-1),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
  });
  return (
    <div
      className="waterfall"
      ref={scroller}
      role="grid"
      aria-label="Aligned spans"
      aria-rowcount={pairs.length}
      tabIndex={0}
    >
      <div role="rowgroup" className="waterfall-rows" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const pair = pairs[item.index];
          return (
            pair && (
              <PairRow
                key={pair.key}
                pair={pair}
                index={item.index}
                topPixels={item.start}
                isChosen={item.index === chosenIndex}
                onChoose={onChoose}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

interface PairRowProps {
  pair: Pair;
  index: number;
  topPixels: number;
  isChosen: boolean;
  onChoose: (key: string) => void;
}

const PairRow = memo(function PairRow({ pair, index, topPixels, isChosen, onChoose }: PairRowProps) {
  const found = useMemo(() => differences(pair), [pair]);
  const { left, right, level } = pair;
  const [before, after] = [left?.span.duration_nanos ?? null, right?.span.duration_nanos ?? null];
  const isAlone = !left || !right;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys and j, k choose a row from the whole table.
    <div
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 1}
      aria-selected={isChosen}
      className="span-row pair-row"
      style={{ transform: `translateY(${topPixels}px)` }}
      onClick={() => onChoose(pair.key)}
    >
      <Side node={left} level={level} className={isAlone ? "pair-left-only" : ""} />
      <Side node={right} level={level} className={isAlone ? "pair-right-only" : ""} />
      <div role="gridcell" className="waterfall-number">
        {before !== null && after !== null && (
          <span className={isSlower(before, after) ? "delta-worse" : undefined}>
            {before === after ? "=" : difference(before, after, duration)}
          </span>
        )}
      </div>
      <div role="gridcell" className="pair-differences">
        {found.filter((one) => one !== "alone").join(", ")}
      </div>
    </div>
  );
});

function Side({ node, level, className }: { node: Node | null; level: number; className: string }) {
  return (
    <div role="gridcell" className={`span-name pair-side ${node ? className : ""}`} style={indented(level)}>
      {node && (
        <>
          <KindGlyph kind={node.span.kind} />
          <span className="foreign span-name-text" dir="auto">
            {oneLine(node.span.name, 200) || "(no name)"}
          </span>
          {node.span.status === "error" && <Icon name="error" label="Failed" className="is-error" />}
          <span className="pair-duration">
            <Duration nanos={node.span.duration_nanos} />
          </span>
        </>
      )}
    </div>
  );
}
