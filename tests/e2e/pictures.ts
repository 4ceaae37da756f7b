// Pictures of the page, kept for people to look at: build/e2e, or the folder that E2E_PICTURES names.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import type { Window } from "./browser";

const folder = process.env.E2E_PICTURES ?? fileURLToPath(new URL("../../build/e2e", import.meta.url));
mkdirSync(folder, { recursive: true });

const SCHEMES = ["light", "dark"] as const;

/** A picture of what is in the window, named after its theme and width. */
export async function picture(page: Page, name: string, scheme: Window["scheme"]): Promise<void> {
  await page.screenshot({ path: `${folder}/${name}-${scheme}-${page.viewportSize()?.width}.png` });
}

/** Pictures in both themes, with a look at each; the theme is `scheme` again afterwards. */
export async function pictures(
  page: Page,
  name: string,
  scheme: Window["scheme"],
  look: () => Promise<void> = async () => {},
): Promise<void> {
  for (const each of SCHEMES) {
    await page.emulateMedia({ colorScheme: each });
    await picture(page, name, each);
    await look();
  }
  await page.emulateMedia({ colorScheme: scheme });
}
