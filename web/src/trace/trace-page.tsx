// The page of one trace: its header, tree and waterfall on one side, the chosen span on the other.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { Failure } from "../api/client";
import type { Tree as Detail } from "../api/types";
import { oneLine } from "../format/text";
import { Link, leave, navigate, traceAddress, usePlace } from "../router";
import { SpanPanel } from "../span/span-panel";
import { neighbours } from "../traces/neighbours";
import { useKeys } from "../ui/keys";
import { FailureNotice } from "../ui/notice";
import { TraceHeader } from "./header";
import { LeftHalf } from "./left-half";
import { TraceSkeleton } from "./skeleton";
import { Split } from "./split";
import { buildTree } from "./tree";
import { useTree } from "./use-tree";
import "./trace.css";

export function TracePage({ traceId }: { traceId: string }) {
  const { data, error, isFetching, refetch } = useTree(traceId);
  const client = useQueryClient();
  const go = (step: -1 | 1) => {
    const next = neighbours(client, traceId)[step === -1 ? "newer" : "older"];
    if (next) navigate(traceAddress(next), { replace: true, state: window.history.state });
  };
  useKeys({
    Escape: () => leave("/traces"),
    "[": () => go(-1),
    "]": () => go(1),
  });
  useEffect(() => {
    document.title = `${data ? oneLine(data.trace.name, 80) : "Trace"} · Tracewood`;
  }, [data]);

  if (error instanceof Failure && error.kind === "not_found" && !data) return <NoSuchTrace traceId={traceId} />;
  return (
    <>
      {error && (
        <FailureNotice
          error={error}
          onRetry={() => void refetch()}
          isRetrying={isFetching}
          {...(data ? { consequence: "What was loaded is still shown." } : {})}
        />
      )}
      {data ? <Loaded detail={data} /> : !error && <TraceSkeleton />}
    </>
  );
}

function Loaded({ detail }: { detail: Detail }) {
  const { parameters } = usePlace();
  const tree = useMemo(() => buildTree(detail.spans), [detail.spans]);
  const wanted = parameters.get("span");
  const chosen = (wanted !== null ? tree.byId.get(wanted) : undefined) ?? tree.all[0] ?? null;
  return (
    <>
      <TraceHeader trace={detail.trace} entry={tree.all[0]?.span ?? null} />
      {wanted !== null && chosen?.span.span_id !== wanted && (
        <p className="trace-remark" role="status">
          The span <code>{oneLine(wanted, 64)}</code> is not in this trace (yet).
        </p>
      )}
      <Split
        first={<LeftHalf detail={detail} tree={tree} chosen={chosen} />}
        second={
          chosen && (
            <SpanPanel
              key={chosen.span.span_id}
              traceId={detail.trace.trace_id}
              node={chosen}
              scores={detail.scores ?? []}
              entryId={detail.trace.entry_span_id}
            />
          )
        }
      />
    </>
  );
}

function NoSuchTrace({ traceId }: { traceId: string }) {
  return (
    <div className="blank">
      <h1>There is no such trace</h1>
      <p>
        Nothing with the id <code>{oneLine(traceId, 80)}</code> has arrived, or it is past its time of keeping.
      </p>
      <p>
        <Link to="/traces">All traces</Link>
      </p>
    </div>
  );
}
