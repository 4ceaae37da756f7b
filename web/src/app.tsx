// The frame of every page: the rail, the page that the address means, and the keys that hold everywhere.
import { useState } from "react";
import { navigate, routeOf, usePlace } from "./router";
import { TracePage } from "./trace/trace-page";
import { TracesPage } from "./traces/traces-page";
import { Boundary } from "./ui/boundary";
import { Help } from "./ui/help";
import { useKeys } from "./ui/keys";
import { MissingPage } from "./ui/missing-page";
import { Rail } from "./ui/rail";

export function App() {
  const place = usePlace();
  const route = routeOf(place.path);
  const [isHelpOpen, setHelpOpen] = useState(false);
  useKeys({ "?": () => setHelpOpen(true), "g t": () => navigate("/traces") });
  return (
    <div className="app">
      <Rail current={route.page === "missing" ? null : "traces"} onHelp={() => setHelpOpen(true)} />
      <main className="page">
        <Boundary key={place.path}>
          {route.page === "traces" && <TracesPage />}
          {route.page === "trace" && <TracePage traceId={route.traceId} key={route.traceId} />}
          {route.page === "missing" && <MissingPage path={place.path} />}
        </Boundary>
      </main>
      {isHelpOpen && <Help onClose={() => setHelpOpen(false)} />}
    </div>
  );
}
