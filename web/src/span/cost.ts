// How a cost came about, as far as a trace tells: tokens by what they were, and sums by model over a branch.
import type { Span, UnitPrices, Usage } from "../api/types";
import type { Node } from "../trace/tree";

export interface Line {
  words: string;
  tokens: number;
  /** Whether it is a part of the line above it. */
  isPart: boolean;
  /** What a million of them cost, where they have a price of their own. */
  usdPerMillion: number | null;
  /** What they cost; a line with parts of their own price has the rest. Null where the prices do not add up to the cost. */
  usd: number | null;
}

export interface ModelSum {
  model: string;
  n_calls: number;
  inputTokens: number;
  outputTokens: number;
  costUsd: number | null;
}

/** By how much of the cost the amounts may differ from it: what a tier or a rounding makes. */
const AMOUNTS_DIFFER_MAX = 0.001;

/** The tokens of one span, whole and parts, each with its price and what it came to where prices were used. */
export function tokenLines(usage: Usage, prices: UnitPrices | null, costUsd: number | null): Line[] {
  // A part without a price of its own costs what the whole costs.
  const apart = (tokens: number | null, usd: number | null | undefined) => (usd == null ? 0 : (tokens ?? 0));
  const uncached =
    (usage.input_tokens ?? 0) -
    apart(usage.cache_read_tokens, prices?.cache_read_usd_per_million) -
    apart(usage.cache_write_tokens, prices?.cache_write_usd_per_million);
  const lines: [string, number | null, boolean, number | null | undefined, number | null][] = [
    ["Input", usage.input_tokens, false, prices?.input_usd_per_million, uncached],
    ["read from a cache", usage.cache_read_tokens, true, prices?.cache_read_usd_per_million, usage.cache_read_tokens],
    [
      "written to a cache",
      usage.cache_write_tokens,
      true,
      prices?.cache_write_usd_per_million,
      usage.cache_write_tokens,
    ],
    ["Output", usage.output_tokens, false, prices?.output_usd_per_million, usage.output_tokens],
    ["spent on reasoning", usage.reasoning_tokens, true, null, null],
    ["Together", usage.total_tokens, false, null, null],
  ];
  const amount = (usd: number | null | undefined, tokens: number | null) =>
    usd == null || tokens === null ? null : (usd * tokens) / 1e6;
  const sum = lines.reduce((total, [, , , usd, tokens]) => total + (amount(usd, tokens) ?? 0), 0);
  const addsUp = costUsd !== null && costUsd > 0 && Math.abs(sum - costUsd) <= costUsd * AMOUNTS_DIFFER_MAX;
  return lines.flatMap(([words, tokens, isPart, usd, priced]) =>
    tokens === null
      ? []
      : [{ words, tokens, isPart, usdPerMillion: usd ?? null, usd: addsUp ? amount(usd, priced) : null }],
  );
}

/** The attribute in which the sender stated the cost itself. */
export function statedBy(span: Span): string | null {
  const names = Object.keys(span.attributes).filter((name) =>
    /(?:^|[._])(?:cost|cost_usd|total_cost)(?:$|[._])/i.test(name),
  );
  return names.find((name) => asNumber(span.attributes[name]) === span.cost_usd) ?? null;
}

/** Agents and chains often repeat the sum of the calls below them, which would count twice. */
const MODEL_CALLS = new Set(["llm", "completion", "embedding", "rerank"]);

/** What a span and everything below it used, by model, the dearest first. */
export function sumsByModel(top: Node): ModelSum[] {
  const sums = new Map<string, ModelSum>();
  const waiting = [top];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    for (const child of node.children) waiting.push(child);
    const { span } = node;
    const hasUse = span.usage.input_tokens !== null || span.usage.output_tokens !== null || span.cost_usd !== null;
    if (span.model === null || !hasUse || !MODEL_CALLS.has(span.kind)) continue;
    const sum = sums.get(span.model) ?? {
      model: span.model,
      n_calls: 0,
      inputTokens: 0,
      outputTokens: 0,
      costUsd: null,
    };
    sum.n_calls += 1;
    sum.inputTokens += span.usage.input_tokens ?? 0;
    sum.outputTokens += span.usage.output_tokens ?? 0;
    if (span.cost_usd !== null) sum.costUsd = (sum.costUsd ?? 0) + span.cost_usd;
    sums.set(span.model, sum);
  }
  return [...sums.values()].sort((a, b) => (b.costUsd ?? -1) - (a.costUsd ?? -1) || b.inputTokens - a.inputTokens);
}

function asNumber(value: unknown): number | null {
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}
