// One trace in the list.

import { type ComponentType, type MouseEvent, memo } from "react";
import type { TraceSummary } from "../api/types";
import { grouped } from "../format/quantity";
import { oneLine, plural } from "../format/text";
import { navigate, sessionAddress, traceAddress, userAddress } from "../router";
import { Icon } from "../ui/icons";
import { KindGlyph } from "../ui/kind";
import { Count, Dollars, Duration } from "../ui/quantity";
import type { Column, ColumnId } from "./columns";

/** The stylesheet uses the same number. */
export const ROW_PIXELS = 32;
/** Bar, chart and head above the rows. */
export const ABOVE_PIXELS = 200;

interface TraceRowProps {
  id: string;
  index: number;
  trace: TraceSummary;
  isSelected: boolean;
  topPixels: number;
  isMarked: boolean;
  columns: readonly Column[];
  onOpen: (trace: TraceSummary) => void;
  onMark: (traceId: string) => void;
  /** Says when it began: it goes on telling in the list, and need not in what stands there before. */
  Time: ComponentType<{ at: string }>;
}

export const TraceRow = memo(function TraceRow(props: TraceRowProps) {
  const { id, index, trace, isSelected, isMarked, columns, topPixels, onOpen, onMark, Time } = props;
  const openRow = (event: MouseEvent) => {
    // A click with a modifier is the browser's: it opens the link in a new tab.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    // A click that ends a selection of text opens nothing.
    if (window.getSelection()?.isCollapsed !== false) onOpen(trace);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter opens the chosen row, wherever the focus is in the grid.
    <div
      id={id}
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      className={`list-row list-grid${trace.status === "error" ? " list-row-error" : ""}`}
      style={{ transform: `translateY(${topPixels}px)` }}
      onClick={openRow}
    >
      {columns.map((column) =>
        column.id === "name" ? (
          <NameCell key={column.id} trace={trace} isMarked={isMarked} onMark={onMark} />
        ) : (
          <Cell key={column.id} column={column.id} trace={trace} Time={Time} />
        ),
      )}
    </div>
  );
});

function NameCell({ trace, isMarked, onMark }: Pick<TraceRowProps, "trace" | "isMarked" | "onMark">) {
  return (
    <div role="gridcell" className="cell cell-name">
      <button
        type="button"
        tabIndex={-1}
        className="list-mark"
        aria-pressed={isMarked}
        title={isMarked ? "Take the mark away (m)" : "Mark to compare (m)"}
        onClick={(event) => {
          event.stopPropagation();
          onMark(trace.trace_id);
        }}
      >
        <Icon name="mark" label={isMarked ? "Marked" : "Mark to compare"} />
      </button>
      <KindGlyph kind={trace.kind} />
      <a href={traceAddress(trace.trace_id)} tabIndex={-1} className="foreign list-link" dir="auto">
        {oneLine(trace.name, 200) || "(no name)"}
      </a>
      {trace.root_missing && <Icon name="detached" label="The root span has not arrived" className="list-detached" />}
    </div>
  );
}

interface CellProps extends Pick<TraceRowProps, "trace" | "Time"> {
  column: Exclude<ColumnId, "name">;
}

function Cell({ column, trace, Time }: CellProps) {
  switch (column) {
    case "input":
      return <Preview name={column} text={trace.input_preview} />;
    case "output":
      return <Preview name={column} text={trace.output_preview} />;
    case "user":
      return <GroupLink name={column} id={trace.user_id} addressOf={userAddress} />;
    case "session":
      return <GroupLink name={column} id={trace.session_id} addressOf={sessionAddress} />;
    case "environment":
      return <Preview name={column} text={trace.environment ?? ""} />;
    case "tags":
      return <Preview name={column} text={trace.tags.slice(0, 20).join(", ")} />;
    case "model":
      return <Preview name={column} text={trace.models.slice(0, 20).join(", ")} />;
    default:
      return (
        <div role="gridcell" className={`cell cell-${column}`}>
          {column === "time" && <Time at={trace.started_at} />}
          {column === "duration" && <DurationBar trace={trace} />}
          {column === "spans" && <Count value={trace.span_count} />}
          {column === "tokens" && <Count value={trace.total_tokens} />}
          {column === "cost" && <Dollars value={trace.cost_usd} />}
          {column === "errors" && <Errors trace={trace} />}
          {column === "status" && <TraceStatus trace={trace} />}
        </div>
      );
  }
}

function Preview({ name, text }: { name: string; text: string }) {
  const line = oneLine(text);
  return (
    <div role="gridcell" className={`cell cell-${name} cell-cut`} title={line}>
      <span className="foreign" dir="auto">
        {line}
      </span>
    </div>
  );
}

interface GroupLinkProps {
  name: "user" | "session";
  id: string | null;
  addressOf: (id: string) => string;
}

/** Who or what the trace belongs to, as a way there. */
function GroupLink({ name, id, addressOf }: GroupLinkProps) {
  const line = oneLine(id ?? "");
  if (!id || line === "") return <Preview name={name} text={line} />;
  const address = addressOf(id);
  const open = (event: MouseEvent) => {
    // The row around it is for its trace.
    event.stopPropagation();
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(address);
  };
  return (
    <div role="gridcell" className={`cell cell-${name} cell-cut`} title={line}>
      <a href={address} tabIndex={-1} className="foreign list-group" dir="auto" onClick={open}>
        {name === "session" ? <Ends text={line} /> : line}
      </a>
    </div>
  );
}

/** So many letters tell the sessions of one program apart. */
const END_CHARS = 6;

/** What is cut in its middle where room is short, since it is its end that differs. */
function Ends({ text }: { text: string }) {
  const letters = [...text];
  if (letters.length <= 2 * END_CHARS) return text;
  return (
    <>
      <span className="list-group-head">{letters.slice(0, -END_CHARS).join("")}</span>
      <span className="list-group-end">{letters.slice(-END_CHARS).join("")}</span>
    </>
  );
}

/** From a millisecond to ten minutes, in powers of ten: the same scale in every list. */
const BAR_FROM_NANOS = 1e6;
const BAR_TO_NANOS = 600e9;

export function barShare(nanos: number): number {
  const share = Math.log(nanos / BAR_FROM_NANOS) / Math.log(BAR_TO_NANOS / BAR_FROM_NANOS);
  return Math.min(1, Math.max(0.02, share));
}

function DurationBar({ trace }: { trace: TraceSummary }) {
  if (trace.duration_nanos === null) return <span className="list-running">running</span>;
  return (
    <>
      <span className="list-bar" aria-hidden="true">
        <span style={{ width: `${barShare(trace.duration_nanos) * 100}%` }} />
      </span>
      <Duration nanos={trace.duration_nanos} />
    </>
  );
}

function Errors({ trace }: { trace: TraceSummary }) {
  if (trace.error_count === 0) return null;
  return (
    <span className="is-error quantity" title={`${plural(trace.error_count, "span")} with an error`}>
      {grouped(trace.error_count)}
    </span>
  );
}

function TraceStatus({ trace }: { trace: TraceSummary }) {
  if (trace.status === "error") return <Icon name="error" label="Failed" className="is-error" />;
  if (trace.error_count > 0) return <Icon name="error" label="Errors on the way" className="status-recovered" />;
  if (trace.duration_nanos === null) return <Icon name="pending" label="Running" className="status-quiet" />;
  return <Icon name="ok" label={trace.status === "ok" ? "Ok" : "Ended"} className="status-quiet" />;
}
