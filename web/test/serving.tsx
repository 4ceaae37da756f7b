// The page over a server that answers what the test says.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, fireEvent, render } from "@testing-library/react";
import { vi } from "vitest";
import { Failure } from "../src/api/client";
import { App } from "../src/app";

export type Answer = { status?: number; body: unknown } | "unreachable" | "never";
export interface Asked {
  method: string;
  path: string;
  parameters: URLSearchParams;
  body: unknown;
}

/** What the frame of every page asks for. */
const FRAME: Record<string, unknown> = {
  "/api/v1/health": {
    status: "ok",
    version: "0.1.0",
    writable: true,
    spans_durable: 1,
    spans_searchable: 1,
    wal_bytes: 0,
    data_bytes: 4_400_000,
    disk_free_bytes: 88e9,
    dropped_requests: { logs: 0, metrics: 0 },
    trouble: null,
  },
  "/api/v1/clients": { clients: [], lost: {}, lost_steps: [], next_cursor: null },
  "/api/v1/projects": {
    projects: [{ id: "default", created_at: "2026-11-22T04:22:55.123456789Z", keep_days: null, current: true }],
    can_create: true,
  },
};

/** Answers requests by `answer`, and those of the frame where it has none. Returns the requests as they come. */
export function serve(answer: (asked: Asked) => Answer | null): Asked[] {
  const requests: Asked[] = [];
  vi.stubGlobal("fetch", (input: string, init?: RequestInit) => {
    const url = new URL(input, "http://localhost");
    const asked: Asked = {
      method: init?.method ?? "GET",
      path: url.pathname,
      parameters: url.searchParams,
      body: typeof init?.body === "string" ? JSON.parse(init.body) : null,
    };
    const given = answer(asked) ?? frame(asked.path);
    if (!(asked.path in FRAME)) requests.push(asked);
    if (given === "never") return new Promise(() => {});
    if (given === "unreachable") return Promise.reject(new TypeError("fetch failed"));
    const status = given.status ?? 200;
    return Promise.resolve(status === 204 ? new Response(null, { status }) : Response.json(given.body, { status }));
  });
  return requests;
}

function frame(path: string): Answer {
  return path in FRAME ? { body: FRAME[path] } : refusal(404, "not_found", `there is no route "${path}"`);
}

export function refusal(status: number, code: string, message: string, place?: { offset: number; length: number }) {
  return { status, body: { error: { code, message, ...(place ? { place } : {}) } } };
}

export function open(address: string) {
  window.history.replaceState(null, "", address);
  const client = new QueryClient({
    defaultOptions: {
      queries: { retry: (count, error) => count < 1 && error instanceof Failure && error.isRetryable, retryDelay: 1 },
    },
  });
  return render(
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>,
  );
}

export const press = (key: string) => act(async () => void fireEvent.keyDown(document.body, { key }));
