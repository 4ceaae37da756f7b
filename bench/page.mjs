// Opens the page of a server in a browser without a screen and measures what a reader waits for; prints one line of JSON.
//
// node bench/page.mjs ORIGIN TRACE_OF_200 TRACE_OF_50000, with the path of a Chromium in the environment as CHROMIUM.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [origin, smallId, largeId] = process.argv.slice(2);
if (!origin || !smallId || !largeId || !process.env.CHROMIUM) {
  process.stderr.write("usage: CHROMIUM=PATH node bench/page.mjs ORIGIN TRACE_OF_200 TRACE_OF_50000\n");
  process.exit(2);
}
/** Each moment is measured so often, in a fresh profile each; the median counts. */
const ROUNDS = 5;
const SCROLL_MILLIS = 3000;

/** Runs within the page before anything else: notes when something is on the screen for the first time. */
function watchPage() {
  window.seen = {};
  window.wait = (name, isThere) =>
    new Promise((resolve) => {
      const look = () => {
        if (!isThere()) return false;
        observer.disconnect();
        // The frame after the next has it on the screen.
        requestAnimationFrame(() =>
          requestAnimationFrame(() => {
            window.seen[name] = performance.now();
            resolve(window.seen[name]);
          }),
        );
        return true;
      };
      const observer = new MutationObserver(look);
      if (!look()) observer.observe(document, { childList: true, subtree: true, attributes: true });
    });
  addEventListener("click", (event) => {
    window.clickedAt = event.timeStamp;
  }, { capture: true });
}

async function fresh(use) {
  const profile = mkdtempSync(join(tmpdir(), "tracewood-bench-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM,
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
    viewport: { width: 1280, height: 800 },
  });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    page.setDefaultTimeout(60_000);
    await context.addInitScript(watchPage);
    return await use(page);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

/** From the first byte asked for to the first rows of the list on the screen, with nothing in any cache. */
function list() {
  return fresh(async (page) => {
    await page.goto(`${origin}/traces`, { waitUntil: "commit" });
    const millis = await page.evaluate(() => window.wait("list", () => document.querySelector(".list-row")));
    // The page itself has taken the place of its first list.
    await page.waitForSelector(".list:not([data-first]) .list-row");
    const scripts = await page.evaluate(() => {
      const all = performance.getEntriesByType("resource").filter((entry) => /\.js(\?|$)/.test(entry.name));
      return all.reduce((sum, entry) => sum + entry.encodedBodySize, 0);
    });
    return { millis, script_bytes: scripts };
  });
}

/** From the click on a trace in the list to its rows, and the chosen span's content, on the screen. */
function opened(traceId) {
  return fresh(async (page) => {
    await page.goto(`${origin}/traces?live=off&filter=${encodeURIComponent(`trace.id:${traceId}`)}`);
    await page.waitForSelector(".list-row a");
    const waiting = page.evaluate(async () => {
      const rows = await window.wait("rows", () => document.querySelector(".span-row"));
      const span = await window.wait("span", () => document.querySelector(".span-body .side, .span-body .absence"));
      return { rows_millis: rows - window.clickedAt, span_millis: span - window.clickedAt };
    });
    await page.click(".list-row a");
    return await waiting;
  });
}

/** How many frames a second are drawn while every row of a large trace runs past. */
function scrolled(traceId) {
  return fresh(async (page) => {
    await page.goto(`${origin}/traces/${traceId}`);
    await page.waitForSelector(".span-row");
    await page.keyboard.press("x");
    await page.waitForTimeout(500);
    return await page.evaluate(async (millis) => {
      const scroller = document.querySelector(".waterfall");
      const frames = [];
      await new Promise((resolve) => {
        const begun = performance.now();
        let last = begun;
        let step = 300;
        const frame = (now) => {
          frames.push(now - last);
          last = now;
          if (scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 1) step = -step;
          scroller.scrollTop += step;
          if (now - begun < millis) requestAnimationFrame(frame);
          else resolve();
        };
        requestAnimationFrame(frame);
      });
      const times = frames.slice(2).sort((a, b) => a - b);
      const sum = times.reduce((total, time) => total + time, 0);
      return {
        frames_per_second: (1000 * times.length) / sum,
        frame_p95_millis: times[Math.floor(times.length * 0.95)],
        row_pixels: scroller.scrollHeight,
      };
    }, SCROLL_MILLIS);
  });
}

async function median(run) {
  const results = [];
  for (let round = 0; round < ROUNDS; round += 1) results.push(await run());
  const middle = (name) => results.map((result) => result[name]).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
  return Object.fromEntries(Object.keys(results[0]).map((name) => [name, middle(name)]));
}

const figures = {
  list: await median(list),
  small: await median(() => opened(smallId)),
  large: await median(() => opened(largeId)),
  scroll: await scrolled(largeId),
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
