// The live connection: what is asked when spans arrive, and when the server comes back.
import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useLive } from "../src/traces/use-live";

class Source extends EventTarget {
  static last: Source | null = null;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  close = vi.fn();
  constructor(readonly url: string) {
    super();
    Source.last = this;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Source);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("asks soon after a span, by when it can be found, and once more for a busy server", () => {
  const asked: number[] = [];
  const start = Date.now();
  const { unmount } = renderHook(() => useLive(true, () => asked.push(Date.now() - start), "kind:llm"));
  expect(Source.last?.url).toBe("/api/v1/live?filter=kind%3Allm");
  act(() => {
    Source.last?.dispatchEvent(new Event("span"));
    Source.last?.dispatchEvent(new Event("span"));
    vi.advanceTimersByTime(20_000);
  });
  expect(asked).toEqual([500, 1500, 5000]);
  unmount();
  expect(Source.last?.close).toHaveBeenCalledOnce();
});

it("asks at once when a lost server is back, and not when it is first reached", () => {
  const onNews = vi.fn();
  const { result } = renderHook(() => useLive(true, onNews));
  act(() => Source.last?.onopen?.());
  expect([result.current, onNews.mock.calls.length]).toEqual([true, 0]);
  act(() => Source.last?.onerror?.());
  expect(result.current).toBe(false);
  act(() => Source.last?.onopen?.());
  expect([result.current, onNews.mock.calls.length]).toEqual([true, 1]);
});
