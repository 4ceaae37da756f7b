// What the read API answers with. Written by scripts/api-types.mjs from docs/openapi.json; do not edit.

export type Json = null | boolean | number | bigint | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/** A program that sends spans, as it says of itself. */
export interface Client {
  /** When its first span arrived, in RFC 3339 with nine digits. */
  first_seen_at: string;
  /** What tells it from others. */
  id: string;
  /** Its host or instance; empty where it says none. */
  instance: string;
  /** When its last span arrived. */
  last_seen_at: string;
  /** How many spans it could not deliver since it started, by reason. */
  lost: { [key: string]: number };
  /** Its process id; empty where it says none. */
  process: string;
  /** Name, language and version of its SDK. */
  sdk: string;
  /** Its service; empty where it says none. */
  service: string;
  /** How many spans arrived from it. */
  span_count: number;
}

/** Programs that send spans, those that sent last first. */
export interface ClientList {
  /** The programs. */
  clients: Client[];
  /** How many spans all clients of the project could not deliver, by reason. */
  lost: { [key: string]: number };
  /** When the server heard of it, the oldest first; only steps in which something was lost. */
  lost_steps: LossStep[];
  /** What to ask for the next page with; null after the last. */
  next_cursor: string | null;
}

/** A session as a conversation. */
export interface Conversation {
  /** What to ask for the next page with; null after the last. */
  next_cursor: string | null;
  /** The session with the totals of all its traces. */
  session: Group;
  /** What was said, one turn for each trace, the oldest first. */
  turns: Turn[];
}

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
  place?: FilterPlace | null;
}

/** A place in a text, cut out around the words that were looked for. */
export interface Excerpt {
  /** In what it stands: `input`, `output` or `message`. */
  field: string;
  /** The text in one line, in parts; of JSON its keys and texts. */
  parts: ExcerptPart[];
}

/** A part of an excerpt. */
export interface ExcerptPart {
  /** Whether it is what was looked for. */
  marked: boolean;
  /** The text. */
  text: string;
}

/** A field of the filter language. */
export interface FieldDescription {
  /** Other names that it is known by. */
  aliases: string[];
  /** Whether a path follows it, as in `metadata.plan`. */
  has_path: boolean;
  /** Whether its values can be listed. */
  listed: boolean;
  /** How it is written; with a path behind a dot if `has_path`. */
  name: string;
  /** What may stand between it and a value. */
  operators: string[];
  /** What sort of value it takes: `text`, `words`, `duration`, `count`, `money`, `moment`, `flag`, `id` or `any`. */
  sort: string;
  /** The only values that it may have; empty where there is no such list. */
  values: string[];
}

/** The fields of the filter language. */
export interface FieldList {
  /** The fields. */
  fields: FieldDescription[];
}

/** A value and how often it is said. */
export interface FieldValue {
  /** The condition that asks for it, as it stands in a filter; for a path, the field with it, without an operator. */
  condition: string;
  /** How many spans say it. */
  span_count: number;
  /** The value, or a path. */
  value: string;
}

/** The values that spans have in a field, the most frequent first. */
export interface FieldValueList {
  /** Whether there are no more, and all were counted to the end. */
  complete: boolean;
  /** The values. */
  values: FieldValue[];
}

