// A real browser without a screen, with its own empty profile, that writes down everything a page must not do.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";

/** Where the systems' packages put Chromium; the environment names any other place. */
const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
];

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface Window {
  scheme: "dark" | "light";
  width: number;
  height: number;
}

export interface Opened {
  page: Page;
  /** Console errors, uncaught errors, reports of the content policy, dialogs and requests to other hosts. */
  faults: string[];
  close: () => Promise<void>;
}

export function browserPath(): string {
  const given = process.env.CHROMIUM;
  const found = given ? [given] : PLACES.filter((place) => existsSync(place));
  const [path] = found;
  if (path === undefined) {
    throw new Error(
      `no browser at ${PLACES.join(", ")}: install your system's package "chromium", or name one in CHROMIUM`,
    );
  }
  return path;
}

/** Opens a browser in which nothing but the server at `origin` should be asked for anything. */
export async function open(origin: string, window: Window): Promise<Opened> {
  const profile = mkdtempSync(join(tmpdir(), "tracewood-e2e-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: browserPath(),
    headless: true,
    args: ARGUMENTS,
    colorScheme: window.scheme,
    viewport: { width: window.width, height: window.height },
  });
  const page = context.pages()[0] ?? (await context.newPage());
  // What has not come after this long does not come; the page itself takes a fraction of a second.
  page.setDefaultTimeout(15_000);
  const faults: string[] = [];
  await watch(context, page, origin, faults);
  waitForPage(page);
  return {
    page,
    faults,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Has whoever goes somewhere wait until the page itself is there, and not only its first list. */
function waitForPage(page: Page): void {
  const isThere = () => document.querySelector("#root > .app") !== null && !document.querySelector("[data-first]");
  const [goto, reload] = [page.goto.bind(page), page.reload.bind(page)];
  page.goto = async (url, options) => {
    const response = await goto(url, options);
    await page.waitForFunction(isThere);
    return response;
  };
  page.reload = async (options) => {
    const response = await reload(options);
    await page.waitForFunction(isThere);
    return response;
  };
}

async function watch(context: BrowserContext, page: Page, origin: string, faults: string[]): Promise<void> {
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`uncaught: ${error.message}`));
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith("data:")) faults.push(`foreign request: ${url}`);
  });
  await context.exposeFunction("reportToTest", (report: string) => void faults.push(report));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const { reportToTest } = window as unknown as { reportToTest: (report: string) => void };
      reportToTest(`content policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
}
