// Traces that are large, deep, or still growing while they are looked at.
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from "vitest";
import { inaccessible } from "./accessible";
import { type Opened, open } from "./browser";
import { newSpanId, newTraceId, sendTrace } from "./otlp";
import { pictures } from "./pictures";
import { seed } from "./seed";

const origin = (process.env.TRACEWOOD_URL ?? "").replace(/\/$/, "");
const N_SPANS = 50_000;
/** Inputs and outputs of 20 kB each; `make soak` has a gigabyte of them. */
const N_HEAVY = 1000;
const HEAVY = ["--traces", "1", "--spans-per-trace", String(N_HEAVY), "--payload-bytes", "20000"];
/** What is made up depends on the moment too: of this one the last span is a model call, whose payload is heavy. */
const HEAVY_UNTIL = "2026-01-02T03:04:05Z";
/** What the tree of 1 000 spans and a handful of looked at payloads may weigh, of 40 MB that there are. */
const RECEIVED_BYTES_MAX = 3_000_000;
/** Here it counts that it works; how quick it is says bench/page.py on a machine that does nothing else. */
const PATIENCE_MILLIS = 60_000;

describe("large traces", { timeout: 4 * PATIENCE_MILLIS }, () => {
  let opened: Opened;
  let wide: string;
  let deep: string;
  let heavy: string;

  beforeAll(async () => {
    const until = ["--until", new Date(Date.now() - 7_200_000).toISOString()];
    wide = (await seed(origin, "--traces", "1", "--spans-per-trace", String(N_SPANS), ...until)).first_trace_id;
    const chain = ["--traces", "1", "--spans-per-trace", "1000", "--shape", "deep"];
    deep = (await seed(origin, ...chain, ...until)).first_trace_id;
    heavy = (await seed(origin, "--seed", "7", ...HEAVY, "--until", HEAVY_UNTIL)).first_trace_id;
    opened = await open(origin, { scheme: "dark", width: 1440, height: 900 });
    opened.page.setDefaultTimeout(PATIENCE_MILLIS);
  }, 4 * PATIENCE_MILLIS);

  afterAll(async () => {
    await opened?.close();
  });

  const rows = () => opened.page.getByRole("treegrid").getByRole("row");
  const panel = () => opened.page.getByRole("region", { name: "Chosen span" });

  it("50 000 spans open, unfold, and are drawn only where they are looked at", async () => {
    const { page } = opened;
    await page.goto(`${origin}/traces/${wide}`);
    await rows().nth(5).waitFor();
    await pictures(page, "large", "dark");
    await page.keyboard.press("x");
    await page.waitForFunction(
      (least) => Number(document.querySelector('[role="treegrid"]')?.getAttribute("aria-rowcount")) > least,
      N_SPANS,
    );
    expect(await rows().count()).toBeLessThan(120);
    await page.keyboard.press("End");
    const last = page.locator(`[role="row"][aria-selected="true"]`);
    await last.waitFor();
    expect(Number(await last.getAttribute("aria-rowindex"))).toBeGreaterThan(N_SPANS);
    await panel().getByRole("region", { name: "Input" }).waitFor();
    await page.keyboard.press("Home");
    await page.keyboard.press("e");
    await panel().getByText("failed", { exact: true }).waitFor();
  });

  it("a chain of a thousand levels is drawn and walked through", async () => {
    const { page } = opened;
    await page.goto(`${origin}/traces/${deep}`);
    await rows().nth(5).waitFor();
    await page.keyboard.press("End");
    await panel().getByRole("heading", { name: "level 999" }).waitFor();
    await pictures(page, "deep", "dark", async () => expect(await inaccessible(page)).toEqual([]));
    // From the leaf to what it was started in.
    await page.keyboard.press("h");
    await panel().getByRole("heading", { name: "level 998" }).waitFor();
  });

  it("a trace of heavy payloads opens without them, and brings those that are looked at", async () => {
    const { page } = opened;
    onTestFailed(async () => {
      process.stderr.write(`${page.url()}\n${await panel().innerText()}\n`);
    });
    await page.goto(`${origin}/traces/${heavy}`);
    await rows().nth(5).waitFor();
    await panel().getByRole("region", { name: "Output" }).waitFor();
    await page.keyboard.press("x");
    // The end of what is unfolded is meant, and not of what was there before.
    await page.waitForFunction(
      (least) => Number(document.querySelector('[role="treegrid"]')?.getAttribute("aria-rowcount")) > least,
      N_HEAVY,
    );
    await page.keyboard.press("End");
    const n_rows = await page.getByRole("treegrid").getAttribute("aria-rowcount");
    await page.locator(`[role="row"][aria-selected="true"][aria-rowindex="${n_rows}"]`).waitFor();
    await panel()
      .getByRole("region", { name: "Output" })
      .getByRole("button", { name: /show all/i })
      .first()
      .waitFor();
    const received = await page.evaluate(() =>
      (performance.getEntriesByType("resource") as PerformanceResourceTiming[])
        .filter((entry) => entry.name.includes("/api/"))
        .reduce((sum, entry) => sum + entry.decodedBodySize, 0),
    );
    expect(received).toBeGreaterThan(100_000);
    expect(received).toBeLessThan(RECEIVED_BYTES_MAX);
  });

  it("a trace under way grows by itself, and its open span ends before the reader's eyes", async () => {
    const { page } = opened;
    const traceId = newTraceId();
    const [root, call] = [newSpanId(), newSpanId()];
    const pending = { "tracewood.pending": "start" };
    const age = 5000;
    await sendTrace(origin, traceId, age, [{ name: "slow_agent", id: root, attributes: pending }]);
    await page.goto(`${origin}/traces/${traceId}`);
    await page
      .getByRole("row", { name: /slow_agent/ })
      .getByText("running")
      .waitFor();
    await sendTrace(origin, traceId, age, [{ name: "first_step", id: call, parent: root, attributes: pending }], 2);
    await page
      .getByRole("row", { name: /first_step/ })
      .getByText("running")
      .waitFor();
    await pictures(page, "growing", "dark");
    await sendTrace(origin, traceId, age, [
      { name: "slow_agent", id: root, lengthMillis: 4000, attributes: { "tracewood.output": "it is done" } },
      { name: "first_step", id: call, parent: root, lengthMillis: 900 },
    ]);
    await page
      .getByRole("row", { name: /slow_agent/ })
      .getByText("4")
      .first()
      .waitFor();
    await page.waitForFunction(() => document.querySelector('[role="treegrid"] em') === null);
    await panel().getByText("it is done").waitFor();
  });

  it("nothing was refused, nothing failed, no other host was asked", () => {
    expect(opened.faults).toEqual([]);
  });
});
