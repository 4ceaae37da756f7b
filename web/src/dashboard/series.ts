// From the server's rows to what the lanes draw: one value for each step, stacked where parts make a whole; pure.

import type { Metrics, MetricsRow } from "../api/types";
import type { Series } from "../chart/plot";
import { millisOf } from "../format/instant";

/** Models that have a colour of their own; the rest is summed up. */
export const PARTS_MAX = 5;

export interface Axis {
  steps: readonly number[];
  stepSeconds: number;
}

/** One number for each step; `absent` where there is no row. */
export function along<T>(axis: Axis, rows: readonly MetricsRow[], read: (row: MetricsRow) => T, absent: T): T[] {
  const values = axis.steps.map(() => absent);
  const places = new Map(axis.steps.map((step, index) => [step, index]));
  for (const row of rows) {
    const index = row.step_at === null ? undefined : places.get(Math.round(millisOf(row.step_at) / 1000));
    if (index !== undefined) values[index] = read(row);
  }
  return values;
}

/** What happened at moments, in seconds since the epoch, summed up in the steps that they fall into. */
export function summed(axis: Axis, moments: readonly { at: number; value: number }[]): number[] {
  const values = axis.steps.map(() => 0);
  for (const { at, value } of moments) {
    const index = Math.floor((at - (axis.steps[0] ?? 0)) / axis.stepSeconds);
    if (index in values) values[index] = (values[index] ?? 0) + value;
  }
  return values;
}

export interface Part {
  /** The value of the field; null for the sum of all that have no colour of their own. */
  name: string | null;
  values: number[];
  total: number;
}

/** The largest groups over the whole time, each along the axis, and what is left as one. */
export function partsOf(axis: Axis, metrics: Metrics, read: (row: MetricsRow) => number): Part[] {
  const groups = new Map<string, MetricsRow[]>();
  for (const row of metrics.rows) {
    if (read(row) <= 0) continue;
    // What names no model is one group too.
    const name = row.group ?? "";
    const rows = groups.get(name);
    if (rows) rows.push(row);
    else groups.set(name, [row]);
  }
  const parts = [...groups].map(([name, rows]): Part & { rows: MetricsRow[] } => ({
    name,
    rows,
    values: along(axis, rows, read, 0),
    total: rows.reduce((sum, row) => sum + read(row), 0),
  }));
  parts.sort((a, b) => b.total - a.total || ((a.name ?? "") < (b.name ?? "") ? -1 : 1));
  const named = parts.slice(0, PARTS_MAX).map(({ name, values, total }) => ({ name, values, total }));
  const rest = parts.slice(PARTS_MAX);
  if (rest.length === 0) return named;
  const values = axis.steps.map((_, index) => rest.reduce((sum, part) => sum + (part.values[index] ?? 0), 0));
  return [...named, { name: null, values, total: rest.reduce((sum, part) => sum + part.total, 0) }];
}

/** Heights from the ground up, drawn from the back: the whole stack first, its lowest part last. */
export function stacked(parts: readonly { id: string; label: string; colour: string; values: readonly number[] }[]) {
  const series: Series[] = [];
  let below: readonly number[] = [];
  for (const part of parts) {
    const heights = part.values.map((value, index) => value + (below[index] ?? 0));
    series.unshift({ id: part.id, label: part.label, colour: part.colour, values: heights });
    below = heights;
  }
  return series;
}

/** Which part of a stack lies at a height; null above all of them. */
export function partAt(parts: readonly { values: readonly number[] }[], index: number, height: number): number | null {
  let top = 0;
  for (const [place, part] of parts.entries()) {
    top += part.values[index] ?? 0;
    if (height <= top) return place;
  }
  return null;
}

/** The rows of a question by name without a name that says nothing, the largest first. */
export function ranked(metrics: Metrics, read: (row: MetricsRow) => number, max: number): MetricsRow[] {
  const rows = metrics.rows.filter((row) => row.group !== null && read(row) > 0);
  return rows.sort((a, b) => read(b) - read(a)).slice(0, max);
}
