// What the read API answers with. Written by scripts/api-types.mjs from docs/openapi.json; do not edit.

export type Json = null | boolean | number | bigint | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/** Requests that were answered and thrown away, since only traces are kept. */
export interface DroppedRequests {
  /** Requests with logs. */
  logs: number;
  /** Requests with metrics. */
  metrics: number;
}

/** Why a request was refused. */
export interface ErrorEnvelope {
  /** The error. */
  error: ErrorBody;
}

/** What went wrong. */
export interface ErrorBody {
  /**
   * `bad_request`, `unauthenticated`, `forbidden`, `not_found`, `method_not_allowed`, `unsupported_media_type`,
   * `payload_too_large`, `unavailable` or `internal`.
   */
  code: string;
  /** For people. */
  message: string;
}

/** The repository and commit that ran. */
export interface Git {
  /** A commit, branch or tag. */
  ref: string | null;
  /** `owner/name` or a URL. */
  repo: string | null;
}

/** A session or a user, with the totals of the traces that name it. */
export interface Group {
  /** The cost of their model calls in US dollars. */
  cost_usd: number | null;
  /** How many of them failed. */
  error_count: number;
  /** When the first of their spans began, in RFC 3339 with nine digits. */
  first_started_at: string;
  /** The session's or user's own id. */
  id: string;
  /** When the last of their spans began, in RFC 3339 with nine digits. */
  last_started_at: string;
  /** How many spans those traces have. */
  span_count: number;
  /** The tokens of their model calls. */
  total_tokens: number;
  /** How many traces name it. */
  trace_count: number;
}

/** Sessions or users, those that were active last first. */
export interface GroupList {
  /** The sessions or users. */
  groups: Group[];
  /** What to ask for the next page with; null after the last. */
  next_cursor: string | null;
}

/** How the server and its store are doing. */
export interface Health {
  /** Requests that were answered and thrown away, since only traces are kept. */
  dropped_requests: DroppedRequests;
  /** Spans made durable since the start. */
  spans_durable: number;
  /** Spans that can be found, since the start and with what was replayed. */
  spans_searchable: number;
  /** `ok` or `failing`. */
  status: string;
  /** What is wrong. */
  trouble: string | null;
  /** The server's version. */
  version: string;
  /** Bytes of the write-ahead log that are not in the indexes yet. */
  wal_bytes: number;
  /** Whether spans are taken now. */
  writable: boolean;
}

/** Whether the server takes spans. */
export interface Liveness {
  /** `ok` or `failing`. */
  status: string;
  /** What is wrong; absent when nothing is. */
  trouble?: string | null;
}

/** A key that a browser is to keep. */
export interface Login {
  /** The key's whole text, `tw_…`. */
  key: string;
}

/** Counts, sums and quantiles of many spans. */
export interface Metrics {
  /** One row for each step of time and value of the field that has spans, by step, then by value. */
  rows: MetricsRow[];
}

/** The numbers of one step of time and one value of a field. */
export interface MetricsRow {
  /** The cost of model calls in US dollars. */
  cost_usd: number;
  duration_nanos: Quantiles | null;
  /** How many of them failed. */
  error_count: number;
  /** The field's value; null for spans that have none, and where nothing is grouped by. */
  group: string | null;
  /** Tokens in the prompts of model calls. */
  input_tokens: number;
  /** Tokens in the answers of model calls. */
  output_tokens: number;
  /** How many spans. */
  span_count: number;
  /** When the step begins, in RFC 3339 with nine digits; null without steps. */
  step_at: string | null;
  time_to_first_token_nanos: Quantiles | null;
  /** Both together, or as clients stated it. */
  total_tokens: number;
}

/** Quantiles, within 1.6 % of the true ones. */
export interface Quantiles {
  /** Half of the numbers are at most this. */
  p50: number;
  /** Nine of ten. */
  p90: number;
  /** Nineteen of twenty. */
  p95: number;
  /** Ninety-nine of a hundred. */
  p99: number;
}

/** The library that made a span. */
export interface Scope {
  /** What else it says of itself. */
  attributes: JsonObject;
  /** Its name. */
  name: string;
  /** Its version. */
  version: string;
}

