// What a reader chose once for this browser: theme, clock, widths. Survives where storage does, works where it does not.
import { useSyncExternalStore } from "react";
import type { Zone } from "./format/instant";

export type Theme = "system" | "light" | "dark";

export interface Settings {
  theme: Theme;
  zone: Zone;
  /** How much of the trace page's width the tree takes, from 0 to 1. */
  treeShare: number;
  /** The same of the comparison, whose tree has two names in a row. */
  pairsShare: number;
  /** The columns of the list; `null` for the usual ones. */
  columns: string[] | null;
  /** Whether the rail shows its words beside the icons. */
  isRailWide: boolean;
}

const KEY = "tracewood.settings";
const DEFAULTS: Settings = {
  theme: "system",
  zone: "local",
  treeShare: 0.5,
  pairsShare: 0.64,
  columns: null,
  isRailWide: false,
};
const listeners = new Set<() => void>();
let current = read();

export function settings(): Settings {
  return current;
}

export function changeSettings(changes: Partial<Settings>): void {
  current = { ...current, ...changes };
  try {
    window.localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // A browser without storage forgets; that is all.
  }
  applyTheme();
  for (const changed of listeners) changed();
}

export function useSettings(): Settings {
  return useSyncExternalStore(subscribe, settings);
}

/** Tells the stylesheet which theme holds; without a choice the system's does. */
export function applyTheme(): void {
  if (current.theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = current.theme;
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

function read(): Settings {
  try {
    const kept = JSON.parse(window.localStorage.getItem(KEY) ?? "{}") as Partial<Settings>;
    return {
      theme: kept.theme === "light" || kept.theme === "dark" ? kept.theme : DEFAULTS.theme,
      zone: kept.zone === "utc" ? "utc" : DEFAULTS.zone,
      treeShare: share(kept.treeShare, DEFAULTS.treeShare),
      pairsShare: share(kept.pairsShare, DEFAULTS.pairsShare),
      columns: Array.isArray(kept.columns) ? kept.columns.filter((column) => typeof column === "string") : null,
      isRailWide: kept.isRailWide === true,
    };
  } catch {
    return DEFAULTS;
  }
}

function share(kept: unknown, usual: number): number {
  return typeof kept === "number" ? Math.min(0.8, Math.max(0.2, kept)) : usual;
}
