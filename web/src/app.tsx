// The frame of every page: the rail, the page that the address means, and the keys that hold everywhere.
import { lazy, Suspense, useRef, useState } from "react";
import { useLocked } from "./api/lock";
import { PAGES, pageOf } from "./pages";
import { navigate, type Route, routeOf, usePlace } from "./router";
import { useMarks } from "./search/use-marks";
import { TracePage } from "./trace/trace-page";
import { TracesPage } from "./traces/traces-page";
import { Boundary } from "./ui/boundary";
import { Help } from "./ui/help";
import { useKeys } from "./ui/keys";
import { Login } from "./ui/login";
import { MissingPage } from "./ui/missing-page";
import { Rail } from "./ui/rail";

// What most readers do not open first comes when they do.
const ComparePage = lazy(() => import("./compare/compare-page"));
const ChoosePage = lazy(() => import("./compare/choose-page"));
const DashboardPage = lazy(() => import("./dashboard/dashboard-page"));
const GroupsPage = lazy(() => import("./groups/groups-page"));
const SessionPage = lazy(() => import("./sessions/session-page"));
const UserPage = lazy(() => import("./groups/user-page"));
const SearchPage = lazy(() => import("./search/search-page"));
const SettingsPage = lazy(() => import("./setup/settings-page"));

/** `g` and then the key of a page. */
const GO = Object.fromEntries(PAGES.map(({ key, address }) => [`g ${key}`, () => navigate(address)]));

export function App() {
  const place = usePlace();
  const route = routeOf(place.path);
  const isLocked = useLocked();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  // What somebody came with from the search, wherever they have opened it.
  useMarks(main, place.parameters.get("find") ?? "");
  useKeys({ "?": () => setHelpOpen(true), ...GO });
  return (
    <div className="app">
      <Rail current={pageOf(route)} onHelp={() => setHelpOpen(true)} />
      <main className="page" ref={main}>
        <Boundary key={boundaryKey(route, place.path)}>
          {isLocked ? <Login /> : <Page route={route} path={place.path} />}
        </Boundary>
      </main>
      {isHelpOpen && <Help onClose={() => setHelpOpen(false)} />}
    </div>
  );
}

/** What breaks on one page must not follow the reader to another; the sections of one page stay on the screen. */
function boundaryKey(route: Route, path: string): string {
  return route.page === "settings" ? "settings" : path;
}

function Page({ route, path }: { route: Route; path: string }) {
  switch (route.page) {
    case "traces":
      return <TracesPage />;
    case "trace":
      return <TracePage traceId={route.traceId} key={route.traceId} />;
    case "missing":
      return <MissingPage path={path} />;
    default:
      // The frame of the page is there at once; a word only where its code is long in coming.
      return (
        <Suspense fallback={<p className="list-more late">Loading…</p>}>
          <LaterPage route={route} />
        </Suspense>
      );
  }
}

function LaterPage({ route }: { route: Exclude<Route, { page: "traces" | "trace" | "missing" }> }) {
  switch (route.page) {
    case "compare":
      return route.rightId === null ? (
        <ChoosePage traceId={route.leftId} />
      ) : (
        <ComparePage leftId={route.leftId} rightId={route.rightId} />
      );
    case "sessions":
    case "users":
      return <GroupsPage sort={route.page} key={route.page} />;
    case "session":
      return <SessionPage sessionId={route.sessionId} />;
    case "user":
      return <UserPage userId={route.userId} />;
    case "dashboard":
      return <DashboardPage />;
    case "search":
      return <SearchPage />;
    case "settings":
      return <SettingsPage section={route.section} />;
  }
}
