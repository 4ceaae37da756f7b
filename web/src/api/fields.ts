// Asks for the fields of the filter language, the values that spans have in them, and when traces began.
import type { Bounds } from "../time/range";
import { get, withParameters } from "./client";
import type { FieldList, FieldValueList, Histogram } from "./types";

export function listFields(signal?: AbortSignal): Promise<FieldList> {
  return get<FieldList>("/api/v1/fields", signal);
}

export interface ValuesQuestion extends Bounds {
  prefix?: string;
  limit?: number;
}

export function listValues(field: string, question: ValuesQuestion, signal?: AbortSignal): Promise<FieldValueList> {
  const path = withParameters(`/api/v1/fields/${encodeURIComponent(field)}/values`, {
    prefix: question.prefix,
    started_after: question.startedAfter,
    started_before: question.startedBefore,
    limit: question.limit,
  });
  return get<FieldValueList>(path, signal);
}

export interface HistogramQuestion extends Bounds {
  filter?: string;
  /** How many at the most; the server chooses a length that is read easily. */
  steps: number;
}

export function readHistogram(question: HistogramQuestion, signal?: AbortSignal): Promise<Histogram> {
  const path = withParameters("/api/v1/histogram", {
    filter: question.filter,
    started_after: question.startedAfter,
    started_before: question.startedBefore,
    steps: question.steps,
  });
  return get<Histogram>(path, signal);
}
