// The dashboard: what it draws of the server's rows, where its points lead, and what it says when something fails.
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { MetricsRow } from "../src/api/types";
import { along, partAt, partsOf, ranked, stacked, summed } from "../src/dashboard/series";
import { axisDuration } from "../src/dashboard/units";
import { type Answer, type Asked, open, refusal, serve } from "./serving";

const drawn: number[][][] = [];

// A canvas needs a screen; what would be drawn is what counts here.
vi.mock("uplot", () => ({
  default: class {
    static paths = {};
    constructor(_: unknown, data: number[][]) {
      drawn.push(data);
    }
    setData(data: number[][]) {
      drawn.push(data);
    }
    setSize() {}
    destroy() {}
  },
}));

const STEP = 900;
const FIRST = Date.parse("2026-11-22T04:00:00Z") / 1000;
const at = (index: number) => new Date((FIRST + index * STEP) * 1000).toISOString().replace(".000Z", ".000000000Z");
const quantiles = (p50: number) => ({ p50, p90: p50 * 2, p95: p50 * 3, p99: p50 * 4 });

function row(changes: Partial<MetricsRow>): MetricsRow {
  return {
    step_at: null,
    group: null,
    span_count: 1,
    error_count: 0,
    input_tokens: 0,
    output_tokens: 0,
    total_tokens: 0,
    cost_usd: 0,
    duration_nanos: null,
    time_to_first_token_nanos: null,
    ...changes,
  };
}

const AXIS = { steps: [FIRST, FIRST + STEP, FIRST + 2 * STEP], stepSeconds: STEP };

describe("series", () => {
  it("have one value for each step, and none where there is no row", () => {
    const rows = [row({ step_at: at(2), cost_usd: 3 }), row({ step_at: at(0), cost_usd: 1 }), row({ step_at: at(9) })];
    expect(along(AXIS, rows, (one) => one.cost_usd as number | null, null)).toEqual([1, null, 3]);
  });

  it("sum up what falls into a step, and leave out what is outside of all", () => {
    const moments = [-1, 0, STEP - 1, 2 * STEP, 3 * STEP].map((after, value) => ({ at: FIRST + after, value }));
    expect(summed(AXIS, moments)).toEqual([3, 0, 3]);
  });

  it("part a whole into its largest parts and the rest, and stack them", () => {
    const groups = ["a", "b", "c", "d", "e", "f", "g", null];
    const rows = groups.map((group, index) => row({ step_at: at(1), group, cost_usd: index + 1 }));
    const parts = partsOf(AXIS, { rows }, (one) => one.cost_usd);
    expect(parts.map(({ name, total }) => [name, total])).toEqual([
      ["", 8],
      ["g", 7],
      ["f", 6],
      ["e", 5],
      ["d", 4],
      [null, 6],
    ]);
    const series = stacked(parts.map((part) => ({ id: `${part.name}`, label: "", colour: "", values: part.values })));
    expect(series.map((one) => one.values[1])).toEqual([36, 30, 26, 21, 15, 8]);
    expect(partAt(parts, 1, 8)).toBe(0);
    expect(partAt(parts, 1, 8.5)).toBe(1);
    expect(partAt(parts, 1, 37)).toBeNull();
    expect(ranked({ rows }, (one) => one.cost_usd, 2).map((one) => one.group)).toEqual(["g", "f"]);
  });

  it("have short words along their axis", () => {
    const words = [0, 2.5e8, 9e10, 5.4e12, 1.8e14].map((nanos) => axisDuration(nanos).replace("\u202f", " "));
    expect(words).toEqual(["0", "250 ms", "1.5 min", "1.5 h", "2.08 d"]);
  });
});

const LOST = [
  { begins_at: at(1), span_count: 5 },
  { begins_at: at(1).replace(":15:", ":25:"), span_count: 7 },
];
const STEPS = [10, 0, 4].map((trace_count, index) => ({
  begins_at: at(index),
  trace_count,
  failed_trace_count: index === 2 ? 1 : 0,
}));

function answer({ path, parameters }: Asked): Answer | null {
  if (path === "/api/v1/histogram") return { body: { step_seconds: STEP, steps: STEPS } };
  if (path === "/api/v1/clients") {
    const client = {
      id: "a",
      service: "checkout",
      instance: "web-1",
      process: "47",
      sdk: "tracewood python 0.1.0",
      first_seen_at: at(0),
      last_seen_at: at(1),
      span_count: 90,
      lost: { queue_full: 12 },
    };
    return { body: { clients: [client], lost: { queue_full: 12 }, lost_steps: LOST, next_cursor: null } };
  }
  if (path !== "/api/v1/metrics") return null;
  const group = parameters.get("group_by");
  if (group === "name") {
    const names = ["quick", "plan a trip"].map((name, index) =>
      row({ group: name, span_count: 5, cost_usd: index, duration_nanos: quantiles((index + 1) * 1e9) }),
    );
    return { body: { rows: names } };
  }
  const cost = { cost_usd: 0.5, input_tokens: 900, output_tokens: 100, duration_nanos: quantiles(1e9) };
  if (parameters.has("step_seconds"))
    return { body: { rows: [row({ step_at: at(0), group: group && "gpt-4o", ...cost })] } };
  return { body: { rows: [row(cost)] } };
}

