// Tabs after the WAI-ARIA pattern: one stop of the tab key, arrows between them.
import { type KeyboardEvent, useRef } from "react";

export interface Tab {
  id: string;
  label: string;
  count?: number | undefined;
}

interface TabsProps {
  tabs: Tab[];
  current: string;
  label: string;
  /** The prefix of ids, so that a panel can name its tab. */
  idPrefix: string;
  className?: string;
  onChange: (id: string) => void;
}

export function Tabs({ tabs, current, label, idPrefix, className, onChange }: TabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const pressed = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const index = tabs.findIndex((tab) => tab.id === current);
    const next = tabs[(index + step + tabs.length) % tabs.length];
    if (!next) return;
    onChange(next.id);
    list.current?.querySelector<HTMLElement>(`#${CSS.escape(`${idPrefix}-${next.id}`)}`)?.focus();
  };
  return (
    <div role="tablist" aria-label={label} className={`tabs ${className ?? ""}`} ref={list} onKeyDown={pressed}>
      {tabs.map((tab) => (
        <button
          key={tab.id}
          id={`${idPrefix}-${tab.id}`}
          type="button"
          role="tab"
          aria-selected={tab.id === current}
          aria-controls={tab.id === current ? `${idPrefix}-panel` : undefined}
          tabIndex={tab.id === current ? 0 : -1}
          className="tab"
          onClick={() => onChange(tab.id)}
        >
          {tab.label}
          {tab.count !== undefined && tab.count > 0 && <span className="tab-count">{tab.count}</span>}
        </button>
      ))}
    </div>
  );
}
