// JSON as a tree that folds: open to a depth of three, long lists in parts, long texts cut.
import { useState } from "react";
import type { Json } from "../api/types";
import { plural } from "../format/text";
import { Icon } from "../ui/icons";
import { LongText } from "./long-text";

/** Below this depth a branch is folded at first. */
export const OPEN_DEPTH = 3;
/** How many children of a branch are drawn at once. */
const CHILDREN = 100;

export function JsonTree({ value }: { value: Json }) {
  return (
    <div className="json">
      <Value value={value} depth={0} />
    </div>
  );
}

function Value({ value, depth }: { value: Json; depth: number }) {
  if (typeof value === "string") return <LongText text={value} className="json-text" linesMax={3} charsMax={240} />;
  if (value === null || typeof value !== "object") return <span className="json-scalar">{String(value)}</span>;
  return <Branch value={value} depth={depth} />;
}

function Branch({ value, depth }: { value: Json[] | { [key: string]: Json }; depth: number }) {
  const [shown, setShown] = useState(CHILDREN);
  const isList = Array.isArray(value);
  const keys = isList ? null : Object.keys(value);
  const size = keys ? keys.length : (value as Json[]).length;
  if (size === 0) return <span className="json-scalar">{isList ? "[ ]" : "{ }"}</span>;
  const count = Math.min(shown, size);
  const rows = Array.from({ length: count }, (_, index) => {
    const name = keys ? (keys[index] ?? "") : String(index);
    const child = isList ? value[index] : value[name];
    return { name, child: child ?? null };
  });
  return (
    <ul className={`json-branch${depth === 0 ? " json-root" : ""}`}>
      {rows.map(({ name, child }) => (
        <Entry key={name} name={name} value={child} depth={depth} isIndex={isList} />
      ))}
      {size > count && (
        <li>
          <button type="button" className="button-link" onClick={() => setShown(shown + 1000)}>
            {`… show ${Math.min(1000, size - count)} more of ${size}`}
          </button>
        </li>
      )}
    </ul>
  );
}

interface EntryProps {
  name: string;
  value: Json;
  depth: number;
  isIndex: boolean;
}

function Entry({ name, value, depth, isIndex }: EntryProps) {
  const isBranch = typeof value === "object" && value !== null && Object.keys(value).length > 0;
  const [isOpen, setOpen] = useState(depth + 1 < OPEN_DEPTH);
  if (!isBranch) {
    return (
      <li className="json-entry">
        <Name name={name} isIndex={isIndex} />
        <Value value={value} depth={depth + 1} />
      </li>
    );
  }
  return (
    <li className="json-entry json-entry-branch">
      <button type="button" className="json-fold" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name="chevron" />
        <Name name={name} isIndex={isIndex} />
        <span className="json-size">{sizeOf(value)}</span>
      </button>
      {isOpen && <Value value={value} depth={depth + 1} />}
    </li>
  );
}

function Name({ name, isIndex }: { name: string; isIndex: boolean }) {
  return (
    <span className={isIndex ? "json-index foreign" : "json-name foreign"}>
      {name.length > 200 ? `${name.slice(0, 200)}…` : name}
    </span>
  );
}

function sizeOf(value: Json): string {
  if (Array.isArray(value)) return `[${plural(value.length, "item")}]`;
  return typeof value === "object" && value !== null ? `{${plural(Object.keys(value).length, "key")}}` : "";
}