describe("the dashboard", () => {
  beforeEach(() => {
    drawn.length = 0;
  });

  it("asks for the steps first and then for all numbers along them", async () => {
    const requests = serve(answer);
    open("/dashboard?range=2026-11-22T04:00:00Z~2026-11-22T04:45:00Z");
    await screen.findByRole("link", { name: "gpt-4o" });
    const [first, ...others] = requests.filter(({ path }) => path !== "/api/v1/clients");
    expect(first?.path).toBe("/api/v1/histogram");
    expect(Object.fromEntries(first?.parameters ?? [])).toMatchObject({
      started_after: "2026-11-22T04:00:00.000Z",
      started_before: "2026-11-22T04:45:00.000Z",
    });
    for (const { path, parameters } of others) {
      expect(path).toBe("/api/v1/metrics");
      expect(parameters.get("started_after")).toBe("2026-11-22T04:00:00.000Z");
      expect(parameters.get("started_before")).toBe("2026-11-22T04:45:00.000Z");
    }
    const traffic = screen.getByRole("region", { name: "Traffic" });
    expect(within(traffic).getByText("14")).toBeTruthy();
    expect(drawn).toContainEqual([AXIS.steps, [10, 0, 4]]);
    expect(screen.getByText("queue full")).toBeTruthy();
    const lost = await screen.findByRole("region", { name: "Lost spans" });
    expect(within(lost).getByText("12")).toBeTruthy();
    expect(drawn).toContainEqual([AXIS.steps, [0, 12, 0]]);
  });

  it("has one cursor for all charts, and a point opens its traces", async () => {
    serve(answer);
    open("/dashboard?range=2026-11-22T04:00:00Z~2026-11-22T04:45:00Z&filter=a%20or%20b");
    const errors = await screen.findByRole("slider", { name: "Errors over time" });
    await screen.findByRole("slider", { name: "Cost by model over time" });
    await act(async () => void fireEvent.keyDown(errors, { key: "End" }));
    expect(errors.getAttribute("aria-valuetext")).toContain("1 failed traces, 25 %");
    const traffic = screen.getByRole("slider", { name: "Traffic over time" });
    expect(traffic.getAttribute("aria-valuetext")).toContain("4 traces");
    await act(async () => void fireEvent.keyDown(errors, { key: "Enter" }));
    const parameters = new URLSearchParams(window.location.search);
    expect(window.location.pathname).toBe("/traces");
    expect(parameters.get("filter")).toBe("(a or b) status:error");
    expect(parameters.get("range")).toBe("2026-11-22T04:30:00Z~2026-11-22T04:45:00Z");
  });

  it("leads from names to their traces, the slowest first", async () => {
    serve(answer);
    open("/dashboard?range=7d");
    const slowest = await screen.findByRole("region", { name: "Slowest names" });
    const links = await within(slowest).findAllByRole("link");
    expect(links.map((link) => link.textContent)).toEqual(["plan a trip", "quick"]);
    expect(links[0]?.getAttribute("href")).toBe(
      `/traces?${new URLSearchParams({ range: "7d", filter: 'name:"plan a trip"', sort: "duration" })}`,
    );
  });

  it("says in the lane what could not be loaded, shows the others, and goes on when asked to", async () => {
    let isBroken = true;
    serve((asked) =>
      isBroken && asked.parameters.get("group_by") === "model"
        ? refusal(500, "internal", "the index could not be read")
        : answer(asked),
    );
    open("/dashboard?range=7d");
    const lane = await screen.findByRole("region", { name: "Cost by model" });
    const trouble = await within(lane).findByRole("alert");
    expect(trouble.textContent).toContain("The index could not be read.");
    expect(await screen.findByRole("slider", { name: "Traffic over time" })).toBeTruthy();
    isBroken = false;
    fireEvent.click(within(trouble).getByRole("button"));
    expect(await screen.findByRole("slider", { name: "Cost by model over time" })).toBeTruthy();
  });

  it("says that the server is gone, and comes back with it", async () => {
    let isGone = true;
    serve((asked) => (isGone && asked.path === "/api/v1/histogram" ? "unreachable" : answer(asked)));
    open("/dashboard");
    const notice = await screen.findByText("No connection to Tracewood.");
    isGone = false;
    fireEvent.click(within(notice.closest<HTMLElement>("[role=alert]") ?? document.body).getByRole("button"));
    expect(await screen.findByRole("slider", { name: "Traffic over time" })).toBeTruthy();
    await waitFor(() => expect(screen.queryByText("No connection to Tracewood.")).toBeNull());
  });

  it("says under the word what is wrong with the filter", async () => {
    serve((asked) =>
      asked.path === "/api/v1/histogram"
        ? refusal(400, "bad_request", "\"filter\": 'errr' is no status", { offset: 7, length: 4 })
        : answer(asked),
    );
    open("/dashboard?filter=status%3Aerrr");
    const trouble = await screen.findByText("'errr' is no status.");
    expect(trouble.closest("p")?.querySelector("mark")?.textContent).toBe("errr");
  });

  it("offers any time where there is nothing", async () => {
    serve((asked) => (asked.path === "/api/v1/histogram" ? { body: { step_seconds: 0, steps: [] } } : answer(asked)));
    open("/dashboard");
    fireEvent.click(await screen.findByText("Show any time"));
    expect(window.location.search).toBe("?range=");
  });
});
