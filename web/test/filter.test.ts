// What the filter box offers, and what the address says of the list.
import { expect, it } from "vitest";
import { offers, partsAtFault } from "../src/traces/filter-words";
import { isNewestFirst, questionOf } from "../src/traces/question";

const labels = (text: string) => offers(text, text.length).map((offer) => offer.label);

it("offers fields by their beginning, then the values of those that have few", () => {
  expect(labels("sta")).toEqual(["status:"]);
  expect(labels("kind:tool -stat")).toEqual(["status:"]);
  expect(labels("status:e")).toEqual(["error"]);
  expect(labels("dur")).toEqual(["duration>"]);
  expect(labels("model:gpt")).toEqual([]);
  expect(labels("constructor:")).toEqual([]);
  expect(labels('"sta')).toEqual([]);
  expect(labels("")).toEqual([]);
});

it("puts an offer in the place of the word before the cursor", () => {
  expect(offers("kin status:ok", 3)[0]?.text).toBe("kind: status:ok");
  expect(offers("(kind:to", 8)[0]?.text).toBe("(kind:tool ");
});

it("marks the word at the byte that the server names, whatever its letters", () => {
  expect(partsAtFault("name:é kind:toool x", "'toool' is no kind (at byte 13 of the filter)")).toEqual([
    "name:é kind:",
    "toool",
    " x",
  ]);
  expect(partsAtFault("kind:", "a value is missing (at byte 5 of the filter)")).toEqual(["kind:", "", ""]);
  expect(partsAtFault("kind:x", "no place is named")).toBeNull();
});

it("reads range, filter and order from the address, and knows no other order", () => {
  const question = questionOf(new URLSearchParams("range=1h&filter=kind%3Atool&sort=cost"));
  expect(question).toEqual({ range: "1h", filter: "kind:tool", sort: "cost" });
  expect(isNewestFirst(question)).toBe(false);
  expect(isNewestFirst(questionOf(new URLSearchParams("sort=nonsense")))).toBe(true);
});
