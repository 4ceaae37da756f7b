// Scores of a span: read, added, and nothing typed is lost where the server fails.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Score } from "../src/api/types";
import { newScore, ScoresTab, scoresOf } from "../src/span/scores";
import { START, TRACE_ID } from "./fixtures";

const score = (changes: Partial<Score> = {}): Score => ({
  id: "s1",
  trace_id: TRACE_ID,
  span_id: null,
  name: "helpful",
  number: 0.8,
  text: null,
  comment: "",
  source: "reviewer",
  scored_at: START,
  ...changes,
});

let isBroken: boolean;
const sent: { method: string; path: string; body: unknown }[] = [];

beforeEach(() => {
  isBroken = false;
  sent.length = 0;
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const body = typeof init.body === "string" ? JSON.parse(init.body) : null;
    sent.push({ method: init.method ?? "GET", path, body });
    if (isBroken) return Response.json({ error: { code: "internal", message: "the disk is full" } }, { status: 500 });
    return init.method === "DELETE" ? new Response(null, { status: 204 }) : Response.json(score());
  });
});

afterEach(() => vi.unstubAllGlobals());

function show(scores: Score[], isEntry = false) {
  const client = new QueryClient({ defaultOptions: { mutations: { retry: false } } });
  render(
    <QueryClientProvider client={client}>
      <ScoresTab traceId={TRACE_ID} spanId="a1" isEntry={isEntry} scores={scores} />
    </QueryClientProvider>,
  );
}

it("stand at their span, those of the whole trace at its entry", () => {
  const all = [score(), score({ id: "s2", span_id: "a1" }), score({ id: "s3", span_id: "b2" })];
  expect(scoresOf(all, "a1", false).map(({ id }) => id)).toEqual(["s2"]);
  expect(scoresOf(all, "a1", true).map(({ id }) => id)).toEqual(["s1", "s2"]);
});

it("are numbers where they read as such, and words otherwise", () => {
  expect(newScore(TRACE_ID, "a1", " helpful ", " 0.8 ", "")).toEqual({
    trace_id: TRACE_ID,
    span_id: "a1",
    name: "helpful",
    number: 0.8,
    source: "page",
  });
  expect(newScore(TRACE_ID, null, "tone", "friendly", " because ")).toEqual({
    trace_id: TRACE_ID,
    name: "tone",
    text: "friendly",
    comment: "because",
    source: "page",
  });
});

it("keep what was typed until the server has it", async () => {
  show([]);
  fireEvent.change(screen.getByLabelText("Name"), { target: { value: "helpful" } });
  fireEvent.change(screen.getByLabelText("Number or word"), { target: { value: "0.5" } });
  fireEvent.change(screen.getByLabelText("Why"), { target: { value: "it asked twice" } });
  isBroken = true;
  fireEvent.click(screen.getByRole("button", { name: "Add the score" }));
  expect((await screen.findByRole("alert")).textContent).toContain("The disk is full.");
  expect(screen.getByLabelText<HTMLTextAreaElement>("Why").value).toBe("it asked twice");
  isBroken = false;
  fireEvent.click(screen.getByRole("button", { name: "Add the score" }));
  await waitFor(() => expect(screen.getByLabelText<HTMLTextAreaElement>("Why").value).toBe(""));
  expect(sent.at(-1)).toEqual({
    method: "POST",
    path: "/api/v1/scores",
    body: {
      trace_id: TRACE_ID,
      span_id: "a1",
      name: "helpful",
      number: 0.5,
      comment: "it asked twice",
      source: "page",
    },
  });
});

it("are taken away one by one", async () => {
  show([score({ id: "a/b", span_id: "a1", comment: "well done" })]);
  expect(screen.getByText("well done")).toBeTruthy();
  fireEvent.click(screen.getByTitle("Remove the score"));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toEqual({ method: "DELETE", path: "/api/v1/scores/a%2Fb", body: null });
});
