// The pages over many traces: list with its chart, dashboard, search, settings; in both themes, wide and narrow.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inaccessible } from "./accessible";
import { type Opened, open, type Window } from "./browser";
import { sendDay } from "./day";
import { picture, pictures } from "./pictures";

const origin = (process.env.TRACEWOOD_URL ?? "").replace(/\/$/, "");

const WINDOWS: Window[] = [
  { scheme: "light", width: 1280, height: 800 },
  { scheme: "dark", width: 1280, height: 800 },
  { scheme: "light", width: 390, height: 844 },
  { scheme: "dark", width: 390, height: 844 },
];

beforeAll(async () => {
  await sendDay(origin);
});

describe.each(WINDOWS)("in $scheme at $width pixels", (window) => {
  let opened: Opened;

  beforeAll(async () => {
    opened = await open(origin, window);
  });

  afterAll(async () => {
    await opened?.close();
  });

  /** A picture of the page, which everybody can use. */
  const seen = async (name: string) => {
    await picture(opened.page, name, window.scheme);
    expect(await inaccessible(opened.page)).toEqual([]);
    expect(await isTooWide(opened)).toBe(false);
  };

  it("the list has its chart, chips of the filter, and values with counts while it is typed", async () => {
    const { page } = opened;
    await page.goto(`${origin}/traces?live=off&range=24h&filter=${encodeURIComponent("kind:llm name:write_answer")}`);
    await page.getByRole("slider", { name: "Traces over time" }).waitFor();
    await page.getByRole("list", { name: "Conditions" }).getByText("name:write_answer", { exact: true }).waitFor();
    await seen("list-chips");
    await page.getByRole("button", { name: "Take away kind:llm" }).click();
    await page.waitForURL((url) => url.searchParams.get("filter") === "name:write_answer");
    await page.keyboard.press("/");
    await page.keyboard.press("End");
    await page.keyboard.type(" model:gpt");
    await page.getByRole("option", { name: /^gpt-4o-mini \d/ }).waitFor();
    await seen("list-values");
    await page.keyboard.press("Escape");
  });

  it("the dashboard draws its lanes on one axis", async () => {
    const { page } = opened;
    await page.goto(`${origin}/dashboard`);
    const cost = page.getByRole("slider", { name: "Cost by model over time" });
    await cost.waitFor();
    await page.getByRole("region", { name: "Dearest names" }).getByRole("link", { name: "write_answer" }).waitFor();
    await page.getByRole("region", { name: "Lost by clients" }).getByText("queue full").first().waitFor();
    await page.getByRole("slider", { name: "Lost spans over time" }).waitFor();
    await page.getByRole("slider", { name: "Traffic over time" }).hover();
    await seen("dashboard");
    await page.getByRole("region", { name: "Lost by clients" }).scrollIntoViewIfNeeded();
    await seen("dashboard-end");
  });

  it("the search marks the words", async () => {
    const { page } = opened;
    await page.goto(`${origin}/search`);
    await page.getByRole("searchbox").fill("miradouro pines");
    await page.locator(".hit mark", { hasText: "Miradouro" }).first().waitFor();
    await seen("search");
  });

  it.each(["connect", "projects", "keys", "prices", "retention", "server"])("the settings show %s", async (section) => {
    const { page } = opened;
    await page.goto(`${origin}/settings/${section}`);
    await page
      .getByRole("region", { name: new RegExp(section, "i") })
      .first()
      .waitFor();
    await page.waitForFunction(() => document.querySelector("[aria-busy=true]") === null);
    await seen(`settings-${section}`);
  });

  it("nothing was refused, nothing failed, no other host was asked", () => {
    expect(opened.faults).toEqual([]);
  });
});

