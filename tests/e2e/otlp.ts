// Sends spans as OTLP in JSON, as any client does, and waits until the server shows them.
import { randomBytes } from "node:crypto";

export type Attribute = string | number | boolean | Attribute[] | { [key: string]: Attribute };

export interface SentSpan {
  name: string;
  parent?: string;
  id?: string;
  fromMillis?: number;
  lengthMillis?: number;
  error?: string;
  attributes?: Record<string, Attribute>;
  events?: { name: string; attributes: Record<string, Attribute> }[];
  scope?: string;
  resource?: Record<string, Attribute>;
}

/** How long spans may take until they can be found: a second by design, more on a busy machine. */
const VISIBLE_MILLIS = 60_000;

export function newTraceId(): string {
  return randomBytes(16).toString("hex");
}

export function newSpanId(): string {
  return randomBytes(8).toString("hex");
}

/** Sends spans of a trace that began so long ago, and returns once the read API knows so many of it. */
export async function sendTrace(
  origin: string,
  traceId: string,
  ageMillis: number,
  spans: SentSpan[],
  n_spans = spans.length,
): Promise<void> {
  const start = Date.now() - ageMillis;
  const body = {
    resourceSpans: spans.map((span) => ({
      resource: { attributes: keyValues({ "service.name": "e2e", ...span.resource }) },
      scopeSpans: [{ scope: { name: span.scope ?? "e2e" }, spans: [wire(span, traceId, start)] }],
    })),
  };
  const response = await fetch(`${origin}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`the server refused the spans (${response.status}): ${await response.text()}`);
  const deadline = Date.now() + VISIBLE_MILLIS;
  for (;;) {
    const answer = await fetch(`${origin}/api/v1/traces/${traceId}`);
    if (answer.ok) {
      const { trace } = (await answer.json()) as { trace: { span_count: number } };
      if (trace.span_count === n_spans) return;
    } else {
      await answer.body?.cancel();
    }
    if (Date.now() > deadline) throw new Error(`the trace ${traceId} did not come within ${VISIBLE_MILLIS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function wire(span: SentSpan, traceId: string, startMillis: number) {
  const from = startMillis + (span.fromMillis ?? 0);
  const nanos = (millis: number) => `${Math.round(millis)}000000`;
  return {
    traceId,
    spanId: span.id ?? newSpanId(),
    parentSpanId: span.parent ?? "",
    name: span.name,
    kind: 1,
    startTimeUnixNano: nanos(from),
    endTimeUnixNano: nanos(from + (span.lengthMillis ?? 10)),
    attributes: keyValues(span.attributes ?? {}),
    events: (span.events ?? []).map((event) => ({
      name: event.name,
      timeUnixNano: nanos(from + 1),
      attributes: keyValues(event.attributes),
    })),
    status: span.error === undefined ? {} : { code: 2, message: span.error },
  };
}

function keyValues(attributes: Record<string, Attribute>): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: Attribute): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { kvlistValue: { values: keyValues(value) } };
}
