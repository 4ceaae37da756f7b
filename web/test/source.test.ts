// Source links, stacks, documents, costs: what a span says, read as what it means.
import { describe, expect, it } from "vitest";
import type { UnitPrices } from "../src/api/types";
import { statedBy, sumsByModel, tokenLines } from "../src/span/cost";
import { curlSpan } from "../src/span/curl";
import { findDocuments } from "../src/span/documents";
import { sourceLink } from "../src/span/source-link";
import { parseStack } from "../src/span/stack";
import { buildTree } from "../src/trace/tree";
import { span, tripTrace } from "./fixtures";

const SHA = "5c0c600d2f0e4b1d9a7c6e5f4a3b2c1d0e9f8a7b";

describe("sourceLink", () => {
  it.each([
    ["acme/trips", `https://github.com/acme/trips/blob/${SHA}/src/a%20b.py#L42`],
    ["https://github.com/acme/trips.git", `https://github.com/acme/trips/blob/${SHA}/src/a%20b.py#L42`],
    ["git@github.example.com:acme/trips.git", `https://github.example.com/acme/trips/blob/${SHA}/src/a%20b.py#L42`],
    ["https://user:secret@gitlab.com/g/sub/trips", `https://gitlab.com/g/sub/trips/-/blob/${SHA}/src/a%20b.py#L42`],
    ["ssh://git@git.acme.example:2222/g/trips.git", `https://git.acme.example/g/trips/-/blob/${SHA}/src/a%20b.py#L42`],
    ["git@bitbucket.org:acme/trips.git", `https://bitbucket.org/acme/trips/src/${SHA}/src/a%20b.py#lines-42`],
    [
      "https://bitbucket.acme.example/scm/PRJ/trips.git",
      `https://bitbucket.acme.example/projects/PRJ/repos/trips/browse/src/a%20b.py?at=${SHA}#42`,
    ],
    ["https://codeberg.org/acme/trips", `https://codeberg.org/acme/trips/src/commit/${SHA}/src/a%20b.py#L42`],
    ["github.com/acme/trips", `https://github.com/acme/trips/blob/${SHA}/src/a%20b.py#L42`],
  ])("of %s", (repo, address) => {
    expect(sourceLink({ repo, ref: SHA }, "src/a b.py", 42)).toBe(address);
  });

  it.each([
    ["javascript:alert(1)//a/b", "src/a.py"],
    ["https://evil.example/<script>/a", "src/a.py"],
    ["acme/trips", "/abs/a.py"],
    ["acme/trips", "../../a.py"],
    ["acme/trips", "javascript:alert(1)"],
    ["", "src/a.py"],
  ])("leads nowhere from %s and %s", (repo, file) => {
    expect(sourceLink({ repo, ref: SHA }, file, 1)).toBeNull();
    expect(sourceLink({ repo: "acme/trips", ref: null }, file, 1)).toBeNull();
  });
});

describe("parseStack", () => {
  it("reads Python's, the place where it happened first, and tells own code from libraries", () => {
    const stack =
      'Traceback (most recent call last):\n  File "src/agent.py", line 61, in plan\n    ask(model)\n' +
      '  File "/venv/lib/python3.12/site-packages/httpx/_client.py", line 914, in send\n    raise Timeout\nTimeout: slow';
    expect(parseStack(stack)).toEqual([
      {
        file: "/venv/lib/python3.12/site-packages/httpx/_client.py",
        line: 914,
        function: "send",
        code: "raise Timeout",
        isOwn: false,
      },
      { file: "src/agent.py", line: 61, function: "plan", code: "ask(model)", isOwn: true },
    ]);
  });

  it("reads JavaScript's and Java's", () => {
    const frames = parseStack(
      "Error: no\n    at plan (/app/src/agent.ts:61:11)\n    at async run (file:///app/main.mjs:3:1)\n    at node:internal/process:95:5\n" +
        "\tat com.acme.Trips.plan(Trips.java:12)\n\tat java.util.List.of(List.java:9)",
    );
    expect(frames.map(({ file, line, isOwn }) => [file, line, isOwn])).toEqual([
      ["/app/src/agent.ts", 61, true],
      ["/app/main.mjs", 3, true],
      ["node:internal/process", 95, false],
      ["Trips.java", 12, true],
      ["List.java", 9, false],
    ]);
  });

  it("reads nothing from what is none, and not for long", () => {
    expect(parseStack("it broke")).toEqual([]);
    const before = performance.now();
    parseStack(`at ${"a(".repeat(1_000_000)}\n${`  at ${"x".repeat(1900)}\n`.repeat(1000)}`);
    expect(performance.now() - before).toBeLessThan(1000);
  });
});