describe("with the hands", () => {
  let opened: Opened;

  beforeAll(async () => {
    opened = await open(origin, { scheme: "light", width: 1280, height: 800 });
  });

  afterAll(async () => {
    await opened?.close();
  });

  it("a brush over the list's chart narrows the time, and back widens it", async () => {
    const { page } = opened;
    await page.goto(`${origin}/traces?live=off&range=24h`);
    const chart = page.getByRole("slider", { name: "Traces over time" });
    const box = await boxOf(chart);
    await page.mouse.move(box.x + box.width * 0.25, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, box.y + 20, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL((url) => /Z~/.test(url.searchParams.get("range") ?? ""));
    const [from = "", to = ""] = (new URL(page.url()).searchParams.get("range") ?? "").split("~");
    const hours = (Date.parse(to) - Date.parse(from)) / 3_600_000;
    expect(hours).toBeGreaterThan(11);
    expect(hours).toBeLessThan(14);
    await page.getByRole("button", { name: /^Time range/ }).click();
    await page.getByRole("button", { name: "Last 7 days" }).click();
    await page.waitForURL("**/traces?*range=7d*");
  });

  it("a head orders the list, and keys reach every page", async () => {
    const { page } = opened;
    await page.goto(`${origin}/traces?live=off`);
    await page.getByRole("button", { name: "Cost" }).click();
    await page.waitForURL("**/traces?*sort=cost*");
    await page.getByRole("columnheader", { name: "Cost" }).and(page.locator("[aria-sort=descending]")).waitFor();
    for (const [key, path] of [
      ["d", "/dashboard"],
      ["f", "/search"],
      ["t", "/traces"],
    ] as const) {
      await page.keyboard.press("Escape");
      await page.keyboard.press("g");
      await page.keyboard.press(key);
      await page.waitForURL(`**${path}*`);
      await page.locator("header.bar h1").waitFor();
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    }
  });

  it("a point of the dashboard opens its traces", async () => {
    const { page } = opened;
    await page.goto(`${origin}/dashboard`);
    const cost = page.getByRole("slider", { name: "Cost by model over time" });
    await cost.focus();
    for (let tries = 0; tries < 200; tries += 1) {
      await page.keyboard.press("ArrowRight");
      if (/gpt-4o \$0\.0[0-9]*[1-9]/.test((await cost.getAttribute("aria-valuetext")) ?? "")) break;
    }
    await page.keyboard.press("Enter");
    await page.waitForURL("**/traces?*sort=cost*");
    await page.getByRole("grid", { name: "Traces" }).waitFor();
    const traffic = new URL(page.url()).searchParams.get("range") ?? "";
    expect(traffic).toContain("Z~");
  });

  it("what was found is opened at its span, with the words marked there", async () => {
    const { page } = opened;
    await page.goto(`${origin}/search?q=${encodeURIComponent("bougainvillea")}`);
    await page.locator(".hit").first().waitFor();
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/traces/*?*find=bougainvillea*");
    await page.getByRole("heading", { name: "find_viewpoints" }).waitFor();
    await page.waitForFunction(() => (CSS.highlights.get("found")?.size ?? 0) > 0);
    await page.goBack();
    await page.locator(".hit[aria-current]").waitFor();
  });

  it("the wide rail and the theme stay over a reload", async () => {
    const { page } = opened;
    await page.goto(`${origin}/settings`);
    await page.getByRole("button", { name: "Pin the rail open" }).click();
    await page.reload();
    await page.locator(".rail-wide").waitFor();
    await page.locator("header.bar h1").waitFor();
    await pictures(page, "rail-wide", "light", async () => expect(await inaccessible(page)).toEqual([]));
    await page.getByRole("button", { name: "Fold the rail" }).click();
    await page.locator(".rail-wide").waitFor({ state: "detached" });
  });

  it("the health dot opens what is behind it", async () => {
    const { page } = opened;
    await page.goto(`${origin}/traces?live=off`);
    await page.getByRole("button", { name: /The server is well|A program has lost spans/ }).click();
    await page.getByText("Spans safe on disk").waitFor();
    await pictures(page, "health", "light");
    await page.getByRole("link", { name: "All of it" }).click();
    await page.waitForURL("**/settings/server");
  });

  it("nothing was refused, nothing failed, no other host was asked", () => {
    expect(opened.faults).toEqual([]);
  });
});

async function boxOf(locator: { boundingBox: () => Promise<{ x: number; y: number; width: number } | null> }) {
  const box = await locator.boundingBox();
  if (!box) throw new Error("it is not on the screen");
  return box;
}

/** Whether the page itself scrolls sideways: only what is wide by nature may, in a frame of its own. */
function isTooWide({ page }: Opened): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
}
