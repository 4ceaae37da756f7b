// What the dashboard asks the server: first the steps of time with their traces, then all numbers along them.
import { useQuery } from "@tanstack/react-query";
import { askAgainMillis } from "../api/client";
import { readHistogram } from "../api/fields";
import { type MetricsQuestion, readMetrics } from "../api/metrics";
import { readLosses } from "../api/settings";
import type { Histogram, Metrics } from "../api/types";
import { allOf } from "../filter/text";
import { millisOf } from "../format/instant";
import { bounds, isOpenEnded, type Range } from "../time/range";
import type { Axis } from "./series";

/** A bar for each 8 points of a wide screen. */
const STEPS_MAX = 120;
const ASK_EVERY_MILLIS = 15_000;

export interface Traffic {
  axis: Axis;
  histogram: Histogram;
}

export interface Asked<T> {
  data: T | undefined;
  error: Error | null;
  isFetching: boolean;
  refetch: () => unknown;
}

export function useDashboard(range: Range, filter: string) {
  const isMoving = isOpenEnded(range, Date.now());
  const refetchInterval = isMoving ? ASK_EVERY_MILLIS : false;
  const traffic = useQuery({
    queryKey: ["dashboard", "traffic", range.value, filter],
    queryFn: async ({ signal }): Promise<Traffic> => {
      const now = Date.now();
      // Up to now, so that it is seen when nothing has come for a while.
      const asked = { startedBefore: new Date(now).toISOString(), ...bounds(range, now) };
      const histogram = await readHistogram({ ...asked, filter, steps: STEPS_MAX }, signal);
      const steps = histogram.steps.map((step) => Math.round(millisOf(step.begins_at) / 1000));
      return { axis: { steps, stepSeconds: histogram.step_seconds }, histogram };
    },
    placeholderData: (before) => before,
    refetchInterval: (query) => askAgainMillis(query.state.error) || refetchInterval,
  });
  const axis = traffic.data && traffic.data.axis.steps.length > 0 ? traffic.data.axis : null;
  // What was lost has no fields to filter by.
  const losses = useQuery({
    queryKey: ["dashboard", "losses"],
    queryFn: ({ signal }) => readLosses(signal),
    refetchInterval: (query) => askAgainMillis(query.state.error) || ASK_EVERY_MILLIS,
  });
  // Without a filter a trace takes as long as its root.
  const roots = filter === "" ? "root:true" : filter;
  return {
    traffic,
    axis,
    losses,
    latency: useNumbers(axis, { filter: roots }, true),
    latencyWhole: useNumbers(axis, { filter: roots }, false),
    spans: useNumbers(axis, { filter }, true),
    spansWhole: useNumbers(axis, { filter }, false),
    models: useNumbers(axis, { filter: allOf(filter, "cost>0"), groupBy: "model" }, true),
    names: useNumbers(axis, { filter, groupBy: "name" }, false),
  };
}

/** Numbers along the steps, or of the whole time. */
function useNumbers(axis: Axis | null, question: MetricsQuestion, hasSteps: boolean): Asked<Metrics> {
  const [first, last] = [axis?.steps[0] ?? 0, axis?.steps.at(-1) ?? 0];
  const step = axis?.stepSeconds ?? 1;
  return useQuery<Metrics>({
    queryKey: ["dashboard", "numbers", question, hasSteps, first, last, step],
    queryFn: ({ signal }) =>
      readMetrics(
        {
          ...question,
          startedAfter: new Date(first * 1000).toISOString(),
          startedBefore: new Date((last + step) * 1000).toISOString(),
          ...(hasSteps ? { stepSeconds: step } : {}),
        },
        signal,
      ),
    enabled: axis !== null,
    placeholderData: (before) => before,
    refetchInterval: (query) => askAgainMillis(query.state.error) || ASK_EVERY_MILLIS,
  });
}
