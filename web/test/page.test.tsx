// The pages as a reader meets them, over a server that answers what the test says.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Failure } from "../src/api/client";
import { App } from "../src/app";
import { answerOf, summaries, summary, tripTrace } from "./fixtures";

type Answer = { status?: number; body: unknown } | "unreachable";

const HEALTH = {
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
};

/** What the frame of the page and the chart above the list ask for. */
const FRAME: Record<string, unknown> = {
  "/api/v1/health": HEALTH,
  "/api/v1/clients": { clients: [], lost: {}, lost_steps: [], next_cursor: null },
  "/api/v1/projects": { projects: [], can_create: false },
  "/api/v1/histogram": { step_seconds: 0, steps: [] },
};

let answer: (url: URL) => Answer;
const asked: string[] = [];

beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal("fetch", async (input: string) => {
    const url = new URL(input, "http://localhost");
    if (url.pathname in FRAME) return Response.json(FRAME[url.pathname]);
    asked.push(url.pathname + url.search);
    const given = answer(url);
    if (given === "unreachable") throw new TypeError("fetch failed");
    return Response.json(given.body, { status: given.status ?? 200 });
  });
});

function open(address: string) {
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

const press = (key: string) => act(async () => void fireEvent.keyDown(document.body, { key }));

describe("the list", () => {
  it("loads further pages by cursor as the end comes near, and says when that is all", async () => {
    answer = (url) => {
      const cursor = url.searchParams.get("cursor");
      return cursor === "next"
        ? { body: { traces: summaries(5, 20), next_cursor: null } }
        : { body: { traces: summaries(20), next_cursor: "next" } };
    };
    open("/traces?live=off");
    expect(await screen.findByText("trace 0")).toBeTruthy();
    await screen.findByText("That is all.");
    expect(asked).toEqual(["/api/v1/traces?limit=50", "/api/v1/traces?limit=50&cursor=next"]);
    expect(screen.getByText("trace 24")).toBeTruthy();
  });

  it("opens the chosen trace with j and enter, and back is the list", async () => {
    answer = (url) =>
      url.pathname === "/api/v1/traces"
        ? { body: { traces: summaries(3), next_cursor: null } }
        : answerOf(url.pathname, tripTrace());
    open("/traces?live=off");
    await screen.findByText("trace 0");
    await press("j");
    await press("j");
    expect(screen.getAllByRole("row", { selected: true })[0]?.textContent).toContain("trace 1");
    await press("Enter");
    expect(window.location.pathname).toBe(`/traces/${summaries(3)[1]?.trace_id}`);
    expect(await screen.findByRole("treegrid")).toBeTruthy();
  });

  it("keeps what was loaded when the server goes, says so, and goes on when it is back", async () => {
    let isGone = false;
    answer = (url) => {
      if (isGone) return "unreachable";
      return url.searchParams.has("cursor")
        ? { body: { traces: summaries(1, 200), next_cursor: null } }
        : { body: { traces: summaries(200), next_cursor: "next" } };
    };
    open("/traces?live=off");
    await screen.findByText("trace 0");
    isGone = true;
    const grid = screen.getByRole("grid");
    await act(async () => {
      grid.scrollTop = 5400;
      fireEvent.scroll(grid);
    });
    const notice = await screen.findByRole("alert");
    expect(notice.textContent).toContain("No connection to Tracewood");
    expect(notice.textContent).toContain("What was loaded is still shown.");
    expect(screen.getByText("trace 170")).toBeTruthy();
    // Once, and once more as the client was told to; not again and again.
    expect(asked.filter((path) => path.includes("cursor"))).toHaveLength(2);
    isGone = false;
    fireEvent.click(within(notice).getByRole("button"));
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
  });

  it("shows how to connect while there is nothing, and turns into the list by itself", async () => {
    let traces = [summary()].slice(1);
    answer = () => ({ body: { traces, next_cursor: null } });
    open("/");
    expect(await screen.findByText("Waiting for the first span…")).toBeTruthy();
    expect(screen.getByText(/traceroot\.initialize/)).toBeTruthy();
    fireEvent.click(screen.getByRole("tab", { name: "mutagent.tracing" }));
    expect(screen.getByText(/init_tracing\(api_key/)).toBeTruthy();
    traces = [summary()];
    expect(await screen.findByText("plan_trip", undefined, { timeout: 5000 })).toBeTruthy();
  });

  it("keeps the filter's text in its field behind the chips, so that whoever takes all of it replaces it", async () => {
    answer = () => ({ body: { traces: summaries(1), next_cursor: null } });
    open("/traces?live=off&filter=kind%3Allm%20cost%3E0");
    await screen.findByText("trace 0");
    const box = screen.getByRole<HTMLInputElement>("combobox", { name: "Filter" });
    const chips = screen.getByRole("list", { name: "Conditions" });
    expect(within(chips).getByText("cost>0")).toBeTruthy();
    expect(box.value).toBe("kind:llm cost>0");
    fireEvent.focus(box);
    expect(screen.queryByRole("list", { name: "Conditions" })).toBeNull();
    expect(box.value).toBe("kind:llm cost>0");
    fireEvent.change(box, { target: { value: "kind:tool" } });
    await act(async () => void fireEvent.submit(box));
    expect(new URLSearchParams(window.location.search).get("filter")).toBe("kind:tool");
    expect(box.value).toBe("kind:tool");
  });

  it("leads to users and sessions, and shows the end of a session where room is short", async () => {
    const trace = { ...summary(), user_id: "ada", session_id: "session-00000001-74" };
    answer = () => ({ body: { traces: [trace], next_cursor: null } });
    open("/traces?live=off");
    const session = (await screen.findByText("001-74")).closest("a");
    expect(session?.textContent).toBe("session-00000001-74");
    expect(session?.getAttribute("href")).toBe("/sessions/session-00000001-74");
    expect(screen.getByText("ada").getAttribute("href")).toBe("/users/ada");
  });

  it("offers any time where the chosen range is empty", async () => {
    answer = () => ({ body: { traces: [], next_cursor: null } });
    open("/traces?range=1h&live=off");
    fireEvent.click(await screen.findByText("Show any time"));
    expect(window.location.search).toBe("?live=off");
  });

  it("says what the server said when it failed", async () => {
    answer = () => ({ status: 500, body: { error: { code: "internal", message: "the index could not be read" } } });
    open("/traces");
    expect((await screen.findByRole("alert")).textContent).toContain("The index could not be read.");
  });
});

describe("a trace", () => {
  it("opens the span of the address with its conversation, and keys move the choice", async () => {
    answer = (url) => answerOf(url.pathname, tripTrace());
    open("/traces/4bf92f3577b34da6a3ce929d0e0e4736?span=a000000000000006");
    const panel = await screen.findByRole("region", { name: "Chosen span" });
    expect(await within(panel).findByText(/Walk in the morning/)).toBeTruthy();
    expect(within(panel).getByText("rain_from")).toBeTruthy();
    await press("e");
    expect(window.location.search).toBe("?span=a000000000000004");
    expect((await screen.findAllByText(/WeatherError: the weather service/))[0]).toBeTruthy();
    await press("k");
    expect(window.location.search).toBe("?span=a000000000000003");
    await press("h");
    expect(window.location.search).toBe("?span=a000000000000001");
    await press("h");
    expect(screen.getAllByRole("row")).toHaveLength(2);
    await press("l");
    expect(screen.getAllByRole("row")).toHaveLength(7);
  });

  it("finds attributes by key or value", async () => {
    answer = (url) => answerOf(url.pathname, tripTrace());
    open("/traces/x?span=a000000000000006&tab=attributes");
    const field = await screen.findByRole("searchbox", { name: "Search attributes" });
    fireEvent.change(field, { target: { value: "openai" } });
    expect(screen.getByText("2 of 10")).toBeTruthy();
    fireEvent.keyDown(field, { key: "Escape" });
    expect(window.location.search).toContain("tab=attributes");
    expect(screen.getByText("server.address")).toBeTruthy();
  });

  it("draws whatever a span contains as text", async () => {
    const trace = tripTrace();
    const hostile = '<img src=x onerror="alert(1)"><script>alert(1)</script>';
    for (const one of trace.spans)
      Object.assign(one, { name: hostile, input: hostile, output: { [hostile]: hostile } });
    answer = (url) => answerOf(url.pathname, trace);
    const { container } = open("/traces/x");
    await screen.findByText("Output");
    expect(container.querySelectorAll("img, script")).toHaveLength(0);
    expect(screen.getAllByText(hostile).length).toBeGreaterThan(2);
  });

  it("that is not there is said plainly", async () => {
    answer = () => ({ status: 404, body: { error: { code: "not_found", message: "no trace has this id" } } });
    open("/traces/abc");
    expect(await screen.findByText("There is no such trace")).toBeTruthy();
  });

  it("tells that a span of the address is not in it", async () => {
    answer = (url) => answerOf(url.pathname, tripTrace());
    open("/traces/x?span=gone");
    expect((await screen.findByText(/is not in this trace/)).textContent).toContain("gone");
  });
});

it("an address that means nothing leads back to the traces", async () => {
  answer = () => ({ body: { traces: [], next_cursor: null } });
  open("/nothing/here");
  expect(await screen.findByText("There is no page here")).toBeTruthy();
});

it("every key is told", async () => {
  answer = () => ({ body: { traces: [], next_cursor: null } });
  open("/traces?range=1h");
  await press("?");
  expect(await screen.findByText("Next error")).toBeTruthy();
});

it("asks for a key where the server wants one, says if it is wrong, and goes on with a right one", async () => {
  let isOpen = false;
  answer = (url) => {
    if (url.pathname === "/api/v1/session") {
      isOpen = asked.filter((path) => path === "/api/v1/session").length > 1;
      return isOpen
        ? { body: { key_required: true, key_id: "tw_a", project: "default" } }
        : { status: 401, body: { error: { code: "unauthenticated", message: "no such key" } } };
    }
    if (!isOpen) return { status: 401, body: { error: { code: "unauthenticated", message: "a key is needed" } } };
    return { body: { traces: [summary()], next_cursor: null } };
  };
  open("/traces?live=off");
  const field = await screen.findByLabelText("Key");
  fireEvent.change(field, { target: { value: "tw_wrong" } });
  fireEvent.click(screen.getByRole("button", { name: "Open" }));
  expect((await screen.findByRole("alert")).textContent).toBe("No such key.");
  fireEvent.click(screen.getByRole("button", { name: "Open" }));
  expect(await screen.findByText("plan_trip")).toBeTruthy();
});
