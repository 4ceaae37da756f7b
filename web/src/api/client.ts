// The one place that talks to the server: fetches, bounded in time, and errors in plain words.
import { readTraceText } from "./exact-trace";
import { setLocked } from "./lock";
import type { ErrorBody, FilterPlace, Health, Trace, TraceList } from "./types";

/** How long an answer may take before the page says so. A trace of 50 000 spans is tens of megabytes. */
const TIMEOUT_MILLIS = 30_000;

export type FailureKind = "unreachable" | "slow" | "not_found" | "refused" | "broken";

/** Why a request brought nothing, in words for the person who looks. */
export class Failure extends Error {
  readonly kind: FailureKind;
  readonly status: number | null;
  /** Where in the filter the trouble is, if it is in a filter. */
  readonly place: FilterPlace | null;

  constructor(kind: FailureKind, message: string, status: number | null = null, place: FilterPlace | null = null) {
    super(message);
    this.name = "Failure";
    this.kind = kind;
    this.status = status;
    this.place = place;
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
  return get<TraceList>(tracesPath(query), signal);
}

/** Where the answer to a question for traces is. */
export function tracesPath(query: TraceListQuery): string {
  return withParameters("/api/v1/traces", {
    started_after: query.startedAfter,
    started_before: query.startedBefore,
    filter: query.filter,
    sort: query.sort,
    limit: query.limit,
    cursor: query.cursor,
  });
}

export function readTrace(traceId: string, signal?: AbortSignal): Promise<Trace> {
  return get(`/api/v1/traces/${encodeURIComponent(traceId)}`, signal, readTraceText);
}

export function readHealth(signal?: AbortSignal): Promise<Health> {
  return get<Health>("/api/v1/health", signal);
}

/** Asks for JSON at a path. */
export async function get<T>(
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

/** Changes something on the server; what it answers with, or null where it answers with nothing. */
export async function send<T>(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: object): Promise<T> {
  const timeout = AbortSignal.timeout(TIMEOUT_MILLIS);
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: { accept: "application/json", ...(body ? { "content-type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: timeout,
    });
  } catch {
    if (timeout.aborted) throw new Failure("slow", `The server has not answered for ${TIMEOUT_MILLIS / 1000} s.`);
    throw new Failure("unreachable", "The server cannot be reached. Is it still running?");
  }
  if (!response.ok) throw await failureOf(response);
  const text = await response.text();
  return (text === "" ? null : JSON.parse(text)) as T;
}

/** A path with those parameters that say something. */
export function withParameters(path: string, parameters: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

/** Gives the server a key to keep in this browser's cookie. */
export async function beginSession(key: string): Promise<void> {
  await send("POST", "/api/v1/session", { key });
}

async function failureOf(response: Response): Promise<Failure> {
  const body = await bodyOf(response);
  const said = messageOf(body);
  if (response.status === 401) setLocked(true);
  if (response.status === 404) return new Failure("not_found", said ?? "There is no such thing here.", 404);
  // A gateway's own answers, as when the server behind a proxy is gone.
  if (response.status >= 502 && response.status <= 504) {
    return new Failure("unreachable", said ?? "The server cannot be reached just now.", response.status);
  }
  if (response.status >= 500) {
    return new Failure("broken", said ?? `The server failed (${response.status}).`, response.status);
  }
  return new Failure(
    "refused",
    said ?? `The server refused the request (${response.status}).`,
    response.status,
    body?.place,
  );
}

/** What the error envelope says; a proxy's page says nothing. */
async function bodyOf(response: Response): Promise<Partial<ErrorBody> | null> {
  try {
    const envelope: unknown = await response.json();
    return (envelope as { error?: Partial<ErrorBody> } | null)?.error ?? null;
  } catch {
    return null;
  }
}

/** Its message as a sentence. */
function messageOf(body: Partial<ErrorBody> | null): string | null {
  const message = body?.message;
  if (typeof message !== "string" || message === "") return null;
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? "" : "."}`;
}
