// Sessions and users: what was new in a turn, and the pages over a server that answers what the test says.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Group, Turn } from "../src/api/types";
import { App } from "../src/app";
import { answeredIn, askedIn } from "../src/sessions/turn";
import { START, span, summary } from "./fixtures";

const said = (conversation: ReturnType<typeof askedIn>) =>
  conversation.messages.map(({ role, blocks }) => `${role}: ${blocks.map((block) => JSON.stringify(block)).join(" ")}`);

describe("a turn", () => {
  const history = [
    { role: "system", content: "Be short." },
    { role: "user", content: "first" },
    { role: "assistant", content: "one" },
    { role: "user", content: "second" },
  ];

  it("has what was asked after the last answer, and the last answer", () => {
    expect(said(askedIn({ messages: history }))).toEqual(['user: {"type":"text","text":"second"}']);
    expect(said(askedIn(history.slice(0, 2)))).toEqual(['user: {"type":"text","text":"first"}']);
    const output = [...history, { role: "assistant", content: "two" }];
    expect(said(answeredIn(output))).toEqual(['assistant: {"type":"text","text":"two"}']);
  });

  it("has the last message where nothing follows an answer", () => {
    expect(said(askedIn(history.slice(0, 3)))).toEqual(['assistant: {"type":"text","text":"one"}']);
  });

  it("reads a text alone, in an object of its own, and any other value as it is", () => {
    expect(said(askedIn("hello"))).toEqual(['input: {"type":"text","text":"hello"}']);
    expect(said(askedIn({ question: "why?" }))).toEqual(['input: {"type":"text","text":"why?"}']);
    expect(said(answeredIn({ sum: 3 }))).toEqual(['output: {"type":"other","value":{"sum":3}}']);
    expect(said(answeredIn(7))).toEqual(['output: {"type":"text","text":"7"}']);
  });
});

function group(changes: Partial<Group> = {}): Group {
  return {
    id: "sess-1",
    first_started_at: START,
    last_started_at: START,
    trace_count: 2,
    span_count: 11,
    error_count: 0,
    total_tokens: 1500,
    cost_usd: 0.02,
    ...changes,
  };
}

function turn(index: number, changes: Partial<Turn> = {}): Turn {
  const trace = summary({ trace_id: String(index).padStart(32, "0"), name: `turn ${index}`, user_id: "ada" });
  return { trace, input: `question ${index}`, output: `answer ${index}`, shortened: false, ...changes };
}

let answers: Record<string, unknown>;
const asked: string[] = [];

beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal("fetch", async (input: string) => {
    const { pathname, search } = new URL(input, "http://localhost");
    if (!pathname.endsWith("/health")) asked.push(pathname + search);
    const body = answers[pathname + search] ?? answers[pathname];
    if (body !== undefined) return Response.json(body);
    return Response.json({ error: { code: "not_found", message: "there is nothing" } }, { status: 404 });
  });
});

afterEach(() => vi.unstubAllGlobals());

function open(address: string) {
  window.history.replaceState(null, "", address);
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>,
  );
}

describe("the pages of sessions and users", () => {
  it("list with totals, and a click opens one", async () => {
    answers = {
      "/api/v1/sessions": { groups: [group(), group({ id: "a/b ?", error_count: 3 })], next_cursor: null },
      "/api/v1/sessions/sess-1": { session: group(), turns: [turn(1)], next_cursor: null },
    };
    open("/sessions");
    const row = (await screen.findByText("sess-1")).closest('[role="row"]') as HTMLElement;
    expect(row.textContent).toContain("1.5");
    expect(screen.getByText("a/b ?").getAttribute("href")).toBe("/sessions/a%2Fb%20%3F");
    fireEvent.click(row);
    expect(await screen.findByText("question 1")).toBeTruthy();
    expect(window.location.pathname).toBe("/sessions/sess-1");
  });

  it("show a session turn by turn, page after page, and load what was too long by itself", async () => {
    const first = "/api/v1/sessions/sess-1?limit=50";
    answers = {
      [first]: { session: group(), turns: [turn(1)], next_cursor: "next" },
      [`${first}&cursor=next`]: {
        session: group(),
        turns: [turn(2, { input: null, output: null, shortened: true })],
        next_cursor: null,
      },
      [`/api/v1/traces/${"2".padStart(32, "0")}/spans/00f067aa0ba902b7`]: span({
        input: "the whole question",
        output: "the whole answer",
      }),
    };
    open("/sessions/sess-1");
    expect(await screen.findByText("answer 1")).toBeTruthy();
    expect(screen.getByText("ada").getAttribute("href")).toBe("/users/ada");
    fireEvent.click(screen.getByRole("button", { name: "Show later turns" }));
    expect(await screen.findByText("the whole question")).toBeTruthy();
    expect(screen.getByText("the whole answer")).toBeTruthy();
    expect(screen.getByText("That is all so far.")).toBeTruthy();
    const turns = within(screen.getByRole("region", { name: "Turns" })).getAllByRole("article");
    expect(turns.map((one) => one.getAttribute("aria-label"))).toEqual(["turn 1", "turn 2"]);
  });

  it("show a user with their sessions, and say when there is no such one", async () => {
    answers = { "/api/v1/users/ada": { user: group({ id: "ada" }), sessions: [group()], next_cursor: null } };
    open("/users/ada");
    expect(await screen.findByText("sess-1")).toBeTruthy();
    expect(screen.getByText("Traces", { selector: "a.button" }).getAttribute("href")).toContain("/traces?filter=user");
  });

  it("say plainly that there is none of an id", async () => {
    answers = {};
    open("/users/nobody");
    expect(await screen.findByText("There is no such user")).toBeTruthy();
  });

  it("tell how traces come to belong to one while there are none", async () => {
    answers = { "/api/v1/users": { groups: [], next_cursor: null } };
    open("/users");
    expect(await screen.findByText("No users yet")).toBeTruthy();
    expect(screen.getByText(/using_attributes\(user_id/)).toBeTruthy();
  });
});
