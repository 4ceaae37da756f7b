// What the benchmarks of pages share: a browser of its own for each round, and the moment at which something is on the
// screen.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

/** Each moment is measured so often, in a fresh profile each; the median counts. */
const ROUNDS = 5;

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

/** Gives a page of a new browser with nothing in any cache to `use`; `watchMore` runs within it behind watchPage. */
export async function fresh(use, watchMore = () => {}) {
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
    await context.addInitScript({ content: `(${watchPage})(); (${watchMore})();` });
    return await use(page);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

/**
 * The milliseconds from the first byte of a page asked for until what its `watchMore` says as "first MILLIS" is on the
 * screen. The page says it itself: to ask it, the browser's driver loads code of its own there, which takes 20 ms and
 * more.
 */
export async function first(page, address) {
  const said = page.waitForEvent("console", { predicate: (message) => message.text().startsWith("first ") });
  await page.goto(address, { waitUntil: "commit" });
  return Number((await said).text().slice("first ".length));
}

/** Of each figure of several runs its median. */
export async function median(run) {
  const results = [];
  for (let round = 0; round < ROUNDS; round += 1) results.push(await run());
  const middle = (name) => results.map((result) => result[name]).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
  return Object.fromEntries(Object.keys(results[0]).map((name) => [name, middle(name)]));
}
