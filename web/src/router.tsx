// A router as small as the page needs: real addresses, history, links that open in a new tab like any other.
import { type AnchorHTMLAttributes, type MouseEvent, useMemo, useSyncExternalStore } from "react";

export interface Place {
  path: string;
  parameters: URLSearchParams;
}

export type Route =
  | { page: "traces" }
  | { page: "trace"; traceId: string }
  | { page: "compare"; leftId: string; rightId: string | null }
  | { page: "dashboard" }
  | { page: "search" }
  | { page: "settings"; section: string | null }
  | { page: "sessions" }
  | { page: "session"; sessionId: string }
  | { page: "users" }
  | { page: "user"; userId: string }
  | { page: "missing" };

const MOVED = "tracewood:moved";

/** Which page an address means. */
export function routeOf(path: string): Route {
  const parts = path.split("/").filter(Boolean);
  if (parts.length === 0 || (parts.length === 1 && parts[0] === "traces")) return { page: "traces" };
  if (parts.length === 2 && parts[0] === "traces" && parts[1]) return { page: "trace", traceId: decoded(parts[1]) };
  const [first, left, right] = parts;
  if (parts.length === 1 && (first === "dashboard" || first === "search")) return { page: first };
  if (first === "settings" && parts.length <= 2) return { page: "settings", section: left ? decoded(left) : null };
  if (first === "compare" && left && parts.length <= 3) {
    return { page: "compare", leftId: decoded(left), rightId: right ? decoded(right) : null };
  }
  if (first === "sessions" && parts.length <= 2) {
    return left ? { page: "session", sessionId: decoded(left) } : { page: "sessions" };
  }
  if (first === "users" && parts.length <= 2) return left ? { page: "user", userId: decoded(left) } : { page: "users" };
  return { page: "missing" };
}

/** Without a second trace, where one is chosen. */
export function compareAddress(leftId: string, rightId?: string): string {
  const path = `/compare/${encodeURIComponent(leftId)}`;
  return rightId ? `${path}/${encodeURIComponent(rightId)}` : path;
}

export function traceAddress(traceId: string, spanId?: string | null): string {
  const path = `/traces/${encodeURIComponent(traceId)}`;
  return spanId ? `${path}?span=${encodeURIComponent(spanId)}` : path;
}

/** Without an id, the list of them. */
export function sessionAddress(sessionId?: string): string {
  return sessionId === undefined ? "/sessions" : `/sessions/${encodeURIComponent(sessionId)}`;
}

/** Without an id, the list of them. */
export function userAddress(userId?: string): string {
  return userId === undefined ? "/users" : `/users/${encodeURIComponent(userId)}`;
}

/** Goes to an address; `replace` where it is the same place seen otherwise, so that back leaves it in one step. */
export function navigate(address: string, options: { replace?: boolean; state?: unknown } = {}): void {
  const current = window.location.pathname + window.location.search;
  if (options.replace || address === current) window.history.replaceState(options.state ?? null, "", address);
  else window.history.pushState(options.state ?? { fromPage: true }, "", address);
  window.dispatchEvent(new Event(MOVED));
}

/** Changes some parameters of the address in place; `null` takes one away. */
export function setParameters(changes: Record<string, string | null>): void {
  const parameters = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) parameters.delete(name);
    else parameters.set(name, value);
  }
  const text = parameters.toString();
  navigate(`${window.location.pathname}${text ? `?${text}` : ""}`, { replace: true, state: window.history.state });
}

/** Back to where the reader came from, or to `address` where the page was opened directly. */
export function leave(address: string): void {
  if ((window.history.state as { fromPage?: boolean } | null)?.fromPage) window.history.back();
  else navigate(address);
}

export function usePlace(): Place {
  const address = useSyncExternalStore(subscribe, () => window.location.pathname + window.location.search);
  return useMemo(() => {
    const [path = "/", search = ""] = address.split("?", 2);
    return { path, parameters: new URLSearchParams(search) };
  }, [address]);
}

type LinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & { to: string };

export function Link({ to, onClick, ...rest }: LinkProps) {
  const go = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (event.defaultPrevented || !isPlain) return;
    event.preventDefault();
    navigate(to);
  };
  return <a href={to} onClick={go} {...rest} />;
}

function subscribe(changed: () => void): () => void {
  window.addEventListener("popstate", changed);
  window.addEventListener(MOVED, changed);
  return () => {
    window.removeEventListener("popstate", changed);
    window.removeEventListener(MOVED, changed);
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
