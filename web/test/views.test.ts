// Columns and saved views of the list: what is kept, and what a damaged or foreign entry does.
import { beforeEach, describe, expect, it } from "vitest";
import { columnsOf, templateOf } from "../src/traces/columns";
import { currentView, readViews, removeView, saveView } from "../src/traces/views";

beforeEach(() => window.localStorage.clear());

describe("columns", () => {
  const ids = (parameter: string | null, chosen: string[] | null = null) =>
    columnsOf(parameter, chosen).map((column) => column.id);

  it("are the usual ones, those chosen, or those of the address, and always tell traces apart", () => {
    expect(ids(null)).toHaveLength(12);
    expect(ids(null, ["cost", "model"])).toEqual(["time", "name", "model", "cost", "status"]);
    expect(ids("tags,nonsense", ["cost"])).toEqual(["time", "name", "tags", "status"]);
    expect(templateOf(columnsOf("cost"))).toBe("76px minmax(170px, 1.3fr) 76px 16px");
  });
});

describe("views", () => {
  it("come back by name, whatever order their parameters have, without the trace looked at", () => {
    saveView(" dear ", "range=1h&peek=abc&cols=cost");
    const [view] = readViews();
    expect(view).toEqual({ name: "dear", search: "cols=cost&range=1h" });
    expect(currentView(readViews(), "cols=cost&range=1h&peek=x")?.name).toBe("dear");
    expect(saveView("dear", "range=7d")).toEqual([{ name: "dear", search: "range=7d" }]);
    expect(removeView("dear")).toEqual([]);
    expect(saveView("  ", "range=7d")).toEqual([]);
  });

  it("are none where what is kept is damaged", () => {
    window.localStorage.setItem("tracewood.views", '[{"name":1},{"name":"a","search":"x=1"}]');
    expect(readViews()).toEqual([{ name: "a", search: "x=1" }]);
    window.localStorage.setItem("tracewood.views", "{");
    expect(readViews()).toEqual([]);
  });
});
