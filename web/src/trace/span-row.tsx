// One span in the tree: name, duration and bar.
import { memo, useMemo } from "react";
import { oneLine, plural } from "../format/text";
import { Icon } from "../ui/icons";
import { KindGlyph, kindClass } from "../ui/kind";
import { Duration } from "../ui/quantity";
import { merged, position, type Stretch, selfStretches, stretchOf } from "./axis";
import type { Node } from "./tree";

interface SpanRowProps {
  id: string;
  index: number;
  node: Node;
  view: Stretch;
  nowNanos: number;
  topPixels: number;
  isChosen: boolean;
  isFolded: boolean;
  onChoose: (spanId: string) => void;
  onFold: (spanId: string, isFolded: boolean) => void;
}

const INDENT_PIXELS = 14;
/** Deeper than this the name no longer moves right: it would leave the column. */
const INDENT_LEVELS_MAX = 24;

export const SpanRow = memo(function SpanRow(props: SpanRowProps) {
  const { id, index, node, view, nowNanos, topPixels, isChosen, isFolded, onChoose, onFold } = props;
  const { span, depth } = node;
  const isParent = node.children.length > 0;
  const isError = span.status === "error";
  const fold = () => onFold(span.span_id, !isFolded);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys and j, k choose a row from the whole table.
    <div
      id={id}
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      aria-level={depth + 1}
      aria-selected={isChosen}
      aria-expanded={isParent ? !isFolded : undefined}
      className={`waterfall-grid span-row ${kindClass(span.kind)}${isError ? " span-row-error" : ""}`}
      style={{ transform: `translateY(${topPixels}px)` }}
      onClick={() => onChoose(span.span_id)}
    >
      <div
        role="gridcell"
        className="span-name"
        style={{ paddingInlineStart: Math.min(depth, INDENT_LEVELS_MAX) * INDENT_PIXELS }}
      >
        {isParent ? (
          <button
            type="button"
            tabIndex={-1}
            className="fold"
            aria-label={isFolded ? "Unfold" : "Fold"}
            aria-expanded={!isFolded}
            onClick={(event) => {
              event.stopPropagation();
              fold();
            }}
          >
            <Icon name="chevron" />
          </button>
        ) : (
          <span className="fold" />
        )}
        <KindGlyph kind={span.kind} />
        <span className="foreign span-name-text" dir="auto" title={oneLine(span.name, 1000)}>
          {oneLine(span.name, 200) || "(no name)"}
        </span>
        {isFolded && <span className="span-below">{plural(node.descendantCount, "span")}</span>}
        {isError && <Icon name="error" label="Failed" className="is-error" />}
        {isFolded && !isError && node.hasError && <Icon name="error" label="An error below" className="is-error" />}
        {node.detached && <Icon name="detached" label={DETACHED[node.detached]} className="status-quiet" />}
      </div>
      <div role="gridcell" className="waterfall-number">
        {span.duration_nanos === null ? (
          <em>{span.pending ? "running" : "no end"}</em>
        ) : (
          <Duration nanos={span.duration_nanos} />
        )}
      </div>
      <div role="gridcell" className="span-bars">
        <Bar node={node} view={view} nowNanos={nowNanos} />
      </div>
    </div>
  );
});

const DETACHED = {
  parent_missing: "Its parent has not arrived",
  parent_cycle: "Its parents form a ring",
};

/** A bar's own time is darker than its children's; a tick stands where the first token came. */
function Bar({ node, view, nowNanos }: { node: Node; view: Stretch; nowNanos: number }) {
  const { span } = node;
  const whole = stretchOf(span, nowNanos);
  // A bar column is at most some thousand pixels wide.
  const gap = (view.toNanos - view.fromNanos) / 1000;
  const own = useMemo(() => merged(selfStretches(node, nowNanos), gap), [node, nowNanos, gap]);
  const firstToken = span.time_to_first_token_nanos;
  const isWholeOwn = node.children.length === 0;
  return (
    <span className={`span-bar${span.pending ? " span-bar-pending" : ""}`} style={placed(view, whole)}>
      {!isWholeOwn &&
        own.map((stretch) => <span key={stretch.fromNanos} className="span-bar-own" style={placed(whole, stretch)} />)}
      {isWholeOwn && <span className="span-bar-own span-bar-whole" />}
      {firstToken !== null && whole.toNanos > whole.fromNanos && (
        <span
          className="span-bar-first"
          title="First token"
          style={{ insetInlineStart: `${Math.min(1, firstToken / (whole.toNanos - whole.fromNanos)) * 100}%` }}
        />
      )}
    </span>
  );
}

function placed(view: Stretch, stretch: Stretch): React.CSSProperties {
  const from = position(view, stretch.fromNanos);
  const to = position(view, stretch.toNanos);
  return { insetInlineStart: `${from * 100}%`, width: `${Math.max(0, to - from) * 100}%` };
}
