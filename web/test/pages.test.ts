// The pages of the list and what arrives meanwhile become one list without doubles or gaps.
import { expect, it } from "vitest";
import { between, bounds, isOpenEnded, rangeOf } from "../src/time/range";
import { nextAskMillis } from "../src/trace/use-tree";
import { flatten, withNewest } from "../src/traces/pages";
import { START, span, summaries, summary } from "./fixtures";

const ids = (pages: ReturnType<typeof withNewest>) =>
  pages && flatten(pages).map((trace) => Number.parseInt(trace.trace_id, 16));

it("new traces come on top, known ones are renewed in place", () => {
  const loaded = [
    { traces: summaries(2, 2), next_cursor: "a" },
    { traces: summaries(2, 4), next_cursor: "b" },
  ];
  const [, , third = summary()] = summaries(3);
  const newest = { traces: [...summaries(2), { ...third, span_count: 9 }], next_cursor: "z" };
  const pages = withNewest(loaded, newest);
  expect(ids(pages)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(pages?.map((page) => page.next_cursor)).toEqual(["a", "b"]);
  expect(flatten(pages ?? [])[2]?.span_count).toBe(9);
});

it("a gap between what is loaded and what is new begins the list anew", () => {
  expect(
    withNewest([{ traces: summaries(2, 100), next_cursor: "a" }], { traces: summaries(2), next_cursor: "z" }),
  ).toBeNull();
});

it("the first traces of an empty list bring their own cursor", () => {
  const pages = withNewest([{ traces: [], next_cursor: null }], { traces: summaries(2), next_cursor: "z" });
  expect(ids(pages)).toEqual([0, 1]);
  expect(pages?.[0]?.next_cursor).toBe("z");
});

it("a trace on two pages is shown once", () => {
  expect(
    ids([
      { traces: summaries(3), next_cursor: "a" },
      { traces: summaries(2, 2), next_cursor: null },
    ]),
  ).toEqual([0, 1, 2, 3]);
});

it("a range in the address becomes bounds, and nonsense any time", () => {
  const now = Date.parse("2026-11-22T05:00:00Z");
  expect(bounds(rangeOf("1h"), now)).toEqual({ startedAfter: "2026-11-22T04:00:00.000Z" });
  for (const nonsense of ["nonsense", "2026-11-22~", "2026-11-22T05:00:00Z~2026-11-22T04:00:00Z", "a~b"]) {
    expect(bounds(rangeOf(nonsense), now)).toEqual({});
  }
});

it("a brushed range stands in the address with both ends, and no news comes into one that is over", () => {
  const now = Date.parse("2026-11-22T05:00:00Z");
  const value = between(now - 7_200_000, now - 3_600_500);
  expect(value).toBe("2026-11-22T03:00:00Z~2026-11-22T03:59:59.500Z");
  expect(bounds(rangeOf(value), now)).toEqual({
    startedAfter: "2026-11-22T03:00:00.000Z",
    startedBefore: "2026-11-22T03:59:59.500Z",
  });
  expect(isOpenEnded(rangeOf(value), now)).toBe(false);
  expect(isOpenEnded(rangeOf("1h"), now)).toBe(true);
});

it("a trace is asked for again while it is young or open, less often where the server tells or it is large", () => {
  const begun = Date.parse(START);
  const done = { trace: summary(), spans: [span()], scores: [] };
  const open = { trace: summary(), spans: [span({ pending: true })], scores: [] };
  expect(nextAskMillis(done, begun + 1000, false)).toBe(2000);
  expect(nextAskMillis(done, begun + 600_000, true)).toBe(false);
  expect(nextAskMillis(open, begun + 600_000, false)).toBe(2000);
  expect(nextAskMillis(open, begun + 600_000, true)).toBe(10_000);
  const large = { ...open, spans: Array.from({ length: 6000 }, () => span({ pending: true })) };
  expect(nextAskMillis(large, begun, false)).toBe(10_000);
});
