// The pages of the rail, each once: name, address, icon and the key that goes there.
import type { Route } from "./router";
import type { IconName } from "./ui/icons";

export interface RailPage {
  /** The routes that belong to it. */
  routes: readonly Route["page"][];
  label: string;
  address: string;
  icon: IconName;
  /** After `g`. */
  key: string;
}

export const PAGES: readonly RailPage[] = [
  { routes: ["traces", "trace", "compare"], label: "Traces", address: "/traces", icon: "traces", key: "t" },
  { routes: ["sessions", "session"], label: "Sessions", address: "/sessions", icon: "sessions", key: "s" },
  { routes: ["users", "user"], label: "Users", address: "/users", icon: "users", key: "u" },
  { routes: ["dashboard"], label: "Dashboard", address: "/dashboard", icon: "dashboard", key: "d" },
  { routes: ["search"], label: "Search", address: "/search", icon: "search", key: "f" },
  { routes: ["settings"], label: "Settings", address: "/settings", icon: "settings", key: "," },
];

/** Which entry of the rail a route belongs to. */
export function pageOf(route: Route): RailPage | null {
  return PAGES.find((page) => page.routes.includes(route.page)) ?? null;
}
