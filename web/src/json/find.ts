// Finds a word in JSON: the way to every key or value that holds it, in the order in which a tree shows them.
import type { Json } from "../api/types";

/** The keys from the root to a place. */
export type Path = readonly string[];

/** How many finds are listed; whoever looks for more looks for something else. */
export const FINDS_MAX = 1000;
/** Deeper than this nothing comes from the server. */
const DEPTH_MAX = 512;

export function find(value: Json, sought: string): Path[] {
  const needle = sought.toLowerCase();
  const found: Path[] = [];
  if (needle === "") return found;
  visit(value, [], needle, found);
  return found;
}

export function isFoundIn(text: string, sought: string): boolean {
  return sought !== "" && text.toLowerCase().includes(sought.toLowerCase());
}

function visit(value: Json, path: string[], needle: string, found: Path[]): void {
  if (found.length >= FINDS_MAX || path.length > DEPTH_MAX) return;
  if (typeof value !== "object" || value === null) {
    // Whose key has been found is found already.
    const last = found.at(-1);
    const isFound = last !== undefined && isSamePath(last, path);
    if (!isFound && String(value).toLowerCase().includes(needle)) found.push([...path]);
    return;
  }
  const isList = Array.isArray(value);
  const holder = value as Record<string, Json>;
  for (const name of Object.keys(holder)) {
    path.push(name);
    if (!isList && name.toLowerCase().includes(needle)) found.push([...path]);
    visit(holder[name] ?? null, path, needle, found);
    path.pop();
    if (found.length >= FINDS_MAX) return;
  }
}

export function isSamePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}

/** Whether `path` lies below `above`. */
export function isBelow(path: Path, above: Path): boolean {
  return path.length > above.length && above.every((name, index) => name === path[index]);
}
