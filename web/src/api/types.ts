// What the read API answers with.

export type Status = "ok" | "error" | "unset";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** A trace in one line. */
export interface TraceSummary {
  trace_id: string;
  trace_id_original: string | null;
  name: string;
  kind: string;
  status: Status;
  started_at: string;
  duration_nanos: number | null;
  root_missing: boolean;
  input_preview: string;
  output_preview: string;
  span_count: number;
  error_count: number;
  input_tokens: number | null;
  output_tokens: number | null;
  total_tokens: number | null;
  cost_usd: number | null;
  models: string[];
  user_id: string | null;
  session_id: string | null;
  environment: string | null;
  tags: string[];
}

export interface TracePage {
  traces: TraceSummary[];
  next_cursor: string | null;
}

export interface Usage {
  input_tokens: number | null;
  output_tokens: number | null;
  total_tokens: number | null;
  cache_read_tokens: number | null;
  cache_write_tokens: number | null;
  reasoning_tokens: number | null;
}

export interface SpanEvent {
  name: string;
  at: string;
  attributes: JsonObject;
}

export interface SpanLink {
  trace_id: string;
  span_id: string;
  attributes: JsonObject;
}

export interface Span {
  trace_id: string;
  span_id: string;
  span_id_original: string | null;
  parent_span_id: string | null;
  name: string;
  kind: string;
  kind_original: string;
  status: Status;
  status_message: string | null;
  started_at: string;
  ended_at: string | null;
  offset_nanos: number;
  duration_nanos: number | null;
  pending: boolean;
  input: Json;
  output: Json;
  model: string | null;
  model_requested: string | null;
  provider: string | null;
  model_parameters: JsonObject;
  finish_reasons: string[];
  usage: Usage;
  cost_usd: number | null;
  time_to_first_token_nanos: number | null;
  session_id: string | null;
  user_id: string | null;
  tags: string[];
  environment: string | null;
  metadata: JsonObject;
  git: { repo: string | null; ref: string | null } | null;
  source: { file: string | null; line: number | null; function: string | null } | null;
  attributes: JsonObject;
  events: SpanEvent[];
  links: SpanLink[];
  resource: JsonObject;
  scope: { name: string; version: string };
  dropped_count: number;
}

export interface TraceDetail {
  trace: TraceSummary;
  spans: Span[];
}

export interface Health {
  status: string;
  version: string;
  writable: boolean;
  spans_durable: number;
  spans_searchable: number;
  wal_bytes: number;
  trouble: string | null;
}
