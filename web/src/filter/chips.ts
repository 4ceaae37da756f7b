// Cuts a filter into the conditions that must all hold, for the chips; the server alone says whether they are right.

export interface Chip {
  text: string;
  /** Where it stands in the filter, in UTF-16 units. */
  from: number;
  to: number;
}

/** The conditions of a filter in their order; one for the whole where `or` joins them. */
export function chipsOf(filter: string): Chip[] {
  const chips: Chip[] = [];
  let at = skipSpace(filter, 0);
  while (at < filter.length) {
    const joint = keywordAt(filter, at);
    if (joint === "or") return whole(filter);
    if (joint === "and") {
      at = skipSpace(filter, at + joint.length);
      continue;
    }
    const to = conditionEnd(filter, at);
    chips.push({ text: filter.slice(at, to), from: at, to });
    at = skipSpace(filter, to);
  }
  return chips;
}

/** The filter without one of its conditions. */
export function without(filter: string, chip: Chip): string {
  const before = filter.slice(0, chip.from).replace(/\s*(?:\band\s*)?$/i, "");
  const after = filter.slice(chip.to).replace(/^\s*(?:and\b\s*)?/i, "");
  return [before, after].filter((part) => part !== "").join(" ");
}

function whole(filter: string): Chip[] {
  const from = skipSpace(filter, 0);
  const text = filter.trim();
  return [{ text, from, to: from + text.length }];
}

function conditionEnd(filter: string, from: number): number {
  let at = from;
  for (;;) {
    if (keywordAt(filter, at) === "not") at = skipSpace(filter, at + 3);
    else if (filter[at] === "-" || (filter[at] === "!" && filter[at + 1] !== "=")) at = skipSpace(filter, at + 1);
    else break;
  }
  if (filter[at] === "(") return closing(filter, at);
  at = piecesEnd(filter, at, true);
  const operator = /^\s*(?:!=|<=|>=|[:=<>])\s*/.exec(filter.slice(at))?.[0];
  if (operator !== undefined) {
    at += operator.length;
    at = filter[at] === "(" ? closing(filter, at) : piecesEnd(filter, at, false);
  }
  // Whatever cannot stand here is a chip of its own, so that there is an end.
  return Math.max(at, from + 1);
}

/** Behind texts in quotes and letters without space between; a field ends where its operator begins. */
function piecesEnd(filter: string, from: number, isField: boolean): number {
  let at = from;
  while (at < filter.length) {
    const letter = filter[at] ?? "";
    if (letter === '"') at = quoteEnd(filter, at);
    else if (/[\s(),]/.test(letter) || (isField && /[:=<>!]/.test(letter))) break;
    else at += 1;
  }
  return at;
}

function quoteEnd(filter: string, from: number): number {
  for (let at = from + 1; at < filter.length; at += 1) {
    if (filter[at] === "\\") at += 1;
    else if (filter[at] === '"') return at + 1;
  }
  return filter.length;
}

function closing(filter: string, from: number): number {
  let depth = 0;
  for (let at = from; at < filter.length; ) {
    if (filter[at] === '"') {
      at = quoteEnd(filter, at);
      continue;
    }
    if (filter[at] === "(") depth += 1;
    if (filter[at] === ")") depth -= 1;
    at += 1;
    if (depth === 0) return at;
  }
  return filter.length;
}

function keywordAt(filter: string, at: number): "and" | "or" | "not" | null {
  const word = /^(?:and|or|not)(?=[\s(]|$)/i.exec(filter.slice(at, at + 4))?.[0].toLowerCase();
  return (word as "and" | "or" | "not" | undefined) ?? null;
}

function skipSpace(filter: string, from: number): number {
  let at = from;
  while (at < filter.length && /\s/.test(filter[at] ?? "")) at += 1;
  return at;
}
