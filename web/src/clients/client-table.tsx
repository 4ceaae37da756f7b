// The programs that send spans, and what each of them says it could not deliver.

import { useInfiniteQuery } from "@tanstack/react-query";
import { listClients } from "../api/settings";
import type { Client } from "../api/types";
import { grouped } from "../format/quantity";
import { oneLine, plural } from "../format/text";
import { Ago } from "../ui/instant";
import { FailureNotice } from "../ui/notice";
import { Count } from "../ui/quantity";
import "./clients.css";

/** With `isLossy` only those that lost something. */
export function ClientTable({ isLossy = false }: { isLossy?: boolean }) {
  const query = useInfiniteQuery({
    queryKey: ["clients", isLossy],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => listClients(isLossy, pageParam, signal),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: 15_000,
  });
  const clients = query.data?.pages.flatMap((page) => page.clients) ?? [];
  const lost = totalOf(query.data?.pages[0]?.lost ?? {});
  return (
    <>
      {query.error && (
        <FailureNotice
          error={query.error}
          onRetry={() => void query.refetch()}
          isRetrying={query.isFetching}
          {...(query.data ? { consequence: "What was loaded is still shown." } : {})}
        />
      )}
      {query.data && isLossy && clients.length === 0 && (
        <p className="absence">Nothing: every client says that it has delivered all its spans.</p>
      )}
      {query.data && !isLossy && clients.length === 0 && <p className="absence">No program has sent spans yet.</p>}
      {clients.length > 0 && (
        <table className="table clients">
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col">Where</th>
              <th scope="col">SDK</th>
              <th scope="col">Last heard of</th>
              <th scope="col" className="is-number">
                Spans
              </th>
              <th scope="col">Lost{lost > 0 && `, ${grouped(lost)} in all`}</th>
            </tr>
          </thead>
          <tbody>
            {clients.map((client) => (
              <ClientRow key={client.id} client={client} />
            ))}
          </tbody>
        </table>
      )}
      {query.hasNextPage && (
        <p>
          <button
            type="button"
            className="button"
            disabled={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {query.isFetchingNextPage ? "Loading…" : "More clients"}
          </button>
        </p>
      )}
    </>
  );
}

function ClientRow({ client }: { client: Client }) {
  const place = [client.instance, client.process && `process ${client.process}`].filter(Boolean).join(", ");
  const reasons = Object.entries(client.lost).filter(([, n]) => n > 0);
  return (
    <tr>
      <th scope="row" className="foreign" dir="auto">
        {oneLine(client.service, 80) || "(no service)"}
      </th>
      <td className="foreign" dir="auto">
        {oneLine(place, 80)}
      </td>
      <td className="foreign" dir="auto">
        {oneLine(client.sdk, 80)}
      </td>
      <td>
        <Ago at={client.last_seen_at} />
      </td>
      <td className="is-number">
        <Count value={client.span_count} />
      </td>
      <td>
        {reasons.length === 0 && <span className="absence">nothing</span>}
        {reasons.map(([reason, n]) => (
          <span key={reason} className="client-loss" title={`${plural(n, "span")} lost`}>
            <Count value={n} /> {oneLine(reason.replaceAll("_", " "), 60)}
          </span>
        ))}
      </td>
    </tr>
  );
}

function totalOf(lost: Readonly<Record<string, number>>): number {
  return Object.values(lost).reduce((sum, n) => sum + n, 0);
}
