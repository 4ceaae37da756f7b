// Numbers, instants and texts as people read them.
import { describe, expect, it } from "vitest";
import { absolute, millisOf, relative } from "../src/format/instant";
import { bytes, count, dollars, duration, exactDollars, exactDuration, grouped, plain } from "../src/format/quantity";
import { head, oneLine, plural } from "../src/format/text";

/** With common blanks, so that the expectations can be read. */
const read = (parts: ReturnType<typeof count>) => plain(parts).replaceAll("\u202f", " ");

describe("quantities have three significant digits and a unit", () => {
  it.each([
    [0, "0 ms"],
    [-5, "0 ms"],
    [7, "7 ns"],
    [1234, "1.23 µs"],
    [999_499, "999 µs"],
    [999_999, "1 ms"],
    [812_000_000, "812 ms"],
    [999_600_000, "1 s"],
    [1_240_000_000, "1.24 s"],
    [59_940_000_000, "59.9 s"],
    [59_980_000_000, "1 min"],
    [124_000_000_000, "2 min 4 s"],
    [3_599_700_000_000, "1 h"],
    [4_320_000_000_000, "1 h 12 min"],
    [90_000_000_000_000, "1 d 1 h"],
  ])("duration %d is %s", (nanos, expected) => expect(read(duration(nanos))).toBe(expected));

  it.each([
    [0, "0"],
    [812, "812"],
    [999, "999"],
    [1235, "1.24 k"],
    [12_400, "12.4 k"],
    [999_600, "1 M"],
    [1_200_000, "1.2 M"],
  ])("count %d is %s", (value, expected) => expect(read(count(value))).toBe(expected));

  it.each([
    [0, "$0"],
    [0.0031, "$0.0031"],
    [0.000_001_234, "$0.00000123"],
    [0.000_000_1, "<$0.000001"],
    [1.5, "$1.50"],
    [12.345, "$12.30"],
    [123.4, "$123"],
    [4200, "$4.2 k"],
    [-0.5, "-$0.5"],
  ])("dollars %d is %s", (value, expected) => expect(read(dollars(value))).toBe(expected));

  it("bytes", () => expect(read(bytes(1_234_567))).toBe("1.23 MB"));
  it.each([
    [0, "0"],
    [-0.0001, "0"],
    [999, "999"],
    [1000, "1,000"],
    [-1234567.25, "-1,234,567.25"],
    [0.1 + 0.2, "0.3"],
    [Number.NaN, "NaN"],
  ])("%f in groups", (value, text) => expect(grouped(value)).toBe(text));
  it("dollars to the last digit", () => expect(exactDollars(12_345.678)).toBe("$12,345.678"));
  it("small dollars too", () => expect(exactDollars(0.000_000_012_3)).toBe("$0.0000000123"));
  it("exact on hover", () => expect(exactDuration(2_413_000_001)).toBe("2,413.000001 ms"));
});

describe("instants", () => {
  const at = "2026-11-22T04:22:55.123456789Z";

  it("keep what lies below the millisecond", () => {
    expect(millisOf(at)).toBeCloseTo(Date.parse("2026-11-22T04:22:55.123Z") + 0.456789, 3);
    expect(millisOf("2026-11-22T04:22:55Z")).toBe(Date.parse("2026-11-22T04:22:55Z"));
  });

  it.each([
    [0, "just now"],
    [-30_000, "just now"],
    [12_000, "12 s ago"],
    [3 * 60_000, "3 min ago"],
    [5 * 3_600_000, "5 h ago"],
    [49 * 3_600_000, "2 d ago"],
    [35 * 24 * 3_600_000, "22 Nov"],
    [400 * 24 * 3_600_000, "22 Nov 2026"],
  ])("are relative in lists: %d ms is %s", (age, expected) => {
    expect(relative(at, millisOf(at) + age, "utc")).toBe(expected);
  });

  it("are absolute with the zone on hover, to the nanosecond", () => {
    expect(absolute(at, "utc", 9)).toBe("2026-11-22 04:22:55.123456789 UTC");
    expect(absolute(at, "local")).toMatch(/^2026-11-2\d \d\d:\d\d:55\.123 [+-]\d\d:\d\d$/);
  });

  it("that are none are shown as they are", () => {
    expect(absolute("soon", "utc")).toBe("soon");
    expect(relative("soon", 0)).toBe("soon");
  });
});

describe("texts", () => {
  it("are never cut inside of a character of two units", () => {
    expect(head("ab🙂", 3)).toBe("ab");
    expect(head("ab🙂", 4)).toBe("ab🙂");
  });

  it("become one line", () => {
    expect(oneLine(" a\n\n  b\tc ")).toBe("a b c");
    expect(oneLine("x".repeat(400), 10)).toBe("xxxxxxxxxx…");
  });

  it("of twenty megabytes are cut at once", () => {
    const began = performance.now();
    expect(oneLine("word ".repeat(4_000_000))).toHaveLength(301);
    expect(performance.now() - began).toBeLessThan(500);
  });

  it("count", () => {
    expect(plural(1, "span")).toBe("1 span");
    expect(plural(1200, "span")).toBe("1,200 spans");
  });
});
