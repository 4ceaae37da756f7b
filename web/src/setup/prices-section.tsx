// What models cost: the project's own prices, the server's, and pricing again what came before them.
import { useQuery } from "@tanstack/react-query";
import { listPrices, removePrice } from "../api/settings";
import type { NewPrice, Price } from "../api/types";
import { dayOf, millisOf } from "../format/instant";
import * as quantity from "../format/quantity";
import { oneLine } from "../format/text";
import { NewPriceForm } from "./new-price";
import { Loaded, Trouble, Twice } from "./parts";
import { PriceAgain } from "./price-again";
import { useChange } from "./use-change";

export function PricesSection() {
  const prices = useQuery({ queryKey: ["prices"], queryFn: ({ signal }) => listPrices(signal) });
  return (
    <>
      <h2>Prices</h2>
      <p className="setup-intro">
        A price of your own comes before the server's, and both before the list that Tracewood brings. A model's name
        may have stars: <code>gpt-4o*</code>. Spans that have arrived keep the price of their day until you price them
        again.
      </p>
      <Loaded query={prices}>
        {({ prices: own, server_prices, list_version }) => (
          <>
            {own.length + server_prices.length > 0 && <PriceTable own={own} server={server_prices} />}
            <NewPriceForm />
            <PriceAgain />
            <p className="aside">The list for all other models: {list_version}</p>
          </>
        )}
      </Loaded>
    </>
  );
}

function PriceTable({ own, server }: { own: readonly Price[]; server: readonly NewPrice[] }) {
  return (
    <div className="setup-wide" tabIndex={0} role="region" aria-label="All prices">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">Provider</th>
            <th scope="col">From</th>
            <th scope="col" className="is-number">
              Input
            </th>
            <th scope="col" className="is-number">
              Output
            </th>
            <th scope="col" className="is-number">
              From cache
            </th>
            <th scope="col" className="is-number">
              To cache
            </th>
            <th scope="col">
              <span className="unseen">Whose</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {own.map((price) => (
            <PriceRow key={price.id} price={price} id={price.id} />
          ))}
          {server.map((price) => (
            <PriceRow key={JSON.stringify(price)} price={price} id={null} />
          ))}
        </tbody>
        <caption>US dollars for a million tokens</caption>
      </table>
    </div>
  );
}

function PriceRow({ price, id }: { price: NewPrice; id: string | null }) {
  const change = useChange(removePrice, "prices");
  return (
    <tr>
      <th scope="row">
        <code className="foreign">{oneLine(price.model, 80)}</code>
      </th>
      <td>{price.provider === null ? <span className="absence">any</span> : oneLine(price.provider, 60)}</td>
      <td>{price.from === null ? <span className="absence">ever</span> : dayOf(millisOf(price.from), "utc")}</td>
      <Dollars value={price.input_usd_per_million} />
      <Dollars value={price.output_usd_per_million} />
      <Dollars value={price.cache_read_usd_per_million} />
      <Dollars value={price.cache_write_usd_per_million} />
      <td>
        <Trouble error={change.error} />
        {id === null ? (
          <span className="absence">the server's</span>
        ) : (
          <Twice
            label="Remove"
            sure="Remove"
            warning="Spans to come cost what the list says."
            isBusy={change.isPending}
            onSure={() => change.mutate(id)}
          />
        )}
      </td>
    </tr>
  );
}

function Dollars({ value }: { value: number | null }) {
  return (
    <td className="is-number quantity">
      {value === null ? <span className="absence">as input</span> : quantity.exactDollars(value)}
    </td>
  );
}
