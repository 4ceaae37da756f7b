// What the filter box offers while somebody types: fields first, then values with how often they occur; pure.
import type { FieldDescription, FieldValue, FilterPlace } from "../api/types";
import { quoted } from "./text";

const OFFERS_MAX = 10;
/** What is measured is compared; these are numbers to begin with. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  duration: ["500ms", "2s", "1m"],
  count: ["100", "1k", "100k"],
  money: ["0.01", "0.1", "1"],
  moment: [],
};

export interface Offer {
  label: string;
  /** What it is: the sort of a field, or nothing. */
  hint: string;
  /** How many spans say it, where that is known. */
  count: number | null;
  /** The whole text of the box once it is taken, and where the cursor is then. */
  text: string;
  cursor: number;
}

/** What stands before the cursor: the beginning of a field, or of a field's value. */
export type Place =
  | { stage: "field"; word: string; from: number }
  | { stage: "path"; field: FieldDescription; word: string; from: number }
  | { stage: "value"; field: FieldDescription; name: string; operator: string; word: string; from: number };

export function placeAt(text: string, cursor: number, fields: readonly FieldDescription[]): Place | null {
  const before = text.slice(0, cursor);
  const value =
    /(?:^|[\s(])[-!]?([\w]+(?:\.(?:"(?:[^"\\]|\\.)*"|[\w\-/@+.])+)?)(!=|<=|>=|[:=<>])("(?:[^"\\]|\\.)*"?|[^\s()",]*)$/.exec(
      before,
    );
  if (value) {
    const [, name = "", operator = "", word = ""] = value;
    const field = fieldOf(name, fields);
    return field && { stage: "value", field, name, operator, word, from: cursor - word.length };
  }
  const word = /(?:^|[\s(])[-!]?([\w\-/@+.]*)$/.exec(before)?.[1];
  if (word === undefined) return null;
  const [head = "", ...path] = word.split(".");
  const withPath = path.length > 0 ? fields.find((field) => field.has_path && field.name === head) : undefined;
  if (withPath) return { stage: "path", field: withPath, word: path.join("."), from: cursor - word.length };
  return { stage: "field", word, from: cursor - word.length };
}

function fieldOf(name: string, fields: readonly FieldDescription[]): FieldDescription | null {
  const head = name.split(".")[0];
  const found = fields.find((field) => field.name === name || field.aliases.includes(name));
  return found ?? fields.find((field) => field.has_path && field.name === head && name !== head) ?? null;
}

/** What the place may become; `values` is what the server knows of it. */
export function offersAt(
  place: Place,
  text: string,
  cursor: number,
  fields: readonly FieldDescription[],
  values: readonly FieldValue[],
): Offer[] {
  const put = (label: string, replacement: string, hint: string, count: number | null): Offer => ({
    label,
    hint,
    count,
    text: text.slice(0, place.from) + replacement + text.slice(cursor).replace(/^ /, ""),
    cursor: place.from + replacement.length,
  });
  switch (place.stage) {
    case "field":
      return fields
        .filter((field) => [field.name, ...field.aliases].some((name) => name.startsWith(place.word.toLowerCase())))
        .slice(0, OFFERS_MAX)
        .map((field) => {
          const whole = `${field.name}${field.has_path ? "." : field.sort in EXAMPLES ? ">" : ":"}`;
          return put(whole, whole, HINTS[field.sort] ?? "", null);
        });
    case "path":
      return values
        .slice(0, OFFERS_MAX)
        .map((known) => put(known.condition, `${known.condition}:`, "", known.span_count));
    case "value": {
      const begin = unquoted(place.word).toLowerCase();
      const counted = values.map((known) => ({ value: known.value, count: known.span_count as number | null }));
      const more = [...place.field.values, ...(EXAMPLES[place.field.sort] ?? [])]
        .filter((word) => counted.every((known) => known.value !== word))
        .map((value) => ({ value, count: null }));
      return [...counted, ...more]
        .filter(({ value }) => value.toLowerCase().startsWith(begin) && quoted(value) !== place.word)
        .slice(0, OFFERS_MAX)
        .map(({ value, count }) => put(value, `${quoted(value)} `, "", count));
    }
  }
}

/** The text that a value in the making stands for. */
export function unquoted(word: string): string {
  if (!word.startsWith('"')) return word;
  return word.slice(1, word.length > 1 && word.endsWith('"') ? -1 : undefined).replace(/\\(.)/g, "$1");
}

const HINTS: Readonly<Record<string, string>> = {
  text: "text",
  words: "words in it",
  duration: "length of time",
  count: "number",
  money: "US dollars",
  moment: "moment",
  flag: "true or false",
  id: "id",
  any: "path",
};

/** The text before, within and after the word that the server found wrong, by its bytes. */
export function partsAtFault(filter: string, place: FilterPlace | null): [string, string, string] | null {
  if (place === null) return null;
  const bytes = new TextEncoder().encode(filter);
  if (place.offset > bytes.length) return null;
  const text = (from: number, to: number) => new TextDecoder().decode(bytes.slice(from, to));
  const end = place.offset + place.length;
  return [text(0, place.offset), text(place.offset, end), text(end, bytes.length)];
}
