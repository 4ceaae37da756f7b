// Two traces beside each other: deltas on top, the aligned tree, and the difference of what the chosen pair said.
import { useEffect, useMemo } from "react";
import type { TraceSummary } from "../api/types";
import { oneLine } from "../format/text";
import { compareAddress, Link, leave, setParameters, traceAddress, usePlace } from "../router";
import { PanelSkeleton } from "../span/panel-skeleton";
import { useSpan } from "../span/use-span";
import { Split } from "../trace/split";
import { buildTree, type Node } from "../trace/tree";
import { useTree } from "../trace/use-tree";
import { Icon } from "../ui/icons";
import { At } from "../ui/instant";
import { useKeys } from "../ui/keys";
import { FailureNotice } from "../ui/notice";
import { align, type ComparedSpan, type Pair } from "./align";
import { Deltas } from "./deltas";
import { PairRows } from "./pair-rows";
import { TextDiff } from "./text-diff";
import { useWholeTrace } from "./use-whole-trace";
import "../trace/trace.css";
import "../span/span.css";
import "../span/content.css";
import "./compare.css";

/** Above this many spans what was said is asked for pair by pair: all of it would be tens of megabytes. */
const WHOLE_SPANS = 2000;

export default function ComparePage({ leftId, rightId }: { leftId: string; rightId: string }) {
  const left = useSide(leftId);
  const right = useSide(rightId);
  useKeys({ Escape: () => leave(traceAddress(leftId)) });
  useEffect(() => {
    document.title = "Compare · Tracewood";
  }, []);
  const failed = [left, right].find((one) => one.tree.error !== null && !one.tree.data)?.tree;
  return (
    <>
      {failed && (
        <FailureNotice error={failed.error} onRetry={() => void failed.refetch()} isRetrying={failed.isFetching} />
      )}
      {left.tree.data && right.tree.data ? (
        <Loaded
          left={left.tree.data.trace}
          right={right.tree.data.trace}
          leftSpans={left.spans}
          rightSpans={right.spans}
        />
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

/** The tree at once, and all that was said in it as soon as that is there. */
function useSide(traceId: string): { tree: ReturnType<typeof useTree>; spans: readonly ComparedSpan[] } {
  const tree = useTree(traceId);
  const n_spans = tree.data?.spans.length ?? 0;
  const whole = useWholeTrace(traceId, n_spans > 0 && n_spans <= WHOLE_SPANS);
  return { tree, spans: whole.data?.spans ?? tree.data?.spans ?? [] };
}

interface LoadedProps {
  left: TraceSummary;
  right: TraceSummary;
  leftSpans: readonly ComparedSpan[];
  rightSpans: readonly ComparedSpan[];
}

function Loaded({ left, right, leftSpans, rightSpans }: LoadedProps) {
  const { parameters } = usePlace();
  const pairs = useMemo(() => align(buildTree(leftSpans), buildTree(rightSpans)), [leftSpans, rightSpans]);
  const wanted = parameters.get("pair");
  const chosen = pairs.find((pair) => pair.key === wanted) ?? pairs[0] ?? null;
  return (
    <>
      <header className="compare-header">
        <h1>Compare</h1>
        <Title trace={left} className="pair-left" />
        <Link
          to={compareAddress(right.trace_id, left.trace_id)}
          className="button button-icon"
          title="The other way round"
        >
          <Icon name="compare" label="The other way round" />
        </Link>
        <Title trace={right} className="pair-right" />
      </header>
      <Deltas left={left} right={right} />
      <Split
        setting="pairsShare"
        first={
          <PairRows pairs={pairs} chosenKey={chosen?.key ?? null} onChoose={(key) => setParameters({ pair: key })} />
        }
        second={chosen && <Said pair={chosen} leftId={left.trace_id} rightId={right.trace_id} key={chosen.key} />}
      />
    </>
  );
}

function Title({ trace, className }: { trace: TraceSummary; className: string }) {
  return (
    <Link to={traceAddress(trace.trace_id)} className={`compare-title ${className}`}>
      <strong className="foreign" dir="auto">
        {oneLine(trace.name, 80) || "(no name)"}
      </strong>{" "}
      <At at={trace.started_at} />
    </Link>
  );
}

function Said({ pair, leftId, rightId }: { pair: Pair; leftId: string; rightId: string }) {
  const left = useSaid(leftId, pair.left);
  const right = useSaid(rightId, pair.right);
  const name = (pair.left ?? pair.right)?.span.name ?? "";
  const error = left.error ?? right.error;
  const isComing = left.isComing || right.isComing;
  return (
    // What scrolls must be reachable by key.
    <section className="span-body" aria-label="Differences" tabIndex={0}>
      <h2 className="compare-span foreign" dir="auto">
        {oneLine(name, 200) || "(no name)"}
      </h2>
      {!pair.left && <p className="absence">Only the second trace has this span.</p>}
      {!pair.right && <p className="absence">Only the first trace has this span.</p>}
      {pair.left && pair.right && pair.left.span.model !== pair.right.span.model && (
        <TextDiff title="Model" left={pair.left.span.model} right={pair.right.span.model} />
      )}
      {error && <p className="is-error">What was said could not be loaded: {error.message}</p>}
      {isComing && !error && <PanelSkeleton />}
      {!isComing && !error && (
        <>
          {left.said && right.said && left.said.status_message !== right.said.status_message && (
            <TextDiff title="Failure" left={left.said.status_message ?? ""} right={right.said.status_message ?? ""} />
          )}
          <TextDiff title="Input" left={left.said?.input ?? null} right={right.said?.input ?? null} />
          <TextDiff title="Output" left={left.said?.output ?? null} right={right.said?.output ?? null} />
        </>
      )}
    </section>
  );
}

/** What one side said: as it was loaded with the trace, else asked for now. */
function useSaid(traceId: string, node: Node<ComparedSpan> | null) {
  const isLoaded = node === null || node.span.input !== undefined;
  const query = useSpan(traceId, isLoaded ? null : node.span);
  return {
    said: isLoaded ? (node?.span ?? null) : (query.data ?? null),
    isComing: !isLoaded && query.isPending && query.error === null,
    error: isLoaded ? null : query.error,
  };
}
