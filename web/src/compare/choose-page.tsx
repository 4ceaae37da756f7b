// Which trace to compare with: the latest ones, those of the same name first.
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { listTraces } from "../api/client";
import type { TraceSummary } from "../api/types";
import { oneLine, plural } from "../format/text";
import { compareAddress, Link, leave, traceAddress } from "../router";
import { useTree } from "../trace/use-tree";
import { Ago } from "../ui/instant";
import { useKeys } from "../ui/keys";
import { KindGlyph } from "../ui/kind";
import { FailureNotice } from "../ui/notice";
import { Duration } from "../ui/quantity";
import "./compare.css";

const TRACES = 100;

export default function ChoosePage({ traceId }: { traceId: string }) {
  const { data } = useTree(traceId);
  const list = useQuery({
    queryKey: ["traces-to-compare"],
    queryFn: ({ signal }) => listTraces({ limit: TRACES }, signal),
  });
  useKeys({ Escape: () => leave(traceAddress(traceId)) });
  useEffect(() => {
    document.title = "Compare · Tracewood";
  }, []);
  const name = data?.trace.name ?? "";
  const others = (list.data?.traces ?? []).filter((trace) => trace.trace_id !== traceId);
  const same = others.filter((trace) => trace.name === name);
  const rest = others.filter((trace) => trace.name !== name);
  return (
    <>
      <header className="bar">
        <h1 className="foreign">Compare {oneLine(name, 80)} with</h1>
      </header>
      {list.error && (
        <FailureNotice error={list.error} onRetry={() => void list.refetch()} isRetrying={list.isFetching} />
      )}
      <div className="choose" tabIndex={0}>
        {same.length > 0 && <Choices title="Of the same name" traces={same} traceId={traceId} />}
        {rest.length > 0 && <Choices title="Others" traces={rest} traceId={traceId} />}
        {list.data && others.length === 0 && <p className="absence">There is no other trace yet.</p>}
      </div>
    </>
  );
}

function Choices({ title, traces, traceId }: { title: string; traces: TraceSummary[]; traceId: string }) {
  return (
    <section>
      <h2>{title}</h2>
      <ul>
        {traces.map((trace) => (
          <li key={trace.trace_id}>
            <KindGlyph kind={trace.kind} />
            <Link to={compareAddress(traceId, trace.trace_id)} className="foreign list-link" dir="auto">
              {oneLine(trace.name, 120) || "(no name)"}
            </Link>
            <span className="aside foreign">{oneLine(trace.input_preview, 80)}</span>
            <span className="choose-facts">
              {plural(trace.span_count, "span")} <Duration nanos={trace.duration_nanos} /> <Ago at={trace.started_at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
