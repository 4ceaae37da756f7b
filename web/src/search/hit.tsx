// One span that was found: what it is, and where in it the words stand.
import { type MouseEvent, memo, type Ref } from "react";
import type { SpanHit } from "../api/types";
import { oneLine } from "../format/text";
import { Icon } from "../ui/icons";
import { Ago } from "../ui/instant";
import { KindGlyph } from "../ui/kind";
import { Duration } from "../ui/quantity";

interface HitProps {
  id: string;
  index: number;
  span: SpanHit;
  address: string;
  isSelected: boolean;
  onOpen: (span: SpanHit) => void;
  ref: Ref<HTMLLIElement>;
}

const LABELS: Readonly<Record<string, string>> = { input: "Input", output: "Output", message: "Message" };

export const Hit = memo(function Hit({ id, index, span, address, isSelected, onOpen, ref }: HitProps) {
  const open = (event: MouseEvent) => {
    // A click with a modifier is the browser's: it opens the link in a new tab.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    // A click that ends a selection of text opens nothing.
    if (window.getSelection()?.isCollapsed !== false) onOpen(span);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter opens the chosen one, wherever the focus is in the list.
    <li ref={ref} id={id} data-index={index} aria-current={isSelected || undefined} className="hit" onClick={open}>
      <p className="hit-head">
        <KindGlyph kind={span.kind} />
        <a href={address} className="foreign list-link" dir="auto">
          {oneLine(span.name, 200) || "(no name)"}
        </a>
        {span.status === "error" && <Icon name="error" label="Failed" className="is-error" />}
        {span.model !== null && (
          <span className="hit-model foreign" dir="auto">
            {oneLine(span.model, 80)}
          </span>
        )}
        <span className="hit-rest">
          <Duration nanos={span.duration_nanos} />
          <Ago at={span.started_at} />
        </span>
      </p>
      {span.excerpts.map((excerpt) => (
        <div key={excerpt.field} className="hit-place">
          <span className="hit-field">{LABELS[excerpt.field] ?? excerpt.field}</span>
          <p className="foreign" dir="auto">
            {excerpt.parts.map((part, place) =>
              part.marked ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text have no other name.
                <mark key={place}>{part.text}</mark>
              ) : (
                part.text
              ),
            )}
          </p>
        </div>
      ))}
    </li>
  );
});
