// The one filter box: text in the filter language, offers while typing, and what is wrong said below it.
import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useKeys } from "../ui/keys";
import { type Offer, offers, partsAtFault } from "./filter-words";

interface FilterBoxProps {
  filter: string;
  /** What the server finds wrong with the filter. */
  trouble: string | null;
  onFilter: (filter: string | null) => void;
}

export function FilterBox({ filter, trouble, onFilter }: FilterBoxProps) {
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const [text, setText] = useState(filter);
  const [shown, setShown] = useState<Offer[]>([]);
  const [at, setAt] = useState(-1);
  // The address may change by back, or by a view.
  useEffect(() => setText(filter), [filter]);
  useKeys({
    "/": () => {
      input.current?.focus();
      input.current?.select();
    },
  });
  const fault = trouble === null ? null : partsAtFault(filter, trouble);
  const typed = (next: string, cursor: number) => {
    setText(next);
    setShown(offers(next, cursor));
    setAt(-1);
  };
  const take = (offer: Offer) => {
    typed(offer.text, offer.text.length);
    input.current?.focus();
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    setShown([]);
    onFilter(text.trim() || null);
  };
  const pressed = (event: KeyboardEvent) => {
    const offer = shown[at] ?? (event.key === "Tab" ? shown[0] : undefined);
    if ((event.key === "Enter" || event.key === "Tab") && offer && !event.shiftKey) take(offer);
    else if (event.key === "ArrowDown" && shown.length > 0) setAt((at + 1) % shown.length);
    else if (event.key === "ArrowUp" && shown.length > 0) setAt((at - 1 + shown.length) % shown.length);
    else if (event.key === "Escape" && shown.length > 0) setShown([]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <form className="filter" role="search" onSubmit={send}>
      <input
        ref={input}
        type="search"
        className="field"
        role="combobox"
        aria-label="Filter"
        aria-expanded={shown.length > 0}
        aria-controls={`${id}-offers`}
        aria-autocomplete="list"
        aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
        aria-invalid={trouble !== null}
        aria-describedby={trouble === null ? undefined : `${id}-trouble`}
        placeholder="Filter: kind:tool status:error duration>2s  (/)"
        autoComplete="off"
        spellCheck={false}
        maxLength={8192}
        value={text}
        onChange={(event) => {
          typed(event.target.value, event.target.selectionStart ?? event.target.value.length);
          // Emptied by the cross of the browser: that is meant.
          if (event.target.value === "") onFilter(null);
        }}
        onKeyDown={pressed}
        onBlur={() => setShown([])}
      />
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
            {offer.label}
          </div>
        ))}
      </div>
      {trouble !== null && (
        <p className="filter-trouble" id={`${id}-trouble`} role="alert">
          {fault && (
            <code className="filter-fault foreign">
              {fault[0]}
              <mark>{fault[1] || " "}</mark>
              {fault[2]}
            </code>
          )}
          {trouble}
        </p>
      )}
    </form>
  );
}
