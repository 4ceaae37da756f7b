// Two halves with a border between them that can be dragged or moved by key; they stack where the window is narrow.
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from "react";
import { changeSettings, useSettings } from "../settings";
import "./split.css";

const LEAST = 0.25;
const MOST = 0.75;
const STEP = 0.02;

interface SplitProps {
  first: ReactNode;
  second: ReactNode;
  /** Under which name the reader's choice is kept. */
  setting?: "treeShare" | "pairsShare";
}

export function Split({ first, second, setting = "treeShare" }: SplitProps) {
  const frame = useRef<HTMLDivElement>(null);
  const share = useSettings()[setting];
  const move = (next: number) => changeSettings({ [setting]: Math.min(MOST, Math.max(LEAST, next)) });
  const dragged = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId) || !frame.current) return;
    const { left, width } = frame.current.getBoundingClientRect();
    move((event.clientX - left) / width);
  };
  const pressed = (event: KeyboardEvent) => {
    const step = event.key === "ArrowLeft" ? -STEP : event.key === "ArrowRight" ? STEP : 0;
    if (step === 0) return;
    event.preventDefault();
    move(share + step);
  };
  return (
    <div className="split" ref={frame} style={{ "--share": share } as React.CSSProperties}>
      <div className="split-first">{first}</div>
      <div
        className="split-border"
        role="separator"
        aria-orientation="vertical"
        aria-label="Width of the tree"
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={LEAST * 100}
        aria-valuemax={MOST * 100}
        tabIndex={0}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={dragged}
        onKeyDown={pressed}
      />
      <div className="split-second">{second}</div>
    </div>
  );
}
