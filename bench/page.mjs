// Opens the page of a server in a browser without a screen and measures what a reader waits for; prints one line of JSON.
//
// node bench/page.mjs ORIGIN TRACE_OF_200 TRACE_OF_50000, with the path of a Chromium in the environment as CHROMIUM.
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import { first, fresh, median } from "./page_browser.mjs";

const [origin, smallId, largeId] = process.argv.slice(2);
if (!origin || !smallId || !largeId || !process.env.CHROMIUM) {
  process.stderr.write("usage: CHROMIUM=PATH node bench/page.mjs ORIGIN TRACE_OF_200 TRACE_OF_50000\n");
  process.exit(2);
}
const SCROLL_MILLIS = 3000;

/** From the first byte asked for to the first rows of the list on the screen, with nothing in any cache. */
function list() {
  return fresh(async (page) => {
    const millis = await first(page, `${origin}/traces`);
    // The page itself has taken the place of its first list.
    await page.waitForSelector(".list:not([data-first]) .list-row");
    const scripts = await page.evaluate(() => {
      const all = performance.getEntriesByType("resource").filter((entry) => /\.js(\?|$)/.test(entry.name));
      return all.reduce((sum, entry) => sum + entry.encodedBodySize, 0);
    });
    return { millis, script_bytes: scripts };
  }, watchList);
}

/** The same rows as HTML with its styles and without any script: what the browser itself takes for them. */
async function plain() {
  const html = await fresh(async (page) => {
    // The page's own code never comes, so that its first list stays.
    await page.route("**/assets/main-*.js", () => {});
    await page.goto(`${origin}/traces`, { waitUntil: "commit" });
    await page.waitForSelector("[data-first] .list-row");
    return await page.evaluate(() => {
      for (const element of document.querySelectorAll("script, link:not([rel=icon])")) element.remove();
      return `<!doctype html>${document.documentElement.outerHTML}`;
    });
  });
  const body = gzipSync(html);
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-encoding": "gzip" }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${server.address().port}/`;
  const found = await median(() => fresh(async (page) => ({ millis: await first(page, address) }), watchList));
  server.close();
  return found;
}

/** Runs within the page, behind watchPage: says when the list is on the screen. */
function watchList() {
  window.wait("list", () => document.querySelector(".list-row")).then((millis) => console.info(`first ${millis}`));
}

/** From the click on a trace in the list to its rows, and the chosen span's content, on the screen. */
function opened(traceId) {
  return fresh(async (page) => {
    await page.goto(`${origin}/traces?live=off&filter=${encodeURIComponent(`trace.id:${traceId}`)}`);
    // Nobody clicks within the moment that the page takes to be there behind its first list.
    await page.waitForSelector(".list:not([data-first]) .list-row a");
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

const figures = {
  list: await median(list),
  plain: await plain(),
  small: await median(() => opened(smallId)),
  large: await median(() => opened(largeId)),
  scroll: await scrolled(largeId),
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
