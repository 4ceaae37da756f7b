// The chosen span: what it is in two lines, then what was said, and behind tabs everything else.
import { type ReactNode, useId } from "react";
import type { Json, Score, Span, SpanDetail, TreeSpan } from "../api/types";
import { oneLine } from "../format/text";
import { writeJson } from "../json/exact";
import { setParameters, traceAddress, usePlace } from "../router";
import type { Node } from "../trace/tree";
import { CopyButton } from "../ui/copy";
import { Icon } from "../ui/icons";
import { KindGlyph } from "../ui/kind";
import { FailureNotice } from "../ui/notice";
import { type Tab, Tabs } from "../ui/tabs";
import { AttributesTab } from "./attributes";
import { ContentTab } from "./content";
import { CostTab } from "./cost-tab";
import { curlSpan } from "./curl";
import { EventsTab } from "./events";
import { Facts } from "./facts";
import { JsonTree } from "./json-tree";
import { MetadataTab } from "./metadata";
import { PanelSkeleton } from "./panel-skeleton";
import { ScoresTab, scoresOf } from "./scores";
import { useSpan } from "./use-span";
import "./span.css";
import "./content.css";

interface SpanPanelProps {
  traceId: string;
  node: Node;
  /** Of the whole trace. */
  scores: readonly Score[];
  /** The span that stands for the trace. */
  entryId: string;
}

/** What the tree knows of the span is there at once; its payload comes when it is chosen. */
export function SpanPanel({ traceId, node, scores, entryId }: SpanPanelProps) {
  const { data: span, error, isFetching, refetch } = useSpan(traceId, node.span);
  return (
    <section className="span-panel" aria-label="Chosen span">
      {span ? (
        <Loaded node={node} span={span} scores={scores} isEntry={span.span_id === entryId} />
      ) : (
        <>
          <header className="span-head">
            <Title span={node.span} />
          </header>
          {error ? (
            <FailureNotice error={error} onRetry={() => void refetch()} isRetrying={isFetching} />
          ) : (
            <PanelSkeleton />
          )}
        </>
      )}
    </section>
  );
}

function Title({ span, children }: { span: TreeSpan; children?: ReactNode }) {
  return (
    <div className="span-title">
      <KindGlyph kind={span.kind} />
      <h2 className="foreign" dir="auto" title={oneLine(span.name, 1000)}>
        {oneLine(span.name, 300) || "(no name)"}
      </h2>
      <span className="span-kind foreign">{oneLine(span.kind_original || span.kind, 40)}</span>
      <SpanStatus span={span} />
      {children}
    </div>
  );
}

interface LoadedProps {
  node: Node;
  span: SpanDetail;
  scores: readonly Score[];
  isEntry: boolean;
}

function Loaded({ node, span, scores, isEntry }: LoadedProps) {
  const { parameters } = usePlace();
  const id = useId();
  const tabs = tabsOf(span, scoresOf(scores, span.span_id, isEntry).length);
  const wanted = parameters.get("tab");
  const current = tabs.find((tab) => tab.id === wanted)?.id ?? "content";
  return (
    <>
      <header className="span-head">
        <Title span={node.span}>
          <div className="span-actions">
            <CopyButton
              text={() => window.location.origin + traceAddress(span.trace_id, span.span_id)}
              label="Copy the link to this span"
              icon="link"
            />
            <CopyButton text={() => writeJson(span, 2)} label="Copy the span as JSON" icon="braces" />
            <CopyButton
              text={() => curlSpan(window.location.origin, span.trace_id, span.span_id)}
              label="Copy as curl"
              icon="terminal"
            />
          </div>
        </Title>
        <Facts node={node} span={span} />
        <Tabs
          tabs={tabs}
          current={current}
          label="Parts of the span"
          idPrefix={id}
          className="span-tabs"
          onChange={(tab) => setParameters({ tab: tab === "content" ? null : tab })}
        />
      </header>
      <div className="span-body" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${current}`} tabIndex={0}>
        {current === "content" && <ContentTab span={span} />}
        {current === "attributes" && <AttributesTab span={span} />}
        {current === "events" && <EventsTab span={span} />}
        {current === "cost" && <CostTab node={node} span={span} />}
        {current === "metadata" && <MetadataTab span={span} />}
        {current === "scores" && (
          <ScoresTab traceId={span.trace_id} spanId={span.span_id} isEntry={isEntry} scores={scores} />
        )}
        {current === "raw" && <JsonTree value={asJson(span)} />}
      </div>
    </>
  );
}

function tabsOf(span: Span, n_scores: number): Tab[] {
  return [
    { id: "content", label: "Input & output" },
    { id: "attributes", label: "Attributes", count: Object.keys(span.attributes).length },
    { id: "events", label: "Events", count: span.events.length + span.links.length },
    { id: "cost", label: "Cost" },
    { id: "metadata", label: "Metadata", count: Object.keys(span.metadata).length },
    { id: "scores", label: "Scores", count: n_scores },
    { id: "raw", label: "Raw" },
  ];
}

function SpanStatus({ span }: { span: TreeSpan }) {
  if (span.status === "error") {
    return (
      <span className="is-error status">
        <Icon name="error" /> failed
      </span>
    );
  }
  if (span.pending) {
    return (
      <span className="status status-quiet">
        <Icon name="pending" /> running
      </span>
    );
  }
  return <Icon name="ok" label={span.status === "ok" ? "Ok" : "Ended"} className="status-quiet" />;
}

/** A span came as JSON, so it is some. */
function asJson(span: Span): Json {
  return span as unknown as Json;
}
