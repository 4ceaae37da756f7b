// The page of all traces: the bar, the list, or how to connect where nothing has arrived yet.
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from "react";
import { Failure } from "../api/client";
import { FirstRun } from "../connect/first-run";
import { FilterBox } from "../filter/filter-box";
import { setParameters, usePlace } from "../router";
import { useSettings } from "../settings";
import { isOpenEnded, rangeOf } from "../time/range";
import { RangeMenu, rangeLabel } from "../time/range-menu";
import { Icon } from "../ui/icons";
import { useKeys } from "../ui/keys";
import { FailureNotice } from "../ui/notice";
import { ZoneSwitch } from "../ui/zone-switch";
import { columnsOf } from "./columns";
import { ColumnsMenu } from "./columns-menu";
import { Marks } from "./marks";
import { Preview } from "./preview";
import { questionOf, SORTS } from "./question";
import { ListSkeleton } from "./skeleton";
import { TraceList } from "./trace-list";
import { useTraces } from "./use-traces";
import { ViewsMenu } from "./views-menu";
import "./traces.css";

// With its library, after the list.
const Histogram = lazy(() => import("./histogram"));

export function TracesPage() {
  const { parameters } = usePlace();
  const range = rangeOf(parameters.get("range"));
  const question = useMemo(() => questionOf(parameters), [parameters]);
  const isLive = parameters.get("live") !== "off";
  const { columns: chosen, zone } = useSettings();
  const columnsWanted = parameters.get("cols");
  const columns = useMemo(() => columnsOf(columnsWanted, chosen), [columnsWanted, chosen]);
  const previewId = parameters.get("peek");
  const preview = useCallback((traceId: string | null) => setParameters({ peek: traceId }), []);
  const [marked, setMarked] = useState<readonly string[]>([]);
  // Two can be compared: a third takes the place of the second.
  const mark = useCallback(
    (traceId: string) =>
      setMarked((before) =>
        before.includes(traceId) ? before.filter((id) => id !== traceId) : [...before.slice(0, 1), traceId],
      ),
    [],
  );
  const list = useTraces(question, isLive);
  const { refresh, error, loadMore: fetchMore } = list;
  // After a failure the reader says when to go on; the list must not ask again by itself, again and again.
  const loadMore = useCallback(() => {
    if (error === null) void fetchMore();
  }, [error, fetchMore]);
  useKeys({ r: () => void refresh() });
  useEffect(() => {
    document.title = "Traces · Tracewood";
  }, []);
  // What is wrong with the filter is said where it is typed.
  const trouble =
    question.filter !== "" && list.error instanceof Failure && list.error.kind === "refused" ? list.error : null;
  const isEmpty = list.isLoaded && !list.isOutdated && list.traces.length === 0;
  const isAnyTime = range.value === "";
  const isFirstRun = isEmpty && isAnyTime && question.filter === "";
  const timeWords = range.fixed ? rangeLabel(range, zone) : `the ${range.label.toLowerCase()}`;
  return (
    <>
      <header className="bar">
        <h1>Traces</h1>
        <RangeMenu range={range} />
        <FilterBox
          filter={question.filter}
          trouble={trouble}
          range={range}
          onFilter={(filter) => setParameters({ filter })}
        />
        <select
          className="select"
          aria-label="Order"
          value={question.sort}
          onChange={(event) => setParameters({ sort: event.target.value || null })}
        >
          {SORTS.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
        <div className="bar-rest">
          <ViewsMenu search={parameters.toString()} columns={columns} />
          <ColumnsMenu columns={columns} />
          <ZoneSwitch />
          <button
            type="button"
            className="button"
            aria-pressed={isLive}
            onClick={() => setParameters({ live: isLive ? "off" : null })}
            title={isLive ? "New traces appear by themselves" : "The list stands still"}
          >
            <span className="dot dot-live" /> Live
          </button>
          <button type="button" className="button button-icon" onClick={() => void refresh()} title="Refresh (r)">
            <Icon name="refresh" label="Refresh" />
          </button>
        </div>
      </header>
      {list.error !== null && trouble === null && (
        <FailureNotice
          error={list.error}
          onRetry={() => void list.retry()}
          isRetrying={list.isBusy}
          {...(list.isLoaded ? { consequence: "What was loaded is still shown." } : {})}
        />
      )}
      {!isFirstRun && trouble === null && (
        <Suspense fallback={<div className="histogram" />}>
          {list.isLoaded ? (
            <Histogram range={range} filter={question.filter} isLive={isLive && isOpenEnded(range, Date.now())} />
          ) : (
            <div className="histogram" />
          )}
        </Suspense>
      )}
      {!list.isLoaded && list.error === null && <ListSkeleton />}
      {trouble !== null && (
        <div className="blank">
          <h2>The filter cannot be read</h2>
          <p>What is wrong stands below it.</p>
        </div>
      )}
      {isFirstRun && <FirstRun isWaiting={isLive && list.error === null} />}
      {isEmpty && question.filter !== "" && (
        <div className="blank">
          <h2>No trace passes the filter{isAnyTime ? "" : ` in ${timeWords}`}</h2>
          <p>
            <button type="button" className="button" onClick={() => setParameters({ filter: null })}>
              Show all
            </button>
          </p>
        </div>
      )}
      {isEmpty && !isAnyTime && question.filter === "" && (
        <div className="blank">
          <h2>No traces in {timeWords}</h2>
          <p>
            <button type="button" className="button" onClick={() => setParameters({ range: null })}>
              Show any time
            </button>
          </p>
        </div>
      )}
      {list.traces.length > 0 && (
        <>
          {marked.length > 0 && <Marks marked={marked} onClear={() => setMarked([])} />}
          <div className={list.isOutdated ? "list-frame list-outdated" : "list-frame"} aria-busy={list.isOutdated}>
            <TraceList
              traces={list.traces}
              hasMore={list.hasMore}
              isLoadingMore={list.isLoadingMore}
              onEndNear={loadMore}
              placeKey={JSON.stringify(question)}
              previewId={previewId}
              onPreview={preview}
              marked={marked}
              onMark={mark}
              columns={columns}
              sort={question.sort}
            />
            {previewId !== null && (
              <Preview
                key={previewId}
                traceId={previewId}
                trace={list.traces.find((trace) => trace.trace_id === previewId) ?? null}
              />
            )}
          </div>
        </>
      )}
    </>
  );
}
