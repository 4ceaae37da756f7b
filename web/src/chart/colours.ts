// The stylesheet's colours for a canvas, which knows no variables, and when they change.
import { useSyncExternalStore } from "react";
import { useSettings } from "../settings";

const DARK = "(prefers-color-scheme: dark)";

/** Changes whenever colours have to be read again. */
export function useTheme(): string {
  const { theme } = useSettings();
  const isDark = useSyncExternalStore(
    (changed) => {
      const query = window.matchMedia(DARK);
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => window.matchMedia(DARK).matches,
  );
  return theme === "system" ? (isDark ? "dark" : "light") : theme;
}

/** What a colour of the stylesheet, such as `var(--accent)`, is where `element` stands. */
export function resolved(element: HTMLElement, colour: string): string {
  const probe = document.createElement("span");
  probe.style.color = colour;
  element.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}
