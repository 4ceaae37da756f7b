// The dashboard: small multiples on one time axis with one cursor across all; every point opens its traces.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Failure } from "../api/client";
import { CursorContext, makeCursor, useCursor } from "../chart/cursor";
import { stepLabel } from "../chart/labels";
import { ClientTable } from "../clients/client-table";
import { FilterBox } from "../filter/filter-box";
import { allOf } from "../filter/text";
import { setParameters, usePlace } from "../router";
import { useSettings } from "../settings";
import { RANGES, rangeOf } from "../time/range";
import { RangeMenu } from "../time/range-menu";
import { listAddress } from "../traces/question";
import { Icon } from "../ui/icons";
import { useKeys } from "../ui/keys";
import { FailureNotice } from "../ui/notice";
import { ZoneSwitch } from "../ui/zone-switch";
import { Lanes } from "./lanes";
import { Dearest, Slowest } from "./ranking";
import type { Axis } from "./series";
import { useDashboard } from "./use-dashboard";
import "./dashboard.css";

/** A day is what people look at in the morning. */
const USUAL = "24h";
const USUAL_RANGE = RANGES.find((range) => range.value === USUAL);

export default function DashboardPage() {
  const { parameters } = usePlace();
  const client = useQueryClient();
  const range = rangeOf(parameters.get("range"), USUAL_RANGE);
  const filter = parameters.get("filter") ?? "";
  const dashboard = useDashboard(range, filter);
  const [cursor] = useState(makeCursor);
  const refresh = () => void client.refetchQueries({ queryKey: ["dashboard"], type: "active" });
  useKeys({ r: refresh });
  useEffect(() => {
    document.title = "Dashboard · Tracewood";
  }, []);
  const { traffic, axis, names } = dashboard;
  const refusal =
    filter !== "" && traffic.error instanceof Failure && traffic.error.kind === "refused" ? traffic.error : null;
  const list = (more: string, sort: string) => listAddress({ range: range.value, filter: allOf(filter, more), sort });
  return (
    <CursorContext.Provider value={cursor}>
      <header className="bar">
        <h1>Dashboard</h1>
        <RangeMenu range={range} usual={USUAL} />
        <FilterBox
          filter={filter}
          trouble={refusal}
          range={range}
          onFilter={(next) => setParameters({ filter: next })}
        />
        <div className="bar-rest">
          <ZoneSwitch />
          <button type="button" className="button button-icon" onClick={refresh} title="Refresh (r)">
            <Icon name="refresh" label="Refresh" />
          </button>
        </div>
      </header>
      {traffic.error !== null && refusal === null && (
        <FailureNotice
          error={traffic.error}
          onRetry={() => void traffic.refetch()}
          isRetrying={traffic.isFetching}
          {...(traffic.data ? { consequence: "What was loaded is still shown." } : {})}
        />
      )}
      {/* What scrolls must be reachable by key. */}
      <div className="dashboard" tabIndex={0} role="region" aria-label="Charts">
        {traffic.data && axis === null ? (
          <div className="blank">
            <h2>No traces in this time</h2>
            <p>
              <button type="button" className="button" onClick={() => setParameters({ range: "", filter: null })}>
                Show any time
              </button>
            </p>
          </div>
        ) : (
          <>
            <div className="lanes">
              <Moment axis={axis} />
              <Lanes dashboard={dashboard} range={range} filter={filter} />
            </div>
            <div className="rankings">
              <Slowest asked={names} list={list} />
              <Dearest asked={names} list={list} />
            </div>
            <section className="losses" aria-label="Lost by clients">
              <h2>Lost by clients</h2>
              <ClientTable isLossy />
            </section>
          </>
        )}
      </div>
    </CursorContext.Provider>
  );
}

/** Which step the numbers beside the charts are of. */
function Moment({ axis }: { axis: Axis | null }) {
  const { zone } = useSettings();
  const [, at] = useCursor();
  const step = axis?.steps[at ?? -1];
  return (
    <p className="lanes-moment">
      {axis && step !== undefined ? stepLabel(step, axis.stepSeconds, zone) : "The whole time"}
      <span className="aside">Click a point for its traces, drag to look closer.</span>
    </p>
  );
}
