// How to connect a program to this server.
import { Ways } from "../connect/ways";
import { Link } from "../router";

export function ConnectSection() {
  return (
    <>
      <h2>Connect a program</h2>
      <p className="setup-intro">
        Tracewood listens at this address for spans of traceroot, of mutagent.tracing and of anything that speaks
        OpenTelemetry. Where this server has keys, put one in: <Link to="/settings/keys">make one here</Link>.
      </p>
      <Ways />
    </>
  );
}
