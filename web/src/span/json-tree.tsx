// JSON as a tree that folds: open to a depth of three, long lists in parts, long texts cut, and found within.
import { createContext, useContext, useEffect, useMemo, useRef, useState } from "react";
import type { Json } from "../api/types";
import { plural } from "../format/text";
import { FINDS_MAX, find, isBelow, isSamePath, type Path } from "../json/find";
import { Icon } from "../ui/icons";
import { LongText } from "./long-text";

/** Below this depth a branch is folded at first. */
export const OPEN_DEPTH = 3;
/** How many children of a branch are drawn at once. */
const CHILDREN = 100;
/** Below this many values the eye finds by itself. */
const FIND_LEAST = 12;

interface Finding {
  sought: string;
  /** The find that is looked at; the way to it is open. */
  current: Path | null;
}

const FindingContext = createContext<Finding>({ sought: "", current: null });

export function JsonTree({ value }: { value: Json }) {
  const [sought, setSought] = useState("");
  const [at, setAt] = useState(0);
  const found = useMemo(() => find(value, sought), [value, sought]);
  const isLarge = useMemo(() => hasManyValues(value), [value]);
  const current = found.length > 0 ? (found[at % found.length] ?? null) : null;
  const finding = useMemo(() => ({ sought, current }), [sought, current]);
  const go = (step: number) => setAt((at + step + found.length) % Math.max(1, found.length));
  return (
    <div className="json">
      {isLarge && (
        <div className="json-find">
          <input
            type="search"
            className="field"
            placeholder="Find"
            aria-label="Find within"
            value={sought}
            onChange={(event) => {
              setSought(event.target.value);
              setAt(0);
            }}
            onKeyDown={(event) => {
              if (event.key === "Enter") go(event.shiftKey ? -1 : 1);
            }}
          />
          <span className="aside" role="status">
            {sought &&
              (found.length > 0 ? `${at + 1} of ${found.length}${found.length >= FINDS_MAX ? "+" : ""}` : "nothing")}
          </span>
        </div>
      )}
      <FindingContext value={finding}>
        <Value value={value} path={ROOT} />
      </FindingContext>
    </div>
  );
}

const ROOT: Path = [];

function Value({ value, path }: { value: Json; path: Path }) {
  const { sought } = useContext(FindingContext);
  if (typeof value === "string") {
    return <LongText text={value} className="json-text" linesMax={3} charsMax={240} marked={sought} />;
  }
  if (value === null || typeof value !== "object") return <span className="json-scalar">{String(value)}</span>;
  return <Branch value={value} path={path} />;
}

function Branch({ value, path }: { value: Json[] | { [key: string]: Json }; path: Path }) {
  const { current } = useContext(FindingContext);
  const [shown, setShown] = useState(CHILDREN);
  const isList = Array.isArray(value);
  const keys = isList ? null : Object.keys(value);
  const size = keys ? keys.length : (value as Json[]).length;
  if (size === 0) return <span className="json-scalar">{isList ? "[ ]" : "{ }"}</span>;
  const count = Math.min(shown, size);
  const nameAt = (index: number) => (keys ? (keys[index] ?? "") : String(index));
  const indexes = Array.from({ length: count }, (_, index) => index);
  // What was found further down is drawn alone, not with the thousands before it.
  const sought = current && isBelow(current, path) ? (current[path.length] ?? null) : null;
  const soughtIndex = sought === null ? -1 : keys ? keys.indexOf(sought) : Number(sought);
  if (soughtIndex >= count) indexes.push(soughtIndex);
  return (
    <ul className={`json-branch${path.length === 0 ? " json-root" : ""}`}>
      {indexes.map((index) => {
        const name = nameAt(index);
        const child = (isList ? value[index] : value[name]) ?? null;
        return <Entry key={name} name={name} value={child} parent={path} isIndex={isList} />;
      })}
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
  parent: Path;
  isIndex: boolean;
}

function Entry({ name, value, parent, isIndex }: EntryProps) {
  const { current } = useContext(FindingContext);
  const item = useRef<HTMLLIElement>(null);
  const path = useMemo(() => [...parent, name], [parent, name]);
  const isBranch = typeof value === "object" && value !== null && Object.keys(value).length > 0;
  const [isOpenByHand, setOpen] = useState(path.length < OPEN_DEPTH);
  const isFound = current !== null && isSamePath(current, path);
  const isOpen = isOpenByHand || (current !== null && isBelow(current, path));
  useEffect(() => {
    if (isFound) item.current?.scrollIntoView({ block: "nearest" });
  }, [isFound]);
  if (!isBranch) {
    return (
      <li className={`json-entry${isFound ? " json-found" : ""}`} ref={item}>
        <Name name={name} isIndex={isIndex} />
        <Value value={value} path={path} />
      </li>
    );
  }
  return (
    <li className="json-entry json-entry-branch" ref={item}>
      <button
        type="button"
        className={`json-fold${isFound ? " json-found" : ""}`}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="chevron" />
        <Name name={name} isIndex={isIndex} />
        <span className="json-size">{sizeOf(value)}</span>
      </button>
      {isOpen && <Value value={value} path={path} />}
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

/** Counts only as far as it must. */
function hasManyValues(value: Json): boolean {
  let left = FIND_LEAST;
  const waiting: Json[] = [value];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    left -= 1;
    if (left < 0) return true;
    if (typeof next === "object" && next !== null) waiting.push(...Object.values(next).slice(0, FIND_LEAST));
  }
  return false;
}
