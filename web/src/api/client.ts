// The one place that talks to the server: fetches, bounded in time, and errors in plain words.
import { readTraceText } from "./exact-trace";
import { setLocked } from "./lock";
import type { Health, Trace, TraceList } from "./types";

/** How long an answer may take before the page says so. A trace of 50 000 spans is tens of megabytes. */
const TIMEOUT_MILLIS = 30_000;

export type FailureKind = "unreachable" | "slow" | "not_found" | "refused" | "broken";

/** Why a request brought nothing, in words for the person who looks. */
export class Failure extends Error {
  readonly kind: FailureKind;
  readonly status: number | null;

  constructor(kind: FailureKind, message: string, status: number | null = null) {
    super(message);
    this.name = "Failure";
    this.kind = kind;
    this.status = status;
  }

  /** Whether asking again, with nothing changed, may help. */
  get isRetryable(): boolean {
    return this.kind === "unreachable" || this.kind === "slow" || this.kind === "broken";
  }
}

/** After how long a page that has nothing to show yet asks again by itself, and whether it does. */
export function askAgainMillis(error: unknown): number | false {
  return error instanceof Failure && error.isRetryable ? 5000 : false;
}

export interface TraceListQuery {
  startedAfter?: string | undefined;
  startedBefore?: string | undefined;
  /** In the filter language. */
  filter?: string | undefined;
  sort?: string | undefined;
  limit?: number;
  cursor?: string | undefined;
}

export function listTraces(query: TraceListQuery, signal?: AbortSignal): Promise<TraceList> {
  const parameters = new URLSearchParams();
  if (query.startedAfter) parameters.set("started_after", query.startedAfter);
  if (query.startedBefore) parameters.set("started_before", query.startedBefore);
  if (query.filter) parameters.set("filter", query.filter);
  if (query.sort) parameters.set("sort", query.sort);
  if (query.limit) parameters.set("limit", String(query.limit));
  if (query.cursor) parameters.set("cursor", query.cursor);
  const text = parameters.toString();
  return get<TraceList>(`/api/v1/traces${text ? `?${text}` : ""}`, signal);
}

export function readTrace(traceId: string, signal?: AbortSignal): Promise<Trace> {
  return get(`/api/v1/traces/${encodeURIComponent(traceId)}`, signal, readTraceText);
}

export function readHealth(signal?: AbortSignal): Promise<Health> {
  return get<Health>("/api/v1/health", signal);
}

async function get<T>(
  path: string,
  signal?: AbortSignal,
  read: (text: string) => T = (text) => JSON.parse(text) as T,
): Promise<T> {
  const timeout = AbortSignal.timeout(TIMEOUT_MILLIS);
  let response: Response;
  try {
    response = await fetch(path, {
      headers: { accept: "application/json" },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    if (response.ok) return read(await response.text());
  } catch (error) {
    if (signal?.aborted) throw error;
    if (timeout.aborted) throw new Failure("slow", `The server has not answered for ${TIMEOUT_MILLIS / 1000} s.`);
    if (error instanceof SyntaxError) throw new Failure("broken", "The server answered something that is not JSON.");
    throw new Failure("unreachable", "The server cannot be reached. Is it still running?");
  }
  throw await failureOf(response);
}

/** Gives the server a key to keep in this browser's cookie. */
export async function beginSession(key: string): Promise<void> {
  let response: Response;
  try {
    response = await fetch("/api/v1/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ key }),
      signal: AbortSignal.timeout(TIMEOUT_MILLIS),
    });
  } catch {
    throw new Failure("unreachable", "The server cannot be reached. Is it still running?");
  }
  if (!response.ok) throw await failureOf(response);
}

async function failureOf(response: Response): Promise<Failure> {
  const said = await messageOf(response);
  if (response.status === 401) setLocked(true);
  if (response.status === 404) return new Failure("not_found", said ?? "There is no such thing here.", 404);
  // A gateway's own answers, as when the server behind a proxy is gone.
  if (response.status >= 502 && response.status <= 504) {
    return new Failure("unreachable", said ?? "The server cannot be reached just now.", response.status);
  }
  if (response.status >= 500) {
    return new Failure("broken", said ?? `The server failed (${response.status}).`, response.status);
  }
  return new Failure("refused", said ?? `The server refused the request (${response.status}).`, response.status);
}

/** The message of the error envelope, as a sentence. */
async function messageOf(response: Response): Promise<string | null> {
  try {
    const body: unknown = await response.json();
    const message = (body as { error?: { message?: unknown } } | null)?.error?.message;
    if (typeof message !== "string" || message === "") return null;
    return `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? "" : "."}`;
  } catch {
    return null;
  }
}
