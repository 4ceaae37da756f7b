// Search: words become a filter, what was found leads straight to its span, and nothing typed is lost.
import { act, fireEvent, screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { SpanHit } from "../src/api/types";
import { filterOf, patternOf, wordsOf } from "../src/search/words";
import { open, press, refusal, serve } from "./serving";

describe("words", () => {
  it("are words, phrases and words with stars, and never conditions", () => {
    expect(wordsOf('late  "money back" refund* late "open')).toEqual(["late", "money back", "refund*", "open"]);
    expect(wordsOf(' - "" * ')).toEqual([]);
    expect(filterOf(wordsOf('or status:error "a \\ b" refund* näh'))).toBe(
      '"or" "status:error" "a \\\\ b" refund* "näh"',
    );
  });

  it("are found on the screen as the server finds them", () => {
    const found = (text: string, words: string[]) => [...text.matchAll(patternOf(words) ?? /$^/g)].map(([all]) => all);
    expect(found("The TRAM, a trams' tram-stop", ["tram"])).toEqual(["TRAM", "tram"]);
    expect(found("money\n(back) money", ["money back"])).toEqual(["money\n(back"]);
    expect(found("refunds refunded fund", ["refund*"])).toEqual(["refunds", "refunded"]);
    expect(patternOf(["*", "--"])).toBeNull();
  });
});

function hit(number: number): SpanHit {
  return {
    trace_id: "ab".repeat(16),
    span_id: String(number).padStart(16, "0"),
    parent_span_id: null,
    name: `step ${number}`,
    kind: "tool",
    status: "ok",
    started_at: "2026-11-22T04:22:55.123456789Z",
    duration_nanos: 1e6,
    pending: false,
    model: null,
    total_tokens: null,
    cost_usd: null,
    session_id: null,
    user_id: null,
    environment: null,
    tags: [],
    excerpts: [
      {
        field: "output",
        parts: [
          { text: "the ", marked: false },
          { text: "tram", marked: true },
        ],
      },
    ],
  };
}

describe("the search", () => {
  it("looks while it is typed, marks the words, and enter opens the span", async () => {
    const requests = serve(({ path }) =>
      path === "/api/v1/search" ? { body: { spans: [hit(1), hit(2)], next_cursor: null } } : null,
    );
    open("/search?filter=kind%3Atool&range=7d");
    const box = await screen.findByRole("searchbox");
    fireEvent.change(box, { target: { value: "tram" } });
    expect((await screen.findAllByText("tram", { selector: "mark" })).length).toBe(2);
    const [asked] = requests.filter(({ path }) => path === "/api/v1/search");
    expect(asked?.parameters.get("filter")).toBe('"tram" kind:tool');
    expect(new URLSearchParams(window.location.search).get("q")).toBe("tram");
    (document.activeElement as HTMLElement | null)?.blur();
    await press("j");
    await press("j");
    await press("Enter");
    expect(window.location.pathname).toBe(`/traces/${"ab".repeat(16)}`);
    expect(new URLSearchParams(window.location.search).get("span")).toBe(hit(2).span_id);
    expect(new URLSearchParams(window.location.search).get("find")).toBe("tram");
  });

  it("keeps what was typed when the server is gone, and finds it when it is back", async () => {
    let isGone = true;
    serve(({ path }) => {
      if (path !== "/api/v1/search") return null;
      return isGone ? "unreachable" : { body: { spans: [hit(1)], next_cursor: null } };
    });
    open("/search");
    const box = await screen.findByRole<HTMLInputElement>("searchbox");
    fireEvent.change(box, { target: { value: "a long question about the tram" } });
    const notice = await screen.findByRole("alert");
    expect(notice.textContent).toContain("No connection to Tracewood");
    expect(box.value).toBe("a long question about the tram");
    isGone = false;
    fireEvent.click(within(notice).getByRole("button"));
    expect(await screen.findByText("step 1")).toBeTruthy();
    expect(box.value).toBe("a long question about the tram");
  });

  it("says that the server is slow, keeps the words, and tries again when asked to", async () => {
    let isSlow = true;
    // As if the time were up at once; what answers none the less is not hurt by it.
    vi.spyOn(AbortSignal, "timeout").mockImplementation(() =>
      isSlow ? AbortSignal.abort() : new AbortController().signal,
    );
    serve(({ path }) => {
      if (path !== "/api/v1/search") return null;
      return isSlow ? "unreachable" : { body: { spans: [hit(7)], next_cursor: null } };
    });
    open("/search?q=tram");
    const notice = await screen.findByText("Tracewood is slow to answer.");
    isSlow = false;
    fireEvent.click(within(notice.closest<HTMLElement>("[role=alert]") ?? document.body).getByRole("button"));
    expect(await screen.findByText("step 7")).toBeTruthy();
  });

  it("says that nothing was found, and what is wrong with the conditions", async () => {
    serve(({ path, parameters }) => {
      if (path !== "/api/v1/search") return null;
      return parameters.get("filter")?.includes("kindd")
        ? refusal(400, "bad_request", "\"filter\": there is no field 'kindd'; did you mean 'kind'?", {
            offset: 7,
            length: 5,
          })
        : { body: { spans: [], next_cursor: null } };
    });
    open("/search?q=tram");
    expect(await screen.findByText("No span has this word")).toBeTruthy();
    const filter = screen.getByRole("combobox", { name: "Filter" });
    await act(async () => filter.focus());
    fireEvent.change(filter, { target: { value: "kindd:tool" } });
    await act(async () => void fireEvent.submit(filter));
    expect(await screen.findByText(/There is no field 'kindd'/)).toBeTruthy();
  });
});
