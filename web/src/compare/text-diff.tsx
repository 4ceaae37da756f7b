// The difference of two texts, line by line, and within changed lines word by word.

import { diffLines, diffWordsWithSpace } from "diff";
import { useMemo } from "react";
import type { Json } from "../api/types";
import { grouped } from "../format/quantity";
import { writeJson } from "../json/exact";
import { LongText } from "../span/long-text";

/** Longer texts are compared up to here, and it is said. */
const CHARS_MAX = 200_000;
/** Two texts with less in common than can be found in this time are shown one after the other. */
const TIMEOUT_MILLIS = 500;
/** How many unchanged lines stand round a change. */
const CONTEXT_LINES = 3;

interface Part {
  kind: "same" | "left" | "right";
  text: string;
}

export function TextDiff({ title, left, right }: { title: string; left: Json; right: Json }) {
  const [before, after] = [textOf(left), textOf(right)];
  const parts = useMemo(() => difference(before, after), [before, after]);
  const isCut = before.length > CHARS_MAX || after.length > CHARS_MAX;
  return (
    <section className="side" aria-label={title}>
      <h3>{title}</h3>
      {before === after ? (
        <>
          <p className="absence">{before === "" ? "Neither recorded any." : "The same in both."}</p>
          {before !== "" && <LongText text={before} className="raw" linesMax={12} />}
        </>
      ) : (
        <pre className="diff">
          {parts.map((part, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts have no ids and never change their order.
            <PartView key={index} part={part} />
          ))}
        </pre>
      )}
      {isCut && <p className="absence">{`Only the first ${grouped(CHARS_MAX)} characters are compared.`}</p>}
    </section>
  );
}

function PartView({ part }: { part: Part }) {
  if (part.kind === "same") return <span className="foreign">{part.text}</span>;
  if (part.kind === "left") return <del className="foreign">{part.text}</del>;
  return <ins className="foreign">{part.text}</ins>;
}

/** What is the same, only left, and only right, in order. */
export function difference(before: string, after: string): Part[] {
  const [a, b] = [before.slice(0, CHARS_MAX), after.slice(0, CHARS_MAX)];
  const lines = diffLines(a, b, { timeout: TIMEOUT_MILLIS });
  if (!lines) return apart(a, b);
  const parts: Part[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const change = lines[index];
    if (!change) continue;
    const next = lines[index + 1];
    if (change.removed && next?.added) {
      const words = diffWordsWithSpace(change.value, next.value, { timeout: TIMEOUT_MILLIS });
      parts.push(...(words ? words.map(partOf) : apart(change.value, next.value)));
      index += 1;
    } else if (change.added || change.removed) {
      parts.push(partOf(change));
    } else {
      parts.push({ kind: "same", text: shortened(change.value, index === 0, index === lines.length - 1) });
    }
  }
  return parts;
}

function partOf(change: { added: boolean; removed: boolean; value: string }): Part {
  return { kind: change.added ? "right" : change.removed ? "left" : "same", text: change.value };
}

function apart(before: string, after: string): Part[] {
  return [
    { kind: "left", text: before },
    { kind: "right", text: after },
  ];
}

/** Of a long stretch without a change only what stands beside changes. */
function shortened(text: string, isFirst: boolean, isLast: boolean): string {
  const lines = text.split("\n");
  const [first, last] = [isFirst ? 0 : CONTEXT_LINES, isLast ? 0 : CONTEXT_LINES + 1];
  const n_left = lines.length - first - last;
  if (n_left <= 3) return text;
  return [...lines.slice(0, first), `⋯ ${n_left} lines as before ⋯`, ...lines.slice(lines.length - last)].join("\n");
}

function textOf(value: Json): string {
  return value === null ? "" : typeof value === "string" ? value : writeJson(value, 2);
}
