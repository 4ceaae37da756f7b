// Views of the list that the reader saved in this browser: a name and the address that brings the view back.

export interface View {
  name: string;
  /** The parameters of the address, without the question mark. */
  search: string;
}

const KEY = "tracewood.views";
/** More than anybody finds again in a menu. */
const VIEWS_MAX = 50;
const NAME_CHARS_MAX = 60;

export function readViews(): View[] {
  try {
    const kept: unknown = JSON.parse(window.localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isView).slice(0, VIEWS_MAX) : [];
  } catch {
    return [];
  }
}

/** Keeps a view; one of the same name is replaced. Returns all there are now. */
export function saveView(name: string, search: string): View[] {
  const clean = name.trim().slice(0, NAME_CHARS_MAX);
  if (clean === "") return readViews();
  return write([...readViews().filter((view) => view.name !== clean), { name: clean, search: lasting(search) }]);
}

export function removeView(name: string): View[] {
  return write(readViews().filter((view) => view.name !== name));
}

/** Which view the address shows, if it is one of them. */
export function currentView(views: readonly View[], search: string): View | null {
  const now = lasting(search);
  return views.find((view) => view.search === now) ?? null;
}

/** What of an address belongs to a view: not which trace was just looked at. */
function lasting(search: string): string {
  const parameters = new URLSearchParams(search);
  parameters.delete("peek");
  parameters.sort();
  return parameters.toString();
}

function write(views: View[]): View[] {
  const kept = views.slice(-VIEWS_MAX);
  try {
    window.localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // A browser without storage forgets at the next reload; that is all.
  }
  return kept;
}

function isView(value: unknown): value is View {
  const view = value as Partial<View> | null;
  return typeof view?.name === "string" && typeof view.search === "string";
}
