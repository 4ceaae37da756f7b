// The cost of a span: its tokens by what they were, who said the price, and what the branch below it cost.
import { useMemo } from "react";
import type { SpanDetail } from "../api/types";
import { oneLine } from "../format/text";
import type { Node } from "../trace/tree";
import { Count, Dollars } from "../ui/quantity";
import { statedBy, sumsByModel, tokenLines } from "./cost";

export function CostTab({ node, span }: { node: Node; span: SpanDetail }) {
  const lines = tokenLines(span.usage, span.unit_prices, span.cost_usd);
  const hasAmounts = lines.some((line) => line.usd !== null);
  const hasPrices = lines.some((line) => line.usdPerMillion !== null);
  const sums = useMemo(() => sumsByModel(node), [node]);
  const stated = statedBy(span);
  const total = span.usage.total_tokens ?? (span.usage.input_tokens ?? 0) + (span.usage.output_tokens ?? 0);
  return (
    <>
      {(lines.length > 0 || span.cost_usd !== null) && (
        <section className="side">
          <h3>This span</h3>
          <table className="figures">
            {hasPrices && (
              <thead>
                <tr>
                  <th scope="col">Tokens</th>
                  <th scope="col">Count</th>
                  <th scope="col">$ a million</th>
                  {hasAmounts && <th scope="col">Cost</th>}
                </tr>
              </thead>
            )}
            <tbody>
              {lines.map((line) => (
                <tr key={line.words} className={line.isPart ? "figures-part" : undefined}>
                  <th scope="row">{line.isPart ? `of it ${line.words}` : line.words}</th>
                  <td>
                    <Count value={line.tokens} unit="tok" />
                  </td>
                  {hasPrices && <td>{line.usdPerMillion !== null && <Dollars value={line.usdPerMillion} />}</td>}
                  {hasAmounts && <td>{line.usd !== null && <Dollars value={line.usd} />}</td>}
                </tr>
              ))}
              {span.cost_usd !== null && (
                <tr className="figures-sum">
                  <th scope="row">Cost</th>
                  <td>
                    <Dollars value={span.cost_usd} />
                  </td>
                </tr>
              )}
              {span.cost_usd !== null && total > 0 && (
                <tr className="figures-part">
                  <th scope="row">for a million tokens, over all</th>
                  <td>
                    <Dollars value={(span.cost_usd / total) * 1e6} />
                  </td>
                </tr>
              )}
            </tbody>
          </table>
          <p className="absence">
            {span.cost_usd === null
              ? `No cost is known: the sender stated none, and there is no price for ${span.model ? `“${oneLine(span.model, 80)}”` : "a span without a model"}.`
              : stated
                ? `The sender stated it, in ${stated}.`
                : "Worked out by the server from the tokens and the model's price."}
            {span.cost_usd !== null && !stated && span.price_version !== "" && (
              <>
                {" "}
                Price list: <code className="foreign">{oneLine(span.price_version, 80)}</code>.
              </>
            )}
          </p>
        </section>
      )}
      {node.descendantCount > 0 && sums.length > 0 && (
        <section className="side">
          <h3>With everything below</h3>
          <table className="figures">
            <thead>
              <tr>
                <th scope="col">Model</th>
                <th scope="col">Calls</th>
                <th scope="col">Input</th>
                <th scope="col">Output</th>
                <th scope="col">Cost</th>
              </tr>
            </thead>
            <tbody>
              {sums.map((sum) => (
                <tr key={sum.model}>
                  <th scope="row" className="foreign">
                    {oneLine(sum.model, 80)}
                  </th>
                  <td>
                    <Count value={sum.n_calls} />
                  </td>
                  <td>
                    <Count value={sum.inputTokens} />
                  </td>
                  <td>
                    <Count value={sum.outputTokens} />
                  </td>
                  <td>{sum.costUsd === null ? "–" : <Dollars value={sum.costUsd} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {lines.length === 0 && span.cost_usd === null && sums.length === 0 && (
        <p className="absence">Neither this span nor one below it used tokens.</p>
      )}
    </>
  );
}
