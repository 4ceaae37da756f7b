// Traces to test with: built by hand, the same on every run.
import type { JsonObject, Names, Span, Trace, TraceSummary, TreeSpan } from "../src/api/types";

export const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
export const START = "2026-11-22T04:22:55.123456789Z";

/** Names of which none is known but what `changes` says. */
export function names(changes: Partial<Names> = {}): Names {
  return {
    title: null,
    trace: null,
    prompt: null,
    prompt_version: null,
    tool: null,
    tool_call_id: null,
    tools_offered: [],
    agent: null,
    workflow: null,
    release: null,
    service: null,
    ...changes,
  };
}

/** A span with nothing in it but what `changes` says. */
export function span(changes: Partial<Span> = {}): Span {
  return {
    trace_id: TRACE_ID,
    span_id: "00f067aa0ba902b7",
    span_id_original: null,
    parent_span_id: null,
    parent_remote: false,
    name: "work",
    kind: "custom",
    kind_original: "span",
    otel_kind: "internal",
    status: "ok",
    status_message: "",
    started_at: START,
    ended_at: START,
    offset_nanos: 0,
    duration_nanos: 1_000_000,
    pending: false,
    input: null,
    output: null,
    model: null,
    model_requested: null,
    provider: null,
    model_parameters: {},
    finish_reasons: [],
    usage: {
      input_tokens: null,
      output_tokens: null,
      total_tokens: null,
      cache_read_tokens: null,
      cache_write_tokens: null,
      reasoning_tokens: null,
    },
    cost_usd: null,
    time_to_first_token_nanos: null,
    session_id: null,
    user_id: null,
    tags: [],
    environment: null,
    metadata: {},
    git: null,
    source: null,
    names: names(),
    attributes: {},
    events: [],
    links: [],
    resource: {},
    scope: { name: "test", version: "1", attributes: {} },
    trace_state: "",
    dropped_count: 0,
    price_version: "",
    ...changes,
  };
}

/** A trace in one line with nothing in it but what `changes` says. */
export function summary(changes: Partial<TraceSummary> = {}): TraceSummary {
  return {
    trace_id: TRACE_ID,
    trace_id_original: null,
    entry_span_id: "00f067aa0ba902b7",
    name: "plan_trip",
    kind: "agent",
    status: "ok",
    started_at: START,
    duration_nanos: 2_413_000_000,
    root_missing: false,
    input_preview: '{"city": "Lisbon"}',
    output_preview: "Take the tram, and a jacket.",
    span_count: 1,
    error_count: 0,
    input_tokens: null,
    output_tokens: null,
    total_tokens: null,
    cost_usd: null,
    models: [],
    user_id: null,
    session_id: null,
    environment: null,
    tags: [],
    ...changes,
  };
}

/** So many traces, newest first, a second apart. */
export function summaries(count: number, from = 0): TraceSummary[] {
  return Array.from({ length: count }, (_, index) => {
    const at = new Date(Date.parse("2026-11-22T04:00:00Z") - (from + index) * 1000).toISOString();
    return summary({
      trace_id: (from + index).toString(16).padStart(32, "0"),
      name: `trace ${from + index}`,
      started_at: at.replace("Z", "000000Z"),
    });
  });
}

const MILLI = 1_000_000;

const USER_PROMPT = "Is Lisbon good for a walk tomorrow? I like viewpoints and dislike rain.";
const ANSWER =
  "Tomorrow in Lisbon is dry until about four, with 17 °C and a light wind from the west.\n\n" +
  "Walk in the morning: start at Miradouro da Graça, go down through Alfama, and take the 28 tram back up. " +
  "Be under a roof by half past three.";

