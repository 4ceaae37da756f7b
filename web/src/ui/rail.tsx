// The rail on the left: project and pages, and at its foot keys, theme, its own width and the server's health.
import { PAGES, type RailPage } from "../pages";
import { Link } from "../router";
import { changeSettings, type Theme, useSettings } from "../settings";
import { HealthDot } from "./health";
import { Icon } from "./icons";
import { ProjectSwitch } from "./project-switch";

const THEMES: Record<Theme, { next: Theme; words: string }> = {
  system: { next: "light", words: "Theme: as the system" },
  light: { next: "dark", words: "Theme: light" },
  dark: { next: "system", words: "Theme: dark" },
};

export function Rail({ current, onHelp }: { current: RailPage | null; onHelp: () => void }) {
  const { theme, isRailWide } = useSettings();
  return (
    <nav className={isRailWide ? "rail rail-wide" : "rail"} aria-label="Pages">
      <Link to="/traces" className="rail-mark" aria-label="Tracewood">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M4 6h14M7 12h7M11 18h9" />
        </svg>
      </Link>
      <ProjectSwitch />
      <div className="rail-pages">
        {PAGES.map((page) => (
          <Link
            key={page.address}
            to={page.address}
            className="rail-item"
            aria-current={page === current ? "page" : undefined}
          >
            <Icon name={page.icon} />
            <span className="rail-label">
              {page.label}
              <kbd className="rail-key">g {page.key}</kbd>
            </span>
          </Link>
        ))}
      </div>
      <div className="rail-foot">
        <button type="button" className="rail-item" onClick={onHelp}>
          <Icon name="question" />
          <span className="rail-label">Keys (?)</span>
        </button>
        <button type="button" className="rail-item" onClick={() => changeSettings({ theme: THEMES[theme].next })}>
          <Icon name={theme} />
          <span className="rail-label">{THEMES[theme].words}</span>
        </button>
        <button
          type="button"
          className="rail-item rail-pin"
          aria-pressed={isRailWide}
          onClick={() => changeSettings({ isRailWide: !isRailWide })}
        >
          <Icon name="chevron" />
          <span className="rail-label">{isRailWide ? "Fold the rail" : "Pin the rail open"}</span>
        </button>
        <HealthDot />
      </div>
    </nav>
  );
}
