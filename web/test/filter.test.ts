// What the filter box shows and offers, and what the address says of the list.
import { describe, expect, it } from "vitest";
import type { FieldDescription, FieldValue } from "../src/api/types";
import { chipsOf, without } from "../src/filter/chips";
import { offersAt, partsAtFault, placeAt } from "../src/filter/offers";
import { allOf, quoted } from "../src/filter/text";
import { isNewestFirst, listAddress, questionOf } from "../src/traces/question";

const field = (name: string, sort: string, more: Partial<FieldDescription> = {}): FieldDescription => ({
  name,
  sort,
  aliases: [],
  operators: [":"],
  values: [],
  has_path: false,
  listed: true,
  ...more,
});

const FIELDS = [
  field("name", "text"),
  field("kind", "text", { values: ["llm", "tool"] }),
  field("status", "text", { values: ["ok", "error", "unset"] }),
  field("user", "text", { aliases: ["user_id"] }),
  field("duration", "duration", { aliases: ["latency"], listed: false }),
  field("metadata", "any", { has_path: true }),
];

const value = (name: string, span_count: number): FieldValue => ({ value: name, span_count, condition: name });

function offers(text: string, values: FieldValue[] = [], cursor = text.length) {
  const place = placeAt(text, cursor, FIELDS);
  return place === null ? null : offersAt(place, text, cursor, FIELDS, values);
}

const labels = (text: string, values: FieldValue[] = []) => offers(text, values)?.map((offer) => offer.label);

describe("offers", () => {
  it("are fields by the beginning of one of their names, all of them before anything is typed", () => {
    expect(labels("sta")).toEqual(["status:"]);
    expect(labels("kind:tool -stat")).toEqual(["status:"]);
    expect(labels("lat")).toEqual(["duration>"]);
    expect(labels("meta")).toEqual(["metadata."]);
    expect(labels("")).toHaveLength(FIELDS.length);
    expect(labels("status:ok ")).toHaveLength(FIELDS.length);
    expect(labels("constructor:")).toBeUndefined();
    expect(labels('"sta')).toBeUndefined();
  });

  it("are values with their counts, then those that nobody has said yet", () => {
    expect(offers("status:", [value("error", 12)])?.map(({ label, count }) => [label, count])).toEqual([
      ["error", 12],
      ["ok", null],
      ["unset", null],
    ]);
    expect(labels("status:e", [value("error", 12)])).toEqual(["error"]);
    expect(labels("duration>")).toEqual(["500ms", "2s", "1m"]);
    expect(labels("status:error", [value("error", 12)])).toEqual([]);
  });

  it("are paths, and then the values at a path", () => {
    const paths = [{ value: "plan", span_count: 3, condition: "metadata.plan" }];
    expect(offers("metadata.", paths)?.[0]).toMatchObject({ text: "metadata.plan:", count: 3 });
    expect(placeAt("metadata.plan:p", 15, FIELDS)).toMatchObject({ stage: "value", name: "metadata.plan", word: "p" });
  });

  it("take the place of the word before the cursor, in quotes where they need them", () => {
    expect(offers("kin status:ok", [], 3)?.[0]).toMatchObject({ text: "kind:status:ok", cursor: 5 });
    expect(offers("(kind:to", [])?.[0]?.text).toBe("(kind:tool ");
    expect(offers("user:an", [value("Anna Lund", 2)])?.[0]?.text).toBe('user:"Anna Lund" ');
    expect(offers('user:"Anna L', [value("Anna Lund", 2)])?.[0]?.text).toBe('user:"Anna Lund" ');
  });
});

describe("chips", () => {
  const texts = (filter: string) => chipsOf(filter).map((chip) => chip.text);

  it("are the conditions that must all hold", () => {
    expect(texts('kind:llm  and not status:error user:"u 1" duration > 2s "out of memory" model:(a,"b c")')).toEqual([
      "kind:llm",
      "not status:error",
      'user:"u 1"',
      "duration > 2s",
      '"out of memory"',
      'model:(a,"b c")',
    ]);
    expect(texts("(a or b) -tag:x !tag:y name:plan*")).toEqual(["(a or b)", "-tag:x", "!tag:y", "name:plan*"]);
    expect(texts("a or b")).toEqual(["a or b"]);
    expect(texts("")).toEqual([]);
  });

  it("end whatever is typed", () => {
    for (const text of ['"', "(((", "a:", ")", ",,", "!", "- -", "not", 'a:"\\', "\u{1f600}:\u{1f600}"]) {
      expect(chipsOf(text).at(-1)?.to ?? 0).toBeLessThanOrEqual(text.length);
    }
  });

  it("can be taken away one by one", () => {
    const filter = "kind:llm and status:error tag:x";
    const [first, second, third] = chipsOf(filter);
    expect(first && without(filter, first)).toBe("status:error tag:x");
    expect(second && without(filter, second)).toBe("kind:llm tag:x");
    expect(third && without(filter, third)).toBe("kind:llm and status:error");
  });
});

it("filters are put together without changing what they mean", () => {
  expect(allOf("a or b", "status:error", "")).toBe("(a or b) status:error");
  expect(allOf("", "")).toBe("");
  expect(allOf("a or b")).toBe("a or b");
  expect(["gpt-4o", "a b", 'say "hi"', "or", "", "ü/1", "a,b", "back\\slash"].map(quoted)).toEqual([
    "gpt-4o",
    '"a b"',
    '"say \\"hi\\""',
    '"or"',
    '""',
    "ü/1",
    '"a,b"',
    '"back\\\\slash"',
  ]);
});

it("marks the word at the bytes that the server names, whatever its letters", () => {
  expect(partsAtFault("name:é kind:toool x", { offset: 13, length: 5 })).toEqual(["name:é kind:", "toool", " x"]);
  expect(partsAtFault("kind:", { offset: 5, length: 0 })).toEqual(["kind:", "", ""]);
  expect(partsAtFault("kind:x", { offset: 99, length: 1 })).toBeNull();
  expect(partsAtFault("kind:x", null)).toBeNull();
});

it("reads range, filter and order from the address, and knows no other order", () => {
  const question = questionOf(new URLSearchParams("range=1h&filter=kind%3Atool&sort=cost"));
  expect(question).toEqual({ range: "1h", filter: "kind:tool", sort: "cost" });
  expect(listAddress(question)).toBe("/traces?range=1h&filter=kind%3Atool&sort=cost");
  expect(isNewestFirst(question)).toBe(false);
  expect(isNewestFirst(questionOf(new URLSearchParams("sort=nonsense")))).toBe(true);
});
