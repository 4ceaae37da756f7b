// The lanes of the dashboard: traffic, errors, latency, time to first token, tokens, losses and cost by model.
import type { MetricsRow } from "../api/types";
import type { PlotData, Series } from "../chart/plot";
import { allOf, quoted } from "../filter/text";
import * as quantity from "../format/quantity";
import { oneLine } from "../format/text";
import { navigate, setParameters } from "../router";
import { between, type Range } from "../time/range";
import { listAddress } from "../traces/question";
import { Count, Dollars, Duration } from "../ui/quantity";
import { Lane, type Reading } from "./lane";
import { LossLane } from "./loss-lane";
import { type Axis, along, partAt, partsOf, stacked } from "./series";
import { axisCount, axisDollars, axisDuration } from "./units";
import type { useDashboard } from "./use-dashboard";

type Dashboard = ReturnType<typeof useDashboard>;

interface LanesProps {
  dashboard: Dashboard;
  range: Range;
  filter: string;
}

/** From the darkest to what is left over. */
const MODEL_COLOURS = [100, 78, 60, 46, 34].map((share) => `color-mix(in srgb, var(--kind-llm) ${share}%, var(--bg))`);
const REST_COLOUR = "var(--line-strong)";
const QUANTILES = [
  { key: "p50", colour: "var(--chart-bar)" },
  { key: "p95", colour: "color-mix(in srgb, var(--accent) 60%, var(--bg))" },
  { key: "p99", colour: "var(--accent)" },
] as const;

export function Lanes({ dashboard, range, filter }: LanesProps) {
  const { axis } = dashboard;
  const open = (index: number, more: { filter?: string; sort?: string } = {}) => {
    const from = (axis?.steps[index] ?? 0) * 1000;
    const step = between(from, from + (axis?.stepSeconds ?? 1) * 1000);
    navigate(listAddress({ range: step, filter: allOf(filter, more.filter ?? ""), sort: more.sort ?? "" }));
  };
  const onBrush = (first: number, last: number) => {
    const [from, to] = [axis?.steps[first] ?? 0, (axis?.steps[last] ?? 0) + (axis?.stepSeconds ?? 1)];
    setParameters({ range: between(from * 1000, to * 1000) });
  };
  const list = (more: string, sort = "") => listAddress({ range: range.value, filter: allOf(filter, more), sort });
  const shared = { axis, onBrush, open, list };
  return (
    <>
      <TrafficLanes dashboard={dashboard} {...shared} />
      <QuantileLane
        {...shared}
        title={filter === "" ? "Latency of traces" : "Latency of spans that pass"}
        along={dashboard.latency}
        whole={dashboard.latencyWhole}
        read={(row) => row.duration_nanos}
        absence="Nothing has ended in this time."
      />
      <QuantileLane
        {...shared}
        title="Time to first token"
        along={dashboard.spans}
        whole={dashboard.spansWhole}
        read={(row) => row.time_to_first_token_nanos}
        filter="time_to_first_token>0s"
        absence="No model call says when its first token came."
      />
      <TokensLane dashboard={dashboard} {...shared} />
      <LossLane asked={dashboard.losses} axis={axis} onOpen={open} onBrush={onBrush} />
      <CostLane dashboard={dashboard} {...shared} />
    </>
  );
}

