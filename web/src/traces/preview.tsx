// A trace beside the list: its root's input and output, and the first lines of its tree, without leaving the list.
import { useMemo } from "react";
import type { TraceSummary } from "../api/types";
import { oneLine } from "../format/text";
import { Link, setParameters, traceAddress } from "../router";
import { ContentTab } from "../span/content";
import { useSpan } from "../span/use-span";
import { groupsOf, type Row, rowsOf } from "../trace/rows";
import { buildTree } from "../trace/tree";
import { useTree } from "../trace/use-tree";
import { Icon } from "../ui/icons";
import { KindGlyph } from "../ui/kind";
import { FailureNotice } from "../ui/notice";
import { Duration } from "../ui/quantity";
import "../span/span.css";
import "../span/content.css";
import "./preview.css";

/** How many lines of the tree are shown. */
const LINES = 30;
const FOLDED = { folded: new Set<string>(), opened: new Set<string>() };
const INDENT_PIXELS = 12;
const INDENT_LEVELS_MAX = 8;

export function Preview({ traceId, trace }: { traceId: string; trace: TraceSummary | null }) {
  const { data, error, isFetching, refetch } = useTree(traceId);
  const tree = useMemo(() => (data ? buildTree(data.spans) : null), [data]);
  const rows = useMemo(() => (tree ? rowsOf(tree, groupsOf(tree), FOLDED, null) : []), [tree]);
  const root = tree?.all[0] ?? null;
  const { data: rootSpan } = useSpan(data?.trace.trace_id ?? traceId, root?.span ?? null);
  const name = data?.trace.name ?? trace?.name ?? "";
  return (
    <aside className="preview" aria-label="Preview">
      <header className="preview-head">
        <KindGlyph kind={data?.trace.kind ?? trace?.kind ?? "custom"} />
        <h2 className="foreign" dir="auto">
          {oneLine(name, 200) || "(no name)"}
        </h2>
        <Link to={traceAddress(traceId)} className="button">
          Open
        </Link>
        <button
          type="button"
          className="button button-icon"
          onClick={() => setParameters({ peek: null })}
          title="Close (esc)"
        >
          <Icon name="close" label="Close the preview" />
        </button>
      </header>
      {error && !data && <FailureNotice error={error} onRetry={() => void refetch()} isRetrying={isFetching} />}
      {/* What scrolls must be reachable by key. */}
      <div className="preview-body" tabIndex={0}>
        {tree && (
          <ol className="preview-tree" aria-label="Spans">
            {rows.slice(0, LINES).map((row) => (
              <Line key={row.key} traceId={traceId} row={row} />
            ))}
            {rows.length > LINES && <li className="aside">{`and ${rows.length - LINES} more`}</li>}
          </ol>
        )}
        {rootSpan && <ContentTab span={rootSpan} key={rootSpan.span_id} />}
      </div>
    </aside>
  );
}

function Line({ traceId, row }: { traceId: string; row: Row }) {
  const { node, group, level } = row;
  const { span } = node;
  return (
    <li style={{ paddingInlineStart: Math.min(level, INDENT_LEVELS_MAX) * INDENT_PIXELS }}>
      <KindGlyph kind={span.kind} />
      <Link to={traceAddress(traceId, span.span_id)} className="foreign list-link" dir="auto">
        {oneLine(span.name, 120) || "(no name)"}
      </Link>
      {group && <span className="group-count">× {group.nodes.length}</span>}
      {(group ? group.hasError : span.status === "error") && <Icon name="error" label="Failed" className="is-error" />}
      {!group && <Duration nanos={span.duration_nanos} />}
    </li>
  );
}
