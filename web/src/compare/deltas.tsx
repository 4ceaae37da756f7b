// The strip on top: what the second trace took, used and cost, beside the first.
import type { ReactNode } from "react";
import type { TraceSummary } from "../api/types";
import { count, dollars, duration, type Part, plain } from "../format/quantity";
import { Count, Dollars, Duration } from "../ui/quantity";
import { isSlower } from "./align";

export function Deltas({ left, right }: { left: TraceSummary; right: TraceSummary }) {
  return (
    <dl className="deltas">
      <Delta
        name="Duration"
        left={left.duration_nanos}
        right={right.duration_nanos}
        parts={duration}
        isWorse={isSlower}
      >
        {(value) => <Duration nanos={value} />}
      </Delta>
      <Delta name="Tokens" left={left.total_tokens} right={right.total_tokens} parts={count} isWorse={isMore}>
        {(value) => <Count value={value} />}
      </Delta>
      <Delta name="Cost" left={left.cost_usd} right={right.cost_usd} parts={dollars} isWorse={isMore}>
        {(value) => <Dollars value={value} />}
      </Delta>
      <Delta name="Spans" left={left.span_count} right={right.span_count} parts={count} isWorse={() => false}>
        {(value) => <Count value={value} />}
      </Delta>
      <Delta name="Errors" left={left.error_count} right={right.error_count} parts={count} isWorse={isMore}>
        {(value) => <Count value={value} />}
      </Delta>
    </dl>
  );
}

interface DeltaProps {
  name: string;
  left: number | null;
  right: number | null;
  parts: (value: number) => Part[];
  isWorse: (left: number, right: number) => boolean;
  children: (value: number) => ReactNode;
}

function Delta({ name, left, right, parts, isWorse, children }: DeltaProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {left === null ? "–" : children(left)} <span aria-hidden="true">→</span>
        <span className="unseen">then</span> {right === null ? "–" : children(right)}
        {left !== null && right !== null && left !== right && (
          <strong className={isWorse(left, right) ? "delta-worse" : undefined}>{difference(left, right, parts)}</strong>
        )}
      </dd>
    </div>
  );
}

/** `+1.2 s (+50 %)`, or without the share. */
export function difference(left: number, right: number, parts: (value: number) => Part[], hasShare = true): string {
  const sign = right > left ? "+" : "−";
  const share = hasShare && left > 0 ? ` (${sign}${Math.round((Math.abs(right - left) / left) * 100)} %)` : "";
  return `${sign}${plain(parts(Math.abs(right - left)))}${share}`;
}

export function isMore(left: number, right: number): boolean {
  return right > left * 1.05;
}