/** What a browser may read. */
export interface Session {
  /** The key that came with the request, by the part of it that may be shown; null without a valid one. */
  key_id: string | null;
  /** Whether this server wants a key. */
  key_required: boolean;
  /** The project that can be read; null without a valid key. */
  project: string | null;
}

/** Where a piece of work is written down. */
export interface Source {
  /** The file, relative to the repository where one is known. */
  file: string;
  /** The function. */
  function: string | null;
  /** The line, counted from one. */
  line: number | null;
}

/** One piece of work of an agent. */
export interface Span {
  /** Everything that the client said, untouched. */
  attributes: JsonObject;
  /** What it cost in US dollars. */
  cost_usd: number | null;
  /** How many attributes, events and links the client left out. */
  dropped_count: number;
  /** How long it took; null while it runs. */
  duration_nanos: number | null;
  /** When it ended; null while it runs. */
  ended_at: string | null;
  /** `production`, `staging` and the like. */
  environment: string | null;
  /** What happened on the way. */
  events: SpanEvent[];
  /** Why the model stopped. */
  finish_reasons: string[];
  git: Git | null;
  /** What went in: JSON where the client sent JSON as text. */
  input: Json;
  /** What sort of work it is: one of fifteen words such as `llm`, `tool`, `agent`, `custom`. */
  kind: string;
  /** The client's own word for the sort of work; empty when it said none. */
  kind_original: string;
  /** Other spans that it has to do with. */
  links: SpanLink[];
  /** What the user attached to span and trace. */
  metadata: JsonObject;
  /** The model that answered, else the one that was asked for. */
  model: string | null;
  /** Temperature and the like. */
  model_parameters: JsonObject;
  /** The model that was asked for. */
  model_requested: string | null;
  /** What it is called. */
  name: string;
  /** How long after the first span of its trace it began. */
  offset_nanos: number;
  /** Its role in OpenTelemetry's words: `internal`, `server`, `client`, `producer`, `consumer` or `unspecified`. */
  otel_kind: string;
  /** What came out, likewise. */
  output: Json;
  /** Whether the client said that the parent lies in another process. */
  parent_remote: boolean;
  /** The span that it was started in; null at the root. */
  parent_span_id: string | null;
  /** Whether its end has not arrived yet. */
  pending: boolean;
  /** Who runs the model. */
  provider: string | null;
  /** The process that sent it. */
  resource: JsonObject;
  /** The library that made it. */
  scope: Scope;
  /** The conversation that it belongs to. */
  session_id: string | null;
  source: Source | null;
  /** 16 hex digits. */
  span_id: string;
  /** The id as its client wrote it, where that was no such id. */
  span_id_original: string | null;
  /** When it began, in RFC 3339 with nine digits. */
  started_at: string;
  /** How it ended: `ok`, `error` or `unset`. */
  status: string;
  /** What went wrong, in the client's words; empty when nothing did. */
  status_message: string;
  /** Labels of the span and its trace. */
  tags: string[];
  /** From the start to the first token of a streamed answer. */
  time_to_first_token_nanos: number | null;
  /** 32 hex digits. */
  trace_id: string;
  /** W3C `tracestate`, usually empty. */
  trace_state: string;
  /** The tokens used. */
  usage: Usage;
  /** The user whom it was done for. */
  user_id: string | null;
}

/** Something that happened at one moment of a span. */
export interface SpanEvent {
  /** When, in RFC 3339 with nine digits. */
  at: string;
  /** What is known of it. */
  attributes: JsonObject;
  /** What happened. */
  name: string;
}

/** Another span that a span has to do with. */
export interface SpanLink {
  /** What they have to do with each other. */
  attributes: JsonObject;
  /** The other span. */
  span_id: string;
  /** The trace of the other span. */
  trace_id: string;
}

/** Spans that were found, newest first. */
export interface SpanList {
  /** What to ask for the next page with; null after the last. */
  next_cursor: string | null;
  /** The spans. */
  spans: SpanSummary[];
}

