// The aligned tree: one row for each pair, the first trace's span on the left, the second's on the right.
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useMemo, useRef } from "react";
import { count, dollars, duration, type Part, plain } from "../format/quantity";
import { oneLine } from "../format/text";
import { indented } from "../trace/span-row";
import type { Node } from "../trace/tree";
import { Icon } from "../ui/icons";
import { useKeys } from "../ui/keys";
import { KindGlyph } from "../ui/kind";
import { Duration } from "../ui/quantity";
import { differences, isSlower, type Pair } from "./align";
import { difference, isMore } from "./deltas";

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
      className="waterfall pairs"
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
          <span
            className={isSlower(before, after) ? "delta-worse" : undefined}
            title={`${plain(duration(before))} → ${plain(duration(after))}`}
          >
            {before === after ? "=" : difference(before, after, duration, false)}
          </span>
        )}
      </div>
      <div role="gridcell" className="waterfall-number pair-use">
        <Use left={tokensOf(left)} right={tokensOf(right)} parts={count} unit="tok" />
        <Use left={left?.span.cost_usd ?? null} right={right?.span.cost_usd ?? null} parts={dollars} />
      </div>
      <div role="gridcell" className="pair-differences">
        {found.filter((one) => one !== "alone").join(", ")}
      </div>
    </div>
  );
});

interface UseProps {
  left: number | null;
  right: number | null;
  parts: (value: number) => Part[];
  unit?: string;
}

/** How much more the second span used; nothing where both used as much, or one of them is not known. */
function Use({ left, right, parts, unit }: UseProps) {
  if (left === null || right === null || left === right) return null;
  return (
    <span className={isMore(left, right) ? "delta-worse" : undefined}>
      {difference(left, right, parts, false)}
      {unit && ` ${unit}`}
    </span>
  );
}

function tokensOf(node: Node | null): number | null {
  const usage = node?.span.usage;
  if (!usage) return null;
  if (usage.total_tokens !== null) return usage.total_tokens;
  return usage.input_tokens === null && usage.output_tokens === null
    ? null
    : (usage.input_tokens ?? 0) + (usage.output_tokens ?? 0);
}

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
