// JSON folds, long texts are cut, and everything can be brought on the screen.
import { fireEvent, render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { cut } from "../src/span/cut";
import { JsonTree } from "../src/span/json-tree";
import { LongText } from "../src/span/long-text";

it("is open to a depth of three and opens further on demand", () => {
  render(<JsonTree value={{ one: { two: { three: { four: "deep" } } } }} />);
  expect(screen.getByText("three")).toBeTruthy();
  expect(screen.queryByText("four")).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: /three/ }));
  expect(screen.getByText("deep")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: /one/ }));
  expect(screen.queryByText("two")).toBeNull();
});

it("draws a long list in parts", () => {
  render(<JsonTree value={Array.from({ length: 5000 }, (_, index) => `item ${index}`)} />);
  expect(screen.queryByText("item 100")).toBeNull();
  fireEvent.click(screen.getByText("… show 1000 more of 5000"));
  expect(screen.getByText("item 1099")).toBeTruthy();
});

it("draws every kind of scalar, and what is empty", () => {
  const { container } = render(<JsonTree value={{ a: null, b: false, c: 1.5, d: "", e: [], f: {} }} />);
  expect(container.textContent).toBe("anullbfalsec1.5de[ ]f{ }");
});

it("cuts a long text and shows all of it on demand", () => {
  const text = `begin ${"x".repeat(20_000)} end`;
  const { container } = render(<LongText text={text} />);
  expect(container.textContent).not.toContain("end");
  fireEvent.click(screen.getByText(/show all 20/));
  expect(container.textContent).toBe(text);
});

it("shows a text of twenty megabytes in steps", () => {
  const { container } = render(<LongText text={"x".repeat(20_000_000)} />);
  fireEvent.click(screen.getByText(/show more of 20/));
  expect(container.textContent?.length).toBeLessThan(300_000);
  expect(screen.getByText(/show more of 20/)).toBeTruthy();
});

it("cuts at lines, not for a line more, and never inside of a character", () => {
  expect(cut("a\nb\nc\nd\ne\nf", 3, 100)).toBe("a\nb\nc");
  expect(cut("a\nb\nc", 3, 100)).toBe("a\nb\nc");
  expect(cut("🙂".repeat(100), 3, 11)).toBe("🙂".repeat(5));
});
