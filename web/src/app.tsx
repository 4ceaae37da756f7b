// The frame of every page: the rail, the page that the address means, and the keys that hold everywhere.
import { lazy, Suspense, useState } from "react";
import { useLocked } from "./api/lock";
import { navigate, type Route, routeOf, usePlace } from "./router";
import { TracePage } from "./trace/trace-page";
import { TracesPage } from "./traces/traces-page";
import { Boundary } from "./ui/boundary";
import { Help } from "./ui/help";
import { useKeys } from "./ui/keys";
import { Login } from "./ui/login";
import { MissingPage } from "./ui/missing-page";
import { Rail } from "./ui/rail";

// With its library, which most readers never need.
const ComparePage = lazy(() => import("./compare/compare-page"));
const ChoosePage = lazy(() => import("./compare/choose-page"));

export function App() {
  const place = usePlace();
  const route = routeOf(place.path);
  const isLocked = useLocked();
  const [isHelpOpen, setHelpOpen] = useState(false);
  useKeys({ "?": () => setHelpOpen(true), "g t": () => navigate("/traces") });
  return (
    <div className="app">
      <Rail current={route.page === "missing" ? null : "traces"} onHelp={() => setHelpOpen(true)} />
      <main className="page">
        <Boundary key={place.path}>{isLocked ? <Login /> : <Page route={route} path={place.path} />}</Boundary>
      </main>
      {isHelpOpen && <Help onClose={() => setHelpOpen(false)} />}
    </div>
  );
}

function Page({ route, path }: { route: Route; path: string }) {
  return (
    <>
      {route.page === "traces" && <TracesPage />}
      {route.page === "trace" && <TracePage traceId={route.traceId} key={route.traceId} />}
      {route.page === "compare" && (
        <Suspense fallback={<p className="list-more">Loading…</p>}>
          {route.rightId === null ? (
            <ChoosePage traceId={route.leftId} />
          ) : (
            <ComparePage leftId={route.leftId} rightId={route.rightId} />
          )}
        </Suspense>
      )}
      {route.page === "missing" && <MissingPage path={path} />}
    </>
  );
}
