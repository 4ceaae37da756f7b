// The list as it stands there before the page is: the rows and what lies around them, which need nothing but the answer.
import type { CSSProperties } from "react";
import type { TraceList } from "../api/types";
import { absolute, relative } from "../format/instant";
import { PAGES } from "../pages";
import { settings } from "../settings";
import { type Column, templateOf } from "../traces/columns";
import { ListHead } from "../traces/list-head";
import { ABOVE_PIXELS, ROW_PIXELS, TraceRow } from "../traces/trace-row";
import { Icon } from "../ui/icons";
import { RailMark, RailPages } from "../ui/rail-pages";

interface FirstListProps {
  list: TraceList;
  columns: readonly Column[];
  sort: string;
}

export function FirstList({ list, columns, sort }: FirstListProps) {
  const style = { "--list-columns": templateOf(columns) } as CSSProperties;
  return (
    <div className="app">
      <nav className={settings().isRailWide ? "rail rail-wide" : "rail"} aria-label="Pages">
        <RailMark />
        <span className="rail-item">
          <Icon name="project" />
        </span>
        <RailPages current={PAGES[0] ?? null} />
      </nav>
      <main className="page">
        <header className="bar">
          <h1>Traces</h1>
        </header>
        <div className="histogram" />
        <div className="list-frame">
          <div
            className="list"
            role="grid"
            aria-label="Traces"
            aria-busy="true"
            data-first=""
            tabIndex={0}
            style={style}
          >
            <ListHead columns={columns} sort={sort} />
            <div role="rowgroup" className="list-rows">
              {list.traces.slice(0, rowsSeen()).map((trace, index) => (
                <TraceRow
                  key={trace.trace_id}
                  id={`first-${index}`}
                  index={index}
                  trace={trace}
                  isSelected={false}
                  isMarked={false}
                  columns={columns}
                  topPixels={index * ROW_PIXELS}
                  onOpen={nothing}
                  onMark={nothing}
                  Time={Then}
                />
              ))}
            </div>
          </div>
        </div>
      </main>
    </div>
  );
}

/** As many as fit: more would only take time. */
function rowsSeen(): number {
  return Math.ceil(Math.max(0, window.innerHeight - ABOVE_PIXELS) / ROW_PIXELS) + 1;
}

function Then({ at }: { at: string }) {
  const { zone } = settings();
  return (
    <time dateTime={at} title={absolute(at, zone, 9)}>
      {relative(at, Date.now(), zone)}
    </time>
  );
}

function nothing() {}
