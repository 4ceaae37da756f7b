// How large the graph is drawn: as a whole where that can still be read, else at the size that somebody chose.
import { type RefObject, useCallback, useEffect, useState } from "react";
import type { Layout } from "./sheet";

/** Below this nobody can read a name. */
const LEAST = 0.5;
const MOST = 1.5;
const STEP = 1.2;
/** How much one notch of a wheel zooms. */
const NOTCH = 1.0015;

export function useFit(frame: RefObject<HTMLElement | null>, layout: Layout | null) {
  const [chosen, setChosen] = useState<number | null>(null);
  const [fitting, setFitting] = useState(1);
  useEffect(() => {
    const element = frame.current;
    if (!element || !layout) return;
    const measure = () => setFitting(scaleToFit(element.clientWidth, element.clientHeight, layout));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame, layout]);
  const scale = chosen ?? fitting;
  const zoomBy = useCallback((factor: number) => setChosen(within(scale * factor)), [scale]);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const turned = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      // Not passive, so that the page does not zoom instead.
      event.preventDefault();
      zoomBy(NOTCH ** -event.deltaY);
    };
    element.addEventListener("wheel", turned, { passive: false });
    return () => element.removeEventListener("wheel", turned);
  }, [frame, zoomBy]);
  return {
    scale,
    isFitted: chosen === null,
    larger: () => zoomBy(STEP),
    smaller: () => zoomBy(1 / STEP),
    fit: () => setChosen(null),
  };
}

/** The scale at which all of it is in view, never larger than life. */
export function scaleToFit(width: number, height: number, layout: { width: number; height: number }): number {
  if (width <= 0 || height <= 0) return 1;
  return Math.min(1, Math.max(LEAST, Math.min(width / layout.width, height / layout.height)));
}

function within(scale: number): number {
  return Math.min(MOST, Math.max(LEAST / 2, scale));
}
