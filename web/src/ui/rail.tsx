// The rail on the left: the pages that there are, and at its foot keys, theme and the server's health.
import { Link } from "../router";
import { changeSettings, type Theme, useSettings } from "../settings";
import { HealthDot } from "./health";
import { Icon } from "./icons";

const THEMES: Record<Theme, { next: Theme; words: string }> = {
  system: { next: "light", words: "Theme: as the system" },
  light: { next: "dark", words: "Theme: light" },
  dark: { next: "system", words: "Theme: dark" },
};

export function Rail({ current, onHelp }: { current: "traces" | null; onHelp: () => void }) {
  const { theme } = useSettings();
  return (
    <nav className="rail" aria-label="Pages">
      <Link to="/traces" className="rail-mark" aria-label="Tracewood">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M4 6h14M7 12h7M11 18h9" />
        </svg>
      </Link>
      <Link to="/traces" className="rail-item" aria-current={current === "traces" ? "page" : undefined}>
        <Icon name="traces" />
        <span className="rail-label">Traces</span>
      </Link>
      <div className="rail-foot">
        <button type="button" className="rail-item" onClick={onHelp}>
          <Icon name="question" />
          <span className="rail-label">Keys (?)</span>
        </button>
        <button type="button" className="rail-item" onClick={() => changeSettings({ theme: THEMES[theme].next })}>
          <Icon name={theme} />
          <span className="rail-label">{THEMES[theme].words}</span>
        </button>
        <HealthDot />
      </div>
    </nav>
  );
}
