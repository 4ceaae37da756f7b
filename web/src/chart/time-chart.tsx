// A chart over time to point at, to brush and to open, by pointer or by key.
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { useSettings } from "../settings";
import { useCursor } from "./cursor";
import { stepLabel } from "./labels";
import { type Grain, LEFT_PIXELS, LEFT_PIXELS_PLAIN, Plot, type PlotData, RIGHT_PIXELS } from "./plot";
import "./chart.css";

interface TimeChartProps {
  data: PlotData;
  /** What the chart shows, for those who hear it. */
  label: string;
  heightPixels: number;
  hasTimes?: boolean;
  format?: ((value: number) => string) | null;
  grain?: Grain | null;
  /** What a step holds, in words. */
  describe: (index: number) => string;
  /** A step was chosen; `share` is how far up the pointer was, from 0 to 1, or null by key. */
  onOpen?: (index: number, share: number | null) => void;
  /** From the first step to the last one that were brushed over. */
  onBrush?: (first: number, last: number) => void;
}

interface Brush {
  first: number;
  last: number;
}

/** A pointer that has moved less than this has clicked. */
const CLICK_PIXELS = 4;

export function TimeChart(props: TimeChartProps) {
  const { data, label, heightPixels, hasTimes = false, format = null, grain = null, describe, onOpen, onBrush } = props;
  const { zone } = useSettings();
  const [cursor, at] = useCursor();
  const area = useRef<HTMLDivElement>(null);
  const start = useRef<{ x: number; index: number } | null>(null);
  const [brush, setBrush] = useState<Brush | null>(null);
  const n = data.steps.length;
  const index = at === null ? null : Math.min(at, n - 1);
  const indexAt = (event: PointerEvent) => {
    const box = area.current?.getBoundingClientRect();
    if (!box || box.width === 0) return 0;
    return Math.min(n - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * n)));
  };
  const moved = (event: PointerEvent) => {
    const now = indexAt(event);
    cursor.point(now);
    const from = start.current;
    if (from === null || !onBrush) return;
    if (brush || Math.abs(event.clientX - from.x) >= CLICK_PIXELS) {
      setBrush({ first: Math.min(from.index, now), last: Math.max(from.index, now) });
    }
  };
  const pressed = (event: PointerEvent) => {
    if (event.button !== 0) return;
    start.current = { x: event.clientX, index: indexAt(event) };
    area.current?.setPointerCapture(event.pointerId);
  };
  const released = (event: PointerEvent) => {
    const from = start.current;
    start.current = null;
    setBrush(null);
    if (from === null || event.type === "pointercancel") return;
    if (brush) onBrush?.(brush.first, brush.last);
    else if (onOpen) {
      const box = area.current?.getBoundingClientRect();
      onOpen(indexAt(event), box ? 1 - (event.clientY - box.top) / box.height : null);
    }
  };
  const key = (event: KeyboardEvent) => {
    const to = { ArrowRight: (index ?? -1) + 1, ArrowLeft: (index ?? n) - 1, Home: 0, End: n - 1 }[event.key];
    if (to !== undefined) {
      const next = Math.min(n - 1, Math.max(0, to));
      cursor.point(next);
      if (onBrush && event.shiftKey) setBrush(widened(brush, index ?? next, next));
      else setBrush(null);
    } else if (event.key === "Enter" && brush) {
      onBrush?.(brush.first, brush.last);
      setBrush(null);
    } else if (event.key === "Enter" && index !== null) onOpen?.(index, null);
    else if (event.key === "Escape" && (brush || index !== null)) {
      cursor.point(null);
      setBrush(null);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const words = (step: number) => `${stepLabel(data.steps[step] ?? 0, data.stepSeconds, zone)}: ${describe(step)}`;
  return (
    <div className="chart">
      <Plot {...data} heightPixels={heightPixels} hasTimes={hasTimes} format={format} grain={grain} />
      <div
        ref={area}
        className="chart-area"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, n - 1)}
        aria-valuenow={index ?? 0}
        aria-valuetext={index === null ? "no moment chosen" : words(index)}
        style={{ insetInlineStart: format ? LEFT_PIXELS : LEFT_PIXELS_PLAIN, insetInlineEnd: RIGHT_PIXELS }}
        onPointerMove={moved}
        onPointerDown={pressed}
        onPointerUp={released}
        onPointerCancel={released}
        onPointerLeave={() => start.current === null && cursor.point(null)}
        onKeyDown={key}
        onBlur={() => {
          cursor.point(null);
          setBrush(null);
        }}
      >
        {brush && <span className="chart-brush" style={shareOf(brush.first, brush.last + 1, n)} />}
        {index !== null && <span className="chart-cursor" style={shareOf(index, index + 1, n)} />}
      </div>
    </div>
  );
}

/** By shift and arrow: from where it began to where the cursor is now. */
function widened(brush: Brush | null, before: number, now: number): Brush {
  if (!brush) return { first: Math.min(before, now), last: Math.max(before, now) };
  const fixed = before === brush.last ? brush.first : brush.last;
  return { first: Math.min(fixed, now), last: Math.max(fixed, now) };
}

function shareOf(first: number, end: number, n: number) {
  return { insetInlineStart: `${(first / n) * 100}%`, width: `${((end - first) / n) * 100}%` };
}
