// The thin chart above the list: traces and those with an error over the time that is shown, to brush.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { askAgainMillis } from "../api/client";
import { readHistogram } from "../api/fields";
import type { HistogramStep } from "../api/types";
import { CursorContext, makeCursor, useCursor } from "../chart/cursor";
import { stepLabel } from "../chart/labels";
import { TimeChart } from "../chart/time-chart";
import { millisOf } from "../format/instant";
import { grouped } from "../format/quantity";
import { plural } from "../format/text";
import { setParameters } from "../router";
import { useSettings } from "../settings";
import { between, bounds, type Range } from "../time/range";

interface HistogramProps {
  range: Range;
  filter: string;
  isLive: boolean;
}

/** A bar for each 10 points of a wide screen. */
const STEPS = 120;
const HEIGHT_PIXELS = 52;
/** Slower than the list: the whole time is counted. */
const ASK_EVERY_MILLIS = 10_000;
const NO_STEPS: readonly HistogramStep[] = [];

export default function Histogram({ range, filter, isLive }: HistogramProps) {
  const [cursor] = useState(makeCursor);
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ["histogram", range.value, filter],
    queryFn: ({ signal }) => {
      const now = Date.now();
      const until = range.millis === null ? {} : { startedBefore: new Date(now).toISOString() };
      return readHistogram({ ...until, ...bounds(range, now), filter, steps: STEPS }, signal);
    },
    placeholderData: (before) => before,
    refetchInterval: (query) => (query.state.error ? askAgainMillis(query.state.error) : isLive && ASK_EVERY_MILLIS),
  });
  const steps = data?.steps ?? NO_STEPS;
  const begins = steps.map((step) => Math.round(millisOf(step.begins_at) / 1000));
  const stepSeconds = data?.step_seconds ?? 1;
  const choose = (first: number, last: number) => {
    const [from, to] = [begins[first], begins[last]];
    if (from === undefined || to === undefined) return;
    setParameters({ range: between(from * 1000, (to + stepSeconds) * 1000) });
  };
  // A refused filter is said where it was typed.
  if (error && !data) {
    return (
      <p className="histogram histogram-words" role="status">
        The chart could not be loaded.
        <button type="button" className="button-link" disabled={isFetching} onClick={() => void refetch()}>
          Try again
        </button>
      </p>
    );
  }
  if (!data || steps.length === 0) return <div className="histogram" aria-busy={!data} />;
  const describe = (index: number) => wordsOf(steps[index]);
  return (
    <CursorContext.Provider value={cursor}>
      <div className="histogram">
        <Reading steps={steps} begins={begins} stepSeconds={stepSeconds} />
        <TimeChart
          data={{
            steps: begins,
            stepSeconds,
            shape: "bars",
            series: [
              { id: "all", label: "traces", colour: "var(--chart-bar)", values: steps.map((step) => step.trace_count) },
              {
                id: "failed",
                label: "with an error",
                colour: "var(--error)",
                values: steps.map((step) => step.failed_trace_count),
              },
            ],
          }}
          label="Traces over time"
          heightPixels={HEIGHT_PIXELS}
          hasTimes
          describe={describe}
          onBrush={choose}
          onOpen={(index) => choose(index, index)}
        />
      </div>
    </CursorContext.Provider>
  );
}

interface ReadingProps {
  steps: readonly HistogramStep[];
  begins: readonly number[];
  stepSeconds: number;
}

/** What lies under the cursor, or what there is in all. */
function Reading({ steps, begins, stepSeconds }: ReadingProps) {
  const { zone } = useSettings();
  const [, at] = useCursor();
  const step = steps[at ?? -1];
  const whole = steps.reduce(
    (sum, one) => ({
      begins_at: "",
      trace_count: sum.trace_count + one.trace_count,
      failed_trace_count: sum.failed_trace_count + one.failed_trace_count,
    }),
    { begins_at: "", trace_count: 0, failed_trace_count: 0 },
  );
  return (
    <p className="histogram-reading">
      {step ? `${stepLabel(begins[at ?? 0] ?? 0, stepSeconds, zone)} · ${wordsOf(step)}` : wordsOf(whole)}
    </p>
  );
}

function wordsOf(step: HistogramStep | undefined): string {
  if (!step || step.trace_count === 0) return "no traces";
  const failed = step.failed_trace_count;
  return `${plural(step.trace_count, "trace")}${failed > 0 ? `, ${grouped(failed)} with an error` : ""}`;
}
