// What a reader does with a trace: zoom, fold, find, follow a failure to its source, and look ahead from the list.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inaccessible } from "./accessible";
import { type Opened, open } from "./browser";
import { example, LONG_ID } from "./example";
import { newTraceId, sendTrace } from "./otlp";
import { picture } from "./pictures";

const origin = (process.env.TRACEWOOD_URL ?? "").replace(/\/$/, "");
const AGE_MILLIS = 1_800_000;
const id = newTraceId();
const other = newTraceId();
const sent = example("first");

beforeAll(async () => {
  await sendTrace(origin, id, AGE_MILLIS, sent.spans);
  await sendTrace(origin, other, AGE_MILLIS + 60_000, example("second").spans);
});

describe.each(["light", "dark"] as const)("a trace in %s", (scheme) => {
  let opened: Opened;

  beforeAll(async () => {
    opened = await open(origin, { scheme, width: 1440, height: 900 });
  });

  afterAll(async () => {
    await opened?.close();
  });

  const seen = (name: string) => picture(opened.page, name, scheme);
  const panel = () => opened.page.getByRole("region", { name: "Chosen span" });

  it("folds repeated siblings, opens all with x, and marks the critical path", async () => {
    const { page } = opened;
    await page.goto(`${origin}/traces/${id}`);
    await page.getByText("× 12").waitFor();
    const rows = page.getByRole("treegrid").getByRole("row");
    const folded = await rows.count();
    expect(await page.locator(".span-critical").count()).toBeGreaterThan(2);
    await seen("viewer-tree");
    await page.keyboard.press("x");
    await page
      .getByRole("row", { name: /read_page/ })
      .nth(12)
      .waitFor();
    expect(await rows.count()).toBe(folded + 12);
    expect(await inaccessible(page)).toEqual([]);
    await page.keyboard.press("x");
    await page.keyboard.press("x");
  });

  it("zooms by brush and by wheel, and back", async () => {
    const { page } = opened;
    const axis = page.getByRole("columnheader", { name: "Time" });
    const box = await axis.boundingBox();
    if (!box) throw new Error("the axis is not on the screen");
    await page.mouse.move(box.x + box.width * 0.5, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, box.y + 10, { steps: 4 });
    await page.mouse.up();
    const reset = page.getByRole("button", { name: "Reset zoom" });
    await reset.waitFor();
    await seen("viewer-zoom");
    await reset.click();
    await reset.waitFor({ state: "hidden" });
    await page.mouse.move(box.x + box.width * 0.5, box.y + 10);
    await page.mouse.wheel(0, -400);
    await reset.waitFor();
    await page.keyboard.press("0");
    await reset.waitFor({ state: "hidden" });
  });

  it("shows a failure with the user's frames first, linked to the line at the commit", async () => {
    const { page } = opened;
    await page.goto(`${origin}/traces/${id}?span=${sent.failedId}`);
    const link = panel().getByRole("link", { name: "src/trips/agent.py:61" }).first();
    expect(await link.getAttribute("href")).toMatch(/^https:\/\/github\.com\/acme\/trips\/blob\/5c0c.*#L61$/);
    await panel().getByText("1 frame in libraries").waitFor();
    await seen("viewer-failure");
    expect(await inaccessible(page)).toEqual([]);
  });

  it("keeps long integers exact and finds within JSON", async () => {
    const input = panel().getByRole("region", { name: "Input" });
    await input.getByText(LONG_ID).waitFor();
    const field = input.getByRole("searchbox", { name: "Find within" });
    await field.fill("lisbon");
    await input.getByText("1 of 1", { exact: true }).waitFor();
    expect(await input.locator("mark").first().textContent()).toBe("Lisbon");
  });

  it("shows a retrieval as a ranked list with scores, and how a cost came about", async () => {
    const { page } = opened;
    await page.goto(`${origin}/traces/${id}?span=${sent.retrievalId}`);
    await panel().getByText("Miradouro da Graça").waitFor();
    await panel().getByText("0.91").waitFor();
    await seen("viewer-retrieval");
    expect(await inaccessible(page)).toEqual([]);
    await page.goto(`${origin}/traces/${id}?span=${sent.answerId}&tab=cost`);
    await panel().getByRole("row", { name: /Input/ }).waitFor();
    await seen("viewer-cost");
    expect(await inaccessible(page)).toEqual([]);
  });

  it("draws the agent graph, and a click on a node filters the tree", async () => {
    const { page } = opened;
    await page.goto(`${origin}/traces/${id}`);
    await page.getByRole("button", { name: "Graph" }).click();
    const node = page.getByRole("button", { name: /read_page/ });
    await node.hover();
    expect(await page.locator(".graph-node.graph-dim").count()).toBe(3);
    await seen("graph");
    await page.mouse.move(0, 0);
    expect(await inaccessible(page)).toEqual([]);
    await node.click();
    await page.getByText(/Only tool read_page: 12 spans/).waitFor();
    expect(await page.getByRole("treegrid").getByRole("row").count()).toBe(15);
    await page.getByRole("button", { name: "Show all" }).click();
    await page.getByText("× 12").waitFor();
  });

  it("compares two traces that were marked in the list", async () => {
    const { page } = opened;
    await page.goto(`${origin}/traces?live=off`);
    for (const marked of [id, other]) {
      const row = page.getByRole("row").filter({ has: page.locator(`a[href="/traces/${marked}"]`) });
      await row.hover();
      await row.getByRole("button", { name: "Mark to compare" }).click();
    }
    await page.getByRole("link", { name: "Compare" }).click();
    await page.waitForURL(`**/compare/${id}/${other}`);
    const grid = page.getByRole("grid", { name: "Aligned spans" });
    await grid.getByRole("row").filter({ hasText: "write_answer" }).click();
    const output = page.getByRole("region", { name: "Output" });
    expect(await output.locator("del").allTextContents()).toEqual(["tram"]);
    expect(await output.locator("ins").allTextContents()).toEqual(["metro"]);
    await seen("compare");
    expect(await inaccessible(page)).toEqual([]);
    // Where the window is narrow the difference in time stays, and nothing is wider than the window.
    await page.setViewportSize({ width: 390, height: 844 });
    const row = grid.getByRole("row").filter({ hasText: "write_answer" });
    expect(await row.getByRole("gridcell").nth(2).innerText()).toMatch(/^(=|[+−])/);
    expect(await grid.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
    await seen("compare");
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it("offers what to compare a trace with", async () => {
    const { page } = opened;
    await page.goto(`${origin}/traces/${id}`);
    await page.getByRole("link", { name: "Compare" }).click();
    await page.locator(`a[href="/compare/${id}/${other}"]`).waitFor();
    await seen("compare-choose");
    expect(await inaccessible(page)).toEqual([]);
  });

  it("chooses columns, saves them as a view, and brings the view back by its address", async () => {
    const { page } = opened;
    await page.goto(`${origin}/traces?live=off&range=24h`);
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByLabel("Model").check();
    await page.getByLabel("User").uncheck();
    await seen("columns");
    expect(await inaccessible(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("columnheader", { name: "Model" }).waitFor();
    expect(await page.getByRole("columnheader", { name: "User" }).count()).toBe(0);
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByLabel("Name of this view").fill("by model");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "by model" }).waitFor();
    await seen("views");
    expect(await inaccessible(page)).toEqual([]);
    await page.goto(`${origin}/traces`);
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("link", { name: "by model" }).click();
    await page.waitForURL("**/traces?*range=24h*");
    await page.getByRole("button", { name: "by model", exact: true }).waitFor();
    await page.getByRole("columnheader", { name: "Model" }).waitFor();
  });

  it("filters in the server's language, says what is wrong under the word, and orders", async () => {
    const { page } = opened;
    await page.goto(`${origin}/traces?live=off`);
    const box = page.getByRole("combobox", { name: "Filter" });
    await page.locator(`a[href="/traces/${id}"]`).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("sta");
    await page.getByRole("option", { name: "status:" }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.type("errr");
    await page.keyboard.press("Enter");
    const trouble = page.getByRole("alert");
    await trouble.waitFor();
    expect(await trouble.locator("mark").textContent()).toBe("errr");
    await seen("filter-wrong");
    expect(await inaccessible(page)).toEqual([]);
    // The text lies behind the chips and is what is replaced.
    await box.fill("name:read_page model:nothing");
    await page.keyboard.press("Enter");
    await page.getByText("No trace passes the filter").waitFor();
    expect(await box.inputValue()).toBe("name:read_page model:nothing");
    await box.fill("name:find_viewpoints kind:retrieval");
    await page.keyboard.press("Enter");
    await page.locator(`a[href="/traces/${id}"]`).waitFor();
    await page.getByRole("combobox", { name: "Order" }).selectOption("cost");
    await page.waitForURL("**/traces?*sort=cost*");
    const cheap = page.locator(`a[href="/traces/${other}"]`);
    await cheap.waitFor();
    const order = await page
      .locator(".list-link")
      .evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    expect(order.indexOf(`/traces/${id}`)).toBeLessThan(order.indexOf(`/traces/${other}`));
    await seen("filter");
    expect(await inaccessible(page)).toEqual([]);
    opened.faults.splice(0, opened.faults.length, ...opened.faults.filter((fault) => !fault.includes("400")));
  });

  it("shows by itself what has just arrived", async () => {
    const { page } = opened;
    const fresh = newTraceId();
    await page.goto(`${origin}/traces?filter=${encodeURIComponent(`trace.id:${fresh}`)}`);
    await page.getByText("No trace passes the filter").waitFor();
    await sendTrace(origin, fresh, AGE_MILLIS, example("second").spans);
    await page.locator(`a[href="/traces/${fresh}"]`).waitFor();
  });

  it("looks ahead from the list with space, and escape closes that", async () => {
    const { page } = opened;
    await page.goto(`${origin}/traces?live=off`);
    await page.locator(`a[href="/traces/${id}"]`).waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press(" ");
    const preview = page.getByRole("complementary", { name: "Preview" });
    await preview.getByRole("region", { name: "Output" }).waitFor();
    await seen("preview");
    expect(await inaccessible(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await preview.waitFor({ state: "hidden" });
  });

  it("nothing was refused, nothing failed, no other host was asked", () => {
    expect(opened.faults).toEqual([]);
  });
});
