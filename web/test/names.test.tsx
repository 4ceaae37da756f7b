// What prompt, tool, agent and the like are called, among the facts of a span.
import { render } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Names } from "../src/api/types";
import { Facts } from "../src/span/facts";
import { buildTree } from "../src/trace/tree";
import { names, span } from "./fixtures";

/** The facts of a span of the name `work` with these names, each as `term: description`. */
function told(known: Partial<Names>): string[] {
  const work = span({ names: names(known) });
  const [node] = buildTree([work]).roots;
  if (!node) throw new Error("the tree has no root");
  const { container } = render(<Facts node={node} span={work} />);
  const facts = [...container.querySelectorAll("dl > div")];
  return facts.map((fact) => [...fact.children].map((part) => part.textContent).join(": ")).slice(2);
}

it("nothing is told of names that are not known, or the span's own", () => {
  expect(told({})).toEqual([]);
  expect(told({ title: "work", tool: "work", agent: "work" })).toEqual([]);
});

it("every name is told, and of many tools how many more there are", () => {
  const tools_offered = Array.from({ length: 14 }, (_, n) => `tool${n}`);
  const facts = told({
    title: "say hello",
    trace: "nightly",
    prompt: "greeting",
    prompt_version: "3",
    tool: "search",
    tool_call_id: "call_1",
    tools_offered,
    agent: "planner",
    workflow: "trip",
    release: "2.1",
    service: "shop",
  });
  expect(facts).toEqual([
    "Title: say hello",
    "Trace: nightly",
    "Agent: planner",
    "Workflow: trip",
    "Tool: searchcall_1",
    `Tools: ${tools_offered.slice(0, 12).join("")}and 2 more`,
    "Prompt: greetingversion 3",
    "Service: shop2.1",
  ]);
});

it("a name leads to the traces that have it too", () => {
  const work = span({ names: names({ agent: "trip planner", tool: 'say "hi"', release: "2.1" }), environment: "live" });
  const [node] = buildTree([work]).roots;
  if (!node) throw new Error("the tree has no root");
  const { container } = render(<Facts node={node} span={work} />);
  const links = [...container.querySelectorAll('a[href^="/traces?"]')];
  const filters = links.map((link) =>
    new URL(link.getAttribute("href") ?? "", "http://page").searchParams.get("filter"),
  );
  expect(filters).toContain('agent="trip planner"');
  expect(filters).toContain('tool="say \\"hi\\""');
  expect(filters).toContain("environment=live");
});
