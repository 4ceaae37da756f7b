// What the filter box offers while somebody types: fields first, then the values of those that have only a few.

const KINDS =
  "llm completion embedding agent tool retrieval rerank chain workflow node guardrail evaluator memory prompt custom";

/** The fields of the filter language in the order of use, with their values where there are only a few. */
export const FIELDS: Readonly<Record<string, readonly string[]>> = {
  name: [],
  kind: KINDS.split(" "),
  status: ["ok", "error", "unset"],
  model: [],
  user: [],
  session: [],
  environment: [],
  tag: [],
  duration: [],
  tokens: [],
  cost: [],
  input: [],
  output: [],
  message: [],
  provider: [],
  input_tokens: [],
  output_tokens: [],
  time_to_first_token: [],
  root: ["true", "false"],
  pending: ["true", "false"],
  "metadata.": [],
  "attributes.": [],
};

/** Fields that are measured, not named. */
const MEASURED = new Set(["duration", "tokens", "cost", "input_tokens", "output_tokens", "time_to_first_token"]);
const OFFERS_MAX = 8;

export interface Offer {
  label: string;
  /** The whole text of the box once it is taken. */
  text: string;
}

/** What the word before the cursor may become. */
export function offers(text: string, cursor: number): Offer[] {
  const before = text.slice(0, cursor);
  const word = /(?:^|[\s(])[-!]?([\w.]*(?::[\w-]*)?)$/.exec(before)?.[1] ?? null;
  if (word === null || word === "") return [];
  const [field = "", value] = word.split(":", 2);
  const put = (replacement: string) => before.slice(0, before.length - word.length) + replacement + text.slice(cursor);
  if (value !== undefined) {
    return (Object.hasOwn(FIELDS, field) ? (FIELDS[field] ?? []) : [])
      .filter((known) => known.startsWith(value) && known !== value)
      .slice(0, OFFERS_MAX)
      .map((known) => ({ label: known, text: `${put(`${field}:${known}`)} ` }));
  }
  return Object.keys(FIELDS)
    .filter((known) => known.startsWith(field))
    .slice(0, OFFERS_MAX)
    .map((known) => {
      const whole = known.endsWith(".") ? known : `${known}${MEASURED.has(known) ? ">" : ":"}`;
      return { label: whole, text: put(whole) };
    });
}

/** The text before, within and after the word that the server found wrong, by the byte that its message names. */
export function partsAtFault(filter: string, message: string): [string, string, string] | null {
  const byte = /\(at byte (\d+)/.exec(message)?.[1];
  if (byte === undefined) return null;
  const bytes = new TextEncoder().encode(filter);
  if (Number(byte) > bytes.length) return null;
  const before = new TextDecoder().decode(bytes.slice(0, Number(byte)));
  const rest = filter.slice(before.length);
  const word = /^(?:"[^"]*"?|[^\s()",]+|.)/u.exec(rest)?.[0] ?? "";
  return [before, word, rest.slice(word.length)];
}
