// One lane of the dashboard: what it counts and how much, and beside that its chart on the common time axis.
import type { ReactNode } from "react";
import { useCursor } from "../chart/cursor";
import type { Grain, PlotData } from "../chart/plot";
import { TimeChart } from "../chart/time-chart";
import { Link } from "../router";
import type { Asked } from "./use-dashboard";

export interface Reading {
  id: string;
  label: string;
  /** The colour of its bar or line; none where it has none. */
  colour?: string;
  /** At a step, or of the whole time where that is null. */
  at: (index: number | null) => ReactNode;
  /** The same in words, for those who hear the chart. */
  words: (index: number) => string;
  /** Where its traces are. */
  address?: string;
}

interface LaneProps {
  title: string;
  asked: Asked<unknown>;
  readings: readonly Reading[];
  data: PlotData | null;
  format: (value: number) => string;
  hasTimes?: boolean;
  grain?: Grain | null;
  /** What stands in place of a chart that has nothing to show. */
  absence: string;
  onOpen: (index: number, share: number | null) => void;
  onBrush: (first: number, last: number) => void;
}

const HEIGHT_PIXELS = 84;
/** The models of the last lane have a line each, and the axis lies below it. */
const HEIGHT_WITH_TIMES_PIXELS = 130;

export function Lane({ title, asked, readings, data, format, ...rest }: LaneProps) {
  const { hasTimes = false, grain = null, absence, onOpen, onBrush } = rest;
  const [, at] = useCursor();
  const isEmpty = data === null || data.series.every((series) => series.values.every((value) => !value));
  const height = hasTimes ? HEIGHT_WITH_TIMES_PIXELS : HEIGHT_PIXELS;
  return (
    <section className="lane" aria-label={title}>
      <div className="lane-words">
        <h2>{title}</h2>
        <ul className="lane-readings">
          {data !== null &&
            readings.map((reading) => (
              <li key={reading.id}>
                {reading.colour && <span className="swatch" style={{ background: reading.colour }} />}
                {reading.address ? (
                  <Link to={reading.address} className="lane-label foreign" dir="auto" title={reading.label}>
                    {reading.label}
                  </Link>
                ) : (
                  <span className="lane-label">{reading.label}</span>
                )}
                <span className="lane-value">{reading.at(at)}</span>
              </li>
            ))}
        </ul>
      </div>
      {asked.error !== null && data === null ? (
        <p className="lane-trouble" role="alert">
          <span>{asked.error instanceof Error ? asked.error.message : "Something went wrong."}</span>
          <button type="button" className="button" disabled={asked.isFetching} onClick={() => void asked.refetch()}>
            {asked.isFetching ? "Trying…" : "Try again"}
          </button>
        </p>
      ) : data === null ? (
        <div className="lane-wait" style={{ height }} aria-busy="true">
          <span className="skeleton" />
        </div>
      ) : isEmpty && !hasTimes ? (
        <p className="lane-absence" style={{ height }}>
          {absence}
        </p>
      ) : (
        <TimeChart
          data={data}
          label={`${title} over time`}
          heightPixels={height}
          hasTimes={hasTimes}
          grain={grain}
          format={format}
          describe={(index) => readings.map((reading) => reading.words(index)).join(", ")}
          onOpen={onOpen}
          onBrush={onBrush}
        />
      )}
    </section>
  );
}
