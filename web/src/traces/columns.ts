// The columns that the list can have, which of them are on show, and how wide they are.
import { settings } from "../settings";

interface ColumnShape {
  id: string;
  label: string;
  /** As a stylesheet takes it. */
  width: string;
  /** In which orders its head puts the list; the first one first. */
  sorts?: readonly string[];
}

export const COLUMNS = [
  { id: "time", label: "Time", width: "76px", sorts: ["", "oldest"] },
  { id: "name", label: "Name", width: "minmax(170px, 1.3fr)" },
  { id: "input", label: "Input", width: "minmax(0, 1.3fr)" },
  { id: "output", label: "Output", width: "minmax(0, 1.3fr)" },
  { id: "user", label: "User", width: "minmax(0, 88px)" },
  { id: "session", label: "Session", width: "minmax(0, 88px)" },
  { id: "environment", label: "Environment", width: "minmax(0, 88px)" },
  { id: "tags", label: "Tags", width: "minmax(0, 120px)" },
  { id: "model", label: "Model", width: "minmax(0, 120px)" },
  { id: "duration", label: "Duration", width: "128px", sorts: ["duration"] },
  { id: "spans", label: "Spans", width: "44px" },
  { id: "tokens", label: "Tokens", width: "56px", sorts: ["tokens"] },
  { id: "cost", label: "Cost", width: "76px", sorts: ["cost"] },
  { id: "errors", label: "Errors", width: "44px" },
  { id: "status", label: "", width: "16px" },
] as const satisfies readonly ColumnShape[];

export type ColumnId = (typeof COLUMNS)[number]["id"];
export type Column = ColumnShape & { id: ColumnId };

/** Without these a row says nothing. */
export const ALWAYS: readonly ColumnId[] = ["time", "name", "status"];
const AT_FIRST: readonly ColumnId[] = COLUMNS.map((column) => column.id).filter(
  (id) => id !== "environment" && id !== "tags" && id !== "model",
);

/** The columns of the address, else those that the reader chose, else the usual ones; always in the same order. */
export function columnsOf(parameter: string | null, chosen: readonly string[] | null = settings().columns): Column[] {
  const wanted = parameter === null ? (chosen ?? AT_FIRST) : parameter.split(",");
  return COLUMNS.filter((column) => ALWAYS.includes(column.id) || wanted.includes(column.id));
}

/** As a stylesheet takes it. */
export function templateOf(columns: readonly Column[]): string {
  return columns.map((column) => column.width).join(" ");
}
