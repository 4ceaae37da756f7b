// Fails where the first load of the built page needs more JavaScript than 250 kB compressed.
import { readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const DIST = fileURLToPath(new URL("../dist", import.meta.url));
/** What issue 6 allows: a second on a slow connection. */
const LIMIT_BYTES = 250_000;

const html = readFileSync(join(DIST, "index.html"), "utf8");
const entries = [...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map((match) => match[1]);
if (entries.length === 0) throw new Error("dist/index.html names no script");

/** The scripts that the browser loads before anything is clicked: the entries, the page that they begin, and what both
 * import at once. */
const seen = new Map();
const waiting = [...entries];
for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
  if (seen.has(path)) continue;
  const code = readFileSync(join(DIST, path));
  seen.set(path, gzipSync(code, { level: 9 }).length);
  // Static imports only: `import("...")` is what is loaded later, but for the page's own.
  const text = code.toString("utf8");
  const begun = entries.includes(path) ? text.matchAll(/\bimport\(\s*["`](\.\/[^"`]+\.js)["`]\s*\)/g) : [];
  for (const match of [...text.matchAll(/(?:\bfrom|\bimport)\s*"(\.\/[^"]+\.js)"/g), ...begun]) {
    waiting.push(posix.join(dirname(path), match[1]));
  }
}

const total = [...seen.values()].reduce((sum, bytes) => sum + bytes, 0);
const words = `first load: ${(total / 1000).toFixed(1)} kB of JavaScript compressed, ${LIMIT_BYTES / 1000} kB allowed`;
if (total > LIMIT_BYTES) {
  const parts = [...seen].map(([path, bytes]) => `  ${path}: ${(bytes / 1000).toFixed(1)} kB`).join("\n");
  process.stderr.write(`${words}\n${parts}\nload what is not needed at first with import()\n`);
  process.exit(1);
}
process.stdout.write(`${words}\n`);
