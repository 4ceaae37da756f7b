// The time axis that all bars share: where ticks stand, where a bar lies, and which part of it is the span's own time.
import type { TreeSpan } from "../api/types";
import type { Node } from "./tree";

/** A stretch of time, in nanoseconds from the trace's start. */
export interface Stretch {
  fromNanos: number;
  toNanos: number;
}

/** What of a trace is on show; the whole of it until somebody zooms. */
export function wholeOf(endNanos: number): Stretch {
  return { fromNanos: 0, toNanos: Math.max(endNanos, 1) };
}

/** Ticks at round times (1, 2 or 5 of a power of ten), at most `max` of them, in nanoseconds. */
export function ticks(view: Stretch, max = 6): number[] {
  const length = view.toNanos - view.fromNanos;
  if (length <= 0 || max < 1) return [];
  const rough = length / max;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => power * factor >= rough) ?? 10);
  const result: number[] = [];
  for (let at = Math.ceil(view.fromNanos / step) * step; at <= view.toNanos && result.length <= max; at += step) {
    result.push(at);
  }
  return result;
}

/** Where an instant lies on the axis, from 0 to 1; outside of it where it is not on show. */
export function position(view: Stretch, nanos: number): number {
  return (nanos - view.fromNanos) / (view.toNanos - view.fromNanos);
}

/** From when to when a span ran; one that has not ended runs until now. */
export function stretchOf(span: TreeSpan, nowNanos: number): Stretch {
  const length = span.duration_nanos ?? (span.pending ? Math.max(0, nowNanos - span.offset_nanos) : 0);
  return { fromNanos: span.offset_nanos, toNanos: span.offset_nanos + length };
}

/** The stretches of a span in which none of its children ran, in order. */
export function selfStretches(node: Node, nowNanos: number): Stretch[] {
  const own = stretchOf(node.span, nowNanos);
  const result: Stretch[] = [];
  let at = own.fromNanos;
  // Children are in the order of their start.
  for (const child of node.children) {
    const { fromNanos, toNanos } = stretchOf(child.span, nowNanos);
    if (fromNanos > at) result.push({ fromNanos: at, toNanos: Math.min(fromNanos, own.toNanos) });
    at = Math.max(at, toNanos);
    if (at >= own.toNanos) break;
  }
  if (at < own.toNanos) result.push({ fromNanos: at, toNanos: own.toNanos });
  return result.filter((stretch) => stretch.toNanos > stretch.fromNanos);
}

/** How long a span ran without any of its children. */
export function selfNanos(node: Node, nowNanos: number): number {
  return selfStretches(node, nowNanos).reduce((sum, stretch) => sum + stretch.toNanos - stretch.fromNanos, 0);
}

/** Stretches closer than `gapNanos` as one: what is narrower than a pixel need not be drawn apart. */
export function merged(stretches: Stretch[], gapNanos: number): Stretch[] {
  const result: Stretch[] = [];
  for (const stretch of stretches) {
    const last = result.at(-1);
    if (last && stretch.fromNanos - last.toNanos < gapNanos) last.toNanos = Math.max(last.toNanos, stretch.toNanos);
    else result.push({ ...stretch });
  }
  return result;
}
