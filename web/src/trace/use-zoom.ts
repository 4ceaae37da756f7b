// Zooming the time axis by hand: drag to brush, wheel on the axis or with Ctrl over the bars, double click to reset.
import { type PointerEvent, type RefObject, useCallback, useEffect, useRef, useState } from "react";
import type { Stretch } from "./axis";
import { brushed, moved, zoomed } from "./zoom";

/** A drag shorter than this is a click. */
const DRAG_PIXELS = 4;
/** How much one notch of a wheel zooms. */
const NOTCH = 1.0015;

export interface Brush {
  from: number;
  to: number;
}

export function useZoom(scroller: RefObject<HTMLElement | null>, axis: RefObject<HTMLElement | null>, whole: Stretch) {
  const [zoom, setZoom] = useState<Stretch | null>(null);
  const [brush, setBrush] = useState<Brush | null>(null);
  const start = useRef<{ pixels: number; share: number } | null>(null);
  const isDragged = useRef(false);
  const view = zoom ?? whole;
  const latest = useRef({ view, whole });
  latest.current = { view, whole };

  const shareAt = useCallback(
    (pixels: number): number | null => {
      const box = axis.current?.getBoundingClientRect();
      if (!box || box.width === 0) return null;
      return (pixels - box.left) / box.width;
    },
    [axis],
  );

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    // Not passive, so that the page does not scroll or zoom instead.
    const turned = (event: WheelEvent) => {
      const share = shareAt(event.clientX);
      if (share === null || share < 0 || share > 1) return;
      const now = latest.current;
      const isOnAxis = event.target instanceof Node && axis.current?.contains(event.target);
      const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (isSideways && now.view !== now.whole) {
        const length = now.view.toNanos - now.view.fromNanos;
        setZoom(moved(now.view, now.whole, (event.deltaX / (axis.current?.clientWidth ?? 1)) * length));
      } else if (isOnAxis || event.ctrlKey || event.metaKey) {
        setZoom(zoomed(now.view, now.whole, share, NOTCH ** event.deltaY));
      } else return;
      event.preventDefault();
    };
    element.addEventListener("wheel", turned, { passive: false });
    return () => element.removeEventListener("wheel", turned);
  }, [scroller, axis, shareAt]);

  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      const share = event.button === 0 && event.pointerType !== "touch" ? shareAt(event.clientX) : null;
      isDragged.current = false;
      start.current = share !== null && share >= 0 && share <= 1 ? { pixels: event.clientX, share } : null;
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (!start.current) return;
      const share = shareAt(event.clientX);
      if (share === null || (!isDragged.current && Math.abs(event.clientX - start.current.pixels) < DRAG_PIXELS))
        return;
      if (!isDragged.current) event.currentTarget.setPointerCapture(event.pointerId);
      isDragged.current = true;
      setBrush({ from: start.current.share, to: Math.min(1, Math.max(0, share)) });
    },
    onPointerUp: () => {
      if (brush) setZoom(brushed(view, brush.from, brush.to) ?? zoom);
      start.current = null;
      setBrush(null);
    },
    onPointerCancel: () => {
      start.current = null;
      setBrush(null);
    },
    // The end of a drag is no click on the row below it.
    onClickCapture: (event: React.MouseEvent) => {
      if (!isDragged.current) return;
      isDragged.current = false;
      event.stopPropagation();
    },
  };
  return { view, isZoomed: zoom !== null, brush, handlers, reset: () => setZoom(null), setZoom };
}
