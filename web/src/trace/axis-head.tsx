// The head of the tree: names of its columns, ticks of time, and the way back from a zoom.
import type { RefObject } from "react";
import { duration, plain } from "../format/quantity";
import { useWidth } from "../ui/media";
import { position, type Stretch, ticks } from "./axis";
import type { Brush } from "./use-zoom";

/** The room that a tick with its label takes, and a letter of it. */
const TICK_PIXELS = 68;
const TICK_LETTER_PIXELS = 7;

interface AxisHeadProps {
  axis: RefObject<HTMLDivElement | null>;
  view: Stretch;
  isZoomed: boolean;
  brush: Brush | null;
  onReset: () => void;
}

export function AxisHead({ axis, view, isZoomed, brush, onReset }: AxisHeadProps) {
  const width = useWidth(axis);
  return (
    <div role="rowgroup" className="waterfall-head-group">
      <div role="row" className="waterfall-grid waterfall-head" aria-rowindex={1}>
        <div role="columnheader" className="waterfall-head-name">
          Span
          {isZoomed && (
            <button type="button" className="button-link" onClick={onReset} title="The whole trace again (0)">
              Reset zoom
            </button>
          )}
        </div>
        <div role="columnheader" className="waterfall-number">
          Duration
        </div>
        <div
          role="columnheader"
          className="axis"
          aria-label="Time"
          title="Drag to zoom, turn the wheel to zoom in and out, double click for the whole"
          ref={axis}
          onDoubleClick={onReset}
        >
          {ticks(view, Math.max(1, Math.floor(width / TICK_PIXELS))).map((nanos) => {
            const share = position(view, nanos);
            const label = plain(duration(nanos));
            return (
              <span key={nanos} className="axis-tick" style={{ insetInlineStart: `${share * 100}%` }}>
                {(1 - share) * width > label.length * TICK_LETTER_PIXELS && label}
              </span>
            );
          })}
          {brush && (
            <span
              className="axis-brush"
              style={{
                insetInlineStart: `${Math.min(brush.from, brush.to) * 100}%`,
                width: `${Math.abs(brush.to - brush.from) * 100}%`,
              }}
            />
          )}
        </div>
      </div>
    </div>
  );
}
