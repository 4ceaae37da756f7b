// The rail on the left: project and pages, and at its foot keys, theme, its own width and the server's health.
import type { RailPage } from "../pages";
import { changeSettings, type Theme, useSettings } from "../settings";
import { HealthDot } from "./health";
import { Icon } from "./icons";
import { ProjectSwitch } from "./project-switch";
import { RailMark, RailPages } from "./rail-pages";

const THEMES: Record<Theme, { next: Theme; words: string }> = {
  system: { next: "light", words: "Theme: as the system" },
  light: { next: "dark", words: "Theme: light" },
  dark: { next: "system", words: "Theme: dark" },
};

export function Rail({ current, onHelp }: { current: RailPage | null; onHelp: () => void }) {
  const { theme, isRailWide } = useSettings();
  return (
    <nav className={isRailWide ? "rail rail-wide" : "rail"} aria-label="Pages">
      <RailMark />
      <ProjectSwitch />
      <RailPages current={current} />
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
