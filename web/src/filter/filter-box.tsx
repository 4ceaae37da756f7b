// The one filter box: chips while it is read, text in the filter language while it is written, with offers.
import { type FormEvent, type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import type { Failure } from "../api/client";
import { oneLine } from "../format/text";
import type { Range } from "../time/range";
import { Icon } from "../ui/icons";
import { useKeys } from "../ui/keys";
import { Count } from "../ui/quantity";
import { type Chip, chipsOf, without } from "./chips";
import { type Offer, partsAtFault } from "./offers";
import { useOffers } from "./use-offers";
import "./filter.css";

interface FilterBoxProps {
  filter: string;
  /** Why the server refuses the filter. */
  trouble: Failure | null;
  /** In which time values are offered. */
  range: Range;
  placeholder?: string;
  onFilter: (filter: string | null) => void;
}

/** More than anybody reads. */
const CHIP_CHARS_MAX = 60;

export function FilterBox({ filter, trouble, range, placeholder, onFilter }: FilterBoxProps) {
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const [text, setText] = useState(filter);
  const [isFocused, setFocused] = useState(false);
  /** Where the cursor is while offers are wanted. */
  const [cursor, setCursor] = useState<number | null>(null);
  const [at, setAt] = useState(-1);
  const [selection, setSelection] = useState<[number, number] | null>(null);
  const shown = useOffers(text, cursor, range);
  // The address may change by back, or by a view.
  useEffect(() => setText(filter), [filter]);
  useKeys({ "/": () => edit(0, text.length) });
  // Once the box has its text again.
  useLayoutEffect(() => {
    if (selection === null) return;
    input.current?.setSelectionRange(...selection);
    setSelection(null);
  }, [selection]);
  const edit = (from: number, to: number) => {
    setFocused(true);
    input.current?.focus();
    setSelection([from, to]);
  };
  const typed = (next: string, cursorNow: number) => {
    setText(next);
    setCursor(cursorNow);
    setAt(-1);
  };
  const take = (offer: Offer) => {
    typed(offer.text, offer.cursor);
    edit(offer.cursor, offer.cursor);
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    setCursor(null);
    // What was written is chips from here on, and keys move through what passes.
    input.current?.blur();
    onFilter(text.trim() || null);
  };
  const pressed = (event: KeyboardEvent) => {
    const offer = shown[at] ?? (event.key === "Tab" && text !== "" ? shown[0] : undefined);
    if ((event.key === "Enter" || event.key === "Tab") && offer && !event.shiftKey) take(offer);
    else if (event.key === "ArrowDown" && shown.length > 0) setAt((at + 1) % shown.length);
    else if (event.key === "ArrowUp" && shown.length > 0) setAt((at - 1 + shown.length) % shown.length);
    else if (event.key === "Escape" && shown.length > 0) setCursor(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const isSaid = trouble !== null && text.trim() === filter.trim();
  const chips = isFocused || trouble !== null ? [] : chipsOf(text);
  return (
    <form className="filter" role="search" onSubmit={send}>
      <div className="field filter-field" data-invalid={trouble !== null || undefined}>
        {chips.length > 0 && (
          <Chips
            chips={chips}
            onEdit={(chip) => edit(chip.from, chip.to)}
            onRemove={(chip) => {
              const rest = without(text, chip);
              setText(rest);
              onFilter(rest || null);
            }}
          />
        )}
        <input
          ref={input}
          type="text"
          role="combobox"
          aria-label="Filter"
          aria-expanded={shown.length > 0}
          aria-controls={`${id}-offers`}
          aria-autocomplete="list"
          aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
          aria-invalid={trouble !== null}
          aria-describedby={isSaid ? `${id}-trouble` : undefined}
          placeholder={chips.length > 0 ? "" : (placeholder ?? "Filter: kind:tool status:error duration>2s  (/)")}
          autoComplete="off"
          spellCheck={false}
          maxLength={8192}
          // Behind chips it is the text all the same, for whoever takes all of it or reads it out.
          className={chips.length > 0 ? "filter-behind" : undefined}
          value={text}
          onChange={(event) => {
            typed(event.target.value, event.target.selectionStart ?? event.target.value.length);
          }}
          onFocus={() => {
            setFocused(true);
            setCursor(text.length);
            setAt(-1);
          }}
          onSelect={(event) => cursor !== null && setCursor(event.currentTarget.selectionStart)}
          onKeyDown={pressed}
          onBlur={() => {
            setFocused(false);
            setCursor(null);
            // Emptied and left: that is meant.
            if (text.trim() === "" && filter !== "") onFilter(null);
          }}
        />
        {text !== "" && (
          <button
            type="button"
            className="filter-clear"
            title="Clear the filter"
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => {
              typed("", 0);
              onFilter(null);
            }}
          >
            <Icon name="close" label="Clear the filter" />
          </button>
        )}
      </div>
      <div className="filter-offers" id={`${id}-offers`} role="listbox" aria-label="Offers" hidden={shown.length === 0}>
        {shown.map((offer, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys choose from within the box.
          <div
            key={offer.label}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            // Before the box loses the focus and takes the offers away.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(offer)}
          >
            <span className="filter-offer foreign">{oneLine(offer.label, CHIP_CHARS_MAX)}</span>
            {offer.hint !== "" && <span className="filter-hint">{offer.hint}</span>}
            {offer.count !== null && <Count value={offer.count} />}
          </div>
        ))}
      </div>
      {isSaid && shown.length === 0 && <Trouble id={`${id}-trouble`} filter={filter} trouble={trouble} />}
    </form>
  );
}

interface ChipsProps {
  chips: readonly Chip[];
  onEdit: (chip: Chip) => void;
  onRemove: (chip: Chip) => void;
}

function Chips({ chips, onEdit, onRemove }: ChipsProps) {
  return (
    <ul className="filter-chips" aria-label="Conditions">
      {chips.map((chip) => {
        const words = oneLine(chip.text, CHIP_CHARS_MAX);
        return (
          <li key={chip.from} className="filter-chip">
            <button type="button" className="foreign" title="Change it" onClick={() => onEdit(chip)}>
              {words}
            </button>
            <button type="button" title="Take it away" onClick={() => onRemove(chip)}>
              <Icon name="close" label={`Take away ${words}`} />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** Which parameter of the API it is about goes without saying here. */
function wordsOf(trouble: Failure): string {
  const words = trouble.message.replace(/^"filter":\s*/, "");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What is wrong, said below the word. */
function Trouble({ id, filter, trouble }: { id: string; filter: string; trouble: Failure }) {
  const fault = partsAtFault(filter, trouble.place);
  return (
    <p className="filter-trouble" id={id} role="alert">
      {fault && (
        <code className="filter-fault foreign">
          {fault[0]}
          <mark>{fault[1] || " "}</mark>
          {fault[2]}
        </code>
      )}
      <span className="filter-why" style={fault ? { marginInlineStart: `min(${fault[0].length}ch, 40%)` } : undefined}>
        {wordsOf(trouble)}
      </span>
    </p>
  );
}
