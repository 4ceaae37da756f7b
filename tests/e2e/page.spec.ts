// The page of a running Tracewood in a real browser: list, trace, span, its output; nothing foreign, nothing refused.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inaccessible } from "./accessible";
import { type Opened, open, type Window } from "./browser";
import { picture, pictures } from "./pictures";

const origin = required("TRACEWOOD_URL").replace(/\/$/, "");
const traceId = required("E2E_TRACE_ID");
const spanName = required("E2E_SPAN_NAME");
const spanOutput = required("E2E_SPAN_OUTPUT");

const WINDOWS: Window[] = [
  { scheme: "light", width: 1280, height: 800 },
  { scheme: "dark", width: 1280, height: 800 },
  { scheme: "light", width: 390, height: 844 },
  { scheme: "dark", width: 390, height: 844 },
];

describe.each(WINDOWS)("in $scheme at $width pixels", (window) => {
  let opened: Opened;

  beforeAll(async () => {
    opened = await open(origin, window);
  });

  afterAll(async () => {
    await opened?.close();
  });

  const seen = (name: string) => picture(opened.page, name, window.scheme);

  it("the list has the trace and is accessible", async () => {
    const { page } = opened;
    await page.goto(`${origin}/`);
    await linkTo(opened, traceId).waitFor();
    await seen("traces");
    expect(await inaccessible(page)).toEqual([]);
  });

  it("a click opens the trace, and a click on the model's span shows its output", async () => {
    const { page } = opened;
    await linkTo(opened, traceId).click();
    await page.waitForURL(`**/traces/${traceId}*`);
    await spanRow(opened, spanName).click();
    const panel = page.getByRole("region", { name: "Chosen span" });
    await panel.getByRole("heading", { name: spanName }).waitFor();
    await panel.getByRole("region", { name: "Output" }).getByText(spanOutput).first().waitFor();
    await seen("trace");
    expect(await inaccessible(page)).toEqual([]);
  });

  it("the address alone brings the same span back", async () => {
    const { page } = opened;
    expect(new URL(page.url()).searchParams.get("span")).not.toBeNull();
    await page.reload();
    const panel = page.getByRole("region", { name: "Chosen span" });
    await panel.getByRole("heading", { name: spanName }).waitFor();
  });

  it.each(["Attributes", "Events", "Metadata", "Raw"])("the tab %s opens and is accessible", async (name) => {
    const { page } = opened;
    await page.getByRole("tab", { name }).click();
    await page.getByRole("tab", { name, selected: true }).waitFor();
    await seen(`span-${name.toLowerCase()}`);
    expect(await inaccessible(page)).toEqual([]);
  });

  it("back is the list, and enter opens the chosen trace again", async () => {
    const { page } = opened;
    await page.goBack();
    await linkTo(opened, traceId).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL("**/traces/*");
    await page.keyboard.press("Escape");
    await linkTo(opened, traceId).waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    expect(await inaccessible(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.getByRole("grid").waitFor();
  });

  it("nothing was refused, nothing failed, no other host was asked", () => {
    expect(opened.faults).toEqual([]);
  });
});

/** Where the pages of the rail and the names of the first rows are, each with its text. */
function places(): [string, number, number, number][] {
  const rows = [...document.querySelectorAll(".cell-name")].slice(0, 10);
  return [...document.querySelectorAll(".rail-pages a"), ...rows].map((element) => {
    const { x, y, width } = element.getBoundingClientRect();
    return [element.textContent ?? "", x, y, width];
  });
}

describe("the first list", () => {
  let opened: Opened;
  let hasLoaded: (() => void) | undefined;

  beforeAll(async () => {
    opened = await open(origin, { scheme: "light", width: 1280, height: 800 });
    // The page waits 150 ms for the answer, which a busy machine may take longer for; here it waits until it is there.
    await opened.page.addInitScript(() => {
      const set = window.setTimeout.bind(window);
      const patient = (run: TimerHandler, millis?: number, ...rest: unknown[]) =>
        set(run, millis === 150 ? 15_000 : millis, ...rest);
      window.setTimeout = patient as typeof window.setTimeout;
    });
    // The code of the page comes when the test lets it.
    await opened.page.route("**/assets/main-*.js", async (route) => {
      await new Promise<void>((resolve) => {
        hasLoaded = resolve;
      });
      await route.continue();
    });
  });

  afterAll(async () => {
    await opened?.close();
  });

  async function letPageCome(): Promise<void> {
    await expect.poll(() => hasLoaded).toBeDefined();
    hasLoaded?.();
    hasLoaded = undefined;
  }

  it("stands before the page does, is accessible, and stays where it is when the page comes", async () => {
    const { page } = opened;
    const isGone = page.goto(`${origin}/traces`);
    await page.locator("[data-first] .list-row").first().waitFor();
    await pictures(page, "traces-first", "light", async () => expect(await inaccessible(page)).toEqual([]));
    const first = await page.evaluate(places);
    await letPageCome();
    await isGone;
    expect(first.length).toBeGreaterThan(7);
    expect(await page.evaluate(places)).toEqual(first);
  });

  it("says when the page does not come, and leaves its links to the browser", async () => {
    const { page } = opened;
    const isAborted = /\/assets\/main-.*\.js/;
    const abort = (route: { abort: () => Promise<void> }) => route.abort();
    await page.route(isAborted, abort);
    const isGone = page.goto(`${origin}/traces?range=24h`).catch(() => null);
    const notice = page.getByRole("alert");
    await notice.getByText("The page could not be loaded.").waitFor();
    expect(await inaccessible(page)).toEqual([]);
    await page.unroute(isAborted, abort);
    opened.faults.length = 0;
    await notice.getByRole("link", { name: "Try again" }).click();
    await letPageCome();
    await isGone;
    await page.getByRole("combobox", { name: "Filter" }).waitFor();
    expect(opened.faults).toEqual([]);
  });

  it("takes keys, which the page carries out", async () => {
    const { page } = opened;
    const isGone = page.goto(`${origin}/traces?live=off`);
    await page.locator("[data-first] .list-row").first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await letPageCome();
    await isGone;
    await page.waitForURL(/\/traces\/[0-9a-f]{32}/);
    expect(opened.faults).toEqual([]);
  });
});

/** The trace in the list, which may hold others and names twice. */
function linkTo({ page }: Opened, id: string) {
  return page.locator(`a[href="/traces/${id}"]`);
}

/** The first span of that name in the tree. */
function spanRow({ page }: Opened, name: string) {
  return page
    .getByRole("treegrid")
    .getByRole("row")
    .filter({ has: page.getByText(name, { exact: true }) })
    .first();
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: the runner of "make test" starts a server and sets it`);
  return value;
}