/** The trip agent: two model calls, two tools of which one fails and is tried again, and a retrieval. */
export function tripTrace(): Trace {
  const at = (millis: number) => new Date(Date.parse("2026-11-22T04:22:55.123Z") + millis).toISOString();
  const timed = (from: number, length: number) => ({
    started_at: at(from).replace("Z", "456789Z"),
    ended_at: at(from + length).replace("Z", "456789Z"),
    offset_nanos: from * MILLI,
    duration_nanos: length * MILLI,
  });
  const system = { role: "system", content: "You plan walks. Use the tools. Answer in plain words, shortly." };
  const user = { role: "user", content: USER_PROMPT };
  const call = {
    id: "call_81hd",
    type: "function",
    function: { name: "get_weather", arguments: '{"city": "Lisbon", "day": "tomorrow"}' },
  };
  const toolAnswer = { role: "tool", tool_call_id: "call_81hd", content: '{"rain_from": "16:00", "celsius": 17}' };
  const spans: Span[] = [
    span({
      ...timed(0, 2413),
      span_id: "a000000000000001",
      name: "plan_trip",
      kind: "agent",
      kind_original: "agent",
      input: { city: "Lisbon", wishes: ["viewpoints", "no rain"] },
      output: ANSWER,
      user_id: "user-123",
      session_id: "sess-456",
      tags: ["production", "v2"],
      environment: "production",
      metadata: { feature: "trips", plan: "pro" },
      git: { repo: "acme/trips", ref: "5c0c600d2f" },
      source: { file: "src/trips/agent.py", line: 42, function: "plan_trip" },
      resource: { "service.name": "trips", "telemetry.sdk.name": "tracewood", "telemetry.sdk.language": "python" },
      attributes: { "traceroot.span.type": "agent", "traceroot.span.input": '{"city": "Lisbon"}' },
    }),
    span({
      ...timed(12, 220),
      span_id: "a000000000000002",
      parent_span_id: "a000000000000001",
      name: "find_viewpoints",
      kind: "retrieval",
      kind_original: "retrieval",
      input: { query: "viewpoints Lisbon", top_k: 3 },
      output: [
        { id: "graca", score: 0.91, text: "Miradouro da Graça" },
        { id: "monte", score: 0.87, text: "Miradouro da Senhora do Monte" },
      ],
    }),
    span({
      ...timed(240, 790),
      span_id: "a000000000000003",
      parent_span_id: "a000000000000001",
      name: "chat gpt-4o",
      kind: "llm",
      kind_original: "llm.chat",
      model: "gpt-4o-2024-11-20",
      model_requested: "gpt-4o",
      provider: "openai",
      model_parameters: { temperature: 0.2, max_tokens: 512 },
      finish_reasons: ["tool_calls"],
      usage: {
        input_tokens: 1204,
        output_tokens: 31,
        total_tokens: 1235,
        cache_read_tokens: 1024,
        cache_write_tokens: null,
        reasoning_tokens: null,
      },
      cost_usd: 0.00204,
      time_to_first_token_nanos: 310 * MILLI,
      input: { messages: [system, user], temperature: 0.2 },
      output: { role: "assistant", content: null, tool_calls: [call] },
    }),
    span({
      ...timed(1040, 120),
      span_id: "a000000000000004",
      parent_span_id: "a000000000000001",
      name: "get_weather",
      kind: "tool",
      kind_original: "tool",
      status: "error",
      status_message: "the weather service answered 503",
      input: { city: "Lisbon", day: "tomorrow" },
      events: [
        {
          name: "exception",
          at: at(1160).replace("Z", "456789Z"),
          attributes: {
            "exception.type": "WeatherError",
            "exception.message": "the weather service answered 503",
            "exception.stacktrace":
              'Traceback (most recent call last):\n  File "src/trips/agent.py", line 61, in get_weather\n    raise WeatherError(f"the weather service answered {status}")\nWeatherError: the weather service answered 503',
          },
        },
      ],
    }),
    span({
      ...timed(1170, 94),
      span_id: "a000000000000005",
      parent_span_id: "a000000000000001",
      name: "get_weather",
      kind: "tool",
      kind_original: "tool",
      input: { city: "Lisbon", day: "tomorrow" },
      output: { rain_from: "16:00", celsius: 17 },
    }),
    span({
      ...timed(1280, 1120),
      span_id: "a000000000000006",
      parent_span_id: "a000000000000001",
      name: "chat gpt-4o",
      kind: "llm",
      kind_original: "llm.chat",
      model: "gpt-4o-2024-11-20",
      model_requested: "gpt-4o",
      provider: "openai",
      finish_reasons: ["stop"],
      usage: {
        input_tokens: 1291,
        output_tokens: 74,
        total_tokens: 1365,
        cache_read_tokens: 1024,
        cache_write_tokens: null,
        reasoning_tokens: null,
      },
      cost_usd: 0.00262,
      time_to_first_token_nanos: 402 * MILLI,
      input: [system, user, { role: "assistant", content: null, tool_calls: [call] }, toolAnswer],
      output: { role: "assistant", content: ANSWER },
      attributes: genaiAttributes(),
    }),
  ];
  return {
    trace: summary({
      started_at: at(0).replace("Z", "456789Z"),
      span_count: spans.length,
      error_count: 1,
      input_tokens: 2495,
      output_tokens: 105,
      total_tokens: 2600,
      cost_usd: 0.00466,
      models: ["gpt-4o-2024-11-20"],
      user_id: "user-123",
      session_id: "sess-456",
      environment: "production",
      tags: ["production", "v2"],
      output_preview: ANSWER.slice(0, 200),
    }),
    spans,
    scores: [],
  };
}

