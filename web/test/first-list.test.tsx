// The first list: what is drawn before the page is there, and what a reader does until then.
import { render } from "@testing-library/react";
import { createElement } from "react";
import { describe, expect, it, vi } from "vitest";
import type { TraceList, TraceSummary } from "../src/api/types";
import { FirstList } from "../src/first/first-list";
import { keepDoings } from "../src/first/kept";
import { paint } from "../src/first/paint";
import { columnsOf } from "../src/traces/columns";
import { summary } from "./fixtures";

const LIST: TraceList = {
  traces: [
    summary(),
    summary({
      trace_id: "b".repeat(32),
      name: '<b>“bold”</b>\n & "more" &amp; </a><i data-style>',
      status: "error",
      error_count: 1200,
    }),
    summary({ trace_id: "c".repeat(32), duration_nanos: null, root_missing: true, session_id: "s".repeat(40) }),
    summary({ trace_id: "d".repeat(32), name: "", kind: "agent", tags: ["a", "b"], user_id: "u/1" }),
  ] satisfies TraceSummary[],
  next_cursor: null,
};

function painted(): HTMLElement {
  const root = document.createElement("div");
  paint(createElement(FirstList, { list: LIST, columns: columnsOf(null, null), sort: "duration" }), root);
  return root;
}

describe("the first list", () => {
  it("is what React would draw of it", () => {
    vi.spyOn(Date, "now").mockReturnValue(Date.parse("2026-11-22T04:30:00Z"));
    const { container } = render(<FirstList list={LIST} columns={columnsOf(null, null)} sort="duration" />);
    expect(painted().innerHTML).toBe(container.innerHTML);
    expect(container.querySelectorAll(".list-row")).toHaveLength(4);
  });

  it("keeps what a reader does until the page is there", async () => {
    const first = painted();
    document.body.append(first);
    const kept = keepDoings();
    const press = (key: string) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    const click = (selector: string) => first.querySelector<HTMLElement>(selector)?.click();
    press("j");
    click('a[href="/dashboard"]');
    click(".list-row:nth-child(2) .cell-cost");
    click(".list-row:nth-child(3) .list-mark");
    click(".cell-tokens .list-sort");
    click("h1");
    // A key on a button comes as its click.
    const enter = new KeyboardEvent("keydown", { key: "Enter", bubbles: true });
    first.querySelector(".list-sort")?.dispatchEvent(enter);
    first.remove();
    // The page, in which a new trace has come above the others.
    const page = painted();
    page.querySelector(".list-rows")?.prepend(document.createElement("p"));
    document.body.append(page);
    const done: string[] = [];
    const key = (event: KeyboardEvent) => done.push(event.key);
    const clicked = (event: Event) => {
      event.preventDefault();
      const target = event.target as HTMLElement;
      done.push(`${target.className} ${target.getAttribute("href") ?? target.closest(".list-row")?.id ?? ""}`);
    };
    window.addEventListener("keydown", key);
    page.addEventListener("click", clicked);
    await kept.redo();
    expect(done).toEqual([
      "j",
      "rail-item /dashboard",
      `foreign list-link /traces/${"b".repeat(32)}`,
      "list-mark first-2",
      "list-sort ",
    ]);
    press("k");
    expect(done.at(-1)).toBe("k");
    expect(done).toHaveLength(6);
    window.removeEventListener("keydown", key);
    page.remove();
  });
});