describe("findDocuments", () => {
  it("reads plain lists, pairs with scores, and wrapped nodes", () => {
    expect(findDocuments([{ id: "a", score: 0.9, text: "one", lang: "en" }])).toEqual([
      { id: "a", title: null, text: "one", score: 0.9, rest: { lang: "en" } },
    ]);
    const pair = findDocuments([[{ page_content: "two", metadata: { source: "x.md" } }, 0.5]]);
    expect(pair?.[0]).toMatchObject({ title: "x.md", text: "two", score: 0.5 });
    const node = findDocuments({ source_nodes: [{ node: { id_: "n", text: "three" }, score: 0.1 }] });
    expect(node?.[0]).toMatchObject({ text: "three", score: 0.1 });
    expect(findDocuments({ matches: [{ id: 7, score: 0.3 }] })?.[0]).toMatchObject({ id: "7", score: 0.3 });
  });

  it("is nothing where one of them is none", () => {
    expect(findDocuments([{ text: "one" }, 2])).toBeNull();
    expect(findDocuments([])).toBeNull();
    expect(findDocuments("text")).toBeNull();
  });
});

describe("cost", () => {
  it("sums a branch by model", () => {
    const root = buildTree(tripTrace().spans).all[0];
    expect(root && sumsByModel(root)).toEqual([
      { model: "gpt-4o-2024-11-20", n_calls: 2, inputTokens: 2495, outputTokens: 105, costUsd: 0.00466 },
    ]);
  });

  it("knows parts from wholes, and who stated the cost", () => {
    const call = tripTrace().spans[2];
    const prices = {
      input_usd_per_million: 2.5,
      output_usd_per_million: 10,
      cache_read_usd_per_million: 1.25,
      cache_write_usd_per_million: null,
    };
    expect(call && tokenLines(call.usage, prices, 0.00204)).toEqual([
      { words: "Input", tokens: 1204, isPart: false, usdPerMillion: 2.5, usd: 0.00045 },
      { words: "read from a cache", tokens: 1024, isPart: true, usdPerMillion: 1.25, usd: 0.00128 },
      { words: "Output", tokens: 31, isPart: false, usdPerMillion: 10, usd: 0.00031 },
      { words: "Together", tokens: 1235, isPart: false, usdPerMillion: null, usd: null },
    ]);
    const amounts = (prices: UnitPrices | null, cost: number | null) =>
      call && tokenLines(call.usage, prices, cost).map((line) => [line.usdPerMillion, line.usd]);
    const nothing = [null, null];
    expect(amounts(null, 0.00204)).toEqual([nothing, nothing, nothing, nothing]);
    // What a tier or the sender made of it is not told by the unit prices.
    expect(amounts(prices, 0.003)).toEqual([[2.5, null], [1.25, null], [10, null], nothing]);
    expect(statedBy(span({ cost_usd: 0.5, attributes: { "gen_ai.usage.cost": "0.5" } }))).toBe("gen_ai.usage.cost");
    expect(statedBy(span({ cost_usd: 0.5 }))).toBeNull();
  });
});

it("curl is taken by a shell word for word", () => {
  expect(curlSpan("http://h", "it's", "00")).toBe(
    `curl -s 'http://h/api/v1/traces/it'\\''s' | jq '.spans[] | select(.span_id == "00")'`,
  );
});
