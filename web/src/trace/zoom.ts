// How the time axis zooms: pure steps, always within the trace, never below what a clock can tell apart.
import type { Stretch } from "./axis";

/** Below this a bar says nothing: clocks give microseconds at best. */
const LEAST_NANOS = 1000;

/** The stretch made longer or shorter by `factor`, with the point at `share` of it held where it is. */
export function zoomed(view: Stretch, whole: Stretch, share: number, factor: number): Stretch | null {
  const length = view.toNanos - view.fromNanos;
  const next = Math.max(LEAST_NANOS, length * factor);
  const held = view.fromNanos + length * share;
  return within({ fromNanos: held - next * share, toNanos: held + next * (1 - share) }, whole);
}

/** The stretch moved by `nanos`. */
export function moved(view: Stretch, whole: Stretch, nanos: number): Stretch | null {
  return within({ fromNanos: view.fromNanos + nanos, toNanos: view.toNanos + nanos }, whole);
}

/** The stretch between two shares of what is on show; nothing where they are too close to mean anything. */
export function brushed(view: Stretch, from: number, to: number): Stretch | null {
  const length = view.toNanos - view.fromNanos;
  const [low, high] = from < to ? [from, to] : [to, from];
  const stretch = {
    fromNanos: view.fromNanos + length * Math.max(0, low),
    toNanos: view.fromNanos + length * Math.min(1, high),
  };
  return stretch.toNanos - stretch.fromNanos < LEAST_NANOS ? null : stretch;
}

/** What of a stretch lies in the view; `null` where nothing does. */
export function shown(view: Stretch, stretch: Stretch): Stretch | null {
  if (stretch.toNanos < view.fromNanos || stretch.fromNanos > view.toNanos) return null;
  return {
    fromNanos: Math.max(stretch.fromNanos, view.fromNanos),
    toNanos: Math.min(stretch.toNanos, view.toNanos),
  };
}

/** Pushed back into the whole; `null` where it is the whole. */
function within(stretch: Stretch, whole: Stretch): Stretch | null {
  const length = stretch.toNanos - stretch.fromNanos;
  if (length >= whole.toNanos - whole.fromNanos) return null;
  const fromNanos = Math.min(Math.max(stretch.fromNanos, whole.fromNanos), whole.toNanos - length);
  return { fromNanos, toNanos: fromNanos + length };
}
