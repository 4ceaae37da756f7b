// All attributes as the sender wrote them, to search and to copy.
import { useMemo, useState } from "react";
import type { Json, Span } from "../api/types";
import { head } from "../format/text";
import { writeJson } from "../json/exact";
import { CopyButton } from "../ui/copy";
import { textOf } from "./content";
import { LongText } from "./long-text";

/** How many rows are drawn at once: a span may have ten thousand. */
const ROWS = 200;

export function AttributesTab({ span }: { span: Span }) {
  const [sought, setSought] = useState("");
  const [shown, setShown] = useState(ROWS);
  const all = useMemo(() => Object.entries(span.attributes).sort(([a], [b]) => (a < b ? -1 : 1)), [span.attributes]);
  const found = useMemo(() => matching(all, sought), [all, sought]);
  if (all.length === 0) return <p className="absence">The span has no attributes.</p>;
  return (
    <>
      <div className="attributes-bar">
        <input
          type="search"
          className="field"
          placeholder="Search keys and values"
          aria-label="Search attributes"
          value={sought}
          onChange={(event) => setSought(event.target.value)}
        />
        <span className="aside" role="status">
          {found.length === all.length ? `${all.length}` : `${found.length} of ${all.length}`}
        </span>
        <CopyButton text={() => writeJson(span.attributes, 2)} label="Copy all" isWide />
      </div>
      <dl className="attributes">
        {found.slice(0, shown).map(([name, value]) => (
          <div key={name}>
            <dt className="foreign">{head(name, 300)}</dt>
            <dd>
              <LongText text={shortText(value)} className="raw" linesMax={6} />
              <CopyButton text={() => textOf(value)} label="Copy the value" />
            </dd>
          </div>
        ))}
      </dl>
      {found.length === 0 && <p className="absence">No key and no value contains that.</p>}
      {found.length > shown && (
        <button type="button" className="button" onClick={() => setShown(shown + 1000)}>
          Show {Math.min(1000, found.length - shown)} more of {found.length}
        </button>
      )}
    </>
  );
}

/** On one line where it fits there. */
const LINE_CHARS = 80;

function shortText(value: Json): string {
  if (typeof value === "string") return value;
  const line = writeJson(value);
  return line.length <= LINE_CHARS ? line : textOf(value);
}

export function matching(entries: [string, Json][], sought: string): [string, Json][] {
  const needle = sought.trim().toLowerCase();
  if (needle === "") return entries;
  return entries.filter(
    ([name, value]) => name.toLowerCase().includes(needle) || textOf(value).toLowerCase().includes(needle),
  );
}
