// The page's icons, drawn here: no icon font, no foreign file.
import type { ReactNode } from "react";

const PATHS = {
  traces: <path d="M2.5 4h8M5 8h6M7 12h6.5" />,
  sessions: <path d="M2 3h9v6H6l-2.5 2.5V9H2zM11 6h3v5h-1.5V13L10 11H7.5" />,
  users: (
    <>
      <circle cx="6" cy="5.5" r="2.5" />
      <path d="M1.5 13.5c0-3 2-4.5 4.500-4.500s4.500 1.500 4.500 4.500M10.500 3.200a2.500 2.500 0 0 1 0 4.600M12 9.600c1.600.6 2.500 1.900 2.500 3.900" />
    </>
  ),
  dashboard: <path d="M2 13.5h12M3.5 11V8M6.5 11V5M9.5 11V7M12.5 11V3" />,
  settings: (
    <>
      <path d="M2 4.5h6M11.5 4.5H14M2 11.5h2.5M8 11.5h6" />
      <circle cx="9.7" cy="4.5" r="1.8" />
      <circle cx="6.2" cy="11.5" r="1.8" />
    </>
  ),
  project: <path d="M2 3.5h4l1.5 2H14v7H2z" />,
  error: (
    <>
      <path d="M5.4 1.8h5.2l3.6 3.6v5.2l-3.6 3.6H5.4l-3.6-3.6V5.4z" />
      <path d="M8 4.8v3.9M8 11v.2" />
    </>
  ),
  ok: <path d="m3.5 8.5 3 3 6-7" />,
  pending: <path d="M8 1.8a6.2 6.2 0 1 1-6.2 6.2M8 4.6V8l2.4 1.6" />,
  detached: (
    <path d="M6.5 9.5 4.4 11.6a2.1 2.1 0 0 1-3-3l2.3-2.3M9.5 6.5l2.1-2.1a2.1 2.1 0 0 1 3 3l-2.3 2.3M5.6 2.4v1.8M2.4 5.6h1.8M10.4 11.8v1.8M11.8 10.4h1.8" />
  ),
  copy: <path d="M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3" />,
  link: (
    <path d="M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.6-2.6a2.6 2.6 0 0 0-3.7-3.7L8.3 4M9.2 6.8a2.6 2.6 0 0 0-3.7 0L2.9 9.4a2.6 2.6 0 0 0 3.7 3.7L7.7 12" />
  ),
  braces: (
    <path d="M6 2.5c-2 0-2 1-2 2.5S4 8 2.2 8C4 8 4 9.5 4 11s0 2.5 2 2.5M10 2.5c2 0 2 1 2 2.5s0 3 1.8 3C12 8 12 9.5 12 11s0 2.5-2 2.5" />
  ),
  terminal: <path d="m2.5 4 4 4-4 4M8 12.5h5.5" />,
  tree: <path d="M3 3h5M6 8h7M6 13h7M4 3v10" />,
  graph: <path d="M2 6h4v4H2zM10 2h4v4h-4zM10 10h4v4h-4zM6 8l4-4M6 8l4 4" />,
  compare: <path d="M2.5 3h4v10h-4zM9.5 3h4v10h-4zM11 6h1M4 9h1" />,
  mark: <path d="M4 2h8v12l-4-3-4 3z" />,
  columns: <path d="M2 3h12v10H2zM6 3v10M10 3v10" />,
  refresh: <path d="M13.2 6.2A5.5 5.5 0 1 0 13.5 8.5M13.5 2.5v3.8H9.7" />,
  back: <path d="M9.5 3.5 5 8l4.5 4.5" />,
  chevron: <path d="m6 4 4 4-4 4" />,
  light: (
    <>
      <circle cx="8" cy="8" r="2.8" />
      <path d="M8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9" />
    </>
  ),
  dark: <path d="M13.5 9.3A5.8 5.8 0 1 1 6.7 2.5a4.6 4.6 0 0 0 6.8 6.8z" />,
  system: <path d="M2 3h12v8H2zM5.5 13.5h5M8 11v2.5" />,
  question: <path d="M5.6 5.8a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.2.9-1.2 1.7M8 12.3v.2" />,
  search: (
    <>
      <circle cx="7" cy="7" r="4.3" />
      <path d="m10.3 10.3 3.7 3.7" />
    </>
  ),
  close: <path d="m3.5 3.5 9 9M12.5 3.5l-9 9" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof PATHS;

/** An icon; with a `label` it says something, without one it only accompanies words. */
export function Icon({ name, label, className }: { name: IconName; label?: string; className?: string }) {
  const classes = className ? `icon ${className}` : "icon";
  if (label === undefined) {
    return (
      <svg className={classes} viewBox="0 0 16 16" aria-hidden="true">
        {PATHS[name]}
      </svg>
    );
  }
  return (
    <svg className={classes} viewBox="0 0 16 16" role="img" aria-label={label}>
      <title>{label}</title>
      {PATHS[name]}
    </svg>
  );
}
