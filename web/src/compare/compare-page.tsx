// Two traces beside each other: deltas on top, the aligned tree, and the difference of what the chosen pair said.
import { useEffect, useMemo } from "react";
import type { Trace } from "../api/types";
import { oneLine } from "../format/text";
import { compareAddress, Link, leave, setParameters, traceAddress, usePlace } from "../router";
import { Split } from "../trace/split";
import { buildTree } from "../trace/tree";
import { useTrace } from "../trace/use-trace";
import { Icon } from "../ui/icons";
import { At } from "../ui/instant";
import { useKeys } from "../ui/keys";
import { FailureNotice } from "../ui/notice";
import { align, type Pair } from "./align";
import { Deltas } from "./deltas";
import { PairRows } from "./pair-rows";
import { TextDiff } from "./text-diff";
import "../trace/trace.css";
import "../span/span.css";
import "../span/content.css";
import "./compare.css";

export default function ComparePage({ leftId, rightId }: { leftId: string; rightId: string }) {
  const left = useTrace(leftId);
  const right = useTrace(rightId);
  useKeys({ Escape: () => leave(traceAddress(leftId)) });
  useEffect(() => {
    document.title = "Compare · Tracewood";
  }, []);
  const failed = [left, right].find((one) => one.error !== null && !one.data);
  return (
    <>
      {failed && (
        <FailureNotice error={failed.error} onRetry={() => void failed.refetch()} isRetrying={failed.isFetching} />
      )}
      {left.data && right.data ? (
        <Loaded left={left.data} right={right.data} />
      ) : (
        !failed && (
          <p className="list-more" role="status">
            Loading both traces…
          </p>
        )
      )}
    </>
  );
}

function Loaded({ left, right }: { left: Trace; right: Trace }) {
  const { parameters } = usePlace();
  const pairs = useMemo(() => align(buildTree(left.spans), buildTree(right.spans)), [left.spans, right.spans]);
  const wanted = parameters.get("pair");
  const chosen = pairs.find((pair) => pair.key === wanted) ?? pairs[0] ?? null;
  return (
    <>
      <header className="compare-header">
        <h1>Compare</h1>
        <Title trace={left} className="pair-left" />
        <Link
          to={compareAddress(right.trace.trace_id, left.trace.trace_id)}
          className="button button-icon"
          title="The other way round"
        >
          <Icon name="compare" label="The other way round" />
        </Link>
        <Title trace={right} className="pair-right" />
      </header>
      <Deltas left={left.trace} right={right.trace} />
      <Split
        first={
          <PairRows pairs={pairs} chosenKey={chosen?.key ?? null} onChoose={(key) => setParameters({ pair: key })} />
        }
        second={chosen && <Said pair={chosen} key={chosen.key} />}
      />
    </>
  );
}

function Title({ trace: { trace }, className }: { trace: Trace; className: string }) {
  return (
    <Link to={traceAddress(trace.trace_id)} className={`compare-title ${className}`}>
      <strong className="foreign" dir="auto">
        {oneLine(trace.name, 80) || "(no name)"}
      </strong>{" "}
      <At at={trace.started_at} />
    </Link>
  );
}

function Said({ pair: { left, right } }: { pair: Pair }) {
  const name = (left ?? right)?.span.name ?? "";
  return (
    // What scrolls must be reachable by key.
    <section className="span-body" aria-label="Differences" tabIndex={0}>
      <h2 className="compare-span foreign" dir="auto">
        {oneLine(name, 200) || "(no name)"}
      </h2>
      {!left && <p className="absence">Only the second trace has this span.</p>}
      {!right && <p className="absence">Only the first trace has this span.</p>}
      {left && right && left.span.model !== right.span.model && (
        <TextDiff title="Model" left={left.span.model} right={right.span.model} />
      )}
      {left && right && left.span.status_message !== right.span.status_message && (
        <TextDiff title="Failure" left={left.span.status_message} right={right.span.status_message} />
      )}
      <TextDiff title="Input" left={left?.span.input ?? null} right={right?.span.input ?? null} />
      <TextDiff title="Output" left={left?.span.output ?? null} right={right?.span.output ?? null} />
    </section>
  );
}
