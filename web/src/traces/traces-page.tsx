// The page of all traces: the bar, the list, or how to connect where nothing has arrived yet.
import { useCallback, useEffect, useMemo, useState } from "react";
import { Failure } from "../api/client";
import { setParameters, usePlace } from "../router";
import { useSettings } from "../settings";
import { Icon } from "../ui/icons";
import { useKeys } from "../ui/keys";
import { FailureNotice } from "../ui/notice";
import { ZoneSwitch } from "../ui/zone-switch";
import { columnsOf } from "./columns";
import { ColumnsMenu } from "./columns-menu";
import { Connect } from "./connect";
import { FilterBox } from "./filter-box";
import { Marks } from "./marks";
import { Preview } from "./preview";
import { questionOf, SORTS } from "./question";
import { RANGES, rangeOf } from "./range";
import { ListSkeleton } from "./skeleton";
import { TraceList } from "./trace-list";
import { useTraces } from "./use-traces";
import { ViewsMenu } from "./views-menu";
import "./traces.css";

export function TracesPage() {
  const { parameters } = usePlace();
  const range = rangeOf(parameters.get("range"));
  const question = useMemo(() => questionOf(parameters), [parameters]);
  const isLive = parameters.get("live") !== "off";
  const { columns: chosen } = useSettings();
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
    question.filter !== "" && list.error instanceof Failure && list.error.kind === "refused"
      ? list.error.message
      : null;
  const isEmpty = list.isLoaded && list.traces.length === 0;
  return (
    <>
      <header className="bar">
        <h1>Traces</h1>
        <select
          className="select"
          aria-label="Time range"
          value={range.value}
          onChange={(event) => setParameters({ range: event.target.value || null })}
        >
          {RANGES.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
        <FilterBox filter={question.filter} trouble={trouble} onFilter={(filter) => setParameters({ filter })} />
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
      {!list.isLoaded && list.error === null && <ListSkeleton />}
      {isEmpty && range.millis === null && question.filter === "" && (
        <Connect isWaiting={isLive && list.error === null} />
      )}
      {isEmpty && question.filter !== "" && (
        <div className="blank">
          <h2>No trace passes the filter{range.millis === null ? "" : ` in the ${range.label.toLowerCase()}`}</h2>
          <p>
            <button type="button" className="button" onClick={() => setParameters({ filter: null })}>
              Show all
            </button>
          </p>
        </div>
      )}
      {isEmpty && range.millis !== null && question.filter === "" && (
        <div className="blank">
          <h2>No traces in the {range.label.toLowerCase()}</h2>
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
          <div className="list-frame">
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
