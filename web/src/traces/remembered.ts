// Where each list stood when it was left, so that back means back; kept for this tab, a reload included.

export interface Place {
  traceId: string | null;
  scrollPixels: number;
}

const PREFIX = "tracewood.list.";
const START: Place = { traceId: null, scrollPixels: 0 };
const places = new Map<string, Place>();

export function placeOf(list: string): Place {
  const place = places.get(list);
  if (place) return place;
  try {
    const kept = JSON.parse(window.sessionStorage.getItem(PREFIX + list) ?? "null") as Partial<Place> | null;
    return {
      traceId: typeof kept?.traceId === "string" ? kept.traceId : null,
      scrollPixels: typeof kept?.scrollPixels === "number" ? kept.scrollPixels : 0,
    };
  } catch {
    return START;
  }
}

export function rememberPlace(list: string, place: Place): void {
  places.set(list, place);
  try {
    window.sessionStorage.setItem(PREFIX + list, JSON.stringify(place));
  } catch {
    // A browser without storage forgets at the next reload; that is all.
  }
}
