// Repeated siblings as one row: how many there are, how long they took together, and where each of them lies.
import { memo, useMemo } from "react";
import { oneLine } from "../format/text";
import { Icon } from "../ui/icons";
import { KindGlyph, kindClass } from "../ui/kind";
import { Duration } from "../ui/quantity";
import { merged, type Stretch, stretchOf } from "./axis";
import type { Group } from "./rows";
import { Critical, indented, placed } from "./span-row";
import { shown } from "./zoom";

interface GroupRowProps {
  id: string;
  index: number;
  level: number;
  group: Group;
  view: Stretch;
  nowNanos: number;
  topPixels: number;
  isChosen: boolean;
  isOpen: boolean;
  /** When the end of the trace was waiting for one of them. */
  critical: Stretch[];
  onOpen: (groupId: string, isOpen: boolean) => void;
}

export const GroupRow = memo(function GroupRow(props: GroupRowProps) {
  const { id, index, level, group, view, nowNanos, topPixels, isChosen, isOpen, critical, onOpen } = props;
  const first = group.nodes[0]?.span;
  const bars = useMemo(() => {
    const gap = (view.toNanos - view.fromNanos) / 1000;
    const stretches = group.nodes.map((node) => stretchOf(node.span, nowNanos));
    return merged(stretches, gap).flatMap((stretch) => shown(view, stretch) ?? []);
  }, [group, view, nowNanos]);
  const sumNanos = group.nodes.reduce((sum, node) => sum + (node.span.duration_nanos ?? 0), 0);
  if (!first) return null;
  const toggle = () => onOpen(group.id, !isOpen);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: l opens the chosen group from the whole table.
    <div
      id={id}
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      aria-level={level + 1}
      aria-selected={isChosen}
      aria-expanded={isOpen}
      className={`waterfall-grid span-row group-row ${kindClass(first.kind)}`}
      style={{ transform: `translateY(${topPixels}px)` }}
      onClick={toggle}
    >
      <div role="gridcell" className="span-name" style={indented(level)}>
        <span className={isOpen ? "fold fold-open" : "fold"}>
          <Icon name="chevron" />
        </span>
        <KindGlyph kind={first.kind} />
        <span className="foreign span-name-text" dir="auto">
          {oneLine(first.name, 200) || "(no name)"}
        </span>
        <span className="group-count">× {group.nodes.length}</span>
        {group.hasError && <Icon name="error" label="An error among them" className="is-error" />}
      </div>
      <div role="gridcell" className="waterfall-number" title="Together">
        <Duration nanos={sumNanos} />
      </div>
      <div role="gridcell" className="span-bars">
        {!isOpen &&
          bars.map((stretch) => (
            <span key={stretch.fromNanos} className="span-bar" style={placed(view, stretch)}>
              <span className="span-bar-own span-bar-whole" />
            </span>
          ))}
        {!isOpen && <Critical stretches={critical} view={view} />}
      </div>
    </div>
  );
});