interface Shared {
  axis: Axis | null;
  onBrush: (first: number, last: number) => void;
  open: (index: number, more?: { filter?: string; sort?: string }) => void;
  list: (more: string, sort?: string) => string;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function plot(axis: Axis, shape: PlotData["shape"], series: readonly Series[]): PlotData {
  return { ...axis, shape, series };
}

function TrafficLanes({ dashboard, axis, onBrush, open, list }: Shared & { dashboard: Dashboard }) {
  const steps = dashboard.traffic.data?.histogram.steps ?? [];
  const [traces, failed] = [steps.map((step) => step.trace_count), steps.map((step) => step.failed_trace_count)];
  const counted = (id: string, label: string, colour: string, values: number[], address: string): Reading => ({
    id,
    label,
    colour,
    address,
    at: (index) => <Count value={index === null ? sum(values) : (values[index] ?? 0)} />,
    words: (index) => `${values[index] ?? 0} ${label}`,
  });
  const share = (index: number | null) =>
    index === null ? sum(failed) / (sum(traces) || 1) : (failed[index] ?? 0) / (traces[index] || 1);
  const percent = (index: number | null) => `${quantity.significant(share(index) * 100)} %`;
  const rate: Reading = {
    id: "rate",
    label: "of all",
    at: (index) => <span className="quantity">{percent(index)}</span>,
    words: percent,
  };
  const one = (id: string, colour: string, values: number[]) =>
    axis && plot(axis, "bars", [{ id, label: id, colour, values }]);
  return (
    <>
      <Lane
        title="Traffic"
        asked={dashboard.traffic}
        readings={[counted("traces", "traces", "var(--chart-bar)", traces, list(""))]}
        data={one("traces", "var(--chart-bar)", traces)}
        format={axisCount}
        grain="whole"
        absence="No traces in this time."
        onOpen={(index) => open(index)}
        onBrush={onBrush}
      />
      <Lane
        title="Errors"
        asked={dashboard.traffic}
        readings={[counted("failed", "failed traces", "var(--error)", failed, list("status:error")), rate]}
        data={one("failed", "var(--error)", failed)}
        format={axisCount}
        grain="whole"
        absence="Nothing failed in this time."
        onOpen={(index) => open(index, { filter: "status:error" })}
        onBrush={onBrush}
      />
    </>
  );
}

interface QuantileLaneProps extends Shared {
  title: string;
  along: Dashboard["latency"];
  whole: Dashboard["latency"];
  read: (row: MetricsRow) => MetricsRow["duration_nanos"];
  filter?: string;
  absence: string;
}

function QuantileLane(props: QuantileLaneProps) {
  const { title, axis, onBrush, open, list, read, filter = "", absence } = props;
  const rows = axis && props.along.data ? along(axis, props.along.data.rows, read, null) : null;
  const whole = props.whole.data?.rows.map(read)[0] ?? null;
  const values = (key: (typeof QUANTILES)[number]["key"]) => rows?.map((row) => row?.[key] ?? null) ?? [];
  return (
    <Lane
      title={title}
      asked={props.along}
      readings={QUANTILES.map(({ key, colour }) => ({
        id: key,
        label: key,
        colour,
        address: list(filter, "duration"),
        at: (index) => <Duration nanos={(index === null ? whole : rows?.[index])?.[key] ?? null} />,
        words: (index) => {
          const nanos = rows?.[index]?.[key];
          return nanos === undefined ? `no ${key}` : `${key} ${quantity.plain(quantity.duration(nanos))}`;
        },
      }))}
      data={
        axis &&
        rows &&
        plot(
          axis,
          "lines",
          QUANTILES.map(({ key, colour }) => ({ id: key, label: key, colour, values: values(key) })),
        )
      }
      format={axisDuration}
      grain="time"
      absence={absence}
      onOpen={(index) => open(index, { filter, sort: "duration" })}
      onBrush={onBrush}
    />
  );
}

function TokensLane({ dashboard, axis, onBrush, open, list }: Shared & { dashboard: Dashboard }) {
  const rows = dashboard.spans.data?.rows ?? null;
  const parts = (
    [
      ["input", "var(--chart-bar)", (row: MetricsRow) => row.input_tokens],
      ["output", "var(--accent)", (row: MetricsRow) => row.output_tokens],
    ] as const
  ).map(([label, colour, read]) => ({
    id: label,
    label,
    colour,
    values: axis && rows ? along(axis, rows, read, 0) : [],
  }));
  return (
    <Lane
      title="Tokens"
      asked={dashboard.spans}
      readings={parts.map((part) => ({
        ...part,
        address: list("tokens>0", "tokens"),
        at: (index) => <Count value={index === null ? sum(part.values) : (part.values[index] ?? 0)} />,
        words: (index) => `${part.values[index] ?? 0} ${part.label}`,
      }))}
      data={axis && rows && plot(axis, "bars", stacked(parts))}
      format={axisCount}
      grain="whole"
      absence="No model call says how many tokens it used."
      onOpen={(index) => open(index, { filter: "tokens>0", sort: "tokens" })}
      onBrush={onBrush}
    />
  );
}

function CostLane({ dashboard, axis, onBrush, open, list }: Shared & { dashboard: Dashboard }) {
  const metrics = dashboard.models.data;
  const parts = axis && metrics ? partsOf(axis, metrics, (row) => row.cost_usd) : [];
  const shown = parts.map((part, index) => ({
    id: part.name === null ? "rest" : `model ${part.name}`,
    label: part.name === null ? "all others" : oneLine(part.name, 60) || "(no model)",
    colour: part.name === null ? REST_COLOUR : (MODEL_COLOURS[index] ?? REST_COLOUR),
    values: part.values,
    filter: part.name ? `model:${quoted(part.name)}` : "cost>0",
    total: part.total,
  }));
  const heights = axis?.steps.map((_, index) => sum(shown.map((part) => part.values[index] ?? 0))) ?? [];
  // The axis ends a little above the highest bar.
  const top = Math.max(0, ...heights) * 1.05;
  return (
    <Lane
      title="Cost by model"
      asked={dashboard.models}
      readings={shown.map((part) => ({
        id: part.id,
        label: part.label,
        colour: part.colour,
        address: list(part.filter, "cost"),
        at: (index) => <Dollars value={index === null ? part.total : (part.values[index] ?? 0)} />,
        words: (index) => `${part.label} ${quantity.plain(quantity.dollars(part.values[index] ?? 0))}`,
      }))}
      data={axis && metrics ? plot(axis, "bars", stacked(shown)) : null}
      format={axisDollars}
      hasTimes
      absence="Nothing cost anything in this time."
      onOpen={(index, share) => {
        const place = share === null ? null : partAt(shown, index, share * top);
        open(index, { filter: shown[place ?? -1]?.filter ?? "cost>0", sort: "cost" });
      }}
      onBrush={onBrush}
    />
  );
}
