// Finding spans in the tree: by words, by failures, by a node of the graph; what leads there is drawn quietly.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { App } from "../src/app";
import { buildTree } from "../src/trace/tree";
import { foundIn, treeQuestionOf } from "../src/trace/tree-question";
import { answerOf, largeTrace, tripTrace } from "./fixtures";

afterEach(() => vi.unstubAllGlobals());

const names = (address: string) => {
  const found = foundIn(buildTree(tripTrace().spans), treeQuestionOf(new URLSearchParams(address)));
  return found && [...found].map((node) => node.span.name);
};

it("asks nothing where the address says nothing", () => {
  expect(names("")).toBeNull();
  expect(names("find=%20")).toBeNull();
});

it("finds by name, model and kind whatever the case, by failure, and by a node of the graph", () => {
  expect(names("find=WEATHER")).toEqual(["get_weather", "get_weather"]);
  expect(names("find=gpt-4o-2024")?.length).toBe(2);
  expect(names("find=retrieval")?.length).toBe(1);
  expect(names("errors=1")).toEqual(["get_weather"]);
  expect(names("find=chat&errors=1")).toEqual([]);
  expect(names("only=tool+get_weather")).toEqual(["get_weather", "get_weather"]);
});

it("finds all of them in 50 000 spans", () => {
  const tree = buildTree(largeTrace(50_000).spans);
  expect(foundIn(tree, { find: "step 4", node: null, onlyErrors: false })?.size).toBe(11_111);
});

it("shows what is left of the tree with its sums, and all of it again", async () => {
  vi.stubGlobal("fetch", async (input: string) => {
    const { pathname } = new URL(input, "http://localhost");
    if (!pathname.startsWith("/api/v1/traces/")) return new Response(null, { status: 404 });
    return Response.json(answerOf(pathname, tripTrace()).body);
  });
  window.history.replaceState(null, "", "/traces/x");
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <App />
    </QueryClientProvider>,
  );
  const field = await screen.findByRole("searchbox", { name: "Find spans" });
  await act(async () => void fireEvent.keyDown(document.body, { key: "/" }));
  expect(document.activeElement).toBe(field);
  fireEvent.change(field, { target: { value: "chat" } });
  expect((await screen.findByText("2 spans")).closest("p")?.textContent).toContain("2.6");
  // The head, the root that leads there, and the two.
  expect(screen.getAllByRole("row")).toHaveLength(4);
  fireEvent.click(screen.getByRole("button", { name: "Show all" }));
  expect(window.location.search).toBe("");
});
