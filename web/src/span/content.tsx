// What was said: the failure first if there was one, then input and output, each in the form that reads best.
import { useMemo, useState } from "react";
import type { Json, Span } from "../api/types";
import { CopyButton } from "../ui/copy";
import { findConversation } from "./conversation";
import { ConversationView } from "./conversation-view";
import { Failure } from "./failure";
import { JsonTree } from "./json-tree";
import { LongText } from "./long-text";

export function ContentTab({ span }: { span: Span }) {
  return (
    <>
      <Failure span={span} />
      <Side title="Input" value={span.input} absence="No input was recorded." />
      <Side
        title="Output"
        value={span.output}
        absence={span.pending ? "Still running: no output yet." : "No output was recorded."}
      />
    </>
  );
}

type View = "chat" | "tree" | "text" | "raw";

const VIEW_LABELS: Record<View, string> = { chat: "Chat", tree: "Tree", text: "Text", raw: "Raw" };

function Side({ title, value, absence }: { title: string; value: Json; absence: string }) {
  const conversation = useMemo(() => findConversation(value), [value]);
  const isStructured = typeof value === "object" && value !== null;
  const views: View[] = conversation ? ["chat", "tree", "raw"] : isStructured ? ["tree", "raw"] : ["text"];
  const [wanted, setWanted] = useState<View | null>(null);
  const view = wanted !== null && views.includes(wanted) ? wanted : (views[0] ?? "text");
  const isAbsent = value === null || value === "";
  return (
    <section className="side" aria-label={title}>
      <header className="side-head">
        <h3>{title}</h3>
        {!isAbsent && (
          <div className="side-actions">
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
      {!isAbsent && view === "chat" && conversation && <ConversationView conversation={conversation} />}
      {!isAbsent && view === "tree" && <JsonTree value={value} />}
      {!isAbsent && view === "text" && <LongText text={textOf(value)} className="said" />}
      {!isAbsent && view === "raw" && <LongText text={textOf(value)} className="raw" />}
    </section>
  );
}

export function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
