// Draws bars and lines over time: uPlot on a canvas, in the colours of the stylesheet.
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import type { Zone } from "../format/instant";
import { useSettings } from "../settings";
import { useWidth } from "../ui/media";
import { resolved, useTheme } from "./colours";
import { momentLabels } from "./labels";
import "uplot/dist/uPlot.min.css";

export interface Series {
  id: string;
  label: string;
  /** As the stylesheet takes it. */
  colour: string;
  values: readonly (number | null)[];
}

export interface PlotData {
  /** When each step begins, in seconds since the Unix epoch. */
  steps: readonly number[];
  stepSeconds: number;
  /** Bars lie over each other, the first one at the back. */
  shape: "bars" | "lines";
  series: readonly Series[];
}

/** What an upright axis counts in: things of which there are no halves, or nanoseconds as a clock has them. */
export type Grain = "whole" | "time";

interface PlotProps extends PlotData {
  heightPixels: number;
  hasTimes: boolean;
  /** What stands along the upright axis; none where there is no room for it. */
  format: ((value: number) => string) | null;
  grain: Grain | null;
}

/** The same in every chart, so that their steps lie below each other; the stylesheet uses the same numbers. */
export const LEFT_PIXELS = 52;
export const LEFT_PIXELS_PLAIN = 16;
export const RIGHT_PIXELS = 16;
export const TIMES_PIXELS = 18;
/** Room for the highest label. */
const TOP_PIXELS = 6;
/** Room for half of the lowest one. */
const BOTTOM_PIXELS = 7;
const FONT = '11px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace';

export function Plot(props: PlotProps) {
  const { steps, series, heightPixels } = props;
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const width = useWidth(box);
  const theme = useTheme();
  const { zone } = useSettings();
  const latest = useRef(props);
  latest.current = props;
  // What a chart cannot change once it is there.
  const structure = JSON.stringify([
    series.map(({ id, colour }) => [id, colour]),
    props.shape,
    props.hasTimes,
    props.format === null,
    theme,
    zone,
    heightPixels,
  ]);
  const hasWidth = width > 0;
  useEffect(() => {
    const element = box.current;
    if (!element || !hasWidth || structure === "") return;
    chart.current = new uPlot(
      optionsOf(element, latest, zone, element.clientWidth),
      alignedOf(latest.current),
      element,
    );
    return () => {
      chart.current?.destroy();
      chart.current = null;
    };
  }, [structure, zone, hasWidth]);
  useEffect(() => {
    chart.current?.setData(alignedOf({ steps, series }));
  }, [steps, series]);
  useEffect(() => {
    if (width > 0) chart.current?.setSize({ width, height: heightPixels });
  }, [width, heightPixels]);
  return <div ref={box} className="plot" style={{ height: heightPixels }} aria-hidden="true" />;
}

function alignedOf({ steps, series }: Pick<PlotData, "steps" | "series">): uPlot.AlignedData {
  return [steps as number[], ...series.map((one) => one.values as (number | null)[])];
}

function optionsOf(
  element: HTMLElement,
  latest: { readonly current: PlotProps },
  zone: Zone,
  width: number,
): uPlot.Options {
  const { series, shape, hasTimes, heightPixels, format, grain } = latest.current;
  const colour = (name: string) => resolved(element, name);
  const [line, text] = [colour("var(--line)"), colour("var(--text-3)")];
  const axis = { stroke: text, font: FONT, ticks: { show: false } };
  return {
    width,
    height: heightPixels,
    padding: [TOP_PIXELS, RIGHT_PIXELS, hasTimes ? 0 : BOTTOM_PIXELS, format ? 0 : LEFT_PIXELS_PLAIN],
    cursor: { show: false },
    legend: { show: false },
    scales: {
      x: {
        time: false,
        range: () => {
          const { steps, stepSeconds } = latest.current;
          return [steps[0] ?? 0, (steps.at(-1) ?? 0) + stepSeconds];
        },
      },
      // From nothing upwards: a chart that begins elsewhere exaggerates.
      y: { range: (_, __, max) => [0, max > 0 ? max * 1.05 : 1] },
    },
    axes: [
      {
        ...axis,
        show: hasTimes,
        size: TIMES_PIXELS,
        gap: 4,
        space: 72,
        incrs: INCREMENTS,
        grid: { stroke: line, width: 1 },
        values: (_, splits, __, ___, increment) => momentLabels(splits, increment, zone),
      },
      {
        ...axis,
        show: format !== null,
        size: LEFT_PIXELS,
        gap: 6,
        space: 28,
        ...(grain ? { incrs: UPRIGHT_INCREMENTS[grain] } : {}),
        grid: { stroke: line, width: 1 },
        values: (_, splits) => splits.map((value) => latest.current.format?.(value) ?? ""),
      },
    ],
    series: [{}, ...series.map((one) => seriesOf(shape, colour(one.colour)))],
  };
}

/** Every bar begins where its step does. */
const bars = uPlot.paths.bars?.({ size: [0.86, 48, 1], align: 1 });
const lines = uPlot.paths.linear?.();
/** Apart from each other, labels are so many seconds. */
const INCREMENTS = [
  1, 5, 15, 30, 60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_419_200,
];

/** The places of values without a neighbour. */
export function lonely(values: ArrayLike<number | null | undefined>): number[] {
  const is = (index: number) => values[index] !== null && values[index] !== undefined;
  return Array.from({ length: values.length }, (_, index) => index).filter(
    (index) => is(index) && !is(index - 1) && !is(index + 1),
  );
}

/** 1, 2, 5, 10 … */
const decades = (n: number) =>
  Array.from({ length: n }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

const SECONDS = [10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 43_200, 86_400, 172_800, 432_000, 864_000];

const UPRIGHT_INCREMENTS: Record<Grain, number[]> = {
  // Up to what no count reaches.
  whole: decades(16),
  // Up to five seconds like any number, and from there on as minutes and hours are parted.
  time: [...decades(10), ...SECONDS.map((seconds) => seconds * 1e9)],
};

function seriesOf(shape: PlotData["shape"], colour: string): uPlot.Series {
  if (shape === "bars") return { fill: colour, width: 0, points: { show: false }, ...(bars ? { paths: bars } : {}) };
  return {
    stroke: colour,
    width: 1.5,
    spanGaps: false,
    // A line needs two points: what stands alone is a dot.
    points: {
      show: true,
      size: 4,
      width: 0,
      fill: colour,
      filter: (chart, series) => lonely(chart.data[series] ?? []),
    },
    ...(lines ? { paths: lines } : {}),
  };
}
