// What was said: the failure first if there was one, then input and output, each in the form that reads best.
import { type Ref, useMemo, useRef, useState } from "react";
import type { Json, Span } from "../api/types";
import { writeJson } from "../json/exact";
import { CopyButton } from "../ui/copy";
import { isObject } from "./blocks";
import { findConversation } from "./conversation";
import { ConversationView } from "./conversation-view";
import { findDocuments } from "./documents";
import { DocumentsView } from "./documents-view";
import { Failure } from "./failure";
import { JsonTree } from "./json-tree";
import { LongText } from "./long-text";

/** Kinds whose output is a list of documents, the best first. */
const RANKED_KINDS = ["retrieval", "rerank"];

export function ContentTab({ span }: { span: Span }) {
  const output = useRef<HTMLElement>(null);
  const toOutput = () => output.current?.scrollIntoView({ block: "start" });
  return (
    <>
      <Failure span={span} />
      <Side title="Input" value={span.input} absence="No input was recorded." onEnd={toOutput} />
      <Side
        ref={output}
        title="Output"
        value={span.output}
        isRanked={RANKED_KINDS.includes(span.kind)}
        absence={span.pending ? "Still running: no output yet." : "No output was recorded."}
      />
    </>
  );
}

type View = "list" | "chat" | "tree" | "text" | "raw";

const VIEW_LABELS: Record<View, string> = { list: "List", chat: "Chat", tree: "Tree", text: "Text", raw: "Raw" };

/** Some libraries wrap a text that stands alone. */
function unwrapped(value: Json): Json {
  if (!isObject(value) || Object.keys(value).length !== 1) return value;
  return typeof value.text === "string" ? value.text : value;
}

interface SideProps {
  title: string;
  value: Json;
  absence: string;
  /** Whether a list in it is one of documents in the order of their rank. */
  isRanked?: boolean;
  /** Goes to what comes after it: an input may be many screens long. */
  onEnd?: () => void;
  ref?: Ref<HTMLElement>;
}

function Side({ title, value: given, absence, isRanked = false, onEnd, ref }: SideProps) {
  const value = unwrapped(given);
  const conversation = useMemo(() => findConversation(value), [value]);
  const documents = useMemo(() => (isRanked ? findDocuments(value) : null), [value, isRanked]);
  const isStructured = typeof value === "object" && value !== null;
  const structured: View[] = isStructured ? ["tree", "raw"] : ["text"];
  const views: View[] = documents ? ["list", ...structured] : conversation ? ["chat", ...structured] : structured;
  const [wanted, setWanted] = useState<View | null>(null);
  const view = wanted !== null && views.includes(wanted) ? wanted : (views[0] ?? "text");
  const isAbsent = value === null || value === "";
  return (
    <section className="side" aria-label={title} ref={ref ?? null}>
      <header className="side-head">
        <h3>{title}</h3>
        {!isAbsent && (
          <div className="side-actions">
            {onEnd && (
              <button type="button" className="view" onClick={onEnd}>
                To the output
              </button>
            )}
            {views.length > 1 &&
              views.map((one) => (
                <button
                  key={one}
                  type="button"
                  className="view"
                  aria-pressed={one === view}
                  onClick={() => setWanted(one)}
                >
                  {VIEW_LABELS[one]}
                </button>
              ))}
            <CopyButton text={() => textOf(value)} label={`Copy the ${title.toLowerCase()}`} />
          </div>
        )}
      </header>
      {isAbsent && <p className="absence">{value === "" ? "Empty text." : absence}</p>}
      {!isAbsent && view === "list" && documents && <DocumentsView documents={documents} />}
      {!isAbsent && view === "chat" && conversation && <ConversationView conversation={conversation} />}
      {!isAbsent && view === "tree" && <JsonTree value={value} />}
      {!isAbsent && view === "text" && <LongText text={textOf(value)} className="said" />}
      {!isAbsent && view === "raw" && <LongText text={textOf(value)} className="raw" />}
    </section>
  );
}

export function textOf(value: Json): string {
  return typeof value === "string" ? value : writeJson(value, 2);
}
