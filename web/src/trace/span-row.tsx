// One span in the tree: name, duration and bar.
import { memo, useMemo } from "react";
import { oneLine, plural } from "../format/text";
import { Icon } from "../ui/icons";
import { KindGlyph, kindClass } from "../ui/kind";
import { Duration } from "../ui/quantity";
import { merged, position, type Stretch, selfStretches, stretchOf } from "./axis";
import type { Node } from "./tree";
import { shown } from "./zoom";

interface SpanRowProps {
  id: string;
  index: number;
  level: number;
  node: Node;
  /** When the end of the trace was waiting for it. */
  critical: Stretch[] | null;
  /** Which part of the whole trace was spent in it alone, where that is much. */
  slowShare: number | null;
  view: Stretch;
  nowNanos: number;
  topPixels: number;
  isChosen: boolean;
  isFolded: boolean;
  /** Whether it only leads to what was asked for. */
  isQuiet: boolean;
  onChoose: (spanId: string) => void;
  onFold: (spanId: string, isFolded: boolean) => void;
}

const INDENT_PIXELS = 14;
/** Deeper than this the name no longer moves right: it would leave the column. */
const INDENT_LEVELS_MAX = 24;

export const SpanRow = memo(function SpanRow(props: SpanRowProps) {
  const { id, index, level, node, critical, slowShare, view, nowNanos, topPixels, isChosen } = props;
  const { isFolded, isQuiet, onChoose, onFold } = props;
  const { span } = node;
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
      aria-level={level + 1}
      aria-selected={isChosen}
      aria-expanded={isParent ? !isFolded : undefined}
      className={`waterfall-grid span-row ${kindClass(span.kind)}${isError ? " span-row-error" : ""}${isQuiet ? " span-row-quiet" : ""}`}
      style={{ transform: `translateY(${topPixels}px)` }}
      onClick={() => onChoose(span.span_id)}
    >
      <div role="gridcell" className="span-name" style={indented(level)}>
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
        {slowShare !== null && (
          <span
            className="span-slow"
            title={`${Math.round(slowShare * 100)} % of the trace's time was spent here alone`}
          >
            <Icon name="pending" label="Slow" />
            {Math.round(slowShare * 100)} %
          </span>
        )}
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
        {critical && <Critical stretches={critical} view={view} />}
      </div>
    </div>
  );
});

const DETACHED = {
  parent_missing: "Its parent has not arrived",
  parent_cycle: "Its parents form a ring",
};

/** From which part of the axis on a bar has room for the tick of its first token. */
const TICK_SHARE = 0.02;

/** A bar's own time is darker than its children's; a tick stands where the first token came. */
function Bar({ node, view, nowNanos }: { node: Node; view: Stretch; nowNanos: number }) {
  const { span } = node;
  const whole = stretchOf(span, nowNanos);
  // A bar column is at most some thousand pixels wide.
  const gap = (view.toNanos - view.fromNanos) / 1000;
  const own = useMemo(() => merged(selfStretches(node, nowNanos), gap), [node, nowNanos, gap]);
  const inView = shown(view, whole);
  if (!inView) return null;
  const isWholeOwn = node.children.length === 0;
  // On a bar of a few pixels the tick would be all there is to see.
  const isWide = inView.toNanos - inView.fromNanos > (view.toNanos - view.fromNanos) * TICK_SHARE;
  const firstTokenNanos =
    span.time_to_first_token_nanos === null ? null : whole.fromNanos + span.time_to_first_token_nanos;
  const edges = `${whole.fromNanos < view.fromNanos ? " span-bar-before" : ""}${whole.toNanos > view.toNanos ? " span-bar-after" : ""}`;
  return (
    <span className={`span-bar${span.pending ? " span-bar-pending" : ""}${edges}`} style={placed(view, inView)}>
      {!isWholeOwn &&
        own.map((stretch) => {
          const part = shown(inView, stretch);
          return part && <span key={stretch.fromNanos} className="span-bar-own" style={placed(inView, part)} />;
        })}
      {isWholeOwn && <span className="span-bar-own span-bar-whole" />}
      {firstTokenNanos !== null && isWide && firstTokenNanos >= inView.fromNanos && (
        <span
          className="span-bar-first"
          title="First token"
          style={{ insetInlineStart: `${Math.min(1, position(inView, firstTokenNanos)) * 100}%` }}
        />
      )}
    </span>
  );
}

/** Underlines when the end of the trace was waiting for the span. */
export function Critical({ stretches, view }: { stretches: Stretch[]; view: Stretch }) {
  return stretches.map((stretch) => {
    const part = shown(view, stretch);
    return (
      part && (
        <span key={stretch.fromNanos} className="span-critical" title="Critical path" style={placed(view, part)} />
      )
    );
  });
}

/** Where a stretch lies, in hundredths of what is on show. */
export function placed(view: Stretch, stretch: Stretch): React.CSSProperties {
  const length = view.toNanos - view.fromNanos;
  // A span without a length has no inside to divide.
  if (length <= 0) return { insetInlineStart: 0, width: "100%" };
  const from = position(view, stretch.fromNanos);
  const to = position(view, stretch.toNanos);
  return { insetInlineStart: `${from * 100}%`, width: `${Math.max(0, to - from) * 100}%` };
}

export function indented(level: number): React.CSSProperties {
  return { paddingInlineStart: Math.min(level, INDENT_LEVELS_MAX) * INDENT_PIXELS };
}
