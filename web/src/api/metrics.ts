// Asks for counts, sums and quantiles of many spans.
import type { Bounds } from "../time/range";
import { get, withParameters } from "./client";
import type { Metrics } from "./types";

export interface MetricsQuestion extends Bounds {
  filter?: string | undefined;
  groupBy?: string | undefined;
  stepSeconds?: number | undefined;
}

export function readMetrics(question: MetricsQuestion, signal?: AbortSignal): Promise<Metrics> {
  const path = withParameters("/api/v1/metrics", {
    started_after: question.startedAfter,
    started_before: question.startedBefore,
    filter: question.filter,
    group_by: question.groupBy,
    step_seconds: question.stepSeconds,
  });
  return get<Metrics>(path, signal);
}