/** A place in the text of a filter. */
export interface FilterPlace {
  /** How many bytes it has; none where something is missing. */
  length: number;
  /** Where it begins, in bytes of UTF-8. */
  offset: number;
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
  /** Bytes of all files of the store; null where it has none. */
  data_bytes: number | null;
  /** Bytes that are left on its disk; null where the system does not say. */
  disk_free_bytes: number | null;
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

/** Traces over time. */
export interface Histogram {
  /** How long a step is; zero where there is nothing to show. */
  step_seconds: number;
  /** The steps, one after the other without a gap. */
  steps: HistogramStep[];
}

/** One step of time. */
export interface HistogramStep {
  /** When it begins, in RFC 3339 with nine digits. */
  begins_at: string;
  /** In how many of them a span failed. */
  failed_trace_count: number;
  /** How many traces began in it. */
  trace_count: number;
}

/** What came of an import. */
export interface Imported {
  /** Lines that were read. */
  line_count: number;
  /** Scores that are kept. */
  score_count: number;
  /** Spans that are kept. */
  span_count: number;
}

/** A key without its secret. */
export interface Key {
  /** When it was made, in RFC 3339 with nine digits. */
  created_at: string;
  /** The part of its text that may be shown, and by which it is revoked. */
  id: string;
  /** What its owner calls it; may be empty. */
  name: string;
  /** The project that it opens. */
  project: string;
  /** Since when it opens nothing any more; null while it does. */
  revoked_at: string | null;
  /** What it allows: `ingest`, `read`, `metrics`, `admin`. */
  scopes: string[];
}

/** The keys of a project. */
export interface KeyList {
  /** Whether keys can be made here over the network. */
  can_create: boolean;
  /** All keys, revoked ones included, the oldest first. */
  keys: Key[];
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

/** Five minutes in which clients said that they had lost spans. */
export interface LossStep {
  /** When they began, in RFC 3339 with nine digits. */
  begins_at: string;
  /** How many spans were lost since the client had spoken before. */
  span_count: number;
}

/** A key that was just made. */
export interface MadeKey {
  /** Whether everybody could do everything until now, and from now on only those with a key can. */
  closed_server: boolean;
  /** The key. */
  key: Key;
  /** Its whole text, which is shown only now and cannot be had again. */
  text: string;
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

/** What the things that a span has to do with are called; each null, or empty, where the client did not say. */
export interface Names {
  /** The agent. */
  agent: string | null;
  /** The prompt that the input was made of. */
  prompt: string | null;
  /** Its version. */
  prompt_version: string | null;
  /** The version of the program. */
  release: string | null;
  /** The program. */
  service: string | null;
  /** What the work is called where the span's name is that of an operation. */
  title: string | null;
  /** The tool that was called. */
  tool: string | null;
  /** The model's id for the call of the tool. */
  tool_call_id: string | null;
  /** The tools that the model could have called; 128 at the most. */
  tools_offered: string[];
  /** What the trace is called. */
  trace: string | null;
  /** The workflow. */
  workflow: string | null;
}

/** A key to make. */
export interface NewKey {
  /** What you call it. */
  name?: string;
  /**
   * What it allows: `ingest` to bring spans and scores, `read` to read, `metrics` to read the numbers of the whole
   * server, `admin` to change how the project is kept.
   */
  scopes: string[];
}

/** What a model costs, from a moment on. */
export interface NewPrice {
  /** US dollars for a million input tokens read from a cache; null for the price of the others. */
  cache_read_usd_per_million: number | null;
  /** US dollars for a million input tokens written to a cache; likewise. */
  cache_write_usd_per_million: number | null;
  /** From when on, in RFC 3339; null for ever. */
  from: string | null;
  /** US dollars for a million input tokens. */
  input_usd_per_million: number;
  /** The model's name in any case; `*` stands for any number of characters. */
  model: string;
  /** US dollars for a million output tokens. */
  output_usd_per_million: number;
  /** Only calls to this provider; null for all. */
  provider: string | null;
}

/** A project to make. */
export interface NewProject {
  /** Up to 64 of a-z, 0-9, `-`, `_` and `.`. */
  id: string;
}

/** How long spans are to be kept. */
export interface NewRetention {
  /** From 1 to 36500 days; null for the server's own rule. */
  keep_days: number | null;
}

/** A score to keep. */
export interface NewScore {
  /** Why. */
  comment?: string;
  /** What tells it from others; a score with the id of an older one takes its place. Made up where it is missing. */
  id?: string | null;
  /** What is judged, such as `helpful`; asked for as `score.helpful` in a filter. */
  name: string;
  /** The judgement as a number; a score has a number, a text or both. */
  number?: number | null;
  /** When, in RFC 3339; now where it is missing. */
  scored_at?: string | null;
  /** Who judged, such as `user`, `reviewer` or the name of an evaluator. */
  source?: string;
  /** The span that is judged, 16 hex digits; the trace as a whole where it is missing. */
  span_id?: string | null;
  /** The judgement as a word or text. */
  text?: string | null;
  /** The trace that is judged: 32 hex digits, a UUID, or the id as its client wrote it. It need not have arrived. */
  trace_id: string;
}

/** A price of the project. */
export interface Price {
  /** US dollars for a million input tokens read from a cache; null for the price of the others. */
  cache_read_usd_per_million: number | null;
  /** US dollars for a million input tokens written to a cache; likewise. */
  cache_write_usd_per_million: number | null;
  /** From when on, in RFC 3339 with nine digits; null for ever. */
  from: string | null;
  /** By which it is removed; the same for the same model, provider and moment. */
  id: string;
  /** US dollars for a million input tokens. */
  input_usd_per_million: number;
  /** The model's name in any case; `*` stands for any number of characters. */
  model: string;
  /** US dollars for a million output tokens. */
  output_usd_per_million: number;
  /** Only calls to this provider; null for all. */
  provider: string | null;
}

/** What models cost. */
export interface PriceList {
  /** The list that counts where nobody has a price of their own. */
  list_version: string;
  /** The prices of the project, by model, then by moment. */
  prices: Price[];
  /** The prices of the server's configuration, which count where the project has none. */
  server_prices: NewPrice[];
}

/** A project. */
export interface Project {
  /** When it was made, in RFC 3339 with nine digits. */
  created_at: string;
  /** Whether this request was about it. */
  current: boolean;
  /** Its id. */
  id: string;
  /** How many days its spans are kept; null where it has no rule of its own. */
  keep_days: number | null;
}

/** Projects, by id. */
export interface ProjectList {
  /** Whether projects can be made here over the network. */
  can_create: boolean;
  /** On a server with keys, the one project that the key opens; else all. */
  projects: Project[];
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

/** Which spans to price again. */
export interface Reprice {
  /** The `next_cursor` of the answer before; the rest must be the same. */
  cursor?: string | null;
  /** Only spans that pass it, in the filter language. */
  filter?: string | null;
  /** Only spans that began at this moment or later, in RFC 3339. */
  started_after?: string | null;
  /** Only spans that began before this moment, in RFC 3339. */
  started_before?: string | null;
}

/** What came of pricing again. */
export interface Repriced {
  /** How many of them cost something else now. */
  changed_span_count: number;
  /** What to ask with to go on; null when all is done. */
  next_cursor: string | null;
  /** How many model calls were looked at. */
  span_count: number;
}

/** How long spans are kept. */
export interface Retention {
  /**
   * How many days the spans of the project are kept, counted from the end of the UTC day they belong to; null where the
   * server's own rule holds.
   */
  keep_days: number | null;
  /** The server's own rule; null for ever. */
  server_keep_days: number | null;
}

/** The library that made a span. */
export interface Scope {
  /** What else it says of itself. */
  attributes: JsonObject;
  /** Its name. */
  name: string;
  /** Where the words that it uses are defined; absent where it does not say. */
  schema_url?: string;
  /** Its version. */
  version: string;
}

/** A score that is kept. */
export interface Score {
  /** Why; may be empty. */
  comment: string;
  /** What tells it from others in its project. */
  id: string;
  /** What is judged. */
  name: string;
  /** The judgement as a number. */
  number: number | null;
  /** When, in RFC 3339 with nine digits. */
  scored_at: string;
  /** Who judged; may be empty. */
  source: string;
  /** The span that is judged, 16 hex digits; null for the trace as a whole. */
  span_id: string | null;
  /** The judgement as a word or text. */
  text: string | null;
  /** The trace that is judged, 32 hex digits. */
  trace_id: string;
}

/** Scores, the newest first. */
export interface ScoreList {
  /** What to ask for the next page with; null after the last. */
  next_cursor: string | null;
  /** The scores. */
  scores: Score[];
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
  /** What prompt, tool, agent and the like are called. */
  names: Names;
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
  /** Which prices its cost was worked out with; empty where the client said the cost, or none is known. */
  price_version: string;
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

/** A span by itself, with what is asked for only then. */
export interface SpanDetail extends Span {
  /** The judgements on it, the newest first; those on its trace as a whole are not among them. */
  scores: Score[];
  unit_prices: UnitPrices | null;
}

/** Something that happened at one moment of a span. */
export interface SpanEvent {
  /** When, in RFC 3339 with nine digits. */
  at: string;
  /** What is known of it. */
  attributes: JsonObject;
  /** How many attributes the client left out; absent where it left out none. */
  dropped_count?: number;
  /** What happened. */
  name: string;
}

/** A span that was found. */
export interface SpanHit extends SpanSummary {
  /** Where it has the words of the filter: at most one place each of input, output and message. */
  excerpts: Excerpt[];
}

/** Another span that a span has to do with. */
export interface SpanLink {
  /** What they have to do with each other. */
  attributes: JsonObject;
  /** How many attributes the client left out; absent where it left out none. */
  dropped_count?: number;
  /** The other span; `null` where the client knew none. */
  span_id?: string | null;
  /** The trace of the other span; `null` where the client knew none. */
  trace_id?: string | null;
  /** W3C `tracestate` of the other span; absent where it has none. */
  trace_state?: string;
}

/** Spans that were found, newest first. */
export interface SpanList {
  /** What to ask for the next page with; null after the last. */
  next_cursor: string | null;
  /** The spans. */
  spans: SpanHit[];
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
  /** What was thought of it and of its spans, the newest first, at most 1000. */
  scores: Score[];
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
  /** The span that stands for the trace: the root, or the earliest span without its parent. 16 hex digits. */
  entry_span_id: string;
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
  /** What was thought of it and of its spans, the newest first, at most 1000. */
  scores: Score[];
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

/** One turn of a conversation: a trace, with what went in and out of it. */
export interface Turn {
  /** What went in: JSON where the client sent JSON as text; null where it is left out. */
  input: Json;
  /** What came out, likewise. */
  output: Json;
  /** Whether input or output was too long for this list; the span `entry_span_id` of the trace has them whole. */
  shortened: boolean;
  /** The trace in one line. */
  trace: TraceSummary;
}

/** What a million tokens cost, in US dollars. */
export interface UnitPrices {
  /** Tokens in the prompt that were read from a cache; null where no price is known. */
  cache_read_usd_per_million: number | null;
  /** Tokens in the prompt that were written to a cache; likewise. */
  cache_write_usd_per_million: number | null;
  /** Tokens in the prompt that no cache had to do with. */
  input_usd_per_million: number;
  /** Tokens in the answer. */
  output_usd_per_million: number;
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

/** A user with their sessions. */
export interface User {
  /** What to ask for the next page with; null after the last. */
  next_cursor: string | null;
  /**
   * Their sessions, those that were active last first, with the totals of those of their traces in which the user is
   * named.
   */
  sessions: Group[];
  /** The user with the totals of all their traces. */
  user: Group;
}
