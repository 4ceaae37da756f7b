// The parts of the rail that are the same whatever the server says.
import { PAGES, type RailPage } from "../pages";
import { Link } from "../router";
import { Icon } from "./icons";

export function RailMark() {
  return (
    <Link to="/traces" className="rail-mark" aria-label="Tracewood">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M4 6h14M7 12h7M11 18h9" />
      </svg>
    </Link>
  );
}

export function RailPages({ current }: { current: RailPage | null }) {
  return (
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
  );
}
