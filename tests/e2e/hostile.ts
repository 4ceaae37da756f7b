// What an agent may have read and a page must only show: markup, scripts, addresses, control characters, sheer size.
import { readFileSync } from "node:fs";

/** Short strings that have broken pages; `tracewood dev seed --shape hostile` puts the same ones into its spans. */
export const HOSTILE_STRINGS: readonly string[] = JSON.parse(
  readFileSync(new URL("../../crates/seed/src/hostile.json", import.meta.url), "utf8"),
);

/** JSON, nested this deep; the server shows as much of it as a parser of JSON takes. */
export function deepJson(depth: number): string {
  return `${'{"<b>deep</b>":['.repeat(depth)}1${"]}".repeat(depth)}`;
}

/** A text of so many bytes, with markup at both ends. */
export function hugeText(bytes: number): string {
  const end = "<img src=x onerror=alert(1)>";
  return end + "0123456789abcde\n".repeat(Math.ceil((bytes - 2 * end.length) / 16)) + end;
}
