// What stands where the list will be: how to connect, and a wait that ends by itself.
import { Ways } from "./ways";

export function FirstRun({ isWaiting }: { isWaiting: boolean }) {
  return (
    <div className="connect">
      <div className="connect-inner">
        <h2>No traces yet</h2>
        <p className="connect-intro">
          Send one, and this page turns into the list. Tracewood listens here for spans of traceroot, of
          mutagent.tracing and of anything that speaks OpenTelemetry.
        </p>
        <p className="connect-waiting" role="status">
          <span className="dot" />
          {isWaiting ? "Waiting for the first span…" : "Not looking for new spans: Live is off."}
        </p>
        <Ways />
      </div>
    </div>
  );
}
