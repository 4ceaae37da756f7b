// A day of traces with something for every chart: models, costs, failures, first tokens, a client that lost spans.
import { example } from "./example";
import { newTraceId, sendTrace } from "./otlp";

const HOUR_MILLIS = 3_600_000;

/** Sends a trace for each of the last hours of a day, the newest an hour and a half ago, so as not to top the list. */
export async function sendDay(origin: string): Promise<void> {
  const traceIds = Array.from({ length: 20 }, newTraceId);
  await Promise.all(
    traceIds.map((traceId, index) => {
      const { spans, failedId, answerId } = example(index % 3 === 0 ? "second" : "first");
      const sent = spans.map((span) => {
        const resource = { "service.name": "walks", "tracewood.loss.queue_full": 12 };
        if (span.id === failedId && index % 4 !== 0) {
          const { error: _, events: __, ...well } = span;
          return { ...well, resource };
        }
        const more = span.id === answerId ? { "gen_ai.response.time_to_first_chunk": 0.2 + index / 50 } : {};
        return { ...span, resource, attributes: { ...span.attributes, ...more } };
      });
      return sendTrace(origin, traceId, (index + 1.5) * HOUR_MILLIS, sent);
    }),
  );
}
