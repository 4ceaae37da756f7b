// The header of a trace: all of it in one line.
import type { ReactNode } from "react";
import { readTrace } from "../api/client";
import type { TraceSummary, TreeSpan } from "../api/types";
import { oneLine, plural, shortRef } from "../format/text";
import { writeJson } from "../json/exact";
import { compareAddress, Link, sessionAddress, setParameters, usePlace, userAddress } from "../router";
import { curlTrace } from "../span/curl";
import { useSpan } from "../span/use-span";
import { CopyButton } from "../ui/copy";
import { Icon } from "../ui/icons";
import { At } from "../ui/instant";
import { KindGlyph } from "../ui/kind";
import { useIsNarrow } from "../ui/media";
import { Count, Dollars, Duration } from "../ui/quantity";
import { ZoneSwitch } from "../ui/zone-switch";

export function TraceHeader({ trace, entry }: { trace: TraceSummary; entry: TreeSpan | null }) {
  const isNarrow = useIsNarrow();
  const git = useSpan(trace.trace_id, entry).data?.git ?? null;
  return (
    <header className="trace-header">
      <Link to="/traces" className="button button-icon" title="All traces (esc)">
        <Icon name="back" label="All traces" />
      </Link>
      <KindGlyph kind={trace.kind} />
      <h1 className="foreign" dir="auto" title={oneLine(trace.name, 1000)}>
        {oneLine(trace.name, 200) || "(no name)"}
      </h1>
      <Status trace={trace} />
      {/* On a narrow screen it scrolls sideways, and what scrolls must be reachable by key. */}
      <dl className="trace-facts" tabIndex={isNarrow ? 0 : undefined}>
        <Fact name="Started">
          <At at={trace.started_at} />
        </Fact>
        <Fact name="Duration">
          {trace.duration_nanos === null ? <em>running</em> : <Duration nanos={trace.duration_nanos} />}
        </Fact>
        <Fact name="Spans">
          <Count value={trace.span_count} unit={trace.span_count === 1 ? "span" : "spans"} />
        </Fact>
        <Fact name="Tokens">{trace.total_tokens !== null && <Count value={trace.total_tokens} unit="tok" />}</Fact>
        <Fact name="Cost">{trace.cost_usd !== null && <Dollars value={trace.cost_usd} />}</Fact>
        <Fact name="Models">{trace.models.map((model) => oneLine(model, 60)).join(", ")}</Fact>
        <Fact name="User">
          {trace.user_id && <Link to={userAddress(trace.user_id)}>{oneLine(trace.user_id, 60)}</Link>}
        </Fact>
        <Fact name="Session">
          {trace.session_id && <Link to={sessionAddress(trace.session_id)}>{oneLine(trace.session_id, 60)}</Link>}
        </Fact>
        <Fact name="Environment">{trace.environment && oneLine(trace.environment, 40)}</Fact>
        <Fact name="Git">{git?.ref && <code>{shortRef(git.ref)}</code>}</Fact>
      </dl>
      <div className="trace-actions">
        <ViewSwitch />
        <Link to={compareAddress(trace.trace_id)} className="button" title="Compare with another trace">
          <Icon name="compare" /> Compare
        </Link>
        <ZoneSwitch />
        <CopyButton text={() => window.location.href} label="Copy the link (c)" icon="link" shortcut="c" />
        <CopyButton
          text={async () => writeJson(await readTrace(trace.trace_id), 2)}
          label="Copy the trace as JSON"
          icon="braces"
        />
        <CopyButton
          text={() => curlTrace(window.location.origin, trace.trace_id)}
          label="Copy as curl"
          icon="terminal"
        />
      </div>
    </header>
  );
}

/** Tree or graph, as the address has it. */
function ViewSwitch() {
  const { parameters } = usePlace();
  const isGraph = parameters.get("view") === "graph";
  return (
    <button
      type="button"
      className="button"
      aria-pressed={isGraph}
      onClick={() => setParameters({ view: isGraph ? null : "graph" })}
      title="Agents, tools and models, and who called whom"
    >
      <Icon name="graph" /> Graph
    </button>
  );
}

/** A fact whose name is on hover only: the values speak for themselves. */
function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (!children) return null;
  return (
    <div title={name}>
      <dt className="unseen">{name}</dt>
      <dd className="foreign" dir="auto">
        {children}
      </dd>
    </div>
  );
}

function Status({ trace }: { trace: TraceSummary }) {
  if (trace.status === "error" || trace.error_count > 0) {
    return (
      <span className="is-error status" title="Next error: e">
        <Icon name="error" />
        {trace.error_count > 0 ? plural(trace.error_count, "error") : "failed"}
      </span>
    );
  }
  return trace.duration_nanos === null ? (
    <Icon name="pending" label="Running" className="status-quiet" />
  ) : (
    <Icon name="ok" label="Ok" className="status-quiet" />
  );
}
