// Names in order: the slowest, and the dearest, each with a bar in proportion and the way to its traces.
import type { MetricsRow } from "../api/types";
import { quoted } from "../filter/text";
import { oneLine } from "../format/text";
import { Link } from "../router";
import { Count, Dollars, Duration } from "../ui/quantity";
import { ranked } from "./series";
import type { Asked } from "./use-dashboard";

interface RankingProps {
  asked: Asked<{ rows: MetricsRow[] }>;
  list: (more: string, sort: string) => string;
}

const ROWS = 8;

export function Slowest(props: RankingProps) {
  return (
    <Ranking
      {...props}
      title="Slowest names"
      sort="duration"
      absence="Nothing has ended in this time."
      measure={(row) => row.duration_nanos?.p95 ?? 0}
      columns={[
        { label: "p50", cell: (row) => <Duration nanos={row.duration_nanos?.p50 ?? null} /> },
        { label: "p95", cell: (row) => <Duration nanos={row.duration_nanos?.p95 ?? null} /> },
        { label: "Spans", cell: (row) => <Count value={row.span_count} /> },
      ]}
    />
  );
}

export function Dearest(props: RankingProps) {
  return (
    <Ranking
      {...props}
      title="Dearest names"
      sort="cost"
      absence="Nothing cost anything in this time."
      measure={(row) => row.cost_usd}
      columns={[
        { label: "Each", cell: (row) => <Dollars value={row.cost_usd / Math.max(1, row.span_count)} /> },
        { label: "Cost", cell: (row) => <Dollars value={row.cost_usd} /> },
        { label: "Spans", cell: (row) => <Count value={row.span_count} /> },
      ]}
    />
  );
}

interface RankingTableProps extends RankingProps {
  title: string;
  sort: string;
  absence: string;
  measure: (row: MetricsRow) => number;
  columns: readonly { label: string; cell: (row: MetricsRow) => React.ReactNode }[];
}

function Ranking({ asked, list, title, sort, absence, measure, columns }: RankingTableProps) {
  const rows = asked.data ? ranked({ rows: [...asked.data.rows] }, measure, ROWS) : null;
  const largest = rows?.[0] ? measure(rows[0]) : 1;
  return (
    <section className="ranking" aria-label={title}>
      <table>
        <thead>
          <tr>
            <th scope="col" className="ranking-name">
              {title}
            </th>
            {columns.map((column) => (
              <th scope="col" key={column.label}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows?.map((row) => (
            <tr key={row.group}>
              <th scope="row" className="ranking-name">
                <span className="ranking-bar" style={{ width: `${(measure(row) / largest) * 100}%` }} />
                <Link to={list(`name:${quoted(row.group ?? "")}`, sort)} className="foreign" dir="auto">
                  {oneLine(row.group ?? "", 120) || "(no name)"}
                </Link>
              </th>
              {columns.map((column) => (
                <td key={column.label}>{column.cell(row)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows?.length === 0 && <p className="absence">{absence}</p>}
      {rows === null && asked.error === null && <p className="absence late">Loading…</p>}
      {rows === null && asked.error !== null && (
        <p className="lane-trouble" role="alert">
          <span>{asked.error instanceof Error ? asked.error.message : "Something went wrong."}</span>
          <button type="button" className="button" disabled={asked.isFetching} onClick={() => void asked.refetch()}>
            {asked.isFetching ? "Trying…" : "Try again"}
          </button>
        </p>
      )}
    </section>
  );
}
