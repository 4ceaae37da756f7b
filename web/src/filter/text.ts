// Puts filters together as texts of the filter language (docs/filter.md); pure.

/** Letters that mean themselves everywhere in a filter. */
const PLAIN = /^[\p{L}\p{N}_\-./@+]+$/u;
/** Words that join conditions where they stand alone. */
const JOINING = /^(?:and|or|not)$/i;

/** A value as it stands behind a field. */
export function quoted(value: string): string {
  if (PLAIN.test(value) && !JOINING.test(value)) return value;
  const inner = value
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replaceAll("\t", "\\t")
    .replaceAll("\r", "\\r");
  return `"${inner}"`;
}

/** What passes all of these filters. */
export function allOf(...filters: readonly string[]): string {
  const given = filters.map((filter) => filter.trim()).filter((filter) => filter !== "");
  if (given.length <= 1) return given[0] ?? "";
  // `or` binds weaker than what stands beside it.
  return given.map((filter) => (/\bor\b/i.test(filter) ? `(${filter})` : filter)).join(" ");
}
