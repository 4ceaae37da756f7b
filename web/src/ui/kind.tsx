// What a span is, as a glyph in the kind's colour: colour is never the only sign.
import type { ReactNode } from "react";

const GLYPHS = {
  llm: <path d="M8 1.5c.5 3.7 2.3 5.8 6.5 6.5-4.2.7-6 2.8-6.5 6.5-.5-3.7-2.3-5.8-6.5-6.5 4.2-.7 6-2.8 6.5-6.5z" />,
  completion: <path d="M2 4.5h8M2 8h5M2 11.5h6M11.5 7v6M10 7h3M10 13h3" />,
  embedding: <path strokeWidth="2.4" d="M3 3h.1M8 3h.1M13 3h.1M3 8h.1M8 8h.1M13 8h.1M3 13h.1M8 13h.1M13 13h.1" />,
  agent: (
    <>
      <path d="M8 1.6 13.6 4.8v6.4L8 14.4l-5.6-3.2V4.8z" />
      <circle cx="8" cy="8" r="1.8" />
    </>
  ),
  tool: (
    <path d="M13.7 4.3 11.4 6.6 9.4 4.6l2.3-2.3a3.7 3.7 0 0 0-4.9 4.7l-4.7 4.7 2.2 2.2 4.7-4.7a3.7 3.7 0 0 0 4.7-4.9z" />
  ),
  retrieval: (
    <path d="M2.5 3.5c0-1.1 2.5-2 5.5-2s5.5.9 5.5 2-2.5 2-5.5 2-5.5-.9-5.5-2zM2.5 3.5v9c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2v-9M2.5 8c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2" />
  ),
  rerank: <path d="M2 4h9M2 8h6M2 12h3M12.5 7v6.5M10.5 11.5l2 2 2-2" />,
  chain: <path d="M3.5 2v12M3.5 4.5h5.5M3.5 11.5h5.5M11 3h3v3h-3zM11 10h3v3h-3z" />,
  workflow: <path d="M1.8 6h4v4h-4zM10.5 1.8h3.7v3.7h-3.7zM10.5 10.5h3.7v3.7h-3.7zM5.8 8H8V3.6h2.5M8 8v4.4h2.5" />,
  node: <path d="M8 2.2 13.8 8 8 13.8 2.2 8z" />,
  guardrail: <path d="M8 1.6l5.5 2v4.2c0 3.2-2.2 5.4-5.5 6.6-3.3-1.2-5.5-3.4-5.5-6.6V3.6z" />,
  evaluator: (
    <>
      <circle cx="8" cy="8" r="6.2" />
      <path d="m5.2 8.2 2 2 3.6-4.2" />
    </>
  ),
  memory: <path d="M4 1.8h8v12.4l-4-3.2-4 3.2zM6.2 5h3.6" />,
  prompt: <path d="m2 4 3.5 3.5L2 11M7 12h7" />,
  custom: <path d="M3.5 3.5h9v9h-9z" />,
} satisfies Record<string, ReactNode>;

type Known = keyof typeof GLYPHS;

function known(kind: string): Known {
  return Object.hasOwn(GLYPHS, kind) ? (kind as Known) : "custom";
}

/** The class that gives an element the kind's colour as `--kind`. */
export function kindClass(kind: string): string {
  return `kind-${known(kind)}`;
}

export function KindGlyph({ kind }: { kind: string }) {
  return (
    <svg className={`icon glyph ${kindClass(kind)}`} viewBox="0 0 16 16" role="img" aria-label={kind}>
      <title>{kind}</title>
      {GLYPHS[known(kind)]}
    </svg>
  );
}
