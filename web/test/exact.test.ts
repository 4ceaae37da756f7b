// JSON without losing digits, and words found within it.
import { describe, expect, it } from "vitest";
import { readTraceText } from "../src/api/exact-trace";
import { parseExact, writeJson } from "../src/json/exact";
import { find } from "../src/json/find";
import { tripTrace } from "./fixtures";

describe("parseExact", () => {
  it("keeps integers beyond 2^53 and leaves every other number alone", () => {
    const text = '{"a":9007199254740993,"b":[-12345678901234567890,1.2345678901234567,1e300,9007199254740991],"c":12}';
    expect(parseExact(text)).toEqual({
      a: 9007199254740993n,
      b: [-12345678901234567890n, 1.2345678901234567, 1e300, 9007199254740991],
      c: 12,
    });
  });

  it("does not touch digits within texts and keys, quoted quotes included", () => {
    const text = '{"9007199254740993":"id \\": 9007199254740993, \\\\","n":9007199254740993}';
    expect(parseExact(text)).toEqual({ "9007199254740993": 'id ": 9007199254740993, \\', n: 9007199254740993n });
  });

  it("comes back as it was written", () => {
    const text = '{"n":9007199254740993,"list":[12345678901234567890],"\\uE0F7\\uE0F8":"\\uE0F7\\uE0F85"}';
    expect(writeJson(parseExact(text))).toBe(
      JSON.stringify(JSON.parse(text)).replace(/:\d{16}|\[\d+\]/g, (part) =>
        part.startsWith(":") ? ":9007199254740993" : "[12345678901234567890]",
      ),
    );
  });

  it("reads a text of twenty megabytes", () => {
    const text = `{"t":"${'x\\"'.repeat(5_000_000)}","n":9007199254740993}`;
    expect((parseExact(text) as { n: bigint }).n).toBe(9007199254740993n);
  });

  it("sets no prototype", () => {
    const value = parseExact('{"__proto__":{"n":9007199254740993}}');
    expect(Object.keys(value as object)).toEqual(["__proto__"]);
    expect(writeJson(value)).toBe('{"__proto__":{"n":9007199254740993}}');
  });
});

it("the fields that the page reckons with are numbers all the same", () => {
  const text = JSON.stringify(tripTrace()).replace('"offset_nanos":0', '"offset_nanos":9007199254740993');
  expect(readTraceText(text).spans[0]?.offset_nanos).toBe(9007199254740992);
});

describe("find", () => {
  it("finds keys and values in the order of the tree, each place once", () => {
    const value = { tram: "tram 28", list: [1, { note: "The TRAM" }], n: 9007199254740993n };
    expect(find(value, "tram")).toEqual([["tram"], ["list", "1", "note"]]);
    expect(find(value, "40993")).toEqual([["n"]]);
    expect(find(value, "")).toEqual([]);
  });
});