function genaiAttributes(): JsonObject {
  return {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.request.temperature": 0.2,
    "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.response.id": "chatcmpl-9xJ",
    "gen_ai.response.model": "gpt-4o-2024-11-20",
    "gen_ai.usage.input_tokens": 1291,
    "gen_ai.usage.output_tokens": 74,
    "server.address": "api.openai.com",
  };
}

/** What the server answers to questions about a trace: the tree without payloads, and each span by itself. */
export function answerOf(path: string, trace: Trace): { status?: number; body: unknown } {
  const wanted = path.split("/").at(-1);
  if (path.endsWith("/tree")) return { body: { trace: trace.trace, spans: trace.spans.map(treeSpan), scores: [] } };
  if (!path.includes("/spans/")) return { body: trace };
  const found = trace.spans.find((one) => one.span_id === wanted);
  return found ? { body: found } : { status: 404, body: { error: { code: "not_found", message: "no such span" } } };
}

function treeSpan(whole: Span): TreeSpan {
  const { span_id, parent_span_id, name, kind, kind_original, status, started_at, offset_nanos, duration_nanos } =
    whole;
  const { pending, model, usage, cost_usd, time_to_first_token_nanos } = whole;
  return {
    span_id,
    parent_span_id,
    name,
    kind,
    kind_original,
    status,
    started_at,
    offset_nanos,
    duration_nanos,
    pending,
    model,
    usage,
    cost_usd,
    time_to_first_token_nanos,
  };
}

const KINDS = [
  "llm",
  "tool",
  "chain",
  "retrieval",
  "agent",
  "embedding",
  "guardrail",
  "evaluator",
  "custom",
  "workflow",
];

/** A trace of any size: each span hangs below one of those before it, chosen by a small generator without chance. */
export function largeTrace(count: number): Trace {
  let state = 42;
  const draw = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % below;
  };
  const spans: Span[] = [];
  for (let index = 0; index < count; index += 1) {
    const parent = index === 0 ? null : spans[Math.max(0, index - 1 - draw(Math.min(index, 12)))];
    const offset = index * 1_000_000;
    spans.push(
      span({
        span_id: (index + 1).toString(16).padStart(16, "0"),
        parent_span_id: parent?.span_id ?? null,
        name: `step ${index}`,
        kind: KINDS[draw(KINDS.length)] ?? "custom",
        status: draw(200) === 0 ? "error" : "ok",
        offset_nanos: offset,
        duration_nanos: index === 0 ? count * 1_000_000 : (1 + draw(40)) * 1_000_000,
      }),
    );
  }
  return {
    trace: summary({ span_count: count, duration_nanos: count * MILLI, name: `a trace of ${count} spans` }),
    spans,
    scores: [],
  };
}