/** A span without what went in and out; long texts are cut. */
export interface SpanSummary {
  /** What it cost in US dollars. */
  cost_usd: number | null;
  /** How long it took; null while it is pending. */
  duration_nanos: number | null;
  /** `production`, `staging` and the like. */
  environment: string | null;
  /** What sort of work it is, as in a span. */
  kind: string;
  /** The model that answered, else the one that was asked for. */
  model: string | null;
  /** What it is called. */
  name: string;
  /** The span that it was started in; null at the root. */
  parent_span_id: string | null;
  /** Whether its end has not arrived yet. */
  pending: boolean;
  /** The conversation that it belongs to. */
  session_id: string | null;
  /** 16 hex digits. */
  span_id: string;
  /** When it began. */
  started_at: string;
  /** How it ended: `ok`, `error` or `unset`. */
  status: string;
  /** Its labels. */
  tags: string[];
  /** The tokens that it used. */
  total_tokens: number | null;
  /** 32 hex digits. */
  trace_id: string;
  /** The user whom it was done for. */
  user_id: string | null;
}

/** One trace with all its spans. */
export interface Trace {
  /** Its spans, by start, then by id. */
  spans: Span[];
  /** The trace in one line. */
  trace: TraceSummary;
}

/** One page of traces, newest first. */
export interface TraceList {
  /** What to ask for the next page with; null after the last. */
  next_cursor: string | null;
  /** The traces. */
  traces: TraceSummary[];
}

/** A trace in one line. */
export interface TraceSummary {
  /** The cost of its model calls in US dollars. */
  cost_usd: number | null;
  /** How long the root took; null while it runs. */
  duration_nanos: number | null;
  /** `production`, `staging` and the like. */
  environment: string | null;
  /** How many of them failed. */
  error_count: number;
  /** The first words of what went in. */
  input_preview: string;
  /** Tokens in the prompts of its model calls, cached ones included. */
  input_tokens: number | null;
  /** The root's kind. */
  kind: string;
  /** The models that were called, each once. */
  models: string[];
  /** The root's name. */
  name: string;
  /** The first words of what came out. */
  output_preview: string;
  /** Tokens in the answers of its model calls, reasoning included. */
  output_tokens: number | null;
  /** Whether the root has not arrived; name, kind and times are then those of the earliest span without its parent. */
  root_missing: boolean;
  /** The conversation that it belongs to. */
  session_id: string | null;
  /** How many spans have arrived. */
  span_count: number;
  /** When the root began, in RFC 3339 with nine digits. */
  started_at: string;
  /** How the root ended: `ok`, `error` or `unset`. */
  status: string;
  /** The labels of all its spans, each once. */
  tags: string[];
  /** Both together, or as clients stated it. */
  total_tokens: number | null;
  /** 32 hex digits. */
  trace_id: string;
  /** The id as its client wrote it, where that was no such id. */
  trace_id_original: string | null;
  /** The user whom it was done for. */
  user_id: string | null;
}

/** One trace with its spans but without what went in and out of them. */
export interface Tree {
  /** Its spans, by start, then by id. */
  spans: TreeSpan[];
  /** The trace in one line. */
  trace: TraceSummary;
}

/** A span in one line of a tree. */
export interface TreeSpan {
  /** What it cost in US dollars. */
  cost_usd: number | null;
  /** How long it took; null while it runs. */
  duration_nanos: number | null;
  /** What sort of work it is, as in a span. */
  kind: string;
  /** The client's own word for the sort of work; empty when it said none. */
  kind_original: string;
  /** The model that answered, else the one that was asked for. */
  model: string | null;
  /** What it is called. */
  name: string;
  /** How long after the first span of its trace it began. */
  offset_nanos: number;
  /** The span that it was started in; null at the root. */
  parent_span_id: string | null;
  /** Whether its end has not arrived yet. */
  pending: boolean;
  /** 16 hex digits. */
  span_id: string;
  /** When it began, in RFC 3339 with nine digits. */
  started_at: string;
  /** How it ended: `ok`, `error` or `unset`. */
  status: string;
  /** From the start to the first token of a streamed answer. */
  time_to_first_token_nanos: number | null;
  /** The tokens used. */
  usage: Usage;
}

/** The tokens that a model call used. */
export interface Usage {
  /** Input tokens read from a cache. */
  cache_read_tokens: number | null;
  /** Input tokens written to a cache. */
  cache_write_tokens: number | null;
  /** Tokens in the prompt, cached ones included. */
  input_tokens: number | null;
  /** Tokens in the answer, reasoning included. */
  output_tokens: number | null;
  /** Output tokens spent on reasoning. */
  reasoning_tokens: number | null;
  /** Both together, or as the client stated it. */
  total_tokens: number | null;
}
