// What a reader of Phoenix's page waits for, measured as page.mjs measures ours; prints one line of JSON.
//
// node bench/page_phoenix.mjs ORIGIN PROJECT_ID, with the path of a Chromium in the environment as CHROMIUM.
import { first, fresh, median } from "./page_browser.mjs";

const [origin, projectId] = process.argv.slice(2);
if (!origin || !projectId || !process.env.CHROMIUM) {
  process.stderr.write("usage: CHROMIUM=PATH node bench/page_phoenix.mjs ORIGIN PROJECT_ID\n");
  process.exit(2);
}
const traces = `${origin}/projects/${encodeURIComponent(projectId)}/traces`;

/** From the first byte asked for to the first rows of the list on the screen. */
function list() {
  return fresh(async (page) => ({ millis: await first(page, traces) }), watchList);
}

/** Runs within the page, behind watchPage: says when the list is on the screen. */
function watchList() {
  window.wait("list", () => document.querySelector("tbody tr td a")).then((millis) => console.info(`first ${millis}`));
}

/** From the click on the newest trace in the list to the frame of its tree on the screen. */
function opened() {
  return fresh(async (page) => {
    await page.goto(traces);
    await page.waitForSelector("tbody tr td a");
    const waiting = page.evaluate(async () => {
      const tree = await window.wait("tree", () => document.querySelector('input[placeholder="Search trace"]'));
      return { millis: tree - window.clickedAt };
    });
    await page.click("tbody tr td a");
    return await waiting;
  });
}

const figures = { list: await median(list), opened: await median(opened) };
process.stdout.write(`${JSON.stringify(figures)}\n`);
